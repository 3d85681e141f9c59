"""Exporting: choose articles and pass them to a writer."""
