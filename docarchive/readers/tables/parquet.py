"""The reader of Parquet: tables as data tools write them, one article a row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.protocol import Reader, Record, Refusal, Source
from docarchive.readers.tables.csv import MAX_COLUMNS
from docarchive.readers.tables.own import is_own_table, read_own
from docarchive.texts import shorten

_MAGIC: Final = b"PAR1"
#: Few, as a few bytes of a file may stand for the same long text in each row.
_BATCH: Final = 16
#: What is in a file may be so many times larger than it, and so many bytes more.
_RATIO: Final = 200
_MORE: Final = 100_000_000


class ParquetReader(Reader):
    """Reads a few rows at a time."""

    name = "parquet"
    summary = "tables as Parquet, one article a row"
    suffixes = (".parquet", ".pq")
    extra = "tables"
    requires = ("pyarrow",)
    version = 2

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        return head.startswith(_MAGIC)

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """See ``Reader``."""
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            raise self.missing() from None
        try:
            with source.open() as file:
                yield from _rows(parquet.ParquetFile(file, pre_buffer=False, buffer_size=65_536), source)
        except (pyarrow.ArrowException, OSError, ValueError, MemoryError) as error:
            raise ReaderError(f"the Parquet file is damaged: {shorten(str(error), 200)}") from None


def _rows(file: Any, source: Source) -> Iterator[Record | Refusal]:
    from docarchive.readers.tables.columns import columns_of, read_row, wanted
    from docarchive.readers.tables.values import plain, row_bytes

    allowed = _RATIO * source.size + _MORE
    groups = range(file.metadata.num_row_groups)
    if any(file.metadata.row_group(number).total_byte_size > allowed for number in groups):
        raise _bomb()
    header = [str(name) for name in file.schema_arrow.names]
    if len(header) > MAX_COLUMNS:
        raise ReaderError(f"the table has more than {MAX_COLUMNS:,} columns")
    columns = columns_of(header, source.options)
    own = is_own_table(header, source.options)
    if not columns.is_table_of_articles():
        raise wanted(columns)
    number = 0
    for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
        allowed -= batch.nbytes
        if allowed < 0:
            raise _bomb()
        values = [_values(column) for column in batch.columns]
        for row in zip(*values, strict=True):
            number += 1
            raw = row_bytes(columns.names, row)
            if len(raw) > MAX_SIZE:
                yield Refusal(f"row {number}", raw[:1000], f"the row is longer than {MAX_SIZE // 1_000_000} MB")
            elif own:
                yield Record(f"row {number}", raw, partial(read_own, row))
            else:
                yield Record(f"row {number}", raw, partial(read_row, columns, [plain(value) for value in row]))
    if not number:
        raise ReaderError("there is no article in it; the table has no rows")


def _values(column: Any) -> list[Any]:
    """Returns the values of a column; of moments the part below a microsecond is left out, as Python has none."""
    import pyarrow

    if pyarrow.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pyarrow.timestamp("us", column.type.tz), safe=False)
    found: list[Any] = column.to_pylist()
    return found


def _bomb() -> ReaderError:
    return ReaderError("what is in it is far larger than it is; unpack it yourself if you trust it")
