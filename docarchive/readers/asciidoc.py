"""The reader of AsciiDoc: the document header becomes metadata, the text stays as it is.

The header is the title (``= Title``), the author line, the revision line and attributes (``:name: value``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from docarchive import frontmatter, keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.decoding import read_text
from docarchive.readers.lenient import lenient_article
from docarchive.readers.names import date_in_name
from docarchive.readers.protocol import Reader, Record, Source
from docarchive.readers.writtendates import read_date

_TITLE = re.compile(r"[=#][ \t]+(?P<title>\S.*)\Z")
_ATTRIBUTE = re.compile(r":(?P<name>!?[\w][\w-]*!?):(?:[ \t]+(?P<value>.*))?\Z")
_AUTHOR = re.compile(r"[^\W\d_][\w.'’-]*(?:[ \t]+[\w.'’-]+){0,3}(?:[ \t]+<[^>\n]+>)?\Z")
_REVISION = re.compile(r"(?:v?(?P<number>[\d.]+)\s*,\s*)?(?P<date>[^:]*[^:\s])(?::[ \t]+(?P<remark>.*))?\Z")


class AsciiDocReader(Reader):
    """Reads one article a file."""

    name = "asciidoc"
    summary = "AsciiDoc"
    suffixes = (".adoc", ".asciidoc", ".asc")
    by_name = True

    def records(self, source: Source) -> Iterator[Record]:
        """See ``Reader``."""
        yield Record("", None, partial(_load, source))


def _load(source: Source) -> Article:
    text, encoding = read_text(source)
    article = read_asciidoc(text, source.name)
    if encoding != "utf-8":
        article.extra.setdefault("encoding", encoding)
    return article


def read_asciidoc(text: str, name: str = "") -> Article:
    """Reads an article from AsciiDoc; front matter before it, as of sites, is read too.

    Args:
        text: The whole text.
        name: The file's name; a date at its beginning serves where the text has none.

    Raises:
        ReaderError: There is no text in it, or its front matter cannot be read.
    """
    given, text = frontmatter.parse(text.removeprefix("\ufeff"))
    lines = text.splitlines()
    metadata: dict[str, Any] = {}
    place = _header(lines, metadata)
    body = "\n".join(lines[place:]).strip("\n").rstrip()
    if not body and not metadata and not given:
        raise ReaderError("there is no text in it")
    known = {keys.canonical(str(key)) for key in given}
    metadata = {**{key: value for key, value in metadata.items() if keys.canonical(key) not in known}, **given}
    if not any(keys.canonical(str(key)) == "date" for key in metadata) and (date := date_in_name(name)):
        metadata["date"] = date
    return lenient_article(metadata, body or str(metadata.get("title", "")))


def _header(lines: list[str], metadata: dict[str, Any]) -> int:
    """Reads the header; returns where the text begins."""
    place = _attributes(lines, 0, metadata, blank=True)
    title = _TITLE.match(lines[place]) if place < len(lines) else None
    if not title:
        return place
    metadata["title"] = title["title"].strip()
    place += 1
    if place < len(lines) and (authors := _authors(lines[place])):
        metadata["authors"] = authors
        place += 1
        revision = _REVISION.match(lines[place].strip()) if place < len(lines) else None
        if revision and (date := read_date(revision["date"])):
            metadata["date"] = date
            metadata |= {key: value for key, value in (("revision", revision["number"]),) if value}
            place += 1
    return _attributes(lines, place, metadata)


def _attributes(lines: list[str], place: int, metadata: dict[str, Any], *, blank: bool = False) -> int:
    while place < len(lines):
        line = lines[place]
        if (blank and not line.strip()) or (line.startswith("//") and not line.startswith("////")):
            place += 1
        elif found := _ATTRIBUTE.match(line.rstrip()):
            _add(metadata, found["name"], (found["value"] or "").strip())  # one without a value is a switch
            place += 1
        else:
            break
    return place


def _add(metadata: dict[str, Any], name: str, value: str) -> None:
    key = {"revdate": "date", "docdate": "date", "revnumber": "revision", "page-tags": "tags"}.get(name, name)
    known = keys.canonical(key)
    if not value or name.startswith("!") or known == "id" or known in keys.PROVENANCE:
        return
    if known and keys.KNOWN[known] == keys.LIST:
        value_list = [item for each in re.split("[;,]", value) if (item := each.strip())]
        metadata.setdefault(key, []).extend(value_list)
    else:
        metadata.setdefault(key, value)


def _authors(line: str) -> list[str]:
    """Returns the names of an author line, ``Ada Meyer <ada@example.org>; Bo Larsen``; none if it is no such line."""
    parts = [part.strip() for part in line.split(";")]
    if not line.strip() or not all(_AUTHOR.match(part) for part in parts):
        return []
    return [re.sub(r"\s*<[^>]*>", "", part).replace("_", " ") for part in parts]
