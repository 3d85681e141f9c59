"""Date ranges as terms: the years, months and days that together stand for a range."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from docarchive.dates import PartialDate, days_in


def cover(start: str | None, end: str | None) -> Iterator[tuple[str, str]]:
    """Yields the date terms that together stand for a range.

    All years inside the range are one span; at its ends, years are divided into months and days. A date that is
    less precise than the end of the range (2024, 2024-03) touches the range too.

    Yields:
        ``("years", "1987-1990")``, ``("term", token)``, or ``("moments", "1987-03-01")``: a day at an end of the
        range, some of whose moments are in it.
    """
    low, high = start or "0001", end or "9999-12-31T23:59:59.999999"
    first, last = int(low[:4] or 1) or 1, int(high[:4] or 0)
    if last < first:
        return
    inner_first = first if _inside(f"{first:04d}", low, high) else first + 1
    inner_last = last if _inside(f"{last:04d}", low, high) else last - 1
    if inner_first <= inner_last:
        yield "years", f"{inner_first:04d}-{inner_last:04d}"
    for year in sorted({first, last} - set(range(inner_first, inner_last + 1))):
        yield from _unit(f"{year:04d}", low, high)


def touches(unit: str, low: str, high: str) -> bool:
    """Returns whether a date of any precision touches a range of instants."""
    start, end = _bounds(unit)
    return end >= low and start <= high


def _unit(unit: str, low: str, high: str) -> Iterator[tuple[str, str]]:
    if _inside(unit, low, high):
        yield "term", "ymd"[len(unit) // 3 - 1] + unit
    elif touches(unit, low, high):
        yield "term", "=" + unit
        if len(unit) == 10:
            yield "moments", unit
        else:
            for number in range(1, 13 if len(unit) == 4 else _days(unit) + 1):
                yield from _unit(f"{unit}-{number:02d}", low, high)


def _days(month: str) -> int:
    return days_in(int(month[:4]), int(month[5:]))


@lru_cache(maxsize=4096)
def _bounds(unit: str) -> tuple[str, str]:
    date = PartialDate(unit)
    return date.start, date.end


def _inside(unit: str, low: str, high: str) -> bool:
    start, end = _bounds(unit)
    return start >= low and end <= high
