import copy
import pickle
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.dates import EXAMPLES, PartialDate
from docarchive.errors import DateError

FORMS = ["%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f"]


@st.composite
def dates(draw: st.DrawFn) -> PartialDate:
    moment = draw(st.datetimes(min_value=datetime(1000, 1, 1)))
    form = draw(st.sampled_from(FORMS))
    zone = draw(st.sampled_from(["", "Z", "+02:00", "-0930", "+14", " -01:00"])) if "H" in form else ""
    return PartialDate(moment.strftime(form) + zone)


@pytest.mark.parametrize(
    ("text", "precision", "start", "end"),
    [
        ("1963", "year", "1963-01-01T00:00:00.000000", "1963-12-31T23:59:59.999999"),
        ("1963-04", "month", "1963-04-01T00:00:00.000000", "1963-04-30T23:59:59.999999"),
        ("2024-03-16", "day", "2024-03-16T00:00:00.000000", "2024-03-16T23:59:59.999999"),
        ("2024-03-16T10:05", "minute", "2024-03-16T10:05:00.000000", "2024-03-16T10:05:59.999999"),
        ("2024-03-16T10:05:07", "second", "2024-03-16T10:05:07.000000", "2024-03-16T10:05:07.999999"),
        ("2024-03-16T10:05:07.25", "second", "2024-03-16T10:05:07.250000", "2024-03-16T10:05:07.250000"),
    ],
)
def test_each_precision_has_its_first_and_last_instant(text: str, precision: str, start: str, end: str) -> None:
    found = PartialDate(text)
    assert (found.text, found.precision, found.start, found.end) == (text, precision, start, end)


@pytest.mark.parametrize(
    ("month", "last"), [("2024-02", "29"), ("2023-02", "28"), ("1900-02", "28"), ("2000-02", "29"), ("2023-12", "31")]
)
def test_a_month_ends_on_its_last_day(month: str, last: str) -> None:
    assert PartialDate(month).end == f"{month}-{last}T23:59:59.999999"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("2024-03-16T10:00Z", "2024-03-16T10:00Z"),
        ("2024-03-16t10:00z", "2024-03-16T10:00Z"),
        ("2024-03-16 10:00:05 +0200", "2024-03-16T10:00:05+0200"),
        ("2024-03-16T23:30-09:30", "2024-03-16T23:30-09:30"),
        ("2024-03-16T23:30+14", "2024-03-16T23:30+14"),
        ("2024-03-16T10:00:05,123456789+02:00", "2024-03-16T10:00:05.123456789+02:00"),
    ],
)
def test_zones_are_kept_and_do_not_move_the_date(written: str, text: str) -> None:
    found = PartialDate(written)
    assert found.text == text
    assert found.start[:16] == text[:16]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1963, "1963"),
        (987, "0987"),
        (date(2024, 3, 16), "2024-03-16"),
        (datetime(2024, 3, 16, 10, 0, 5, tzinfo=UTC), "2024-03-16T10:00:05+00:00"),
        (datetime(2024, 3, 16, 10, tzinfo=timezone(timedelta(hours=-9.5))), "2024-03-16T10:00:00-09:30"),
        (PartialDate("2024-03"), "2024-03"),
        (" 2024-03 ", "2024-03"),
        ("2024/3/6", "2024-03-06"),
        ("March 16, 2024", "2024-03-16"),
        ("Sept. 6 2024", "2024-09-06"),
        ("16 mar 2024", "2024-03-16"),
        ("Sat, 16 Mar 2024", "2024-03-16"),
        ("Sat, 16 Mar 2024 10:00:05 +0200", "2024-03-16T10:00:05+0200"),
        ("16 March 2024 10:00 GMT (Greenwich)", "2024-03-16T10:00Z"),
    ],
)
def test_parse_reads_dates_as_people_and_programs_write_them(value: object, text: str) -> None:
    assert PartialDate.parse(value).text == text


@pytest.mark.parametrize(
    "bad",
    [
        *("", " ", "soon", "24-03-16", "2024-3", "2024-03-16T", "2024-03-16T10", "2024-03T10:00", "2024-03-16x"),
        *("2024-13", "2024-00", "2024-02-30", "2023-02-29", "0000", "2024-03-16T24:00", "2024-03-16T10:60"),
        *("2024-03-16T10:00+25:00", "2024-03-16T10:00+02:75", "\u0662\u0660\u0662\u0664", "May 32, 2024"),
        *("16 Brumaire 2024", "Brumaire 16, 2024", "2024/13/01", "١٦ March 2024"),
        *(0, -5, 10_000, 2024.5, True, None, [2024]),
    ],
)
def test_what_is_no_date_is_refused_with_examples(bad: object) -> None:
    with pytest.raises(DateError, match="is not a date") as caught:
        PartialDate.parse(bad)
    assert isinstance(caught.value, ValueError)  # as of other constructors
    assert str(caught.value).endswith(EXAMPLES)


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(ValueError, match="is not a date") as caught:
        PartialDate("x" * 1000)
    assert len(str(caught.value)) < 200


@given(dates())
def test_the_text_of_a_date_is_that_date(found: PartialDate) -> None:
    again = PartialDate(found.text)
    assert again == found
    assert hash(again) == hash(found)
    assert (again.start, again.end, again.precision) == (found.start, found.end, found.precision)
    assert PartialDate.parse(str(found)) == found


@given(dates())
def test_a_date_begins_before_it_ends(found: PartialDate) -> None:
    assert len(found.start) == len(found.end) == 26
    assert datetime.fromisoformat(found.start) <= datetime.fromisoformat(found.end)


@given(st.lists(dates()))
def test_dates_sort_by_their_first_instant(found: list[PartialDate]) -> None:
    starts = [datetime.fromisoformat(each.start) for each in sorted(found)]
    assert starts == sorted(starts)
    assert all(a < b or a == b for a, b in pairwise(sorted(found)))


@given(st.text())
def test_any_text_is_a_date_or_an_error(text: str) -> None:
    with suppress(DateError):
        assert PartialDate.parse(PartialDate.parse(text).text).precision


def test_a_date_is_immutable_and_can_be_copied() -> None:
    found = PartialDate("2024-03-16")
    with pytest.raises(AttributeError, match="immutable"):
        found.text = "2025"
    assert copy.deepcopy(found) == found
    assert pickle.loads(pickle.dumps(found)).end == found.end
    assert repr(found) == "PartialDate('2024-03-16')"
    assert found != "2024-03-16"
    with pytest.raises(TypeError, match="not supported"):
        sorted([found, "2024-03-17"])  # type: ignore[type-var]


def test_a_zone_may_be_written_as_utc() -> None:
    assert PartialDate.parse("2015-09-09 11:10:32 UTC").text == "2015-09-09T11:10:32Z"
    assert PartialDate.parse("2015-09-09T11:10 GMT").text == "2015-09-09T11:10Z"
    assert PartialDate.parse("2015-09-09T11:10:32UTC").text == "2015-09-09T11:10:32Z"
    with pytest.raises(ValueError, match="is not a date"):
        PartialDate.parse("UTC")
