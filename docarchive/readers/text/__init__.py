"""Plain text: paragraphs, the labelled lines above a text, and headings."""
