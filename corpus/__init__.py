"""From a report's file to a `Report`: text, outline, appendix rows and metadata.

Nothing in this package knows about indexes, questions or HTTP.
"""
