"""Tables that docarchive wrote: their columns, and how their rows become the same articles again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.errors import ReaderError

#: The names of the columns.
OWN_HEADER: Final = (*keys.KNOWN, "extra", "body")


def read_own(cells: Sequence[Any]) -> Article:
    """Makes an article of a row that docarchive wrote.

    Args:
        cells: The values in the order of ``OWN_HEADER``: strings, or lists for keys that hold lists; missing ones are
            empty or None.

    Raises:
        ReaderError: A cell is not what docarchive writes.
        ArticleError: A value in it is not valid.
    """
    row = dict(zip(OWN_HEADER, [*cells, *[""] * (len(OWN_HEADER) - len(cells))], strict=False))
    body, extra = row.pop("body") or "", _object_of(row.pop("extra"))
    metadata: dict[str, Any] = {
        key: _list_of(value) if keys.KNOWN[key] == keys.LIST else value for key, value in row.items() if value
    }
    if not metadata and not body:
        raise ReaderError("there is no text and no title")
    return Article.from_metadata({**extra, **metadata}, str(body))


def _list_of(cell: Any) -> list[str]:
    if isinstance(cell, list):
        return [str(item) for item in cell]
    cell = str(cell)
    if cell.startswith("["):
        try:
            items = json.loads(cell)
        except (ValueError, RecursionError):
            items = None
        if isinstance(items, list) and all(isinstance(item, str) for item in items):
            return items
    return [item for item in cell.split("; ") if item]


def _object_of(cell: Any) -> Mapping[str, Any]:
    if not cell:
        return {}
    from docarchive.readers.json.jsonl import parse_json

    value = parse_json(str(cell).encode("utf-8", "surrogatepass"))
    if not isinstance(value, dict):
        raise ReaderError("the column 'extra' does not hold a JSON object")
    return value
