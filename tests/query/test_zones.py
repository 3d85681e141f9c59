"""Dates in words find what was archived just now, in every time zone."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docarchive import Archive, Article, PartialDate
from docarchive.dates.words import utc_moment
from docarchive.query import AnalyzedArticle, Context, parse

ZONES = ["Pacific/Auckland", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata", "America/New_York", "UTC"]
WORDS = ["today", "today..", "-1h..", "-1d..", "this-week", "this-month", "<tomorrow", ">yesterday", '"this year"']
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1))

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process can be set on Unix only")


@contextmanager
def local_zone(name: str) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        del os.environ["TZ"]
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


def archived_at(moment: datetime) -> AnalyzedArticle:
    return AnalyzedArticle(Article(id="a", title="t", archived=PartialDate(f"{moment:%Y-%m-%dT%H:%M:%SZ}")))


@given(moment=MOMENTS, zone=st.sampled_from(ZONES), words=st.sampled_from(WORDS))
@settings(deadline=None)
def test_what_was_archived_now_is_found_in_every_zone(moment: datetime, zone: str, words: str) -> None:
    now = moment.replace(tzinfo=UTC)
    with local_zone(zone):
        document = archived_at(now)
        aware = now.astimezone()
        assert parse(f"archived:{words}", Context(now=aware)).matches(document)
        years = timedelta(days=800 if words != "<tomorrow" else -800)
        assert not parse(f"archived:{words}", Context(now=aware)).matches(archived_at(now - years))


@given(moment=MOMENTS, zone=st.sampled_from(ZONES))
@settings(deadline=None)
def test_a_time_without_a_zone_is_local(moment: datetime, zone: str) -> None:
    now = moment.replace(tzinfo=UTC)
    with local_zone(zone):
        local = now.astimezone().replace(tzinfo=None)
        # In the hour that is repeated when clocks go back, a local time may mean either hour.
        assert utc_moment(local) - moment in (timedelta(), timedelta(hours=-1))
        assert utc_moment(now) == moment
        written = AnalyzedArticle(Article(id="a", title="t", date=PartialDate(local.isoformat())))
        assert parse("date:today", Context(now=local)).matches(written)


@pytest.mark.parametrize("zone", ZONES)
def test_search_list_and_export_agree_on_what_was_just_imported(zone: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A note\n\nfor today", "utf-8")
    with local_zone(zone), Archive.create(tmp_path / "archive") as archive:
        archive.import_(tmp_path / "a.txt")
        for words in WORDS:
            query = f"archived:{words}"
            assert archive.search(query).total == 1
            assert archive.count(f"note {query}") == archive.list_count(query) == len(list(archive.list(query))) == 1
        for number, since in enumerate(("today", "-1h", "yesterday")):
            assert archive.export(to=tmp_path / f"{number}.jsonl", since=since).articles == 1
