"""Passages as they are stored: a vector of small integers and a record for each, with a checksum of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from docarchive.records import NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from docarchive.engines.meaning.model import Vectors

#: The largest number in a stored vector.
LEVELS: Final = 127
#: The fields of a record, for numpy.
RECORD: Final = [
    *(("key", "<u8"), ("text", "<u8"), ("start", "<u4"), ("end", "<u4"), ("scale", "<f4")),
    *(("row", "<u4"), ("sum", "<u4")),  # side by side: one write changes both
]
#: The bytes of a record, and where in it the row and the checksum are.
WIDTH: Final = 36
ROW_AT: Final = 28
SUM_AT: Final = 32


class Entry(NamedTuple):
    """The passages of one article, to be written."""

    key: int
    text: int  # a digest of the text that the passages are of
    row: int  # 0 if the article was removed
    passages: Sequence[tuple[int, int]] = ()
    vectors: Vectors | None = None  # None: they are in the index already


def key_of(text: str) -> int:
    """Returns a digest of an id or of a text as a number of 64 bits."""
    from hashlib import blake2b

    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def packed(entries: Sequence[Entry], size: int) -> tuple[NDArray[np.int8], NDArray[Any]]:
    """Returns the new vectors of entries, of ``size`` numbers, as integers, and their records."""
    import numpy as np

    new = [entry for entry in entries if entry.vectors is not None]
    values = np.concatenate([np.zeros((0, size), np.float32), *(entry.vectors for entry in new)])
    levels = np.maximum(np.abs(values).max(1, initial=0), 1e-12)
    records = np.zeros(len(values), RECORD)
    records["scale"] = levels / LEVELS
    rows = [(entry.key, entry.text, entry.row, start, end) for entry in new for start, end in entry.passages]
    for name, column in zip(("key", "text", "row", "start", "end"), zip(*rows, strict=True), strict=False):
        records[name] = np.array(column, records.dtype[name])
    vectors = np.rint(values / levels[:, None] * LEVELS).astype(np.int8)
    sums = [sum_of(r.tobytes()[:SUM_AT], v.tobytes()) for r, v in zip(records, vectors, strict=True)]
    records["sum"] = np.array(sums, np.uint32)
    return vectors, records


def sum_of(record: bytes, vector: bytes) -> int:
    """Returns the checksum of a passage: of its record up to the sum, and of its vector."""
    return crc32(vector, crc32(record))
