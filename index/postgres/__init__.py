"""The corpus in PostgreSQL with pgvector, for more than one machine. The tables are the catalogue's, and three more."""
