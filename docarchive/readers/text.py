"""The reader of plain text.

A text may begin with ``date 2024-03-16``, on a line of its own or right before its lead. A first line
that stands alone between blank lines and does not end like a sentence is the title; later ones, before a
paragraph, are headings. The text is kept as it is but for the headings, which become Markdown's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Final

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import ReaderError
from docarchive.readers.decoding import read_text
from docarchive.readers.names import date_in_name
from docarchive.readers.protocol import Reader, Record, Refusal, Source

_DATE = re.compile(r"\s*date(?:\s*[:=]\s*|\s+)(\S+)[^\S\r\n]*", re.IGNORECASE)
_BLOCKS = re.compile(r"(\r?\n(?:[ \t]*\r?\n)+)")
_CLOSING: Final = tuple(".!?:;,…\"'”’»)]*-–—=_|")
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*\s*\Z")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•#>|]|\d+[.)]\s|\d+$)")
_HEADING_LENGTH: Final = 80
_HEADING_WORDS: Final = 12


class TextReader(Reader):
    """Reads one article a file."""

    name = "text"
    summary = "plain text"
    suffixes = (".txt", ".text")

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``: any text could be this, so none is it for sure."""
        return False

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """See ``Reader``."""
        yield Record("", None, partial(self._load, source))

    def _load(self, source: Source) -> Article:
        text, encoding = read_text(source)
        article = self.read(text, source.name)
        if encoding != "utf-8":
            article.extra.setdefault("encoding", encoding)
        return article

    def read(self, text: str, name: str = "") -> Article:
        """Reads an article from a plain text.

        Args:
            text: The text.
            name: The file's name; a date at its beginning serves where the text has none.
        """
        text = text.removeprefix("\ufeff")
        date, rest = _leading_date(text)
        lead_follows = date is not None and not rest.startswith(("\r", "\n"))
        title, body = _structure(rest.strip("\r\n").rstrip(), titled=not lead_follows)
        if not body and not title:
            raise ReaderError("there is no text in it")
        metadata: dict[str, object] = {"title": title} if title else {}
        if date or (date := date_in_name(name)):
            metadata["date"] = date
        return Article.from_metadata(metadata, body)


def _leading_date(text: str) -> tuple[PartialDate | None, str]:
    """Returns the date that the text begins with and the rest, or None and the text."""
    match = _DATE.match(text)
    if match:
        with suppress(ValueError):  # "date palms grow in …"
            date, rest = PartialDate(match[1]), text[match.end() :]
            if date.precision != "year" or rest.startswith(("\r", "\n")):  # "date 2024 in red"
                return date, rest
    return None, text


def _structure(text: str, *, titled: bool) -> tuple[str, str]:
    """Returns the title, if the text begins with one, and the text with its headings marked."""
    pieces = _BLOCKS.split(text)  # blocks at even places, what parts them at odd ones
    blocks = pieces[::2]
    title = ""
    for index, block in enumerate(blocks):
        if index + 1 == len(blocks) or not _like_heading(block):
            continue
        if index == 0:
            if titled:
                title = block.strip()
                pieces[0] = pieces[1] = ""
        elif _SENTENCE_END.search(blocks[index + 1]):
            pieces[2 * index] = f"## {block.strip()}"
    return title, "".join(pieces)


def _like_heading(block: str) -> bool:
    line = block.strip()
    return (
        bool(line)
        and "\n" not in line
        and len(line) <= _HEADING_LENGTH
        and len(line.split()) <= _HEADING_WORDS
        and not line.endswith(_CLOSING)
        and not _LIST_ITEM.match(line)
        and any(c.isalpha() for c in line)
        and not block.startswith(("    ", "\t"))
    )
