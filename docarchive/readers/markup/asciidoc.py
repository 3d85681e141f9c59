"""The reader of AsciiDoc: the document header becomes metadata, the text stays as it is.

The header is the title (``= Title``), the author line, the revision line and attributes (``:name: value``). All of
it becomes values: a second one for a key is kept as ``KEY_as_written``, comments under ``comments``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from docarchive import frontmatter, keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import read_text
from docarchive.readers.protocol import Reader, Record, Source
from docarchive.readers.sites import folders
from docarchive.readers.sites.generator_keys import lifted
from docarchive.readers.values.reserved_keys import lenient_article, set_aside
from docarchive.readers.values.written_dates import read_date

_TITLE = re.compile(r"[=#][ \t]+(?P<title>\S.*)\Z")
_ATTRIBUTE = re.compile(r":(?P<name>!?[\w][\w-]*!?):(?:[ \t]+(?P<value>.*))?\Z")
_AUTHOR = re.compile(r"[^\W\d_][\w.'’-]*(?:[ \t]+[\w.'’-]+){0,3}(?:[ \t]+<[^>\n]+>)?\Z")
_MAIL = re.compile(r"\s*<([^>]*)>")
_PGP = re.compile(r"\s*-----BEGIN PGP ")
_OF_SITES = re.compile(r"(?:page|jbake|article|awestruct)-")
#: By how many characters a line below a title may be longer or shorter.
_OFF = 2
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
    if _PGP.match(text):  # its files end in .asc too
        raise ReaderError("it is a message, a key or a signature of PGP, no text")
    article = read_asciidoc(text, source.name, source.folder)
    if encoding != "utf-8":
        article.extra.setdefault("encoding", encoding)
    return article


def read_asciidoc(text: str, name: str = "", folder: str = "") -> Article:
    """Reads an article from AsciiDoc; front matter before it, as of sites, is read too.

    Args:
        text: The whole text.
        name: The file's name; a date at its beginning serves where the text has none.
        folder: The folders that it lies in, as far as they mean something.

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
    metadata = lifted(_merged(metadata, given), folder)
    folders.add_place(metadata, name, folder)
    if date := folders.shown_date(metadata, name, folder):
        metadata.setdefault("date", date)
    return lenient_article(metadata, body or str(metadata.get("title", "")))


def _merged(header: dict[str, Any], given: dict[Any, Any]) -> dict[Any, Any]:
    """Returns front matter with what the header adds; where both have a value, the header's is kept aside."""
    merged: dict[Any, Any] = dict(given)
    spellings = {keys.canonical(str(key)) or str(key): key for key in given}
    for key, value in header.items():
        same = spellings.get(keys.canonical(key) or key)
        if same is None:
            merged[key] = value
        elif str(given[same]) != str(value):
            set_aside(merged, key, value)
    return merged


def _header(lines: list[str], metadata: dict[str, Any]) -> int:
    """Reads the header; returns where the text begins."""
    place = _attributes(lines, 0, metadata, blank=True)
    title = _TITLE.match(lines[place]) if place < len(lines) else None
    below = lines[place + 1].rstrip() if place + 1 < len(lines) else ""
    if title:
        _add(metadata, "title", title["title"].strip())
        place += 1
    elif below and not below.strip("=") and abs(len(below) - len(lines[place].strip())) <= _OFF:
        _add(metadata, "title", lines[place].strip())
        place += 2
    else:
        return place
    if place < len(lines) and (authors := _authors(lines[place])):
        metadata.setdefault("authors", []).extend(authors)
        if addresses := _MAIL.findall(lines[place]):
            metadata.setdefault("emails", []).extend(addresses)
        place += 1
        revision = _REVISION.match(lines[place].strip()) if place < len(lines) else None
        if revision and (date := read_date(revision["date"])):
            for key, value in (("date", date), ("revision", revision["number"]), ("remark", revision["remark"])):
                if value:
                    _add(metadata, key, value)
            place += 1
    return _attributes(lines, place, metadata)


def _attributes(lines: list[str], place: int, metadata: dict[str, Any], *, blank: bool = False) -> int:
    while place < len(lines):
        line = lines[place]
        if blank and not line.strip():
            place += 1
        elif blank and line.rstrip() == "////" and (end := _end_of_comment(lines, place)):
            metadata.setdefault("comments", []).append("\n".join(lines[place + 1 : end - 1]))
            place = end
        elif line.startswith("//") and not line.startswith("////"):
            if comment := line[2:].strip():
                metadata.setdefault("comments", []).append(comment)
            place += 1
        elif found := _ATTRIBUTE.match(line.rstrip()):
            value = (found["value"] or "").strip()
            while value.endswith(" \\") and place + 1 < len(lines):  # it goes on in the next line
                place += 1
                value = f"{value[:-2].rstrip()} {lines[place].strip()}"
            _add(metadata, found["name"], value)
            place += 1
        else:
            break
    return place


def _end_of_comment(lines: list[str], place: int) -> int:
    """Returns the place behind a block of comments; 0 if it has no end."""
    return next((at + 1 for at in range(place + 1, len(lines)) if lines[at].rstrip() == "////"), 0)


def _add(metadata: dict[str, Any], name: str, value: Any) -> None:
    key = {"revdate": "date", "docdate": "date", "revnumber": "revision"}.get(name, name)
    own = _OF_SITES.sub("", key)
    if own != key and (keys.canonical(own) or own in ("status", "draft")):
        key = own
    known = keys.descriptive(key)
    if not value:  # a switch: ``:toc:`` sets it, ``:!toc:`` takes it away
        if known is None:
            metadata.setdefault(key.strip("!"), "!" not in key)
    elif "!" in key:
        set_aside(metadata, key, value)
    elif known and keys.KNOWN[known] == keys.LIST:
        items = [item for each in re.split("[;,]", str(value).strip("[]")) if (item := each.strip(" \"'"))]
        metadata.setdefault(key, []).extend(items)
    elif key not in metadata:
        metadata[key] = value
    elif str(metadata[key]) != str(value):
        set_aside(metadata, key, value)


def _authors(line: str) -> list[str]:
    """Returns the names of an author line, ``Ada Meyer <ada@example.org>; Bo Larsen``; none if it is no such line."""
    parts = [part.strip() for part in line.split(";")]
    if not line.strip() or not all(_AUTHOR.match(part) for part in parts):
        return []
    return [_MAIL.sub("", part).replace("_", " ") for part in parts]
