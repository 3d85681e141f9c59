"""Quoting: whether an archive has a quote word for word, or changed."""
