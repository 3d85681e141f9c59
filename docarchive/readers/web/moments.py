"""When a page was published: dates as pages write them, and the day that its address names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit

from docarchive.dates import PartialDate
from docarchive.readers.values.months import month

#: Hours from UTC of the zones that news pages name.
_ZONES: Final = {
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
    **{"BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5, "JST": 9, "AEST": 10, "AEDT": 11},
}
#: What programs write where there is no date.
_NONE = re.compile(r"0{3}[01]-|1970-01-01T00:00:00")
_IN_UTC = re.compile(r"(\d{4}-\d\d-\d\d)T[\d:.]+(?:Z|[+-]00:?00)")
_IN_ADDRESS = re.compile(
    r"[/_-]((?:19|20)\d\d)(?:([/-])(0?[1-9]|1[0-2]|[a-z]{3})\2(0?[1-9]|[12]\d|3[01])|(0[1-9]|1[0-2])([0-2]\d|3[01]))(?!\d)"
)
_MAX_LENGTH: Final = 100


def published(stated: Iterable[str], url: str | None) -> PartialDate | None:
    """Returns the first of the dates that a page states that can be read.

    A moment in UTC falls on another day than the one where the page was written, before or after midnight;
    the address often names that day. Then a date of that day is taken, or that day.

    Args:
        stated: The dates, the best first.
        url: The address of the page.
    """
    dates = [found for text in stated if (found := read_moment(text))]
    if not dates:
        return None
    moment = _IN_UTC.match(str(dates[0]))
    day = day_of(url) if moment and url else None
    if moment and day and abs(date.fromisoformat(moment[1]) - day) == timedelta(1):
        return next((each for each in dates if str(each).startswith(str(day))), PartialDate(str(day)))
    return dates[0]


def day_of(url: str) -> date | None:
    """Returns the day that an address names, as in ``/2024/03/16/``, ``/2024/mar/16/`` or ``-2024-03-16``."""
    with suppress(ValueError):
        if match := _IN_ADDRESS.search(urlsplit(url.lower()).path):
            year, _, *others = match.groups()
            written_month, day = filter(None, others)
            number = month(written_month) if written_month.isalpha() else int(written_month)
            return date(int(year), number, int(day)) if number else None
    return None


def read_moment(text: str) -> PartialDate | None:
    """Reads a date as pages write them; one that cannot be read is none."""
    text = text.strip()[:_MAX_LENGTH]
    if _NONE.match(text):
        return None
    for candidate in (text, re.sub(r"\.\d+", "", text), text[:19], text[:10]):
        with suppress(ValueError):
            return PartialDate.parse(candidate)
    import warnings

    from dateutil.parser import ParserError, parse

    zones = {name: int(hours * 3600) for name, hours in _ZONES.items()}
    with suppress(ParserError, OverflowError, ValueError), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about zones that it does not know: the time is local then
        return PartialDate.parse(parse(text, tzinfos=zones))
    return None
