"""How many articles there are over time: one bar for each day, month or year, with a link to the articles of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from docarchive.dates import PartialDate
from docarchive.records import NamedTuple
from docarchive.web.options import STEPS
from docarchive.web.parameters import SearchPage
from docarchive.writers.pages.metadata import written_out

_MOST_MONTHS: Final = 60
_MOST_BARS: Final = 300


class Bar(NamedTuple):
    """A bar of a histogram.

    Attributes:
        name: The day, month or year in words.
        period: The same as a query has it.
        articles: How many articles there are.
        height: Its height in steps; 0 if there are no articles.
        link: The parameters of the search for these articles.
    """

    name: str
    period: str
    articles: int
    height: int
    link: str


def histogram(values: Sequence[tuple[str, int]], asked: SearchPage) -> list[Bar]:
    """Returns the bars for the values of a facet of days or months, with those between them that have no articles."""
    counts = dict(values)
    if len(next(iter(counts), "")) <= len("2024-03") and _span(counts) > _MOST_MONTHS:
        years: dict[str, int] = {}
        for period, count in values:
            years[period[:4]] = years.get(period[:4], 0) + count
        counts = years
    periods = [*_between(counts)] if counts else []
    if len(periods) > _MOST_BARS:
        periods = sorted(counts)[-_MOST_BARS:]
    most = max(counts.values(), default=1)
    return [_bar(period, counts.get(period, 0), most, asked) for period in periods]


def _height(count: int, most: int) -> int:
    """Returns the height of a bar in steps, given the count that the highest one stands for; 0 for nothing alone."""
    return max(1, round(STEPS * count / most)) if count else 0


def _bar(period: str, count: int, most: int, asked: SearchPage) -> Bar:
    link = asked.with_filter(f"date:{period}", instead_of="date:")
    return Bar(written_out(PartialDate(period)), period, count, _height(count, most), link)


def _span(periods: Iterable[str]) -> int:
    """Returns how many months there are from the first period to the last."""
    months = [int(period[:4]) * 12 + int(period[5:7] or 1) for period in periods]
    return max(months, default=0) - min(months, default=0) + 1


def _between(periods: Iterable[str]) -> Iterator[str]:
    """Yields all periods from the first to the last, of the most precise kind, with the less precise ones before."""
    known = sorted(periods)
    length = max(map(len, known))
    yield from (period for period in known if len(period) < length)
    exact = [period for period in known if len(period) == length]
    first, last = exact[0], exact[-1]
    if length == len("2024"):
        yield from (f"{year:04}" for year in range(int(first), int(last) + 1))
    elif length == len("2024-03"):
        for month in range(_month(first), _month(last) + 1):
            yield f"{month // 12:04}-{month % 12 + 1:02}"
    else:
        start = date.fromisoformat(first)
        for day in range((date.fromisoformat(last) - start).days + 1):
            yield (start + timedelta(day)).isoformat()


def _month(period: str) -> int:
    return int(period[:4]) * 12 + int(period[5:7]) - 1
