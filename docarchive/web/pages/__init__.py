"""The pages: one module for each kind, with functions that take a site and a request and return an answer."""
