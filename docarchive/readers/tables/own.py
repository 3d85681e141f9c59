"""Tables that docarchive wrote itself: their rows as the articles that they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docarchive import keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.formats.tables import COLUMNS, is_own, items_of_cell
from docarchive.readers.protocol import ReadOptions
from docarchive.readers.values.reserved_keys import make_article


def is_own_table(header: Sequence[str], options: ReadOptions) -> bool:
    """Tells whether docarchive wrote a table with this header, and the user does not say otherwise."""
    return is_own(header) and not {*options.mapping} - options.optional


def read_own(cells: Sequence[Any]) -> Article:
    """Makes an article of a row that docarchive wrote.

    Args:
        cells: Texts, or for a list also a list; what is not there is empty or None.

    Raises:
        ReaderError: A cell is not what docarchive writes.
        ArticleError: A value in it is not valid.
    """
    row = dict(zip(COLUMNS, [*cells, *[""] * (len(COLUMNS) - len(cells))], strict=False))
    body, extra = row.pop("body") or "", _object(row.pop("extra"))
    metadata: dict[str, Any] = {
        key: _items(value) if keys.KNOWN[key] == keys.LIST else value for key, value in row.items() if value
    }
    if not metadata and not body:
        raise ReaderError("there is no text and no title")
    return make_article({**extra, **metadata}, str(body), own=True)


def _items(cell: Any) -> list[str]:
    return [str(item) for item in cell] if isinstance(cell, list) else items_of_cell(str(cell))


def _object(cell: Any) -> Mapping[str, Any]:
    if not cell:
        return {}
    from docarchive.readers.json.jsonl import parse_json

    found = parse_json(str(cell).encode("utf-8", "surrogatepass"))
    if not isinstance(found, dict):
        raise ReaderError("what is in the column 'extra' is no JSON object")
    return found
