"""Writers of feeds: whole articles, the newest first."""
