"""Tables that docarchive wrote itself: their columns, and their rows as the articles that they were."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.values.reserved_keys import make_article

#: The header that docarchive writes itself.
OWN_HEADER: Final = (*keys.KNOWN, "extra", "body")


def read_own(cells: Sequence[Any]) -> Article:
    """Makes an article of a row that docarchive wrote.

    Args:
        cells: Texts, or for a list also a list; what is not there is empty or None.

    Raises:
        ReaderError: A cell is not what docarchive writes.
        ArticleError: A value in it is not valid.
    """
    row = dict(zip(OWN_HEADER, [*cells, *[""] * (len(OWN_HEADER) - len(cells))], strict=False))
    body, extra = row.pop("body") or "", _object(row.pop("extra"))
    metadata: dict[str, Any] = {
        key: _items(value) if keys.KNOWN[key] == keys.LIST else value for key, value in row.items() if value
    }
    if not metadata and not body:
        raise ReaderError("there is no text and no title")
    return make_article({**extra, **metadata}, str(body), own=True)


def _items(cell: Any) -> list[str]:
    if isinstance(cell, list):
        return [str(item) for item in cell]
    cell = str(cell)
    if cell.startswith("["):
        try:
            found = json.loads(cell)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, list) and all(isinstance(item, str) for item in found):
            return found
    return [item for item in cell.split("; ") if item]


def _object(cell: Any) -> Mapping[str, Any]:
    if not cell:
        return {}
    from docarchive.readers.json.jsonl import parse_json

    found = parse_json(str(cell).encode("utf-8", "surrogatepass"))
    if not isinstance(found, dict):
        raise ReaderError("what is in the column 'extra' is no JSON object")
    return found
