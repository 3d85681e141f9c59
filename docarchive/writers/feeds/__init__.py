"""Writers of feeds: the newest article first, each with its whole text."""
