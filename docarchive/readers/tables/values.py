"""Rows of databases: their values as JSON has them, and their bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

from docarchive.readers.json.json import item_bytes

_DEEPEST = 32


def plain(value: Any, depth: int = 0) -> Any:
    """Returns a value as JSON has it; None for binary data that is no text."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, date | time):  # a moment is a date too
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        try:
            return bytes(value).decode("utf-8")
        except UnicodeDecodeError:
            return None
    if depth < _DEEPEST and isinstance(value, Mapping):
        return {str(key): plain(each, depth + 1) for key, each in value.items()}
    if depth < _DEEPEST and isinstance(value, Iterable):
        return [plain(each, depth + 1) for each in value]
    return str(value)


def row_bytes(names: Sequence[str], values: Sequence[Any]) -> bytes:
    """Returns bytes that say what a row says, as it has none of its own."""
    return item_bytes(
        {
            name: value.hex() if isinstance(value, bytes) else plain(value)
            for name, value in zip(names, values, strict=False)
        }
    )
