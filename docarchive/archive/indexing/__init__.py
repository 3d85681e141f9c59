"""Indexing: updates the index from the journal, during an import or later."""
