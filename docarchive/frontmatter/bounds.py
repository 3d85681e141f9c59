"""Bounds: where the front matter of a text begins and ends, found without reading the metadata."""

from __future__ import annotations

import json
import re

from docarchive.records import NamedTuple
from docarchive.regexes import lazy

BLANK_LINE = lazy(r"[ \t]*\r?\n")
#: What may follow a fence on its line: also the spaces that do not break of texts from word processors.
_SPACES = r"[^\S\r\n]*"
_FENCE = lazy(rf"(---|\+\+\+)(yaml|toml|json)?{_SPACES}\r?\n")
_CLOSING = {
    "---": lazy(rf"^(?:---|\.\.\.){_SPACES}(?:\r?\n|\Z)", re.MULTILINE),
    "+++": lazy(rf"^\+\+\+{_SPACES}(?:\r?\n|\Z)", re.MULTILINE),
}


class Bounds(NamedTuple):
    """The bounds of front matter; ``text[start:end]`` is the metadata without its fences."""

    syntax: str | None  # ``yaml``, ``toml``, ``json``, or None if there is no front matter
    start: int  # the index of the first character of the metadata
    end: int  # the index after its last character
    body: int  # the index of the first character of the body


def find_bounds(text: str) -> Bounds:
    """Returns the bounds of a text's front matter, without reading it.

    A blank line between front matter and body belongs to neither. Front matter that is never closed is body.
    """
    bom = 1 if text.startswith("\ufeff") else 0
    if opening := _FENCE.match(text, bom):
        closing = _CLOSING[opening[1]].search(text, opening.end())
        if closing:
            syntax = opening[2] or ("yaml" if opening[1] == "---" else "toml")
            start = opening.end()
            while text.startswith("\ufeff", start):  # programs have put the rule before it
                start += 1
            return Bounds(syntax, start, closing.start(), _skip_blank_line(text, closing.end()))
    elif text.startswith("{", bom):
        try:
            value, end = json.JSONDecoder().raw_decode(text, bom)
        except (ValueError, RecursionError):
            return Bounds(None, bom, bom, bom)
        line = BLANK_LINE.match(text, end)
        if isinstance(value, dict) and (line or end == len(text)):
            return Bounds("json", bom, end, _skip_blank_line(text, line.end() if line else end))
    return Bounds(None, bom, bom, bom)


def _skip_blank_line(text: str, position: int) -> int:
    match = BLANK_LINE.match(text, position)
    return match.end() if match else position


def without_line_end(body: str) -> str:
    """Returns a body without its final line end."""
    return body[:-2] if body.endswith("\r\n") else body.removesuffix("\n")


def line_end(body: str) -> str:
    """Returns the line end to write after a body, such that ``without_line_end`` removes exactly that."""
    return "\r\n" if body.endswith("\r") else "\n"
