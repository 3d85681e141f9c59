"""Writers of tables: one article a row."""
