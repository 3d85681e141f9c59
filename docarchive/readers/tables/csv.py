"""The reader of CSV: tables with a header, one article a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.formats.tables import unguarded
from docarchive.readers.protocol import Record, Refusal, Skip, Source
from docarchive.readers.sites.notion import database_of, read_database_row
from docarchive.readers.tables.columns import MAX_COLUMNS, Columns, key_of, row_reader
from docarchive.readers.tables.dialects import delimiter_of, dialect_of, first_rows
from docarchive.readers.tables.own import read_own
from docarchive.readers.tables.rows import rows, too_wide

_LEAST_KNOWN: Final = 2


def records(source: Source) -> Iterator[Record | Refusal | Skip]:
    """Yields the rows of a file; a bad row is refused, and the others are read."""
    database = database_of(source)
    if database is not None and not database.has_all_rows:
        yield Skip("", "a view of a database of Notion, of which all rows are in another file")
        return
    form = dialect_of(source)
    columns: Columns | None = None
    empty = True
    with source.open() as file:
        for row in rows(file, form):
            empty = columns is None
            if columns is None:
                if row.problem:
                    raise ReaderError(f"the header cannot be read: {row.problem}")
                columns, read = row_reader(row.cells, source.options, _read_guarded, named=database is not None)
                read = partial(read_database_row, read) if database is not None else read
            elif problem := row.problem or too_wide(row.cells, len(columns.names)):
                yield Refusal(str(row.line), row.raw, problem, row.head)
            elif database is not None and database.has_page(row.cells[0]):
                yield Skip(str(row.line), "a row of a database of Notion whose page is in the export")
            else:
                yield Record(str(row.line), row.raw, partial(read, row.cells), head=row.head)
    if empty:
        raise ReaderError("there is no article in it; the table has no rows")


def _read_guarded(cells: Sequence[str]) -> Article:
    """Makes an article of a row that docarchive wrote, without the quotes against formulas."""
    return read_own([*map(unguarded, cells)])


def is_table(text: str) -> bool:
    """Returns whether a text begins with a header of mostly known names, and a row as wide as the header."""
    first_lines = first_rows(text, delimiter_of(text))
    if len(first_lines) < 2 or len(first_lines[0]) < 3 or len(first_lines[0]) > MAX_COLUMNS:
        return False
    header, width = first_lines[0], len(first_lines[0])
    known = [key[0] for cell in header if len(cell) < 40 and (key := key_of(cell))]
    return (
        len(set(known)) > _LEAST_KNOWN
        and bool({"title", "body"} & set(known))
        and 2 * len(known) >= width
        and len(first_lines[1]) <= width
        and (len(first_lines[1]) == width or len(first_lines) == 2)
    )
