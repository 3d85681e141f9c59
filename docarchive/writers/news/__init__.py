"""Writers of the news trade's own formats."""
