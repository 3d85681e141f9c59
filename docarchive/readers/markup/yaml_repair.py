"""Front matter that is no YAML, as people write it by hand, made what they meant.

Titles with a colon, quotes in quotes, ``@name``, tabs: each line on which a value can be told without doubt is
put in quotes. What still is no YAML after that stays refused.
"""

from __future__ import annotations

import json
import re
from typing import Final

_PAIR = re.compile(r"(?P<head>[ ]*(?:- +)?(?:[\w][\w .-]{0,60}?|\"[^\"]{1,60}\"):[ \t]+)(?P<value>\S.*?)[ \t\r]*\Z")
_ITEM = re.compile(r"(?P<head>[ ]*- +)(?P<value>[@`%*&!].*?)[ \t\r]*\Z")
_BLOCK = re.compile(r"[|>][+-]?\d?[+-]?(?:\s+#.*)?\Z")
_QUOTED = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*(?:#.*)?\Z""")
_TEMPLATE = re.compile(r"\{\{|\{%|<%")
_PLACE = re.compile(r"\{\{.{0,200}\}\}|<%.{0,200}%>")
_LONGEST: Final = 100_000


def is_template(raw: str) -> bool:
    """Tells whether front matter has places that a program fills in: ``title: {{ title }}``."""
    return _TEMPLATE.search(raw) is not None


def is_place(value: object) -> bool:
    """Tells whether a value is all a place that a program fills in: ``{{ title }}``, ``<% tp.date.now() %>``."""
    return isinstance(value, str) and _PLACE.fullmatch(value.strip()) is not None


def mended(raw: str) -> str | None:
    r"""Returns front matter with what cannot be read put in quotes; None if there is nothing to mend.

    >>> mended("title: Ships: a story\ndate: 2024-03-16")
    'title: "Ships: a story"\ndate: 2024-03-16'
    """
    if len(raw) > _LONGEST:
        return None
    lines = []
    inside = -1  # how far a block of text is indented, whose lines stay as they are
    for written in raw.split("\n"):
        line = _without_tabs(written)
        indent = len(line) - len(line.lstrip(" "))
        if inside >= 0 and (not line.strip() or indent > inside):
            lines.append(line)
            continue
        inside = -1
        found = _PAIR.fullmatch(line) or _ITEM.fullmatch(line)
        if found and _BLOCK.fullmatch(found["value"]):
            inside = indent
        lines.append(found["head"] + _quoted(found["value"]) if found and _is_wrong(found["value"]) else line)
    whole = "\n".join(lines)
    return whole if whole != raw else None


def _without_tabs(line: str) -> str:
    text = line.lstrip(" \t")
    return line[: len(line) - len(text)].replace("\t", "  ") + text


def _is_wrong(value: str) -> bool:
    """Tells whether a value on one line is none that YAML can read as it is meant."""
    first, last = value[0], value[-1]
    if first in "\"'":
        return not _QUOTED.fullmatch(value)
    if first in "[{":
        closing = {"[": "]", "{": "}"}[first]
        return closing in value and last != closing  # one without may go on below
    if first in "|>":
        return not _BLOCK.fullmatch(value)
    return first in "@`%*&!" or ": " in value or last == ":"


def _quoted(value: str) -> str:
    if len(value) > 2 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return json.dumps(value, ensure_ascii=False)
