"""What a file's name says: a date at its beginning, as Jekyll and diaries write it."""

from __future__ import annotations

import re

from docarchive.dates import PartialDate

_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})(?=[-_ .]|\Z)")


def date_in_name(name: str) -> PartialDate | None:
    """Returns the date that a file's name begins with, or None.

    >>> date_in_name("2024-03-16-visit.md"), date_in_name("visit.md")
    (PartialDate('2024-03-16'), None)
    """
    match = _DATED.match(name)
    if match:
        try:
            return PartialDate(match[1])
        except ValueError:
            return None
    return None
