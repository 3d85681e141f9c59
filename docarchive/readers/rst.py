"""The reader of reStructuredText: title, docinfo and ``meta`` become metadata, the text stays as it is.

Only what stands at the head is taken (Docutils' document title, bibliographic fields and ``meta`` directive, Nikola's
comments), and of that only what became a value: the rest stays in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.decoding import read_text
from docarchive.readers.lenient import lenient_article
from docarchive.readers.names import date_in_name
from docarchive.readers.protocol import Reader, Record, Source

_LINE = re.compile(r"([!-/:-@\[-`{-~])\1*\s*\Z")
_FIELD = re.compile(r":(?P<name>[^:\n]{1,60}):(?:[ \t]+(?P<value>.*))?\Z")
_META = re.compile(r"\.\.[ \t]+meta::[ \t]*\Z")
_NIKOLA = re.compile(r"\.\.[ \t]+(?P<name>[a-z_]+):(?!:)(?P<value>(?:[ \t].*)?)\Z")
_LISTS: Final = re.compile(r"[;,]")


class RstReader(Reader):
    """Reads one article a file."""

    name = "rst"
    summary = "reStructuredText"
    suffixes = (".rst", ".rest")
    by_name = True

    def records(self, source: Source) -> Iterator[Record]:
        """See ``Reader``."""
        yield Record("", None, partial(_load, source))


def _load(source: Source) -> Article:
    text, encoding = read_text(source)
    article = read_rst(text, source.name)
    if encoding != "utf-8":
        article.extra.setdefault("encoding", encoding)
    return article


def read_rst(text: str, name: str = "") -> Article:
    """Reads an article from reStructuredText.

    Args:
        text: The whole text.
        name: The file's name; a date at its beginning serves where the text has none.

    Raises:
        ReaderError: There is no text in it.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    metadata: dict[str, Any] = {}
    kept: list[str] = []
    place = _heads(lines, 0, metadata, kept)
    if "title" not in metadata and (title := _title(lines, place)):
        metadata["title"] = title[0]
        place = _heads(lines, title[1], metadata, kept)
    body = "\n".join([*kept, *([""] if kept else []), *lines[place:]]).strip("\n").rstrip()
    if not body and not metadata:
        raise ReaderError("there is no text in it")
    if "date" not in {keys.canonical(key) for key in metadata} and (date := date_in_name(name)):
        metadata["date"] = date
    return lenient_article(metadata, body or str(metadata.get("title", "")))


def _heads(lines: list[str], place: int, metadata: dict[str, Any], kept: list[str]) -> int:
    """Reads fields, ``meta`` and Nikola's comments that stand at a place; returns where the text goes on.

    Lines among them that have no place in the metadata are added to ``kept``, so that they stay in the text.
    """
    while place < len(lines):
        line = lines[place]
        if not line.strip():
            place += 1
        elif _META.match(line):
            place = _meta(lines, place, metadata, kept)
        elif comment := _NIKOLA.match(line):
            if comment["value"].strip() and not _add(metadata, comment["name"], comment["value"]):
                kept.append(line)
            place += 1
        elif field := _FIELD.match(line):
            end = _end_of_field(lines, place, 0)
            if not _add(metadata, field["name"], _value(field["value"], lines[place + 1 : end])):
                kept.extend(lines[place:end])
            place = end
        else:
            break
    return place


def _meta(lines: list[str], place: int, metadata: dict[str, Any], kept: list[str]) -> int:
    """Reads a ``meta`` directive; returns the place behind it."""
    directive, left = lines[place], []
    place += 1
    while place < len(lines) and (not lines[place].strip() or lines[place].startswith((" ", "\t"))):
        line = lines[place]
        if not line.strip():
            place += 1
            continue
        end = _end_of_field(lines, place, len(line) - len(line.lstrip()))
        field = _FIELD.match(line.strip())
        name = field["name"].partition(" ")[0] if field else ""
        if not field or not _add(metadata, name, _value(field["value"], lines[place + 1 : end])):
            left += lines[place:end]
        place = end
    if left:
        kept += [directive, *left]
    return place


def _end_of_field(lines: list[str], place: int, indent: int) -> int:
    """Returns the place behind a field and the lines below it that are further in."""
    end = place + 1
    while end < len(lines) and lines[end].strip() and len(lines[end]) - len(lines[end].lstrip()) > indent:
        end += 1
    return end


def _value(first: str | None, more: list[str]) -> str:
    return " ".join(filter(None, [(first or "").strip(), *(line.strip() for line in more)]))


def _add(metadata: dict[str, Any], name: str, value: str) -> bool:
    """Adds a value; returns whether it has a place there, for else it stays in the text."""
    key = "_".join(name.lower().split())
    known = keys.canonical(key)
    if not value.strip() or not key or known == "id" or known in keys.PROVENANCE:
        return False
    if known and keys.KNOWN[known] == keys.LIST:
        metadata.setdefault(key, []).extend(item for each in _LISTS.split(value) if (item := each.strip()))
        return True
    if key in metadata:
        return False
    metadata[key] = value
    return True


def _title(lines: list[str], place: int) -> tuple[str, int] | None:
    """Returns the title at a place, under a line or between two, and the place behind it."""
    if place + 1 >= len(lines):
        return None
    over = _LINE.match(lines[place]) and place + 2 < len(lines)
    text, under = (lines[place + 1], lines[place + 2]) if over else (lines[place], lines[place + 1])
    if not text.strip() or _LINE.match(text) or (not over and text[:1].isspace()):
        return None
    if not _LINE.match(under) or len(under.strip()) < min(len(text.strip()), 4):
        return None
    return text.strip(), place + (3 if over else 2)
