"""Rows of exports that are CSV files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.tables.dialects import dialect_of
from docarchive.readers.tables.rows import Row, rows, too_wide

Cells = Mapping[str, str]


def row_records(source: Source, read: Callable[[Cells], Article]) -> Iterator[Record | Refusal]:
    """Yields a record for each row.

    Args:
        source: The file.
        read: A function of a module that makes an article of the cells by name; names are in lower case.

    Raises:
        ReaderError: The file has no header, or is not text.
    """
    for row, cells in rows_by_column(source):
        if isinstance(cells, Refusal):
            yield cells
        else:
            yield Record(str(row.line), row.raw, partial(read, cells), head=row.head)


def rows_by_column(source: Source) -> Iterator[tuple[Row, dict[str, str] | Refusal]]:
    """Yields each row, and its cells by name; instead of the cells, the refusal of one that cannot be read.

    Raises:
        ReaderError: The file has no header, or is not text.
    """
    names: list[str] | None = None
    with source.open() as file:
        for row in rows(file, dialect_of(source)):
            if names is None:
                if row.problem:
                    raise ReaderError(f"the header cannot be read: {row.problem}")
                names = [cell.strip().lower() for cell in row.cells]
            elif problem := row.problem or too_wide(row.cells, len(names)):
                yield row, Refusal(str(row.line), row.raw, problem, row.head)
            else:
                yield row, dict(zip(names, row.cells, strict=False))
