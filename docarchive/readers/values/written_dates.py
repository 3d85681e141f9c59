"""Dates as people and programs write them: the one reading for all readers.

``PartialDate.parse`` reads the usual forms; this reads more: an hour of one digit, a name of a month in a dozen
languages, ``16.03.2024``, Unix times, names of time zones. What could mean two days (``03/04/2024``) is no date, and
so is a day that does not exist. See decisions 0005 and 0020.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from docarchive.dates import PartialDate
from docarchive.dates.months import month
from docarchive.readers.values.time_zones import TIME_ZONES
from docarchive.readers.values.unix_times import unix_time
from docarchive.records import NamedTuple

_LONGEST: Final = 120
_ZONE: Final = rf"(?:UTC|GMT)\s?[+-]\d{{1,2}}(?::?\d{{2}})?|[+-]\d{{2}}(?::?\d{{2}})?|(?:{'|'.join(TIME_ZONES)})"
_CLOCK: Final = (
    r"[T,]?\s{0,3}(?:(?:at|um|à|a las|alle|kl\.?|om|o|в)\s+)?(?P<hour>\d{1,2})(?:(?P<sign>[:.h時时点]|시\s?)"
    r"(?P<minute>\d{2}|\d(?=:\d))"
    r"(?:(?::|(?P=sign))(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,9}))?)?[分분]?|(?=\s?[AaPp]\.?\s?[Mm]\b))"
    r"(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\b\.?)?"
    rf"(?:\s?\(?(?P<zone>{_ZONE})(?![\w:])\)?(?:\s(?:UTC|GMT)\b)?)?"
    r"(?:\sUhr\b)?(?:\s?\([^()]{1,60}\))?"
)
_TIME: Final = f"(?:{_CLOCK})?"
_WEEKDAY: Final = r"(?:[^\W\d_]{2,14}(?:-feira)?(?:[.,]{1,2}\s{1,3}|,(?=\d))|(?:le|el|den|am|on|on the)\s{1,3})?"
_WEEKDAYS = re.compile(
    r"(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|montag|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom)"
    r"[^\W\d_]*\s{1,3}(?=\w)",
    re.IGNORECASE,
)
_FORMS: Final = tuple(
    re.compile(form + r"(?![\w/-])", re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<part>[-/.])(?P<month>\d{1,2})(?P=part)(?P<day>\d{1,2})" + _TIME,
        r"(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월](?:\s?(?P<day>\d{1,2})\s?[日일])?" + _TIME,
        r"(?P<year>\d{4})(?P<part>[-/ ])(?P<name>[^\W\d_]{3,12})\.?(?P=part)(?P<day>\d{1,2})" + _TIME,
        r"(?P<year>\d{4})\.\s(?P<month>\d{1,2})\.\s(?P<day>\d{1,2})\.?" + _TIME,
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})" + _TIME,
        r"(?P<one>\d{1,2})(?P<part>[/-])(?P<other>\d{1,2})(?P=part)(?P<year>\d{4})" + _TIME,
        _WEEKDAY + r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th|er|º|°|ª|-го)?[\s-]{0,3}(?:(?:de|of)\s)?"
        r"(?P<name>[^\W\d_]{3,12})\.?,?[\s-]{1,3}(?:(?:de|del|of)\s)?(?P<year>\d{4})"
        r"(?:\s(?:г\.|года|р\.))?" + _TIME,
        _WEEKDAY
        + r"(?P<name>[^\W\d_]{3,12})\.?\s{1,3}(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s{1,3}(?P<year>\d{4})"
        + _TIME,
        r"(?P<name>[^\W\d_]{3,12})\s{1,3}(?P<day>\d{1,2})\s{1,3}(?P<hour>\d{1,2}):(?P<minute>\d{2}):(?P<second>\d{2})"
        rf"(?P<fraction>(?!))?(?P<half>(?!))?\s{{1,3}}(?:(?P<zone>{_ZONE})\s|[A-Z]{{3,5}}\s)?(?P<year>\d{{4}})",
        r"(?P<name>[^\W\d_]{3,12})\.?,?\s{1,3}(?:de\s)?(?P<year>\d{4})",
        # the year of two digits of RFC 822, and of three of its Perl programs: only with a time, as RFC 5322 reads it
        _WEEKDAY + r"(?P<day>\d{1,2})[\s-](?P<name>[^\W\d_]{3,12})[\s-](?P<year>\d{2,3})\s{1,3}" + _CLOCK,
    )
)
#: Dates that are all of a value, as Excel shows them: ``5-Mar-24``, ``Mar-24``; a text may begin like that by chance.
_CELLS: Final = (
    re.compile(r"(?P<day>\d{1,2})\.?(?P<part>[- ])(?P<name>[^\W\d_]{3,12})\.?(?P=part)(?P<short>\d{2})"),
    re.compile(r"(?P<name>[^\W\d_]{3,12})\.?-(?:(?P<short>\d{2})|(?P<year>\d{4}))"),
)
#: Years of two digits that Excel and RFC 5322 take for the same ones: 2000 to 2029, and from 1950.
_AGREED: Final = (30, 50)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)", re.ASCII)
_COMPACT_MOMENT = re.compile(
    r"((?:19|20)\d\d)(\d\d)(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?|(\d\d)(\d\d)(?:(\d\d)(?:\d{3})?)?)"
    r"(?:\s?([ap])m)?(Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)
#: The end of a day, which is the beginning of the next one (ISO 8601).
_MIDNIGHT: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ]24:00(:00)?(?:[.,]0+)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_NUMBER: Final = re.compile(r"\d{9,20}(?:\.\d{1,9})?", re.ASCII)
_YEAR_AS_FLOAT: Final = re.compile(r"(\d{4})\.0", re.ASCII)
_MONTHS: Final = 12
#: How many digits a number has that is a date or a moment, as in 20240316: no Unix time has so many and begins with a
#: year, but for some in the year 1976 in milliseconds.
_DIGITS_OF_DATES: Final = (8, 12, 14, 17)
#: A Unix time as .NET writes it in JSON, and the name of a zone that Java writes after an offset.
_OF_NET: Final = re.compile(r"\\?/Date\((\d{9,20})(?:[+-]\d{4})?\)\\?/", re.ASCII)
_NAME_OF_ZONE: Final = re.compile(r"(?<=[\dZ])\[[A-Za-z_]{1,30}(?:/[\w+-]{1,30}){0,2}\]\Z", re.ASCII)


class LeadingDate(NamedTuple):
    """A date that a text begins with.

    Attributes:
        date: The date.
        end: Index of the first character after it.
    """

    date: PartialDate
    end: int


def read_date(value: object) -> PartialDate | None:
    """Reads a value as a date; returns None if it is none, or could be two (``03/04/2024``).

    >>> read_date("16. März 2024"), read_date("2014-08-19 1:00:49 -0400"), read_date("soon")
    (PartialDate('2024-03-16'), PartialDate('2014-08-19T01:00:49-0400'), None)
    >>> read_date("5-Mar-24"), read_date("Mar-24"), read_date("5-Mar-35")
    (PartialDate('2024-03-05'), PartialDate('2024-03'), None)
    >>> read_date("March 16, 2024, 3 p.m. EST")
    PartialDate('2024-03-16T15:00-05:00')
    >>> read_date(20240316), read_date(20240316101112)
    (PartialDate('2024-03-16'), PartialDate('2024-03-16T10:11:12'))
    >>> read_date(1700000000), read_date("Wed, 02 Oct 02 8:00 PM EST"), read_date("03/04/2024")
    (PartialDate('2023-11-14T22:13:20Z'), PartialDate('2002-10-02T20:00-05:00'), None)
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_number(value)
    if not isinstance(value, str):
        return PartialDate.parse_or_none(value)
    text = value.strip()
    if len(text) > _LONGEST:
        return None
    if text.endswith("]"):
        text = _NAME_OF_ZONE.sub("", text)
    if date := _of_iso(text):
        return date
    if compact := _compact(text):
        return _of_iso(compact)
    if _NUMBER.fullmatch(text):
        return _of_number(float(text) if "." in text else int(text))
    if "Date(" in text and (of_net := _OF_NET.fullmatch(text)):
        return unix_time(int(of_net[1]))
    if float_year := _YEAR_AS_FLOAT.fullmatch(text):
        return PartialDate.parse_or_none(float_year[1])
    leading = leading_date(text)
    return leading.date if leading and not text[leading.end :].strip(" .") else _of_cell(text)


def leading_date(text: str) -> LeadingDate | None:
    """Returns the date in words or figures that a text begins with, or None; a year alone is no date.

    >>> leading_date("16 March 2024 Ships are back.")
    LeadingDate(date=PartialDate('2024-03-16'), end=13)
    """
    head = text[:_LONGEST]
    weekday = _WEEKDAYS.match(head)
    for start in (0, weekday.end() if weekday else 0):
        for form in _FORMS:
            match = form.match(head, start)
            if match and (date := _date(match.groupdict())):
                return LeadingDate(date, match.end())
    return None


def _of_cell(text: str) -> PartialDate | None:
    """Returns the date that a cell shows with a hyphen or a year of two digits: ``5-Mar-24``; None for 30 to 49."""
    match = next(filter(None, (form.fullmatch(text) for form in _CELLS)), None)
    if match is None or (match["short"] and _AGREED[0] <= int(match["short"]) < _AGREED[1]):
        return None
    return _date({"day": None, **match.groupdict(), "year": match["short"] or match["year"]})


def _of_number(value: float) -> PartialDate | None:
    if value - value != 0:  # NaN, infinity
        return None
    if value == int(value) and len(digits := str(int(value))) in _DIGITS_OF_DATES and (compact := _compact(digits)):
        return _of_iso(compact)
    return unix_time(value) or (PartialDate.parse_or_none(int(value)) if value == int(value) else None)


def _compact(text: str) -> str:
    """Returns the extended form of ISO 8601 of a date in the basic one; empty for another text."""
    if parts := _COMPACT.fullmatch(text):
        return "-".join(parts.groups())
    if moment := _COMPACT_MOMENT.fullmatch(text):
        year, number, day, *times, half, zone = moment.groups()
        hour, minute, second = times[:3] if times[0] else times[3:]
        clock = f"{_hour(int(hour), half):02d}:{minute}" + (f":{second}" if second else "")
        return f"{year}-{number}-{day}T{clock}{(zone or '').upper()}"
    return ""


def _date(parts: dict[str, str | None]) -> PartialDate | None:
    number, day = _month_and_day(parts)
    if not number:
        return None
    iso = f"{_year(parts['year'] or '')}-{number:02d}"
    if day:
        iso += f"-{day:02d}"
        if hour := parts.get("hour"):
            iso += f"T{_hour(int(hour), parts['half']):02d}:{(parts['minute'] or '').zfill(2)}"
            if second := parts["second"]:
                iso += f":{second.zfill(2)}" + (f".{parts['fraction']}" if parts["fraction"] else "")
            zone = (parts["zone"] or "").upper()
            iso += TIME_ZONES.get(zone) or _offset(zone.removeprefix("UTC").removeprefix("GMT").strip())
    return _of_iso(iso)


def _of_iso(text: str) -> PartialDate | None:
    """Returns a date of ISO 8601; None for the 30th of February."""
    date = PartialDate.parse_or_none(text)
    if date is None and (end := _MIDNIGHT.fullmatch(text)) and (day := PartialDate.parse_or_none(end[1])):
        with suppress(OverflowError):  # after the year 9999
            following = datetime.fromisoformat(day.text) + timedelta(days=1)
            return PartialDate(f"{following:%Y-%m-%d}T00:00{end[2] or ''}{end[3] or ''}")
    return date


def _offset(written: str) -> str:
    """Returns a distance from UTC with two digits for its hours: ``+02:00`` for ``+2``."""
    if not re.fullmatch(r"[+-]\d(?::?\d\d)?", written):
        return written
    return f"{written[0]}0{written[1:]}" + (":00" if len(written) == 2 else "")


def _year(digits: str) -> int | str:
    """Returns a year as RFC 5322 reads it: 49 is 2049, 50 is 1950, and 124 is 2024."""
    if len(digits) > 3:
        return digits
    return int(digits) + (2000 if int(digits) < 50 else 1900)


def _month_and_day(parts: dict[str, str | None]) -> tuple[int, int]:
    """Returns month and day; 0 for what is not known, two zeros if each could be the other."""
    if name := parts.get("name"):
        return month(name) or 0, int(parts.get("day") or 0)
    if (one := parts.get("one")) and (other := parts.get("other")):
        low, high = sorted((int(one), int(other)))
        return (low, high) if high > _MONTHS or low == high else (0, 0)
    return int(parts["month"] or 0), int(parts.get("day") or 0)


def _hour(hour: int, half: str | None) -> int:
    if half and hour <= _MONTHS:
        return hour % 12 + (12 if half in "pP" else 0)
    return hour
