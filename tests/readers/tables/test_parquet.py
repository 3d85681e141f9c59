import io
import pickle
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet as pq

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import InputError, ReaderError
from docarchive.readers import ReadOptions, Record, Refusal, Source, choose, readers
from docarchive.readers.containers import decompression
from docarchive.readers.tables import parquet

READER = readers()["parquet"]


def written(rows_in_group: int = 2, **columns: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, row_group_size=rows_in_group)
    return out.getvalue()


def source(data: bytes, **mapping: str) -> Source:
    return Source("a.parquet", len(data), lambda: io.BytesIO(data), options=ReadOptions(mapping=mapping))


def articles(data: bytes, **mapping: str) -> list[Article]:
    found = []
    for record in READER.records(source(data, **mapping)):
        assert isinstance(record, Record)
        found.append(pickle.loads(pickle.dumps(record.load))())
    return found


DATA = written(
    Headline=["The pier", "Wheat", None],
    text=["A new pier.", "<p>Up</p>", "No title here."],
    published=pa.array([1710583200000000001, None, None], pa.timestamp("ns", "UTC")),
    updated=[date(2024, 3, 17), None, None],
    tags=[["harbour", "trade"], [], None],
    rating=[Decimal("4.5"), None, None],
    image=[b"\xff\x00", b"text", None],
    place=[{"name": "North Bay", "sizes": [1, 2]}, None, None],
)


def test_rows_become_articles() -> None:
    assert choose(source(DATA)).name == "parquet"
    first, second, third = articles(DATA)
    assert first.metadata() == {
        "title": "The pier",
        "date": PartialDate("2024-03-16T10:00:00+00:00"),
        "updated": PartialDate("2024-03-17"),
        "tags": ["harbour", "trade"],
        "places": ["North Bay"],
        "rating": "4.5",
    }
    assert first.body == "A new pier."
    assert (second.title, second.body, second.extra) == ("Wheat", "Up", {"image": "text"})
    assert (third.title, third.title_derived) == ("No title here", True)


def test_the_user_says_what_the_columns_hold() -> None:
    assert articles(DATA, title="text", body="Headline")[0].title == "A new pier."
    with pytest.raises(ReaderError, match=r"^--map title=x: there is no such column; the columns are Headline, text"):
        articles(DATA, title="x")


def test_many_rows_are_read_in_batches() -> None:
    found = list(READER.records(source(written(title=[f"Title {n}" for n in range(100)]))))
    assert [found[0].location, found[-1].location] == ["row 1", "row 100"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (DATA[:-1], "the Parquet file is damaged: "),
        (b"PAR1", "the Parquet file is damaged: "),
        (written(age=[1]), "no column looks like a title or a text"),
        (written(title=pa.array([], pa.string())), "there is no article in it; the table has no rows"),
    ],
)
def test_what_is_no_table_of_articles_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReaderError) as caught:
        list(READER.records(source(data)))
    assert str(caught.value).startswith(reason)


def test_a_long_text_that_stands_in_each_row_is_no_way_to_fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decompression, "_ALLOWANCE", 10_000)
    data = written(10_000, title=["x" * 10_000] * 10_000)
    assert len(data) < 100_000_000 / 200
    with pytest.raises(ReaderError, match=r"^it expands to far more than its size"):
        list(READER.records(source(data)))


def test_a_row_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "MAX_SIZE", 100)
    first, second = READER.records(source(written(title=["x" * 200, "y"])))
    assert isinstance(first, Refusal)
    assert first.reason == "the row is longer than 0 MB"
    assert isinstance(second, Record)


def test_a_missing_extra_is_said() -> None:
    assert str(READER.missing()).endswith("pip install 'docarchive[tables]'")


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(draw: st.DataObject) -> None:
    data = bytearray(DATA)
    for _ in range(draw.draw(st.integers(1, 5))):
        data[draw.draw(st.integers(4, len(data) - 1))] = draw.draw(st.integers(0, 255))
    with suppress(InputError):
        for record in READER.records(source(bytes(data))):
            if isinstance(record, Record):
                with suppress(InputError):
                    record.load()


def test_moments_keep_their_microseconds() -> None:
    (article,) = articles(written(title=["T"], date=[datetime(2024, 3, 16, 10, 0, 5, 250000)]))
    assert article.date == PartialDate("2024-03-16T10:00:05.250000")


DAY = pa.date32()
OUT_OF_RANGE = {
    "day": (pa.array([9999999], DAY), "29349-01-25"),
    "day before Christ": (pa.array([-9999999], DAY), "-25410-12-07"),
    "milliseconds": (pa.array([253402300800000], pa.timestamp("ms", "UTC")), "10000-01-01 00:00:00.000Z"),
    "milliseconds in a zone": (
        pa.array([253402300799000], pa.timestamp("ms", "Asia/Tokyo")),
        "10000-01-01 08:59:59.000+0900",
    ),
    "milliseconds in no zone": (pa.array([5], pa.timestamp("ms", "Foo/Bar")), "5 (timestamp[ms, tz=Foo/Bar])"),
    "microseconds": (pa.array([2534023008000000000], pa.timestamp("us")), "2534023008000000000 (timestamp[us])"),
    "year 0": (pa.array([-62135596800000001], pa.timestamp("us")), "0000-12-31 23:59:59.999999"),
    "duration": (pa.array([2**62], pa.duration("s")), "4611686018427387904 (duration[s])"),
    "time of day": (pa.array([1], pa.time64("ns")), "00:00:00.000000001"),
    "list": (pa.array([[9999999, 0]], pa.list_(DAY)), ["29349-01-25", "1970-01-01"]),
    "large list": (pa.array([[9999999]], pa.large_list(DAY)), ["29349-01-25"]),
    "object": (pa.array([{"a": 9999999, "b": 1}], pa.struct([("a", DAY), ("b", DAY)])), None),
    "map": (pa.array([[("a", 9999999)]], pa.map_(pa.string(), DAY)), None),
}


@pytest.mark.parametrize("name", OUT_OF_RANGE)
def test_times_that_python_cannot_hold_are_kept_as_written(name: str) -> None:
    column, kept = OUT_OF_RANGE[name]
    (as_date,) = articles(written(title=["Pier"], text=["Words here."], date=column))
    (as_other,) = articles(written(title=["Pier"], text=["Words here."], when=column))
    assert (as_date.body, as_date.date) == ("Words here.", None)
    if kept is not None:
        assert as_date.extra["date_as_written"] == as_other.extra["when"] == kept
    else:
        assert "29349-01-25" in str(as_other.extra)
