"""Values and rows of databases as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any, Final

from docarchive.readers.json.jsonl import item_bytes

_MAX_DEPTH: Final = 32
_SCALARS: Final = (str, int, float)  # a tuple, which isinstance checks faster than a union: called for each cell


def as_json(value: Any, depth: int = 0) -> Any:
    """Returns a value as JSON holds it: times as ISO 8601, UTF-8 as text; None for other binary data."""
    if value is None or isinstance(value, _SCALARS):
        return value
    if isinstance(value, date | time):  # a datetime is a date too
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        try:
            return bytes(value).decode("utf-8")
        except UnicodeDecodeError:
            return None
    if depth < _MAX_DEPTH and isinstance(value, Mapping):
        return {str(key): as_json(item, depth + 1) for key, item in value.items()}
    if depth < _MAX_DEPTH and isinstance(value, Iterable):
        return [as_json(item, depth + 1) for item in value]
    return str(value)


def row_bytes(names: Sequence[str], values: Sequence[Any]) -> bytes:
    """Returns the bytes of a row's record: its values as JSON, since a database has no bytes for a row."""
    return item_bytes(
        {
            name: value.hex() if isinstance(value, bytes) else as_json(value)
            for name, value in zip(names, values, strict=False)
        }
    )
