"""The writer of Parquet: one article a row, with lists as lists."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO, Final

from docarchive import keys
from docarchive.dates import PartialDate
from docarchive.formats.tables import COLUMNS
from docarchive.writers.fields import field_of
from docarchive.writers.protocol import Document, WriteOptions, Writer
from docarchive.writers.tables.rows import text_of

_ROWS: Final = 2_000
_GROUP_SIZE: Final = 64_000_000


class ParquetWriter(Writer):
    """Writes the columns of ``CsvWriter``, lists as lists of text, dates as text: they may be partial."""

    name = "parquet"
    summary = "a Parquet table, for data frames"
    suffixes = (".parquet", ".pq")
    binary = True
    accepts = frozenset({"fields"})
    round_trips = True
    extra = "tables"
    requires = ("pyarrow",)

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError:
            raise self.missing() from None
        names = options.fields or COLUMNS
        types = [_type(pyarrow, name) for name in names]
        schema = pyarrow.schema([pyarrow.field(name, kind) for name, kind in zip(names, types, strict=True)])
        with pyarrow.parquet.ParquetWriter(out, schema, compression="zstd") as table:
            rows: list[list[Any]] = []
            size = 0
            for document in documents:
                rows.append([_value(document, name, bool(options.fields)) for name in names])
                size += len(document.text)
                if len(rows) >= _ROWS or size >= _GROUP_SIZE:
                    table.write_batch(_batch(pyarrow, rows, schema))
                    rows, size = [], 0
            if rows:
                table.write_batch(_batch(pyarrow, rows, schema))


def _batch(pyarrow: Any, rows: list[list[Any]], schema: Any) -> Any:
    columns = [
        pyarrow.array(values, type=field.type) for values, field in zip(zip(*rows, strict=True), schema, strict=True)
    ]
    return pyarrow.RecordBatch.from_arrays(columns, schema=schema)


def _type(pyarrow: Any, name: str) -> Any:
    known = keys.canonical(name)
    if known == "title_derived":
        return pyarrow.bool_()
    return pyarrow.list_(pyarrow.string()) if known and keys.KNOWN[known] == keys.LIST else pyarrow.string()


def _value(document: Document, name: str, chosen: bool) -> Any:
    article = document.article
    if name == "extra" and not chosen:
        return json.dumps(article.extra, ensure_ascii=False) if article.extra else None
    known = keys.canonical(name)
    if known is None:
        value = field_of(article, name)
        return None if value is None else text_of(value)
    if known in keys.ANNOTATIONS:
        return text_of(field_of(article, known)) or None
    value = getattr(article, known)
    if known == "title_derived":
        return bool(value)
    return str(value) if isinstance(value, PartialDate) else value or None
