"""Partial dates: a year, a month, a day or a moment, with the precision in which they were written.

Owns how dates are read, written and compared. Knows nothing of articles or queries.

Dates are compared *as written*: the zone of a moment is stored and written again, but 23:30 on the
16th is on the 16th wherever the writer was (docs/decisions/0005).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import cache

from docarchive.errors import DateError
from docarchive.texts import shorten

_ISO = (
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})"
    r"(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?[ ]?(Z|z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?)?)?"
)
_MONTHS = {
    **{"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8},
    **{"september": 9, "october": 10, "november": 11, "december": 12, "sept": 9},
}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()}
_DAY_FIRST = (
    r"(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})"
    r"(?:,?\s+(\d{2}):(\d{2})(?::(\d{2}))?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?:\s*\([A-Za-z ]+\))?)?"
)
_UTC = ("UTC", "GMT")
_MONTH_FIRST = r"([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})"
_SLASHED = r"(\d{4})/(\d{1,2})/(\d{1,2})"


@cache
def _iso() -> re.Pattern[str]:
    return re.compile(_ISO, re.ASCII)


class PartialDate:
    """A point in time of known precision; immutable, hashable, ordered by its start.

    Attributes:
        text: The ISO 8601 form, with the known parts only: ``2024``, ``2024-03``,
            ``2024-03-16``, ``2024-03-16T10:00`` or ``2024-03-16T10:00:05+02:00``.
        start: The first instant that it can mean, ``YYYY-MM-DDTHH:MM:SS.ffffff``, as written, without zone;
            such texts sort as the instants do.
        end: The last instant that it can mean, in the same form.
        precision: ``year``, ``month``, ``day``, ``minute`` or ``second``.
    """

    __slots__ = ("end", "precision", "start", "text")

    text: str
    start: str
    end: str
    precision: str

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(f"a date must be a str, not {type(text).__name__}; PartialDate.parse reads other values")
        match = _iso().fullmatch(text.strip())
        if not match:
            raise DateError(f"{shorten(text)!r} is not a date; {EXAMPLES}")
        self._set(text, match)

    def _set(self, text: str, match: re.Match[str]) -> None:
        year, month, day, hour, minute, second, fraction, zone = match.groups()
        try:
            first = datetime(
                int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0)
            )
        except ValueError:
            raise DateError(f"{shorten(text)!r} is not a date that exists; {EXAMPLES}") from None
        parts, precision = [year], "year"
        last = f"{year}-12-31T23:59:59.999999"
        if month:
            parts.append(f"-{month}")
            precision, last = "month", f"{year}-{month}-{days_in(first.year, first.month)}T23:59:59.999999"
        if day:
            parts.append(f"-{day}")
            precision, last = "day", f"{year}-{month}-{day}T23:59:59.999999"
        if hour:
            parts.append(f"T{hour}:{minute}")
            precision, last = "minute", f"{year}-{month}-{day}T{hour}:{minute}:59.999999"
        start = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
        if second:
            parts.append(f":{second}" + (f".{fraction}" if fraction else ""))
            start += "." + (fraction or "").ljust(6, "0")[:6]
            precision, last = "second", start if fraction else f"{start[:-6]}999999"
        else:
            start += ".000000"
        if zone:
            parts.append(zone.upper())
        set_ = object.__setattr__
        set_(self, "text", "".join(parts))
        set_(self, "start", start)
        set_(self, "end", last)
        set_(self, "precision", precision)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("PartialDate is immutable")

    @classmethod
    def parse(cls, value: object) -> PartialDate:
        """Reads a date as people and programs write it.

        Args:
            value: A ``PartialDate``, ``date``, ``datetime``, a year as an int, or text: ISO 8601
                in any precision, RFC 2822 (mail, feeds), ``March 16, 2024``, ``16 March 2024`` or
                ``2024/03/16``.

        Raises:
            DateError: It is none of these; the text says how to write a date.
        """
        if isinstance(value, PartialDate):
            return value
        if isinstance(value, date):  # a datetime is a date too
            return cls(value.isoformat())
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 9999:
            return cls(f"{value:04d}")
        if not isinstance(value, str):
            raise DateError(f"{shorten(str(value))!r} is not a date; {EXAMPLES}")
        text = value.strip()
        if text.endswith(_UTC):
            text = text[:-3].rstrip() + "Z"
        if match := _iso().fullmatch(text):
            new = cls.__new__(cls)
            new._set(text, match)
            return new
        return cls(_written_out(text) or text)

    @classmethod
    def parse_or_none(cls, value: object) -> PartialDate | None:
        """Reads a date as ``parse`` does; returns None where that raises."""
        try:
            return cls.parse(value)
        except DateError:
            return None

    def __reduce__(self) -> tuple[type[PartialDate], tuple[str]]:
        return PartialDate, (self.text,)  # copies and pickles call the constructor, because attributes cannot be set

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"PartialDate({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PartialDate) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __lt__(self, other: PartialDate) -> bool:
        if not isinstance(other, PartialDate):
            return NotImplemented
        return (self.start, self.text) < (other.start, other.text)


EXAMPLES = "write it as 2024, 2024-03, 2024-03-16 or 2024-03-16T10:00"


def utc_now() -> str:
    """Returns the present moment in UTC, to the second, as archives have it: ``2026-11-29T18:02:03Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def days_in(year: int, month: int) -> int:
    """Returns the number of days of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _written_out(text: str) -> str | None:
    """Returns the ISO form of a date written in words or with slashes, or None for other text."""
    if match := re.fullmatch(_SLASHED, text, re.ASCII):
        year, month, day = match.groups()
        return f"{year}-{int(month):02d}-{int(day):02d}"
    if match := re.fullmatch(_MONTH_FIRST, text, re.ASCII):
        name, day, year = match.groups()
        number = _MONTHS.get(name.lower())
        return f"{year}-{number:02d}-{int(day):02d}" if number else None
    if match := re.fullmatch(_DAY_FIRST, text, re.ASCII):
        day, name, year, hour, minute, second, zone = match.groups()
        number = _MONTHS.get(name.lower())
        if not number:
            return None
        iso = f"{year}-{number:02d}-{int(day):02d}"
        if hour:
            iso += f"T{hour}:{minute}" + (f":{second}" if second else "")
            iso += "Z" if zone in ("Z", "UTC", "GMT") else (zone or "")
        return iso
    return None
