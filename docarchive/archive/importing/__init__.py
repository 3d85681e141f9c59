"""Importing: from what the user names to articles in the store and the catalog."""
