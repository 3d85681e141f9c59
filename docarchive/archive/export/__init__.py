"""Exporting: selects articles and writes them in a format."""
