"""The header of a CSV file, by which exports are recognized."""

from __future__ import annotations

from typing import Final

_LONGEST: Final = 4_096


def header_of(head: bytes) -> frozenset[str]:
    """Returns the names in the first line of a CSV file with commas, in lower case; none if it is not such a file."""
    line = head[:_LONGEST].removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    if line.count(b",") < 2 or line[:1] in b"<{[":
        return frozenset()
    import csv

    try:
        cells = next(csv.reader([line.decode("utf-8").strip()]), [])
    except (UnicodeDecodeError, csv.Error):
        return frozenset()
    return frozenset(cell.strip().lower() for cell in cells)


def has_columns(head: bytes, *columns: str) -> bool:
    """Returns whether a file begins with a header that has all these names."""
    return {*columns} <= header_of(head)
