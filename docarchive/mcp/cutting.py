"""Cutting: texts to a number of bytes, and cursors to positions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from docarchive.errors import UsageError
from docarchive.mcp.limits import size
from docarchive.texts import shorten

_FAR: Final = 12  # digits


def clipped(text: str, most: int) -> str:
    """Returns the beginning of a text whose JSON has at most so many bytes, without its quotation marks."""
    if len(text) > most:
        text = text[: max(most, 0)]
    while (excess := size(text) - 2 - most) > 0:
        text = text[: len(text) - max(excess // 6, 1)]  # a character has at most six bytes there
    return text


def position(given: dict[str, Any]) -> int:
    """Returns the position that a cursor stands for; 0 without one.

    Raises:
        UsageError: It is no cursor of an answer.
    """
    cursor = given.get("cursor", "0")
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < _FAR):
        raise UsageError(f"{shorten(repr(cursor))} is no cursor; pass one of the answer before, or none")
    return int(cursor)


def after(start: int, total: int) -> Callable[[int], str | None]:
    """Returns what makes the cursor for what follows so many items from a start on; None if that was the last."""
    return lambda count: str(start + count) if start + count < total else None
