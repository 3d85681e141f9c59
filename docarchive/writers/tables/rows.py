"""The rows of tables for spreadsheets: the columns and their values, and how much text a cell may hold."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.formats.tables import COLUMNS, list_cell
from docarchive.writers.fields import field_of, flattened
from docarchive.writers.protocol import Document, WriteOptions

#: The most that a cell of a spreadsheet holds, in UTF-16 units: Excel's limit, and that of the file format.
CELL_SIZE: Final = 32_767
CUT: Final = " [cut: a cell holds 32,767 characters]"
_IN_MEMORY: Final = 50_000_000


def table_rows(
    documents: Iterable[Document], options: WriteOptions, cell: Callable[[Document, Any], Any]
) -> Iterator[Sequence[Any]]:
    """Yields the names of the columns, then the cells of each article.

    The columns are the known keys, ``extra`` with all other keys, and the text; or the chosen fields.

    Args:
        documents: The articles.
        options: The chosen fields, and whether objects are flattened.
        cell: Returns the cell for a value: something that JSON has. A row without the value has an empty text there.
    """
    if options.flatten:
        yield from _flat_rows(documents, options.fields, cell)
        return
    yield options.fields or COLUMNS
    for document in documents:
        article = document.article
        values = [field_of(article, name) for name in options.fields] if options.fields else _whole_row(article)
        yield [cell(document, value) for value in values]


def _flat_rows(
    documents: Iterable[Document], fields: Sequence[str], cell: Callable[[Document, Any], Any]
) -> Iterator[Sequence[Any]]:
    """Yields rows with a column for every key in objects; all keys are known only after the last article."""
    columns = dict.fromkeys(fields) if fields else dict.fromkeys(keys.KNOWN)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
        for document in documents:
            article = document.article
            record = {name: field_of(article, name) for name in fields} if fields else _whole(article)
            flat = {key: cell(document, value) for key, value in flattened(record).items()}
            columns.update(dict.fromkeys(flat))
            spool.write(json.dumps(flat).encode() + b"\n")
        if fields:  # an object is replaced by its keys
            columns = {key: None for key in columns if not any(other.startswith(f"{key}.") for other in columns)}
        else:
            columns.pop("body", None)
            columns["body"] = None
        yield list(columns)
        spool.seek(0)
        for line in spool:
            flat = json.loads(line)
            yield [flat.get(key, "") for key in columns]


def _whole(article: Article) -> dict[str, Any]:
    return {key: value for key, value in article.to_dict().items() if key != "schema"}


def _whole_row(article: Article) -> list[Any]:
    """Returns the values of an article under ``COLUMNS``."""
    values = [getattr(article, key) or None for key in keys.KNOWN if key not in keys.ANNOTATIONS]
    return [*values, article.extra or None, article.body, *(field_of(article, key) for key in keys.ANNOTATIONS)]


def text_of(value: Any) -> str:
    """Returns a value as the text of a cell."""
    if isinstance(value, list):
        if not all(isinstance(item, str) for item in value):
            return json.dumps(value, ensure_ascii=False, default=str)
        return list_cell(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bool):
        return "true" if value else ""
    return "" if value is None else str(value)


def fitting(text: str, document: Document | None = None) -> str:
    """Returns a text that a cell of a spreadsheet holds: a longer one is cut, and ends with ``CUT``.

    Args:
        text: The text.
        document: The article that it is of; it counts what was cut.
    """
    if len(text) <= CELL_SIZE // 2 or _units(text) <= CELL_SIZE:
        return text
    if document is not None:
        document.cut += 1
    kept = text[: CELL_SIZE - len(CUT)]
    while (surplus := _units(kept) + len(CUT) - CELL_SIZE) > 0:
        kept = kept[: -max(1, surplus // 2)]
    return kept + CUT


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
