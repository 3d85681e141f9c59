"""Splicing: changes single keys in the front matter of a text whose metadata are known, without parsing it.

Whatever is not sure to be right is left to ``editing``, which parses the text before and after, and takes many times as
long.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from docarchive.frontmatter.yaml12 import dump_yaml

_START: Final = "---\n"
_END: Final = "\n---\n"
#: Characters that end lines for some readers, or are left out by them; a set with one takes long to compile.
_ODD: Final = "\r\x85\u2028\u2029\ufeff"
#: A value that ends on its line, whatever follows: no bracket, quote or block is open, and no anchor or tag begins it.
_VALUE: Final = (
    r"(?:(?:[^\s\x00-\x1f\x7f-\xa0\-?:,\[\]{}#&*!|>'\"%@`]|-:?[0-9]).*+"
    r"|'(?:[^'\n]|'')*+')"
)
#: Keys at the beginnings of lines, each with such a value or a list of such values, none of which has keys of its own.
_BY_LINES: Final = re.compile(rf"(?:\n[\w.@-]++:(?: {_VALUE}|(?:\n- (?!.*:(?:[ \t]|$)){_VALUE})++))++\n", re.MULTILINE)


def spliced(text: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """Returns a text with some keys of its front matter changed, and no other character.

    Args:
        text: The whole text.
        before: The metadata in it, as ``Article.metadata()`` has them; values that are the same objects in ``after``
            are not compared.
        after: The metadata that the text is to have.

    Returns:
        The new text; None if that cannot be said without parsing the text.
    """
    end = text.find(_END, len(_START) - 1)
    if end < 0 or not text.startswith(_START):
        return None
    front, rest = text[len(_START) - 1 : end + 1], text[end + 1 :]
    if not any(character in front for character in _ODD) and _BY_LINES.fullmatch(front):
        front_after = _by_lines(front, before, after)
        return None if front_after is None else f"---{front_after}{rest}"
    return f"{_START}{dump_yaml(after)}\n{rest}" if front[1:-1] == dump_yaml(before) else None


def _by_lines(front: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """Changes front matter that ``_BY_LINES`` matches; it begins and ends with a line end."""
    for key in before.keys() - after.keys():
        front = _replaced(front, key, before[key], "")
        if not front:
            return None
    new = ""  # lines of keys that come before the next one that is there
    for key, value in after.items():
        if key not in before:
            new += f"{dump_yaml({key: value})}\n"
        elif new or before[key] is not value:
            front = _replaced(front, key, before[key], f"{new}{dump_yaml({key: value})}\n")
            new = ""
            if not front:
                return None
    return front + new


def _replaced(front: str, key: str, value: Any, lines: str) -> str:
    """Returns front matter with other lines for a key and its value; empty if these are not there as written."""
    written = f"\n{dump_yaml({key: value})}\n"
    start = front.find(written)
    end = start + len(written)
    if start < 0 or front.startswith("- ", end) or front.count(f"\n{key}:") != 1:
        return ""
    return f"{front[: start + 1]}{lines}{front[end:]}"
