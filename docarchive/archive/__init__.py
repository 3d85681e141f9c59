"""The archive: everything that can be done with one, for the library and the command line; see ``Archive``."""
