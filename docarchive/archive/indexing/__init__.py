"""Indexing: bring the index up to the journal, during an import or after it."""
