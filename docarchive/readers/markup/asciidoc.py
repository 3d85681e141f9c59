"""The reader of AsciiDoc: the document header becomes metadata, the text is not changed.

The header (https://docs.asciidoctor.org/asciidoc/latest/document/header/) becomes values: a second value of a key is
set aside as ``KEY_as_written``, comments are kept under ``comments``.
"""

from __future__ import annotations

import re
from typing import Any

from docarchive import frontmatter, keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.sites.folders import site_article
from docarchive.readers.values.reserved_keys import set_aside
from docarchive.readers.values.written_dates import read_date

_TITLE = re.compile(r"[=#][ \t\u00a0]+(?P<title>\S.*)\Z")
_ATTRIBUTE = re.compile(r":(?P<name>!?[\w][\w-]*!?):(?:[ \t\u00a0]+(?P<value>.*))?\Z")
_AUTHOR = re.compile(r"[^\W\d_][\w.'’-]*(?:[ \t]+[\w.'’-]+){0,3}(?:[ \t]+<[^>\n]+>)?\Z")
_MAIL = re.compile(r"\s*<([^>]*)>")
_PGP = re.compile(r"\s*-----BEGIN PGP ")
_OF_SITES = re.compile(r"(?:page|jbake|article|awestruct)-")
#: By how many characters the line below a title may be longer or shorter than it.
_OFF = 2
_REVISION = re.compile(r"(?:v?(?P<number>[\d.]+)\s*,\s*)?(?P<date>[^:]*[^:\s])(?::[ \t]+(?P<remark>.*))?\Z")


def read_asciidoc(text: str, name: str = "", folder: str = "") -> Article:
    """Reads an article from AsciiDoc, with the front matter that sites put above it; for ``load_text``.

    Raises:
        ReaderError: There is no text in it, its front matter cannot be read, or it is of PGP.
    """
    if _PGP.match(text):  # files of PGP end in .asc too
        raise ReaderError("it is a message, a key or a signature of PGP, no text")
    given, text = frontmatter.parse(text.removeprefix("\ufeff"))
    lines = text.splitlines()
    metadata: dict[str, Any] = {}
    index = _header(lines, metadata)
    body = "\n".join(lines[index:]).strip("\n").rstrip()
    if not body and not metadata and not given:
        raise ReaderError("there is no text in it")
    return site_article(_merged(metadata, given), body, name, folder)


def _merged(header: dict[str, Any], given: dict[Any, Any]) -> dict[Any, Any]:
    """Returns front matter and header; where both have a value of a key, the header's is set aside."""
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
    """Reads the header into the metadata; returns the number of its lines."""
    index = _attributes(lines, 0, metadata, blank=True)
    title = _TITLE.match(lines[index]) if index < len(lines) else None
    below = lines[index + 1].rstrip() if index + 1 < len(lines) else ""
    if title:
        _add(metadata, "title", title["title"].strip())
        index += 1
    elif below and not below.strip("=") and abs(len(below) - len(lines[index].strip())) <= _OFF:
        _add(metadata, "title", lines[index].strip())
        index += 2
    else:
        return index
    if index < len(lines) and (authors := _authors(lines[index])):
        metadata.setdefault("authors", []).extend(authors)
        if addresses := _MAIL.findall(lines[index]):
            metadata.setdefault("emails", []).extend(addresses)
        index += 1
        revision = _REVISION.match(lines[index].strip()) if index < len(lines) else None
        if revision and (date := read_date(revision["date"])):
            for key, value in (("date", date), ("revision", revision["number"]), ("remark", revision["remark"])):
                if value:
                    _add(metadata, key, value)
            index += 1
    return _attributes(lines, index, metadata)


def _attributes(lines: list[str], index: int, metadata: dict[str, Any], *, blank: bool = False) -> int:
    """Reads attributes and comments into the metadata; returns the index of the line after them.

    Blank lines and blocks of comments may be among them if ``blank``, as above a title.
    """
    while index < len(lines):
        line = lines[index]
        if blank and not line.strip():
            index += 1
        elif blank and line.rstrip() == "////" and (end := _end_of_comment(lines, index)):
            metadata.setdefault("comments", []).append("\n".join(lines[index + 1 : end - 1]))
            index = end
        elif line.startswith("//") and not line.startswith("////"):
            if comment := line[2:].strip():
                metadata.setdefault("comments", []).append(comment)
            index += 1
        elif attribute := _ATTRIBUTE.match(line.rstrip()):
            value = (attribute["value"] or "").strip()
            while value.endswith(" \\") and index + 1 < len(lines):  # continued on the next line
                index += 1
                value = f"{value[:-2].rstrip()} {lines[index].strip()}"
            _add(metadata, attribute["name"], value)
            index += 1
        else:
            break
    return index


def _end_of_comment(lines: list[str], index: int) -> int:
    """Returns the index of the line after a block of comments; 0 if the block does not end."""
    return next((end + 1 for end in range(index + 1, len(lines)) if lines[end].rstrip() == "////"), 0)


def _add(metadata: dict[str, Any], name: str, value: Any) -> None:
    key = {"revdate": "date", "docdate": "date", "revnumber": "revision"}.get(name, name)
    own = _OF_SITES.sub("", key)
    if own != key and (keys.canonical(own) or own in ("status", "draft", *keys.RESERVED)):
        key = own
    known = keys.descriptive(key)
    if not value:  # a switch: ``:toc:`` sets it, ``:!toc:`` takes it away
        if known is None:
            metadata.setdefault(key.strip("!"), "!" not in key)
    elif "!" in key:
        set_aside(metadata, key, value)
    elif known and keys.KNOWN[known] == keys.LIST:
        items = [item for part in re.split("[;,]", str(value).strip("[]")) if (item := part.strip(" \"'"))]
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
