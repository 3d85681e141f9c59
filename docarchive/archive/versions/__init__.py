"""Versions of an article: listing, reading and comparing them."""
