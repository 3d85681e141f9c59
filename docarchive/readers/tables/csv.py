"""The reader of CSV: tables with a header, one article a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.tables.own import OWN_HEADER, read_own

#: Wider tables are refused.
MAX_COLUMNS: Final = 2_000

#: A cell that docarchive keeps a spreadsheet from taking for a formula.
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_LEAST_KNOWN: Final = 2


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields each row of a file; a bad row is refused, and the others are read."""
    from docarchive.readers.tables.columns import Columns, columns_of, read_row, wanted
    from docarchive.readers.tables.dialects import form_of
    from docarchive.readers.tables.rows import rows

    form = form_of(source)
    columns: Columns | None = None
    own, empty = False, True
    with source.open() as file:
        for row in rows(file, form):
            empty = columns is None
            if columns is None:
                if row.problem:
                    raise ReaderError(f"the header cannot be read: {row.problem}")
                if len(row.cells) > MAX_COLUMNS:
                    raise ReaderError(f"the table has more than {MAX_COLUMNS:,} columns")
                columns = columns_of(row.cells, source.options)
                own = tuple(row.cells) == OWN_HEADER and not {*source.options.mapping} - source.options.optional
                if not columns.is_table_of_articles():
                    raise wanted(columns)
            elif problem := row.problem or too_wide(row.cells, len(columns.names)):
                yield Refusal(str(row.line), row.raw, problem)
            elif own:
                yield Record(str(row.line), row.raw, partial(read_guarded, row.cells))
            else:
                yield Record(str(row.line), row.raw, partial(read_row, columns, row.cells))
    if empty:
        raise ReaderError("there is no article in it; the table has no rows")


def too_wide(cells: list[str], width: int) -> str:
    """Returns why a row has too many cells, or nothing."""
    if len(cells) > width and any(cells[width:]):
        return f"the row has {len(cells)} cells, and the header {width}"
    return ""


def read_guarded(cells: list[str]) -> Article:
    """Makes an article of a row that docarchive wrote; see ``read_own``."""
    return read_own([cell[1:] if _GUARDED.match(cell) else cell for cell in cells])


def is_table(text: str) -> bool:
    """Tells whether a text begins with a header, most of whose names are known, and a row as wide as it."""
    from docarchive.readers.tables.columns import key_of
    from docarchive.readers.tables.dialects import delimiter_of, first_rows

    found = first_rows(text, delimiter_of(text))
    if len(found) < 2 or len(found[0]) < 3 or len(found[0]) > MAX_COLUMNS:
        return False
    header, width = found[0], len(found[0])
    known = [key[0] for cell in header if len(cell) < 40 and (key := key_of(cell))]
    return (
        len(set(known)) > _LEAST_KNOWN
        and bool({"title", "body"} & set(known))
        and 2 * len(known) >= width
        and len(found[1]) <= width
        and (len(found[1]) == width or len(found) == 2)
    )
