"""Searching: queries to ranked results with snippets and facets, and spelling suggestions."""
