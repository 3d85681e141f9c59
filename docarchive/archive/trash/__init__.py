"""The trash: removed articles, as a catalog and an index have them."""
