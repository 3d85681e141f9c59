"""Tables: one article a row."""

from __future__ import annotations

from typing import Final

from docarchive.readers.lazy_reader import LazyReader

#: Bytes of a file that are looked at for a header and a row.
_BEGINNING: Final = 16_384


def _is_csv(head: bytes) -> bool:
    """Returns whether there is a header of at least three names, most of them known, and a row as wide as it."""
    beginning = head[:_BEGINNING]
    first = beginning.lstrip(b"\xef\xbb\xbf\r\n").partition(b"\n")[0]
    if first[:1] in (b"{", b"[", b"<") or max(map(first.count, (b",", b";", b"\t", b"|"))) < 2:
        return False
    from docarchive.readers.tables.csv import is_table

    return is_table(beginning.decode("utf-8", "replace").lstrip("\ufeff"))


#: In the order in which they are asked.
READERS: Final = (
    LazyReader(
        "sqlite",
        "SQLite databases, one article per row of a table or query",
        (".sqlite", ".sqlite3", ".db", ".db3"),
        "tables.sqlite:records",
        lambda head: head.startswith(b"SQLite format 3\0"),
        version=3,
    ),
    LazyReader(
        "parquet",
        "Parquet tables, one article per row",
        (".parquet", ".pq"),
        "tables.parquet:records",
        lambda head: head.startswith(b"PAR1"),
        extra="tables",
        requires=("pyarrow",),
        version=3,
    ),
    LazyReader(
        "csv",
        "CSV and TSV tables, one article per row",
        (".csv", ".tsv", ".tab"),
        "tables.csv:records",
        _is_csv,
        by_name=True,
        version=3,
    ),
)
