"""Writers of what is read in a browser or a reader of books: pages, a site, a book."""
