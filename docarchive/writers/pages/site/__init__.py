"""The writer of sites: lists, pages and a search that need no server."""
