"""The reader of Parquet: one article a row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from docarchive.errors import ReaderError
from docarchive.readers.containers.decompression import TOO_LARGE, expansion_limit
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.tables.columns import row_reader
from docarchive.readers.tables.values import row_bytes
from docarchive.texts import shorten

#: Rows in memory at a time: few, since a few bytes of a file may expand to the same long text in each row.
_BATCH: Final = 16
#: What pyarrow raises for times that Python cannot hold, and for unknown zones.
_NO_PYTHON_VALUE: Final = (OverflowError, ValueError, LookupError)


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the rows of a file, of which a few at a time are in memory."""
    import pyarrow
    from pyarrow import parquet

    try:
        with source.open() as file:
            yield from _rows(parquet.ParquetFile(file, pre_buffer=False, buffer_size=65_536), source)
    except (pyarrow.ArrowException, OSError, ValueError, MemoryError) as error:
        raise ReaderError(f"the Parquet file is damaged: {shorten(str(error), 200)}") from None


def _rows(file: Any, source: Source) -> Iterator[Record | Refusal]:
    allowed = expansion_limit(source.size)
    groups = range(file.metadata.num_row_groups)
    if any(file.metadata.row_group(number).total_byte_size > allowed for number in groups):
        raise ReaderError(TOO_LARGE)
    columns, read = row_reader([str(name) for name in file.schema_arrow.names], source.options)
    number = 0
    for batch in file.iter_batches(batch_size=_BATCH, use_threads=False):
        allowed -= batch.nbytes
        if allowed < 0:
            raise ReaderError(TOO_LARGE)
        values = [_column_values(column) for column in batch.columns]
        for row in zip(*values, strict=True):
            number += 1
            raw = row_bytes(columns.names, row)
            if len(raw) > MAX_SIZE:
                yield Refusal(f"row {number}", raw[:1000], f"the row is longer than {MAX_SIZE // 1_000_000} MB")
            else:
                yield Record(f"row {number}", raw, partial(read, row))
    if not number:
        raise ReaderError("there is no article in it; the table has no rows")


def _column_values(column: Any) -> list[Any]:
    """Returns the values of a column; times are cut to microseconds, the finest that Python has."""
    import pyarrow

    if pyarrow.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pyarrow.timestamp("us", column.type.tz), safe=False)
    try:
        values: list[Any] = column.to_pylist()
    except _NO_PYTHON_VALUE:
        return [_value(scalar) for scalar in column]
    return values


def _value(scalar: Any) -> Any:
    """Returns a value; one that Python cannot hold, such as a day of the year 29349, as Arrow writes it."""
    import pyarrow

    try:
        return scalar.as_py()
    except _NO_PYTHON_VALUE:
        if isinstance(scalar, pyarrow.StructScalar):
            return {name: _value(scalar[name]) for name in scalar}
        if isinstance(scalar, pyarrow.ListScalar):  # of all kinds of lists, and maps
            return [_value(item) for item in scalar.values]
    try:
        written = str(scalar.cast(pyarrow.string()).as_py())
    except pyarrow.ArrowException:  # such as a zone that is not known
        written = str(scalar.value)
    number = written.removeprefix("<value out of range: ").removesuffix(">")
    return (
        f"{number} ({scalar.type})" if number.lstrip("-").isdigit() else number
    )  # a number alone would be a Unix time
