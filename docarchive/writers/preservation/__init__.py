"""Writers of packages that are to last: bags and web archives."""
