"""Writers of the news industry's formats."""
