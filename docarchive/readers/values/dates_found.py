"""The date in a value of metadata, and whether it is one: programs write a first day of their calendar for no date."""

from __future__ import annotations

import re
from typing import Any, Final

from docarchive.dates import PartialDate
from docarchive.readers.values.written_dates import LeadingDate, leading_date, read_date

#: Days that programs write for no date: of .NET, Go and Hugo, of Windows.
_NO_DAYS: Final = ("0001-01-01", "1601-01-01")
#: Moments that programs write for no date: the zero of Excel, of Mac OS and of Unix.
_NO_MOMENTS: Final = ("1899-12-30T00:00:00", "1904-01-01T00:00:00", "1970-01-01T00:00:00")
_EARLIEST: Final = "1000"  # a year before that is a slip of a program: RFC 5322's 124 is 2024
_MOMENT: Final = r"(\d{4}(?:-\d\d){0,2}|\d{4}-\d\d-\d\dT[\d:.]{5,20}(?:Z|[+-]\d\d:?\d\d)?)"
_RANGE: Final = re.compile(f"{_MOMENT}/{_MOMENT}", re.ASCII)
_BASIC_ZONE: Final = re.compile(r"(.*T.*[+-]\d\d)(\d\d)")

#: What may be a half of the day after a time, in any language, and those that are read.
_WORD: Final = re.compile(r"\s*[^\W\d_]")
_HALF: Final = re.compile(r"[AaPp]\.?\s?[Mm]\.?\s*(?:[A-Z]{2,4})?\Z")
_NOON: Final = 12


def date_in(value: Any) -> tuple[PartialDate | None, bool]:
    """Returns the date that a value is or begins with, if any, and whether that is all of the value.

    >>> date_in("16 March 2024 (draft)"), date_in("2019-03-01/2019-04-02")
    ((PartialDate('2024-03-16'), False), (PartialDate('2019-03-01'), False))

    Args:
        value: A text, a number, a date; a list of one, or the object that MongoDB writes.
    """
    if isinstance(value, list) and len(value) == 1:
        return date_in(value[0])
    if isinstance(value, dict) and len(value) == 1 and (key := next(iter(value))) in ("$date", "$numberLong"):
        return date_in(value[key])
    if date := read_date(value):
        return date, True
    if not isinstance(value, str):
        return None, False
    if (both := _RANGE.fullmatch(value.strip())) and read_date(both[2]):
        return read_date(both[1]), False
    beginning = leading_date(value.strip())
    return (_without_unsure_time(beginning, value.strip()) if beginning else None), False


def _without_unsure_time(beginning: LeadingDate, value: str) -> PartialDate:
    """Returns a date without its time if a word that may say which half of the day it is follows: ``3:04 Nachm.``."""
    day, _, clock = beginning.date.text.partition("T")
    has_zone = clock.endswith("Z") or "+" in clock or "-" in clock
    may_be_half = clock and not has_zone and int(clock[:2]) <= _NOON and not _HALF.search(value[: beginning.end])
    return PartialDate(day) if may_be_half and _WORD.match(value, beginning.end) else beginning.date


def date_people_wrote(value: Any) -> PartialDate | None:
    """Returns the date that a value of front matter is or begins with, or None."""
    date, _ = date_in(value)
    return of_people(date) if date else None


def first_date(*written: Any) -> Any:
    """Returns the first of several values that a program means as a date, else the first that is not empty, or None."""
    values = [value for value in written if value]
    dates = (value for value in values if (date := read_date(value)) and of_programs(date))
    return next(dates, values[0] if values else None)


def dates(*written: Any) -> dict[str, Any]:
    """Returns metadata with the first of several values that is a date; the first value too, if it cannot be read.

    >>> dates("2024-02-30", "2024-03-01")
    {'date': '2024-03-01', 'date_as_written': '2024-02-30'}
    """
    date = first_date(*written)
    first = next(filter(None, written), None)
    unread = first != date and not read_date(first)
    return {"date": date, "date_as_written": first} if unread else {"date": date}


def stated(date: PartialDate) -> PartialDate:
    """Returns any date: docarchive wrote it itself."""
    return date


def of_people(date: PartialDate) -> PartialDate | None:
    """Returns a date that people wrote, or None for one that a program put there for none."""
    return None if date.text.startswith(_NO_DAYS) else date


def of_programs(date: PartialDate) -> PartialDate | None:
    """Returns a date that a program wrote, its zone with a colon; None for one that stands for none, and before 1000.

    >>> of_programs(PartialDate("2024-03-16T10:00:00+0100")), of_programs(PartialDate("1970-01-01T00:00:00Z"))
    (PartialDate('2024-03-16T10:00:00+01:00'), None)
    """
    text = date.text
    if text < _EARLIEST or text.startswith((*_NO_DAYS, *_NO_MOMENTS)):
        return None
    zone = _BASIC_ZONE.fullmatch(text)
    return PartialDate(f"{zone[1]}:{zone[2]}") if zone else date
