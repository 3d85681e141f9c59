"""Values in words, for people: dates and numbers. Scripts get them as they are stored."""

from __future__ import annotations

import re
from typing import Final

from docarchive.regexes import lazy

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DATE: Final = lazy(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d)(?:T(\d\d:\d\d))?)?)?(?!\d)", re.ASCII)


def human_date(date: str, *, short: bool = False, time: bool = False) -> str:
    """Returns a date in words, as precise as it is: ``2024``, ``March 2024``, ``16 March 2024``.

    Args:
        date: The date as it is stored; any other text is returned as it is.
        short: Abbreviate the month: ``16 Mar 2024``.
        time: Add the time of day, if it has one: ``16 March 2024, 14:05``.
    """
    match = _DATE.match(date)
    if match is None:
        return date
    year, month, day, clock = match.groups()
    name = _MONTHS[int(month) - 1] if month else ""
    words = [str(int(day)) if day else "", name[:3] if short else name, year]
    return " ".join(filter(None, words)) + (f", {clock}" if time and clock else "")


def human_count(count: int) -> str:
    """Returns a number to three digits: ``1,230``, ``457,000``, ``12,300,000``."""
    digits = len(str(count))
    return f"{round(count, min(0, 3 - digits)):,}"


#: How many years a bar may stand for, and the most bars that are shown.
_SPANS: Final = (1, 2, 5, 10, 20, 50, 100)
_MOST_BARS: Final = 16


def spans_of_years(years: dict[str, int]) -> list[tuple[str, int]]:
    """Returns numbers of articles by year or by several years, without gaps, so that they fit a screen.

    Args:
        years: The number of articles by year; the key of those without a date is empty.
    """
    dated = {int(year): count for year, count in years.items() if year.isascii() and year.isdecimal()}
    rows: list[tuple[str, int]] = []
    if dated:
        first, last = min(dated), max(dated)
        span = next((span for span in _SPANS if last // span - first // span < _MOST_BARS), _SPANS[-1])
        counts: dict[int, int] = {}
        for year, count in dated.items():
            counts[year // span] = counts.get(year // span, 0) + count
        shown = range(min(counts), max(counts) + 1)
        if len(shown) > _MOST_BARS:
            shown = sorted(counts)  # type: ignore[assignment]
        rows = [(_span_name(number * span, span), counts.get(number, 0)) for number in shown]
    if undated := sum(count for year, count in years.items() if not (year.isascii() and year.isdecimal())):
        rows.append(("undated", undated))
    return rows


def _span_name(first: int, span: int) -> str:
    return f"{first:04}" if span == 1 else f"{first:04}s" if span == 10 else f"{first:04}–{first + span - 1:04}"
