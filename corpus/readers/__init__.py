"""One reader a format: bytes in, `Document` out. `read_document` chooses by content, never by suffix."""
