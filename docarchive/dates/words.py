"""Dates in words: ``last week``, ``march 2024``, ``3 days ago``, ``-2w``.

Owns what an expression means at a given moment: its first and last instant, as ``PartialDate`` writes them. Ranges are
the query parser's.

One table has all forms: a pattern, and a function from its match to the two instants. The first form that matches
decides: if it cannot be computed, the text is not a date, and no other form is tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from docarchive.dates import PartialDate, days_in
from docarchive.regexes import lazy

EXAMPLES: Final = 'write it as 2024, 2024-03, 2024-03-16, today, last-week, -2w or "march 2024"'

_INSTANT: Final = timedelta(microseconds=1)
_SPANS: Final = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12, "decade": 120}
_BEGIN: Final[dict[str, Callable[[datetime], datetime]]] = {
    "second": lambda t: datetime(t.year, t.month, t.day, t.hour, t.minute, t.second),
    "minute": lambda t: datetime(t.year, t.month, t.day, t.hour, t.minute),
    "hour": lambda t: datetime(t.year, t.month, t.day, t.hour),
    "day": lambda t: datetime(t.year, t.month, t.day),
    "week": lambda t: datetime(t.year, t.month, t.day) - timedelta(days=t.weekday()),
    "month": lambda t: datetime(t.year, t.month, 1),
    "quarter": lambda t: datetime(t.year, (t.month - 1) // 3 * 3 + 1, 1),
    "year": lambda t: datetime(t.year, 1, 1),
    "decade": lambda t: datetime(max(1, t.year // 10 * 10), 1, 1),
}
_SHORT: Final = {"h": "hour", "d": "day", "w": "week", "m": "month", "y": "year"}
_MONTH_NAMES: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_DAYS: Final = {"yesterday": -1, "today": 0, "tomorrow": 1}
_NUMBERS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WEEKDAYS: Final = {
    **{"monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6},
    **{"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6},
}

_Instants = tuple[datetime, datetime]


def date_range(text: str, now: datetime) -> tuple[str, str] | None:
    """Reads a date in words or digits.

    Args:
        text: Any text that ``PartialDate.parse`` reads, or an expression in English words; the names of months
            may be in any language of ``dates.months``. Case does not matter; words may be joined by white space,
            hyphens or underscores.
        now: The moment that it is relative to, in the zone of the dates that are compared with it; its zone is ignored.

    Returns:
        The first and the last instant that it can mean, in the form of ``PartialDate.start``; None if it is not a
        date, or not in the years 1 to 9999.
    """
    text = " ".join(text.split())
    if not text.isascii():
        text = _in_ascii(text)
        if not text.isascii():
            return None
    try:
        date = PartialDate.parse(text)
    except ValueError:
        pass
    else:
        return date.start, date.end
    words = re.sub(r"(?<=\S)[_-]+(?=\S)", " ", text.lower())  # but not the sign of an offset
    for pattern, meaning in _FORMS:
        if match := re.fullmatch(pattern, words):  # compiled at first use, then cached by re
            try:
                start, end = meaning(match, now)
            except (ValueError, OverflowError):  # there is no such day, or no such year in datetime
                return None
            return start.isoformat(timespec="microseconds"), end.isoformat(timespec="microseconds")
    return None


def utc_moment(now: datetime | None = None) -> datetime:
    """Returns a moment in UTC, without a zone: what dates that are stored in UTC are compared with.

    Args:
        now: The moment, in local time if it has no zone; None for the present.
    """
    if now is None:
        return datetime.now(UTC).replace(tzinfo=None)
    try:
        return now.astimezone(UTC).replace(tzinfo=None)
    except (OverflowError, ValueError, OSError):  # outside of the years that the system knows zones of
        return now.replace(tzinfo=None)


def _whole(unit: str, moment: datetime) -> _Instants:
    """Returns the first and last instant of the calendar unit that a moment is in."""
    start = _BEGIN[unit](moment)
    try:
        return start, _BEGIN[unit](_shift(start, unit, 1)) - _INSTANT
    except (ValueError, OverflowError):
        return start, datetime.max  # of the year 9999


def _shift(moment: datetime, unit: str, count: int) -> datetime:
    """Returns a moment some units later; on the last day of the month if that has no such day."""
    if unit in _SPANS:
        return moment + count * _SPANS[unit]
    year, month = divmod(moment.year * 12 + moment.month - 1 + count * _MONTHS[unit], 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, days_in(year, month + 1)))


def _number(word: str) -> int:
    if word in ("a", "an"):
        return 1
    return _NUMBERS.index(word) + 1 if word in _NUMBERS else int(word)


def _sign(word: str) -> int:
    return {"this": 0, "next": 1}.get(word, -1)


def _grain(unit: str) -> str:
    """Returns the unit in which a date some units away is exact."""
    return unit if unit in ("minute", "hour") else "day"


def _offset(match: re.Match[str], now: datetime) -> _Instants:
    sign, count, letter, name = match.groups()
    unit = name or _SHORT[letter]
    return _whole(_grain(unit), _shift(now, unit, int(sign + count)))


def _span(match: re.Match[str], now: datetime) -> _Instants:
    which, count, unit = match.groups()
    other = _shift(now, unit, _sign(which) * _number(count))
    return _whole(_grain(unit), min(now, other))[0], _whole(_grain(unit), max(now, other))[1]


def _ago(match: re.Match[str], now: datetime) -> _Instants:
    count, unit = match.groups()
    return _whole("day" if unit == "week" else unit, _shift(now, unit, -_number(count)))


def _weekday(match: re.Match[str], now: datetime) -> _Instants:
    which, name = match.groups()
    back = (now.weekday() - _WEEKDAYS[name]) % 7
    if which:
        back = back - 7 if which == "next" else back or 7
    return _whole("day", _shift(now, "day", -back))


def _quarter(match: re.Match[str], now: datetime) -> _Instants:
    month = int(match["quarter"]) * 3 - 2
    return _whole("quarter", datetime(_year(match, now, month), month, 1))


def _in_ascii(text: str) -> str:
    """Returns a date with English names of months for those such as ``août``, and hyphens for ``年`` and ``月``."""
    if len(text) > _LONGEST:
        return text
    from docarchive.dates.months import month

    def english(match: re.Match[str]) -> str:
        number = None if match[0].isascii() else month(match[0])
        return match[0] if number is None else _MONTH_NAMES[number - 1]

    text = _CHARACTERS.sub(lambda match: "-".join(part.zfill(2) for part in match.groups() if part), text)
    return _NAMES.sub(english, _ORDINAL.sub("", text))


def _named(match: re.Match[str], now: datetime) -> _Instants:
    """Returns a month or a day, with the name of the month in English or another language."""
    try:
        return _named_in_english(match, now)
    except ValueError:
        from docarchive.dates.months import month

        number = month(match["name"])
        if number is None or match[0].endswith("ago"):
            raise
        return _of_month(match, now, number)


def _named_in_english(match: re.Match[str], now: datetime) -> _Instants:
    """Returns a month or a day; after a year, ``mars`` may be a word to search for: ``date:2024 mars``."""
    return _of_month(match, now, int(PartialDate.parse(f"1 {match['name']} 2000").text[5:7]))


def _of_month(match: re.Match[str], now: datetime, month: int) -> _Instants:
    groups = match.groupdict()
    day = groups.get("day")
    return _whole("day" if day else "month", datetime(_year(match, now, month, int(day or 1)), month, int(day or 1)))


def _numbered(match: re.Match[str], now: datetime) -> _Instants:
    day = match["day"]
    return _whole("day" if day else "month", datetime(int(match["year"]), int(match["month"]), int(day or 1)))


def _slashed(match: re.Match[str], _: datetime) -> _Instants:
    """Returns the day of ``16/03/2024`` or ``03/16/2024``; raises ``ValueError`` for one that may be two."""
    low, high = sorted((int(match[1]), int(match[3])))
    if high < 13 and low != high:
        raise ValueError(match[0])
    return _whole("day", datetime(int(match["year"]), low, high))


def _year(match: re.Match[str], now: datetime, month: int, day: int = 1) -> int:
    """Returns the year in the text, else the last year in which the month, or the day, has begun."""
    if year := match.groupdict().get("year"):
        return int(year)
    last = now.year - ((month, day) > (now.month, now.day))
    while (month, day) == (2, 29) and last > 1 and days_in(last, month) < day:
        last -= 1
    return last


#: A date in Chinese, Japanese or Korean.
_CHARACTERS = lazy(r"^([0-9]{4}) ?[年년](?: ?([0-9]{1,2}) ?[月월](?: ?([0-9]{1,2}) ?[日일])?)?$")
_NAMES = lazy(r"[^\W\d_]{3,12}")
_ORDINAL = lazy("(?<=[0-9])[º°ª]")
#: No date has more characters.
_LONGEST: Final = 60
_UNIT = "(minute|hour|day|week|month|quarter|year|decade)"
_COUNT = r"\d+|" + "|".join(_NUMBERS)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?"
_NAME = r"(?P<name>[a-z]{3,12})\.?"
_YEAR = r"(?P<year>\d{4})"
_ON = f"(?:(?:{'|'.join(_WEEKDAYS)}),? )?(?:the )?"
_FORMS: Final[tuple[tuple[str, Callable[[re.Match[str], datetime], _Instants]], ...]] = (
    ("now", lambda _, now: _whole("second", now)),
    ("|".join(_NAMED_DAYS), lambda match, now: _whole("day", _shift(now, "day", _NAMED_DAYS[match[0]]))),
    (rf"([+-])(\d+) ?(?:([hdwmy])|{_UNIT}s?)", _offset),
    (
        "(this|last|past|previous|next) (day|week|month|quarter|year|decade)",
        lambda match, now: _whole(match[2], _shift(now, match[2], _sign(match[1]))),
    ),
    (f"(?:the )?(last|past|previous|next) ({_COUNT}) {_UNIT}s?", _span),
    (f"({_COUNT}|an?) {_UNIT}s? ago", _ago),
    (f"(?:(last|past|previous|next) )?({'|'.join(_WEEKDAYS)})", _weekday),
    (rf"q(?P<quarter>[1-4])(?: (?:of )?{_YEAR})?", _quarter),
    (rf"{_YEAR} ?q(?P<quarter>[1-4])", _quarter),
    (r"(\d{4}) ?w(?:eek ?)?(\d\d?)", lambda match, _: _whole("week", _monday(match[1], match[2]))),
    (r"w(?:eek ?)?(\d\d?) (?:of )?(\d{4})", lambda match, _: _whole("week", _monday(match[2], match[1]))),
    (r"(?:the )?(\d{3}0)'?s", lambda match, _: _whole("decade", datetime(int(match[1]), 1, 1))),
    (rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)", _numbered),
    (rf"{_YEAR}\.(?P<month>\d\d?)\.(?P<day>\d\d?)\.?", _numbered),
    (rf"(?:(?P<day>\d\d?)\. ?)?(?P<month>\d\d?)\. ?{_YEAR}", _numbered),
    (rf"(\d\d?)([/ ])(\d\d?)\2{_YEAR}", _slashed),
    (rf"{_YEAR} (?P<month>\d\d?)(?: (?P<day>\d\d?))?", _numbered),
    (rf"{_ON}{_DAY} (?:of |de )?{_NAME}(?:,? (?:del? )?{_YEAR})?", _named),
    (rf"{_ON}{_NAME} (?:the )?{_DAY}(?:,? {_YEAR})?", _named),
    (rf"{_YEAR},? {_NAME}(?: {_DAY})?", _named_in_english),
    (rf"{_NAME}(?:,? (?:of |del? )?{_YEAR})?", _named),
)


def _monday(year: str, week: str) -> datetime:
    return datetime.fromisocalendar(int(year), int(week), 1)
