"""Dates for formats that have only points in time."""

from __future__ import annotations

import re

from docarchive.dates import PartialDate

_ZONE = re.compile(r"T.*?(?:(Z)|([+-]\d\d):?(\d\d)?)$")


def moment(date: PartialDate) -> str:
    """Returns the first moment of a date as RFC 3339 has it: ``2024-03`` is ``2024-03-01T00:00:00Z``.

    A date without a zone is in UTC.
    """
    zone = _ZONE.search(date.text)
    shown = "Z" if zone is None or zone[1] else f"{zone[2]}:{zone[3] or '00'}"
    return f"{date.start[:19]}{shown}"
