"""Writers of packages for preservation: bags and web archives."""
