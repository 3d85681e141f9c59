"""Rows of tables that docarchive wrote, as the articles that they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.formats.tables import COLUMNS, items_of_cell, objects_of_cell
from docarchive.readers.values.reserved_keys import make_article


def read_own(cells: Sequence[Any]) -> Article:
    """Makes an article of a row that docarchive wrote.

    Args:
        cells: The values in the order of ``COLUMNS``: strings, or lists for keys that hold lists; missing ones are
            empty or None.

    Raises:
        ReaderError: A cell is not what docarchive writes.
        ArticleError: A value in it is not valid.
    """
    row = dict(zip(COLUMNS, [*cells, *[""] * (len(COLUMNS) - len(cells))], strict=False))
    body, extra = row.pop("body") or "", _object_of(row.pop("extra"))
    metadata: dict[str, Any] = {
        key: _READ.get(keys.KNOWN[key], _unchanged)(value) for key, value in row.items() if value
    }
    if not metadata and not body:
        raise ReaderError("there is no text and no title")
    return make_article({**extra, **metadata}, str(body), own=True)


def _list_of(cell: Any) -> list[str]:
    return [str(item) for item in cell] if isinstance(cell, list) else items_of_cell(str(cell))


def _unchanged(cell: Any) -> Any:
    return cell


_READ: Final = {keys.LIST: _list_of, keys.OBJECTS: objects_of_cell}


def _object_of(cell: Any) -> Mapping[str, Any]:
    if not cell:
        return {}
    from docarchive.readers.json.jsonl import parse_json

    value = parse_json(str(cell).encode("utf-8", "surrogatepass"))
    if not isinstance(value, dict):
        raise ReaderError("the column 'extra' does not hold a JSON object")
    return value
