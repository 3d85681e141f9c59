"""The reader of CSV: tables with a header, one article a row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.formats.tables import unguarded
from docarchive.readers.protocol import Reader, Record, Refusal, Source
from docarchive.readers.tables.own import is_own_table, read_own

#: Wider tables are refused.
MAX_COLUMNS: Final = 2_000

_BEGINNING: Final = 16_384
_LEAST_KNOWN: Final = 2


class CsvReader(Reader):
    """Reads a file row by row; a bad row is refused, and the others are read."""

    name = "csv"
    summary = "tables as CSV or TSV, one article a row"
    suffixes = (".csv", ".tsv", ".tab")
    by_name = True
    version = 2

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``: a header of at least three names, most of them known, and a row as wide as it."""
        beginning = head[:_BEGINNING]
        first = beginning.lstrip(b"\xef\xbb\xbf\r\n").partition(b"\n")[0]
        if first[:1] in (b"{", b"[", b"<") or max(map(first.count, (b",", b";", b"\t", b"|"))) < 2:
            return False
        return _is_table(beginning.decode("utf-8", "replace").lstrip("\ufeff"))

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """See ``Reader``."""
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
                    own = is_own_table(row.cells, source.options)
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
    return read_own([*map(unguarded, cells)])


def _is_table(text: str) -> bool:
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
