"""Tables: one article a row."""

from __future__ import annotations

from typing import Final

from docarchive.readers.protocol import Reader
from docarchive.readers.tables.csv import CsvReader
from docarchive.readers.tables.parquet import ParquetReader
from docarchive.readers.tables.sqlite import SqliteReader

#: In the order in which they are asked.
READERS: Final[tuple[Reader, ...]] = (SqliteReader(), ParquetReader(), CsvReader())
