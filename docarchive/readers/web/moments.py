"""When a page was published: dates as pages write them, and the day in its address (decision 0034)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit

from docarchive.dates import PartialDate
from docarchive.dates.months import month
from docarchive.readers.values.dates_found import of_programs
from docarchive.readers.values.written_dates import leading_date, read_date

_IN_UTC = re.compile(r"(\d{4}-\d\d-\d\d)T[\d:.]+(?:Z|[+-]00:?00)")
_IN_ADDRESS = re.compile(
    r"[/_-]((?:19|20)\d\d)(?:([/-])(0?[1-9]|1[0-2]|[a-z]{3})\2(0?[1-9]|[12]\d|3[01])|(0[1-9]|1[0-2])([0-2]\d|3[01]))(?!\d)"
)
_MONTH_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])(?=/)")
_DAY_AND_MONTH = re.compile(r"(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4})(?!\d)")
#: Countries that write English with the day first; other languages do, too.
_DAY_FIRST: Final = frozenset("au bb bw bz gb gh gi hk ie in jm ke mt mw na ng nz pk sg tt tz ug uk za zm zw".split())  # noqa: SIM905
_YEAR = re.compile(r"(?<!\d)(?:1[4-9]|20)\d\d(?!\d)")
_MAX_LENGTH: Final = 100


def published(stated: Iterable[str], url: str | None, language: str = "") -> PartialDate | None:
    """Returns the first date of a page that can be read.

    A time in UTC near midnight is on another day than it was where the page was written. If the address has the day
    before or after it, the first date on that day is returned, or the day.

    Args:
        stated: The dates that the page states, the best first.
        url: The address of the page.
        language: The language of the page, as it states it; may be empty.
    """
    dates = [parsed for text in stated if (parsed := read_moment(text, language))]
    if not dates:
        return None
    moment = _IN_UTC.match(str(dates[0]))
    day = day_of(url) if moment and url else None
    if moment and day and abs(date.fromisoformat(moment[1]) - day) == timedelta(1):
        return next((candidate for candidate in dates if str(candidate).startswith(str(day))), PartialDate(str(day)))
    return dates[0]


def in_address(url: str) -> PartialDate | None:
    """Returns the day or the month in an address, as in ``/2024/03/16/`` or ``/2024/03/``."""
    if day := day_of(url):
        return PartialDate(str(day))
    with suppress(ValueError):
        if match := _MONTH_IN_ADDRESS.search(urlsplit(url).path):
            return PartialDate(f"{match[1]}-{match[2]}")
    return None


def day_of(url: str) -> date | None:
    """Returns the day in an address, as in ``/2024/03/16/``, ``/2024/mar/16/`` or ``-2024-03-16``."""
    with suppress(ValueError):
        if match := _IN_ADDRESS.search(urlsplit(url.lower()).path):
            year, _, *others = match.groups()
            written_month, day = filter(None, others)
            number = month(written_month) if written_month.isalpha() else int(written_month)
            return date(int(year), number, int(day)) if number else None
    return None


def read_moment(text: str, language: str = "") -> PartialDate | None:
    """Returns a date as pages write them; None if it cannot be read, or could be two (``05/06/2024``).

    Args:
        text: The date.
        language: The language of the page, as it states it: in most, the day is first.
    """
    text = text.strip()[:_MAX_LENGTH]
    date = _read(with_day_first(text, language))
    return date if date and of_programs(date) else None


def _read(text: str) -> PartialDate | None:
    if date := read_date(text):
        return date
    for candidate in (re.sub(r"\.\d+", "", text), text[:19], text[:10]):
        with suppress(ValueError):
            return PartialDate.parse(candidate)
    beginning = leading_date(text)
    return beginning.date if beginning else None


def with_day_first(text: str, language: str) -> str:
    """Returns a text with its dates in figures written as days, months and years, if its language writes them so."""
    return _DAY_AND_MONTH.sub(r"\1.\2.\3", text) if _is_day_first(language) else text


def could_be_two(text: str) -> bool:
    """Returns whether a text is a date of which each part could be the month: ``05/06/2024``."""
    match = _DAY_AND_MONTH.match(text)
    return match is not None and read_date(match[0]) is None and int(match[1]) <= 31 and int(match[2]) <= 31


def is_unreadable(text: str) -> bool:
    """Returns whether a text says when but is no date: ``Spring 2024``; not what programs write for none."""
    return 0 < len(text) <= _MAX_LENGTH and _YEAR.search(text) is not None and _read(text) is None


def _is_day_first(language: str) -> bool:
    name, *others = language.lower().replace("_", "-").split("-")
    return bool(name) and (name != "en" or not _DAY_FIRST.isdisjoint(others))
