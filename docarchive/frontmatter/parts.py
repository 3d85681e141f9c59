"""Taking a text apart: front matter and text proper, found without being read wherever that can be."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

BLANK_LINE = re.compile(r"[ \t]*\r?\n")
_FENCE = re.compile(r"(---|\+\+\+)(yaml|toml|json)?[ \t]*\r?\n")
_CLOSING = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*(?:\r?\n|\Z)", re.MULTILINE),
}


class Parts(NamedTuple):
    """A text taken apart; ``text[:start] + metadata + text[end:]`` is the text again.

    Attributes:
        syntax: ``yaml``, ``toml``, ``json``, or None where there is no front matter.
        start: Index of the first character of the metadata.
        end: Index behind its last character.
        body: Index of the first character of the text proper.
    """

    syntax: str | None
    start: int
    end: int
    body: int


def split(text: str) -> Parts:
    """Finds the front matter of a text without reading it.

    A blank line between front matter and text belongs to neither. Front matter that is never
    closed is none.
    """
    bom = 1 if text.startswith("\ufeff") else 0
    if opening := _FENCE.match(text, bom):
        closing = _CLOSING[opening[1]].search(text, opening.end())
        if closing:
            syntax = opening[2] or ("yaml" if opening[1] == "---" else "toml")
            return Parts(syntax, opening.end(), closing.start(), _skip_blank_line(text, closing.end()))
    elif text.startswith("{", bom):
        try:
            value, end = json.JSONDecoder().raw_decode(text, bom)
        except (ValueError, RecursionError):
            return Parts(None, bom, bom, bom)
        line = BLANK_LINE.match(text, end)
        if isinstance(value, dict) and (line or end == len(text)):
            return Parts("json", bom, end, _skip_blank_line(text, line.end() if line else end))
    return Parts(None, bom, bom, bom)


def _skip_blank_line(text: str, position: int) -> int:
    match = BLANK_LINE.match(text, position)
    return match.end() if match else position


def without_line_end(body: str) -> str:
    """Returns a body without the line end that a file has behind it."""
    return body[:-2] if body.endswith("\r\n") else body.removesuffix("\n")


def line_end(body: str) -> str:
    """Returns the line end to put behind a body, such that ``without_line_end`` takes away just that."""
    return "\r\n" if body.endswith("\r") else "\n"
