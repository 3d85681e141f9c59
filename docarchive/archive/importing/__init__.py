"""Importing: reads the inputs that the user names, and stores their articles in the archive."""
