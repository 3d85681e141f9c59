"""Purging: deletes all that the archive has of articles, so that none of their bytes is left in its folder."""
