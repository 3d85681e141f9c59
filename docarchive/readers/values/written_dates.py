"""Dates as people write them above their texts, and as site generators read them.

``PartialDate.parse`` reads what programs write; this reads more: an hour of one digit, a name of a month in a dozen
languages, ``16.03.2024``. What could mean two days (``03/04/2024``) is no date. See decisions 0005 and 0020.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from docarchive.dates import PartialDate
from docarchive.readers.values.months import month
from docarchive.readers.values.unix_times import unix_time

_LONGEST: Final = 120
_TIME: Final = (
    r"(?:[T,]?\s{0,3}(?:(?:at|um|à|a las|alle|kl\.?|om|o|в)\s+)?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"(?:\s?(?P<zone>Z|(?:UTC|GMT)[+-]\d{2}(?::?\d{2})?|UTC|GMT|[+-]\d{2}(?::?\d{2})?)(?![\w:])(?:\s(?:UTC|GMT)\b)?)?"
    r"(?:\sUhr\b)?(?:\s\([A-Z][A-Za-z ]{2,40}\))?)?"
)
_WEEKDAY: Final = r"(?:(?:[^\W\d_]{2,14}(?:-feira)?[.,]{1,2}|le|el|den|am|on|on the)\s{1,3})?"
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
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})" + _TIME,
        r"(?P<one>\d{1,2})(?P<part>[/-])(?P<other>\d{1,2})(?P=part)(?P<year>\d{4})" + _TIME,
        _WEEKDAY + r"(?P<day>\d{1,2})(?:\.|st|nd|rd|th|er|º|°|ª|-го)?[\s-]{0,3}(?:(?:de|of)\s)?"
        r"(?P<name>[^\W\d_]{3,12})\.?,?[\s-]{1,3}(?:(?:de|del|of)\s)?(?P<year>\d{4})"
        r"(?:\s(?:г\.|года|р\.))?" + _TIME,
        _WEEKDAY
        + r"(?P<name>[^\W\d_]{3,12})\.?\s{1,3}(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s{1,3}(?P<year>\d{4})"
        + _TIME,
        r"(?P<name>[^\W\d_]{3,12})\s{1,3}(?P<day>\d{1,2})\s{1,3}(?P<hour>\d{1,2}):(?P<minute>\d{2}):(?P<second>\d{2})"
        r"(?P<fraction>(?!))?(?P<half>(?!))?\s{1,3}(?:(?P<zone>UTC|GMT|[+-]\d{4})\s|[A-Z]{3,5}\s)?(?P<year>\d{4})",
        r"(?P<name>[^\W\d_]{3,12})\.?,?\s{1,3}(?:de\s)?(?P<year>\d{4})",
    )
)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_COMPACT_MOMENT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)T(\d\d):?(\d\d)(?::?(\d\d))?(Z|[+-]\d\d(?::?\d\d)?)?")
_MONTHS: Final = 12


class LeadingDate(NamedTuple):
    """A date that a text begins with.

    Attributes:
        date: The date.
        end: Index of the first character after it.
    """

    date: PartialDate
    end: int


def read_date(value: object) -> PartialDate | None:
    """Reads a value as a date; returns None if it is none.

    >>> read_date("16. März 2024"), read_date("2014-08-19 1:00:49 -0400"), read_date("soon")
    (PartialDate('2024-03-16'), PartialDate('2014-08-19T01:00:49-0400'), None)
    """
    if date := PartialDate.parse_or_none(value):
        return date
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > _LONGEST:
        return None
    if isinstance(value, int) and (date := unix_time(value)):
        return date
    text = str(value).strip()
    if compact := _COMPACT.fullmatch(text):
        text = "-".join(compact.groups())
    elif compact := _COMPACT_MOMENT.fullmatch(text):
        year, month, day, hour, minute, second, zone = compact.groups()
        text = f"{year}-{month}-{day}T{hour}:{minute}" + (f":{second}" if second else "") + (zone or "")
    leading = leading_date(text)
    return leading.date if leading and not text[leading.end :].strip(" .") else None


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


def _date(parts: dict[str, str | None]) -> PartialDate | None:
    number, day = _month_and_day(parts)
    if not number:
        return None
    iso = f"{parts['year']}-{number:02d}"
    if day:
        iso += f"-{day:02d}"
        if hour := parts.get("hour"):
            iso += f"T{_hour(int(hour), parts['half']):02d}:{parts['minute']}"
            if second := parts["second"]:
                iso += f":{second}" + (f".{parts['fraction']}" if parts["fraction"] else "")
            zone = (parts["zone"] or "").upper()
            iso += "Z" if zone in ("UTC", "GMT") else zone.removeprefix("UTC").removeprefix("GMT")
    return PartialDate.parse_or_none(iso)  # None for the 30th of February


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
