"""Repairs front matter that is invalid YAML, as people write it by hand.

Titles with a colon, quotes in quotes, ``@name``, tabs: where the value on a line is beyond doubt, it is put in quotes.
What is still invalid after that is refused. See decision 0051.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

_PAIR = re.compile(r"(?P<head>[ ]*(?:- +)?(?:[\w][\w .-]{0,60}?|\"[^\"]{1,60}\"):[ \t]+)(?P<value>\S.*?)[ \t\r]*\Z")
_ITEM = re.compile(r"(?P<head>[ ]*- +)(?P<value>[@`%*&!].*?)[ \t\r]*\Z")
_BLOCK = re.compile(r"[|>][+-]?\d?[+-]?(?:\s+#.*)?\Z")
_QUOTED = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*(?:#.*)?\Z""")
_TEMPLATE = re.compile(r"\{\{|\{%|<%")
_PLACEHOLDER = re.compile(r"\{\{.{0,200}\}\}|<%.{0,200}%>")
_LONGEST: Final = 100_000


def is_template(raw: str) -> bool:
    """Returns whether front matter has placeholders that a program fills in: ``title: {{ title }}``."""
    return _TEMPLATE.search(raw) is not None


def is_placeholder(value: object) -> bool:
    """Returns whether a value is one placeholder: ``{{ title }}``, ``<% tp.date.now() %>``."""
    return isinstance(value, str) and _PLACEHOLDER.fullmatch(value.strip()) is not None


def repaired(raw: str) -> str | None:
    r"""Returns front matter with invalid values put in quotes; None if there is nothing to repair.

    >>> repaired("title: Ships: a story\ndate: 2024-03-16")
    'title: "Ships: a story"\ndate: 2024-03-16'
    """
    if len(raw) > _LONGEST:
        return None
    lines = []
    inside = -1  # indentation of a block of text, whose lines stay unchanged
    for written in raw.split("\n"):
        line = _CONTROL.sub(" ", _without_tabs(written))
        indent = len(line) - len(line.lstrip(" "))
        if inside >= 0 and (not line.strip() or indent > inside):
            lines.append(line)
            continue
        inside = -1
        match = _PAIR.fullmatch(line) or _ITEM.fullmatch(line)
        if match and _BLOCK.fullmatch(match["value"]):
            inside = indent
        lines.append(match["head"] + _quoted(match["value"]) if match and _is_wrong(match["value"]) else line)
    whole = "\n".join(lines)
    return whole if whole != raw else None


#: Controls that YAML refuses.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
#: White space that is none to YAML and TOML, such as a space that does not break.
_ODD: Final = "\x0b\x0c\x1c-\x1f\x85\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_HAS_ODD: Final = re.compile(f"[{_ODD}]")
_ODD_LINE: Final = re.compile(
    rf"(?P<indent>[ \t{_ODD}]*)(?P<item>(?:-[ \t{_ODD}]+)*)"
    rf"(?:(?P<key>[\w][\w .-]{{0,60}}?|\"[^\"\n]{{1,60}}\")[ \t{_ODD}]*(?P<sign>[:=])(?:[ \t{_ODD}]+|\Z))?(?P<value>.*)"
)


def with_plain_spaces(raw: str) -> Iterator[str]:
    """Yields front matter with spaces where it has odd ones around keys and at the ends of lines, the likelier first.

    Odd spaces in values stay. Nothing is yielded if there are none.
    """
    if not _HAS_ODD.search(raw) or len(raw) > _LONGEST:
        return
    lines = [_ODD_LINE.fullmatch(line) for line in raw.split("\n")]
    for keeps_indent in (True, False):
        plain = []
        for match in filter(None, lines):
            is_odd = _HAS_ODD.search(match["indent"]) is not None
            indent = "" if is_odd and not keeps_indent else _HAS_ODD.sub(" ", match["indent"])
            item = "- " * match["item"].count("-")
            key = f"{match['key'].strip()}{' =' if match['sign'] == '=' else ':'} " if match["key"] else ""
            plain.append(f"{indent}{item}{key}{match['value'].strip() if key or item else match['value'].rstrip()}")
        yield "\n".join(plain)


def _without_tabs(line: str) -> str:
    text = line.lstrip(" \t")
    return line[: len(line) - len(text)].replace("\t", "  ") + text


def _is_wrong(value: str) -> bool:
    """Returns whether YAML would not read the value on a line as it is meant."""
    first, last = value[0], value[-1]
    if first in "\"'":
        return not _QUOTED.fullmatch(value)
    if first in "[{":
        closing = {"[": "]", "{": "}"}[first]
        return closing in value and last != closing  # one without may continue below
    if first in "|>":
        return not _BLOCK.fullmatch(value)
    return first in "@`%*&!" or ": " in value or last == ":"


def _quoted(value: str) -> str:
    if len(value) > 2 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return json.dumps(value, ensure_ascii=False)
