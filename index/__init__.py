"""Reports to one immutable generation of the index, and reading it: passages, vectors, words, catalogue."""
