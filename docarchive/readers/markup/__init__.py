"""Markdown, reStructuredText and AsciiDoc, with the front matter that comes with them."""
