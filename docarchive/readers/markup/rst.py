"""The reader of reStructuredText: title, docinfo and ``meta`` become metadata, the text is not changed.

Only the head of a text is read: front matter, Docutils' document title, bibliographic fields and ``meta`` directive,
ABlog's ``post``, Nikola's comments. A line is taken out of the text only if it became a value (decision 0020).
"""

from __future__ import annotations

import re
from typing import Any, Final

from docarchive import frontmatter, keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.sites.folders import site_article
from docarchive.texts import one_line

_LINE = re.compile(r"([!-/:-@\[-`{-~])\1*\s*\Z")
_FIELD = re.compile(r":(?P<name>[^:\n]{1,60}):(?:[ \t\u00a0]+(?P<value>.*))?\Z")
_META = re.compile(r"\.\.[ \t]+meta::[ \t]*\Z")
_POST = re.compile(r"\.\.[ \t]+post::(?:[ \t]+.*)?\Z")
_NIKOLA = re.compile(r"\.\.[ \t]+(?P<name>[a-z][a-z_]*):(?!:)(?P<value>(?:[ \t].*)?)\Z")
#: Comments, targets, substitutions, and directives that set something: they may precede a title.
_EXPLICIT = re.compile(r"\.\.(?:[ \t]|\Z)")
_RCS = re.compile(r"\$[A-Z][A-Za-z]{2,10}:[ \t]*(.*?)[ \t]*\$")
_ROLE = re.compile(
    r":[a-z][a-z:+.-]{0,30}:`([^`<]{1,200}?)(?:\s*<[^`<>]*>)?`|``([^`]{1,200})``|(?<!\w)\*{1,2}([^*]{1,200})\*{1,2}"
)
_LISTS: Final = re.compile(r"[;,]")


def read_rst(text: str, name: str = "", folder: str = "") -> Article:
    """Reads an article from reStructuredText; for ``load_text``.

    Raises:
        ReaderError: There is no text in it.
    """
    given, text = frontmatter.parse(text.removeprefix("\ufeff"))
    lines = text.splitlines()
    metadata: dict[Any, Any] = dict(given)
    kept: list[str] = []
    start = _heads(lines, 0, metadata, kept)
    if title := _title(lines, start):
        if "title" not in metadata:
            metadata["title"] = _plain(title[0])
            start = title[1]
        start = _heads(lines, start, metadata, kept)
    body = "\n".join([*kept, *([""] if kept else []), *lines[start:]]).strip("\n").rstrip()
    if not body and not metadata:
        raise ReaderError("there is no text in it")
    return site_article(metadata, body, name, folder)


def _heads(lines: list[str], index: int, metadata: dict[Any, Any], kept: list[str]) -> int:
    """Reads fields, ``meta``, ``post`` and Nikola's comments; returns the index of the line after them.

    Lines that do not become values are added to ``kept``, so that they stay in the text.
    """
    while index < len(lines):
        line = lines[index]
        if not line.strip():
            index += 1
        elif field := _FIELD.match(line):
            end = _end_of_field(lines, index, 0)
            if not _add(metadata, field["name"], _value(field["value"], lines[index + 1 : end])):
                kept.extend(lines[index:end])
            index = end
        elif _EXPLICIT.match(line) and (end := _explicit(lines, index, metadata, kept)):
            index = end
        else:
            break
    return index


def _explicit(lines: list[str], start: int, metadata: dict[Any, Any], kept: list[str]) -> int:
    """Reads a block that begins with two dots; returns the index of the line after it, 0 if the block is text."""
    line = lines[start]
    if _META.match(line):
        return _meta(lines, start, metadata, kept)
    if _POST.match(line):
        return _post(lines, start, metadata)
    if comment := _NIKOLA.match(line):
        if comment["value"].strip() and not _add(metadata, comment["name"], comment["value"]):
            kept.append(line)
        return start + 1
    if not _leads_on(lines, start):
        return 0
    end = _end_of_block(lines, start)
    kept.extend([*lines[start:end], ""])
    return end


def _leads_on(lines: list[str], start: int) -> bool:
    """Returns whether a title, fields or another block that may precede them follows a block."""
    end = _end_of_block(lines, start)
    while end < len(lines) and not lines[end].strip():
        end += 1
    if end >= len(lines):
        return False
    return bool(_EXPLICIT.match(lines[end]) or _FIELD.match(lines[end]) or _title(lines, end))


def _end_of_block(lines: list[str], start: int) -> int:
    """Returns the index of the line after a line and all that is indented below it."""
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " \t"):
        end += 1
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    return end


def _post(lines: list[str], index: int, metadata: dict[Any, Any]) -> int:
    """Reads ABlog's ``post``, its date and options; returns the index of the line after it."""
    _add(metadata, "date", lines[index].partition("::")[2])
    index += 1
    while index < len(lines) and lines[index].startswith((" ", "\t")) and (field := _FIELD.match(lines[index].strip())):
        end = _end_of_field(lines, index, len(lines[index]) - len(lines[index].lstrip()))
        value = _value(field["value"], lines[index + 1 : end])
        if not _add(metadata, field["name"], value):
            metadata.setdefault(field["name"], value or True)
        index = end
    return index


def _meta(lines: list[str], index: int, metadata: dict[Any, Any], kept: list[str]) -> int:
    """Reads a ``meta`` directive; returns the index of the line after it."""
    directive, left = lines[index], []
    index += 1
    while index < len(lines) and (not lines[index].strip() or lines[index].startswith((" ", "\t"))):
        line = lines[index]
        if not line.strip():
            index += 1
            continue
        end = _end_of_field(lines, index, len(line) - len(line.lstrip()))
        field = _FIELD.match(line.strip())
        name = field["name"].partition(" ")[0] if field else ""
        if not field or not _add(metadata, name, _value(field["value"], lines[index + 1 : end])):
            left += lines[index:end]
        index = end
    if left:
        kept += [directive, *left]
    return index


def _end_of_field(lines: list[str], start: int, indent: int) -> int:
    """Returns the index of the line after a field and the lines that are indented below it."""
    end = start + 1
    while end < len(lines) and lines[end].strip() and len(lines[end]) - len(lines[end].lstrip()) > indent:
        end += 1
    return end


def _value(first: str | None, more: list[str]) -> str:
    lines = [*filter(None, [(first or "").strip(), *(line.strip() for line in more)])]
    if len(lines) > 1 and all(line.startswith(("- ", "* ")) for line in lines):
        return "; ".join(line[2:].strip() for line in lines)
    return " ".join(lines)


def _plain(title: str) -> str:
    """Returns a title without inline markup, as Docutils shows it."""
    return one_line(_ROLE.sub(lambda role: next(filter(None, role.groups()), ""), title))


def _add(metadata: dict[Any, Any], name: str, value: str) -> bool:
    """Adds a value to the metadata; returns False if there is none, or one for the key: then it stays in the text."""
    key, value = "_".join(name.lower().split()), value.strip()
    if version := _RCS.fullmatch(value):
        value = version[1]
    known = keys.descriptive(key)
    if not value.strip() or not key:
        return False
    if known and keys.KNOWN[known] == keys.LIST:
        metadata.setdefault(key, []).extend(item for part in _LISTS.split(value) if (item := part.strip()))
        return True
    if key in metadata:
        return False
    metadata[key] = value
    return True


def _title(lines: list[str], start: int) -> tuple[str, int] | None:
    """Returns the title at a line, underlined or between two lines, and the index of the line after it."""
    if start + 1 >= len(lines):
        return None
    over = _LINE.match(lines[start]) and start + 2 < len(lines)
    text, under = (lines[start + 1], lines[start + 2]) if over else (lines[start], lines[start + 1])
    if not text.strip() or _LINE.match(text) or (not over and text[:1].isspace()):
        return None
    if not _LINE.match(under) or len(under.strip()) < min(len(text.strip()), 4):
        return None
    return text.strip(), start + (3 if over else 2)
