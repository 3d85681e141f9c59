"""The reader of reStructuredText: title, docinfo and ``meta`` become metadata, the text stays as it is.

Only what stands at the head is taken (Docutils' document title, bibliographic fields and ``meta`` directive, ABlog's
``post``, Nikola's comments, front matter), and of that only what became a value: the rest stays in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from docarchive import frontmatter, keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import read_text
from docarchive.readers.protocol import Reader, Record, Source
from docarchive.readers.sites import folders
from docarchive.readers.sites.generator_keys import lifted
from docarchive.readers.values.reserved_keys import lenient_article

_LINE = re.compile(r"([!-/:-@\[-`{-~])\1*\s*\Z")
_FIELD = re.compile(r":(?P<name>[^:\n]{1,60}):(?:[ \t]+(?P<value>.*))?\Z")
_META = re.compile(r"\.\.[ \t]+meta::[ \t]*\Z")
_POST = re.compile(r"\.\.[ \t]+post::(?:[ \t]+.*)?\Z")
_NIKOLA = re.compile(r"\.\.[ \t]+(?P<name>[a-z][a-z_]*):(?!:)(?P<value>(?:[ \t].*)?)\Z")
#: Comments, targets, substitutions, and directives that set something: they may stand above a title.
_EXPLICIT = re.compile(r"\.\.(?:[ \t]|\Z)")
_RCS = re.compile(r"\$[A-Z][A-Za-z]{2,10}:[ \t]*(.*?)[ \t]*\$")
_ROLE = re.compile(
    r":[a-z][a-z:+.-]{0,30}:`([^`<]{1,200}?)(?:\s*<[^`<>]*>)?`|``([^`]{1,200})``|(?<!\w)\*{1,2}([^*]{1,200})\*{1,2}"
)
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
    article = read_rst(text, source.name, source.folder)
    if encoding != "utf-8":
        article.extra.setdefault("encoding", encoding)
    return article


def read_rst(text: str, name: str = "", folder: str = "") -> Article:
    """Reads an article from reStructuredText.

    Args:
        text: The whole text.
        name: The file's name; a date at its beginning serves where the text has none.
        folder: The folders that it lies in, as far as they mean something.

    Raises:
        ReaderError: There is no text in it.
    """
    given, text = frontmatter.parse(text.removeprefix("\ufeff"))
    lines = text.splitlines()
    metadata: dict[Any, Any] = dict(given)
    kept: list[str] = []
    place = _heads(lines, 0, metadata, kept)
    if title := _title(lines, place):
        if "title" not in metadata:
            metadata["title"] = _plain(title[0])
            place = title[1]
        place = _heads(lines, place, metadata, kept)
    body = "\n".join([*kept, *([""] if kept else []), *lines[place:]]).strip("\n").rstrip()
    if not body and not metadata:
        raise ReaderError("there is no text in it")
    metadata = lifted(metadata, folder)
    folders.add_place(metadata, name, folder)
    if date := folders.shown_date(metadata, name, folder):
        metadata.setdefault("date", date)
    return lenient_article(metadata, body or str(metadata.get("title", "")))


def _heads(lines: list[str], place: int, metadata: dict[Any, Any], kept: list[str]) -> int:
    """Reads fields, ``meta``, ``post`` and Nikola's comments that stand at a place; returns where the text goes on.

    Lines among them that have no place in the metadata are added to ``kept``, so that they stay in the text.
    """
    while place < len(lines):
        line = lines[place]
        if not line.strip():
            place += 1
        elif field := _FIELD.match(line):
            end = _end_of_field(lines, place, 0)
            if not _add(metadata, field["name"], _value(field["value"], lines[place + 1 : end])):
                kept.extend(lines[place:end])
            place = end
        elif _EXPLICIT.match(line) and (end := _explicit(lines, place, metadata, kept)):
            place = end
        else:
            break
    return place


def _explicit(lines: list[str], place: int, metadata: dict[Any, Any], kept: list[str]) -> int:
    """Reads what begins with two dots; returns the place behind it, or 0 if the text begins with it."""
    line = lines[place]
    if _META.match(line):
        return _meta(lines, place, metadata, kept)
    if _POST.match(line):
        return _post(lines, place, metadata)
    if comment := _NIKOLA.match(line):
        if comment["value"].strip() and not _add(metadata, comment["name"], comment["value"]):
            kept.append(line)
        return place + 1
    if not _leads_on(lines, place):
        return 0
    end = _end_of_block(lines, place)
    kept.extend([*lines[place:end], ""])
    return end


def _leads_on(lines: list[str], place: int) -> bool:
    """Tells whether a title, fields or more of what may stand above them follow a block."""
    end = _end_of_block(lines, place)
    while end < len(lines) and not lines[end].strip():
        end += 1
    if end >= len(lines):
        return False
    return bool(_EXPLICIT.match(lines[end]) or _FIELD.match(lines[end]) or _title(lines, end))


def _end_of_block(lines: list[str], place: int) -> int:
    """Returns the place behind a line and all below it that is further in."""
    end = place + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " \t"):
        end += 1
    while end > place + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _post(lines: list[str], place: int, metadata: dict[Any, Any]) -> int:
    """Reads ABlog's ``post``, its date and options; returns the place behind it."""
    _add(metadata, "date", lines[place].partition("::")[2])
    place += 1
    while place < len(lines) and lines[place].startswith((" ", "\t")) and (field := _FIELD.match(lines[place].strip())):
        end = _end_of_field(lines, place, len(lines[place]) - len(lines[place].lstrip()))
        value = _value(field["value"], lines[place + 1 : end])
        if not _add(metadata, field["name"], value):
            metadata.setdefault(field["name"], value or True)
        place = end
    return place


def _meta(lines: list[str], place: int, metadata: dict[Any, Any], kept: list[str]) -> int:
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
    lines = [*filter(None, [(first or "").strip(), *(line.strip() for line in more)])]
    if len(lines) > 1 and all(line.startswith(("- ", "* ")) for line in lines):
        return "; ".join(line[2:].strip() for line in lines)
    return " ".join(lines)


def _plain(title: str) -> str:
    """Returns a title without what sets words off, as Docutils shows it."""
    return " ".join(_ROLE.sub(lambda found: next(filter(None, found.groups()), ""), title).split())


def _add(metadata: dict[Any, Any], name: str, value: str) -> bool:
    """Adds a value; returns whether it has a place there, for else it stays in the text."""
    key, value = "_".join(name.lower().split()), value.strip()
    if version := _RCS.fullmatch(value):
        value = version[1]
    known = keys.descriptive(key)
    if not value.strip() or not key:
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
