"""Changing: sets values of articles, removes and restores them, and takes changes back. All of it is in the log."""
