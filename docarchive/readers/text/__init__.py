"""Plain text: paragraphs, the labelled lines above a text, and headings."""

from __future__ import annotations

from typing import Final

from docarchive.readers.lazy_reader import LazyReader

#: Any text could be plain text, so none is recognized as it.
READERS: Final = (LazyReader("text", "plain text", (".txt", ".text"), "text.text:records", version=3),)
