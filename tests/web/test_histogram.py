"""Histograms."""

from hypothesis import given
from hypothesis import strategies as st

from docarchive.web.histogram import histogram
from docarchive.web.options import STEPS
from docarchive.web.parameters import SearchPage

_MONTHS = st.dates().map(lambda date: date.isoformat()[:7])
_PERIODS = st.dictionaries(_MONTHS | _MONTHS.map(lambda month: month[:4]), st.integers(1, 1000), max_size=20)


@given(_PERIODS)
def test_bars_are_in_order_and_have_all_articles_unless_there_are_too_many(counts: dict[str, int]) -> None:
    bars = histogram(sorted(counts.items()), SearchPage("x"))
    periods = [bar.period for bar in bars]
    assert periods == sorted({*periods})
    assert all((bar.height > 0) == (bar.articles > 0) for bar in bars)
    assert all(bar.height <= STEPS for bar in bars)
    if len({*counts}) <= 20:
        assert sum(bar.articles for bar in bars) == sum(counts.values())
    assert len(bars) <= 300


def test_months_between_have_a_bar_of_no_height() -> None:
    bars = histogram([("2023-11", 4), ("2024-02", 2)], SearchPage())
    assert [(bar.period, bar.articles, bar.height) for bar in bars] == [
        ("2023-11", 4, 100),
        ("2023-12", 0, 0),
        ("2024-01", 0, 0),
        ("2024-02", 2, 50),
    ]
    assert (bars[0].name, bars[0].link) == ("November 2023", "?filter=date%3A2023-11")


def test_many_months_are_years() -> None:
    bars = histogram([("2010-11", 4), ("2010-12", 1), ("2024-02", 2)], SearchPage())
    assert [(bar.period, bar.articles) for bar in (bars[0], bars[-1])] == [("2010", 5), ("2024", 2)]
    assert len(bars) == 15


def test_days() -> None:
    bars = histogram([("2024-02-27", 4), ("2024-03-01", 1)], SearchPage())
    assert [bar.period for bar in bars] == ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01"]


def test_an_archive_without_dates_has_none() -> None:
    assert histogram([], SearchPage()) == []
