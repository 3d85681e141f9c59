"""Writers of web pages, web sites and books."""
