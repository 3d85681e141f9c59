"""Unix times that programs write for dates: seconds since 1970, or milli-, micro- or nanoseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from docarchive.dates import PartialDate

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: (from, below, units per second): seconds of 1973 to 5138, and finer units of the same years.
_UNITS: Final = ((10**8, 10**11, 1), (10**11, 10**14, 10**3), (10**14, 10**17, 10**6), (10**17, 10**20, 10**9))


def unix_time(value: float) -> PartialDate | None:
    """Returns the moment of a number in seconds, milli-, micro- or nanoseconds; None if it is out of their range.

    >>> unix_time(1710583200), unix_time(1710583200000), unix_time(2024)
    (PartialDate('2024-03-16T10:00:00Z'), PartialDate('2024-03-16T10:00:00Z'), None)
    """
    unit = next((unit for least, most, unit in _UNITS if least <= value < most), None)
    return moment(value / unit) if unit else None


def moment(seconds: float) -> PartialDate | None:
    """Returns the moment of a Unix time in seconds; None if dates cannot hold it."""
    try:
        return PartialDate((_EPOCH + timedelta(seconds=int(seconds))).strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20))
    except (OverflowError, ValueError):
        return None
