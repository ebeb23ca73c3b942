"""The HTTP routes, one file for each thing a caller may want."""
