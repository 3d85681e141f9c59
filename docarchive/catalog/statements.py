"""Parts of statements that ask for many values at once: SQLite takes only so many in one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

_VARIABLES: Final = 500


def parts(values: Sequence[str]) -> Iterator[list[str]]:
    """Yields values in lists of as many as one statement may ask for."""
    for start in range(0, len(values), _VARIABLES):
        yield list(values[start : start + _VARIABLES])


def marks(values: Sequence[str]) -> str:
    """Returns what stands for values in a statement: a question mark each, with commas between."""
    return ",".join("?" * len(values))
