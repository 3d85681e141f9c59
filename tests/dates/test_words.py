import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from support import affordable

from docarchive.dates import PartialDate
from docarchive.dates.words import EXAMPLES, date_range

NOW = datetime(2024, 3, 16, 10, 30, 15, 250)  # a Saturday

#: Expressions, and the first and last day that each means at NOW.
DAYS = [
    ("today", "2024-03-16", "2024-03-16"),
    ("yesterday", "2024-03-15", "2024-03-15"),
    ("tomorrow", "2024-03-17", "2024-03-17"),
    ("this day", "2024-03-16", "2024-03-16"),
    ("last day", "2024-03-15", "2024-03-15"),
    ("this week", "2024-03-11", "2024-03-17"),
    ("last week", "2024-03-04", "2024-03-10"),
    ("past week", "2024-03-04", "2024-03-10"),
    ("previous week", "2024-03-04", "2024-03-10"),
    ("next week", "2024-03-18", "2024-03-24"),
    ("this month", "2024-03-01", "2024-03-31"),
    ("last month", "2024-02-01", "2024-02-29"),
    ("next month", "2024-04-01", "2024-04-30"),
    ("this quarter", "2024-01-01", "2024-03-31"),
    ("last quarter", "2023-10-01", "2023-12-31"),
    ("next quarter", "2024-04-01", "2024-06-30"),
    ("this year", "2024-01-01", "2024-12-31"),
    ("last year", "2023-01-01", "2023-12-31"),
    ("next year", "2025-01-01", "2025-12-31"),
    ("this decade", "2020-01-01", "2029-12-31"),
    ("last decade", "2010-01-01", "2019-12-31"),
    ("next decade", "2030-01-01", "2039-12-31"),
    ("last 7 days", "2024-03-09", "2024-03-16"),
    ("the last 7 days", "2024-03-09", "2024-03-16"),
    ("last 1 day", "2024-03-15", "2024-03-16"),
    ("last 0 days", "2024-03-16", "2024-03-16"),
    ("past 2 weeks", "2024-03-02", "2024-03-16"),
    ("previous two weeks", "2024-03-02", "2024-03-16"),
    ("last 3 months", "2023-12-16", "2024-03-16"),
    ("last four quarters", "2023-03-16", "2024-03-16"),
    ("past 10 years", "2014-03-16", "2024-03-16"),
    ("past two decades", "2004-03-16", "2024-03-16"),
    ("next 2 days", "2024-03-16", "2024-03-18"),
    ("next twelve months", "2024-03-16", "2025-03-16"),
    ("0 days ago", "2024-03-16", "2024-03-16"),
    ("a day ago", "2024-03-15", "2024-03-15"),
    ("3 days ago", "2024-03-13", "2024-03-13"),
    ("a week ago", "2024-03-09", "2024-03-09"),
    ("2 weeks ago", "2024-03-02", "2024-03-02"),
    ("two months ago", "2024-01-01", "2024-01-31"),
    ("twelve months ago", "2023-03-01", "2023-03-31"),
    ("1 quarter ago", "2023-10-01", "2023-12-31"),
    ("a year ago", "2023-01-01", "2023-12-31"),
    ("10 years ago", "2014-01-01", "2014-12-31"),
    ("saturday", "2024-03-16", "2024-03-16"),
    ("sunday", "2024-03-10", "2024-03-10"),
    ("monday", "2024-03-11", "2024-03-11"),
    ("fri", "2024-03-15", "2024-03-15"),
    ("last friday", "2024-03-15", "2024-03-15"),
    ("last saturday", "2024-03-09", "2024-03-09"),
    ("past sunday", "2024-03-10", "2024-03-10"),
    ("previous tues", "2024-03-12", "2024-03-12"),
    ("next saturday", "2024-03-23", "2024-03-23"),
    ("next sunday", "2024-03-17", "2024-03-17"),
    ("next friday", "2024-03-22", "2024-03-22"),
    ("march", "2024-03-01", "2024-03-31"),
    ("april", "2023-04-01", "2023-04-30"),
    ("feb", "2024-02-01", "2024-02-29"),
    ("may", "2023-05-01", "2023-05-31"),
    ("sept.", "2023-09-01", "2023-09-30"),
    ("march 2024", "2024-03-01", "2024-03-31"),
    ("mar 2024", "2024-03-01", "2024-03-31"),
    ("march, 2024", "2024-03-01", "2024-03-31"),
    ("march of 2024", "2024-03-01", "2024-03-31"),
    ("sept. 1963", "1963-09-01", "1963-09-30"),
    ("2024 march", "2024-03-01", "2024-03-31"),
    ("december 2030", "2030-12-01", "2030-12-31"),
    ("16th march 2024", "2024-03-16", "2024-03-16"),
    ("the 16th of march, 2024", "2024-03-16", "2024-03-16"),
    ("march 16th 2024", "2024-03-16", "2024-03-16"),
    ("march the 16th, 2024", "2024-03-16", "2024-03-16"),
    ("1st of may 2023", "2023-05-01", "2023-05-01"),
    ("2nd may 2023", "2023-05-02", "2023-05-02"),
    ("3rd may 2023", "2023-05-03", "2023-05-03"),
    ("2024 mar 16", "2024-03-16", "2024-03-16"),
    ("16 march", "2024-03-16", "2024-03-16"),
    ("the 16th of march", "2024-03-16", "2024-03-16"),
    ("march 17", "2023-03-17", "2023-03-17"),
    ("may 1st", "2023-05-01", "2023-05-01"),
    ("february 29", "2024-02-29", "2024-02-29"),
    ("saturday, march 16, 2024", "2024-03-16", "2024-03-16"),
    ("tue 5 mar", "2024-03-05", "2024-03-05"),
    ("2024 3 6", "2024-03-06", "2024-03-06"),
    ("2024 3", "2024-03-01", "2024-03-31"),
    ("q1", "2024-01-01", "2024-03-31"),
    ("Q3", "2023-07-01", "2023-09-30"),
    ("q1 2024", "2024-01-01", "2024-03-31"),
    ("q4 of 2024", "2024-10-01", "2024-12-31"),
    ("2024 q2", "2024-04-01", "2024-06-30"),
    ("2024q1", "2024-01-01", "2024-03-31"),
    ("2024 w11", "2024-03-11", "2024-03-17"),
    ("2024W11", "2024-03-11", "2024-03-17"),
    ("2024 week 1", "2024-01-01", "2024-01-07"),
    ("week 11 2024", "2024-03-11", "2024-03-17"),
    ("week 11 of 2024", "2024-03-11", "2024-03-17"),
    ("2020 w53", "2020-12-28", "2021-01-03"),
    ("1980s", "1980-01-01", "1989-12-31"),
    ("the 1980s", "1980-01-01", "1989-12-31"),
    ("the 1980's", "1980-01-01", "1989-12-31"),
]
OFFSETS = [
    ("-0d", "2024-03-16"),
    ("-3d", "2024-03-13"),
    ("-2w", "2024-03-02"),
    ("+1w", "2024-03-23"),
    ("-6m", "2023-09-16"),
    ("+1M", "2024-04-16"),
    ("-1y", "2023-03-16"),
    ("-15days", "2024-03-01"),
    ("+2 weeks", "2024-03-30"),
    ("-1-month", "2024-02-16"),
    ("-1 quarter", "2023-12-16"),
    ("-2023y", "0001-03-16"),
]
#: The same for what is more exact than a day.
MOMENTS = [
    ("now", "2024-03-16T10:30:15.000000", "2024-03-16T10:30:15.999999"),
    ("an hour ago", "2024-03-16T09:00:00.000000", "2024-03-16T09:59:59.999999"),
    ("eleven hours ago", "2024-03-15T23:00:00.000000", "2024-03-15T23:59:59.999999"),
    ("45 minutes ago", "2024-03-16T09:45:00.000000", "2024-03-16T09:45:59.999999"),
    ("last 24 hours", "2024-03-15T10:00:00.000000", "2024-03-16T10:59:59.999999"),
    ("past 15 minutes", "2024-03-16T10:15:00.000000", "2024-03-16T10:30:59.999999"),
    ("-12h", "2024-03-15T22:00:00.000000", "2024-03-15T22:59:59.999999"),
    ("-12hours", "2024-03-15T22:00:00.000000", "2024-03-15T22:59:59.999999"),
    ("+2h", "2024-03-16T12:00:00.000000", "2024-03-16T12:59:59.999999"),
]


def whole_days(first: str, last: str) -> tuple[str, str]:
    return f"{first}T00:00:00.000000", f"{last}T23:59:59.999999"


@pytest.mark.parametrize(("text", "first", "last"), [*DAYS, *((text, day, day) for text, day in OFFSETS)])
def test_what_is_said_means_whole_days(text: str, first: str, last: str) -> None:
    assert date_range(text, NOW) == whole_days(first, last)


@pytest.mark.parametrize(("text", "start", "end"), MOMENTS)
def test_hours_and_minutes_are_whole_too(text: str, start: str, end: str) -> None:
    assert date_range(text, NOW) == (start, end)


@pytest.mark.parametrize("text", [text for text, *_ in DAYS + MOMENTS])
@pytest.mark.parametrize("between", ["-", "_", "  ", "\t", "\n", "\u00a0", "--"])
def test_words_may_be_joined_and_in_any_case(text: str, between: str) -> None:
    joined = re.sub(" ", between, text)
    assert date_range(joined, NOW) == date_range(f"  {joined.upper()} ", NOW) == date_range(text, NOW)


@pytest.mark.parametrize(
    ("now", "text", "first", "last"),
    [
        ("2024-01-31", "-1m", "2023-12-31", "2023-12-31"),
        ("2024-03-31", "-1m", "2024-02-29", "2024-02-29"),
        ("2023-03-31", "-1m", "2023-02-28", "2023-02-28"),
        ("2024-01-31", "+1m", "2024-02-29", "2024-02-29"),
        ("2024-02-29", "-1y", "2023-02-28", "2023-02-28"),
        ("2024-02-29", "-4y", "2020-02-29", "2020-02-29"),
        ("2024-02-29", "last year", "2023-01-01", "2023-12-31"),
        ("2024-03-31", "last month", "2024-02-01", "2024-02-29"),
        ("2024-03-31", "a month ago", "2024-02-01", "2024-02-29"),
        ("2024-05-31", "last 3 months", "2024-02-29", "2024-05-31"),
        ("2024-01-15", "last month", "2023-12-01", "2023-12-31"),
        ("2024-01-15", "last quarter", "2023-10-01", "2023-12-31"),
        ("2024-12-31", "next month", "2025-01-01", "2025-01-31"),
        ("2025-01-01", "this week", "2024-12-30", "2025-01-05"),
        ("2025-01-06", "last week", "2024-12-30", "2025-01-05"),
        ("2024-03-18", "last week", "2024-03-11", "2024-03-17"),
        ("2024-03-17", "last week", "2024-03-04", "2024-03-10"),
        ("2024-01-01", "yesterday", "2023-12-31", "2023-12-31"),
        ("2024-03-01", "march", "2024-03-01", "2024-03-31"),
        ("2024-02-29", "march", "2023-03-01", "2023-03-31"),
        ("2024-02-28", "29 feb", "2020-02-29", "2020-02-29"),
        ("1903-05-01", "feb 29", "1896-02-29", "1896-02-29"),
        ("2024-07-01", "q3", "2024-07-01", "2024-09-30"),
        ("2024-06-30", "q3", "2023-07-01", "2023-09-30"),
        ("9999-12-31", "this week", "9999-12-27", "9999-12-31"),
        ("9999-12-31", "this month", "9999-12-01", "9999-12-31"),
        ("9999-12-31", "this decade", "9990-01-01", "9999-12-31"),
        ("9999-12-31", "today", "9999-12-31", "9999-12-31"),
        ("0001-01-01", "this week", "0001-01-01", "0001-01-07"),
        ("0001-01-01", "this decade", "0001-01-01", "0009-12-31"),
        ("0015-03-31", "last decade", "0001-01-01", "0009-12-31"),
    ],
)
def test_the_edges_of_months_years_and_time(now: str, text: str, first: str, last: str) -> None:
    assert date_range(text, datetime.fromisoformat(now)) == whole_days(first, last)


@pytest.mark.parametrize(
    ("now", "text"),
    [
        *(
            ("0001-01-01", text)
            for text in ("yesterday", "last week", "a month ago", "last 2 years", "-1h", "may", "q2")
        ),
        *(("9999-12-31", text) for text in ("tomorrow", "next week", "next decade", "next 2 days", "+1m", "+1d")),
    ],
)
def test_what_lies_beyond_the_years_that_there_are_is_no_date(now: str, text: str) -> None:
    assert date_range(text, NOW) is not None
    assert date_range(text, datetime.fromisoformat(now)) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("5 mars 2024", "2024-03-05", "2024-03-05"),
        ("5. März 2024", "2024-03-05", "2024-03-05"),
        ("MÄRZ 2024", "2024-03-01", "2024-03-31"),
        ("16. märz", "2024-03-16", "2024-03-16"),
        ("5 de marzo de 2024", "2024-03-05", "2024-03-05"),
        ("marzo del 2024", "2024-03-01", "2024-03-31"),
        ("1er août 2023", "2023-08-01", "2023-08-01"),
        ("1º de maio de 2024", "2024-05-01", "2024-05-01"),
        ("5 марта 2024", "2024-03-05", "2024-03-05"),
        ("март 2024", "2024-03-01", "2024-03-31"),
        ("5 mayıs 2024", "2024-05-05", "2024-05-05"),
        ("5-mars-2024", "2024-03-05", "2024-03-05"),
        ("2024年3月5日", "2024-03-05", "2024-03-05"),
        ("2024 年 3 月", "2024-03-01", "2024-03-31"),
        ("2024年", "2024-01-01", "2024-12-31"),
        ("2024년 3월 5일", "2024-03-05", "2024-03-05"),
        ("16/03/2024", "2024-03-16", "2024-03-16"),
        ("3/16/2024", "2024-03-16", "2024-03-16"),
        ("16-03-2024", "2024-03-16", "2024-03-16"),
        ("03/03/2024", "2024-03-03", "2024-03-03"),
    ],
)
def test_dates_as_other_languages_and_countries_write_them(text: str, first: str, last: str) -> None:
    assert date_range(text, NOW) == (f"{first}T00:00:00.000000", f"{last}T23:59:59.999999")


@pytest.mark.parametrize(
    "text",
    [
        *("03/04/2024", "31/02/2024", "13/13/2024", "1/2-2024", "3 ago", "2024 mars", "31 février 2024", "5 jui 2024"),
        *("5 marsz 2024", "٥ март 2024", "2024年13月", "2024年3月5", "мар" * 30),
        *("", " ", "-", "_", "soon", "spring", "last spring", "autumn 2024", "week", "month", "ago", "last", "the"),
        *("2w", "3d", "- 2w", "--2w", "-2", "-w", "-2x", "-2.5w", "_2w", "-last week", "last week-", "-3 days ago"),
        *("last hour", "this minute", "this 3 days", "last a week", "last -3 days", "last zero days", "days ago"),
        *("thirteen days ago", "1.5 days ago", "lastweek", "yester day", "this friday", "last march", "march last"),
        *("80s", "1985s", "the 1980", "0000s", "q0 2024", "q5", "q1 24", "2024 w00", "2024 w54", "2023 w53", "w11"),
        *(
            "16 24 march",
            "march 0",
            "march 32",
            "29 february 2023",
            "monday 2024",
            "someday march 5",
            "31st april 2024",
            "29 feb 2023",
            "0th march 2024",
            "brumaire 2024",
        ),
        *("march 0000", "mar2024", "2024-13", "2024-3-32", "2024-02-30", "0000", "24-3-16", "friday 2024", "now now"),
        *("today\0", "to\u200fday", "\udcfftoday", "wee\u212a", "last wee\u212a"),
        *("\u0662\u0660\u0662\u0664", "-\u0662w", "\u22122w"),
    ],
)
def test_anything_else_is_no_date(text: str) -> None:
    assert date_range(text, NOW) is None


@pytest.mark.parametrize(
    "text",
    [
        *("-99999999999w", "+99999999999m", "-2024y", "+7976y", "99999999999 days ago", "last 99999999999 decades"),
        *(f"-{'9' * 90}{letter}" for letter in "hdwmy"),
        f"-{'9' * 400_000}w",
        f"{'9' * 400_000} days ago",
        "last " * 80_000,
        "-" * 400_000,
        "- " * 200_000,
        f"a{'-' * 400_000}",
        f"{'1' * 400_000}",
        f"march {'1' * 400_000}",
        f"Sat, {'16 March ' * 40_000}",
        "a" * 400_000,
        f"16 March 2024 10:00{' ' * 400_000}(x",
        f"16 March 2024 10:00 ({'x ' * 200_000}",
        f"last{'_ -' * 120_000}",
    ],
)
def test_hostile_text_is_no_date_and_takes_no_time(text: str) -> None:
    with affordable():
        assert date_range(text, NOW) is None


def test_a_zone_of_now_is_not_regarded() -> None:
    for text, *_ in DAYS + OFFSETS + MOMENTS:
        assert date_range(text, NOW.replace(tzinfo=UTC)) == date_range(text, NOW)


def test_each_example_of_the_message_is_a_date() -> None:
    examples = re.split(r", | or ", EXAMPLES.removeprefix("write it as "))
    assert len(examples) == 7
    for text in examples:
        assert date_range(text.strip('"'), NOW), text


@given(st.datetimes(), st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S.%f+02:00"]))
def test_a_partial_date_is_itself(moment: datetime, form: str) -> None:
    text = moment.strftime(form.replace("%Y", f"{moment.year:04d}"))
    date = PartialDate(text)
    assert date_range(text, NOW) == date_range(f"\t{text} ", NOW) == (date.start, date.end)


@pytest.mark.parametrize(
    "text",
    [
        *("March 16, 2024", "Sept. 6 2024", "16 March 2024", "2024/3/6", "Sat, 16 Mar 2024", "2024-03-16t10:00z"),
        f"16 March 2024 10:00 GMT ({'x' * 1_000})",
        *("Sat, 16 Mar 2024 10:00:05 +0200", "16 March 2024 10:00 GMT (Greenwich)", "May 1, 2023"),
    ],
)
def test_what_partial_dates_read_is_read_alike(text: str) -> None:
    date = PartialDate.parse(text)
    assert date_range(text, NOW) == (date.start, date.end)


WORDS = sorted({word for text, *_ in DAYS + OFFSETS + MOMENTS for word in re.split("[ -]", text)})


@given(
    st.text() | st.lists(st.sampled_from([*WORDS, "-", "0", "99999"]), max_size=5).map(" ".join),
    st.datetimes(),
)
@example("last 2 weeks", datetime.max)
@example("this decade", datetime.min)
def test_any_text_at_any_time_is_none_or_two_instants_in_order(text: str, now: datetime) -> None:
    found = date_range(text, now)
    if found is not None:
        for instant in found:
            assert len(instant) == 26
            assert datetime.fromisoformat(instant).isoformat(timespec="microseconds") == instant
        assert found[0] <= found[1]


@given(st.sampled_from(DAYS), st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1)))
def test_spans_are_whole_days_at_any_time(row: tuple[str, str, str], now: datetime) -> None:
    found = date_range(row[0], now)
    assert found is not None
    assert (found[0][10:], found[1][10:]) == ("T00:00:00.000000", "T23:59:59.999999")


@given(st.integers(0, 5_000), st.datetimes(datetime(1000, 1, 1)))
def test_days_are_counted_alike_in_every_form(count: int, now: datetime) -> None:
    day = (now - timedelta(days=count)).date().isoformat()
    assert date_range(f"-{count}d", now) == date_range(f"{count} days ago", now) == whole_days(day, day)
    assert date_range(f"last {count} days", now) == whole_days(day, now.date().isoformat())
    assert date_range(f"-{count}w", now) == date_range(f"{count} weeks ago", now)


@given(st.sampled_from(["week", "month", "quarter", "year", "decade"]), st.datetimes(datetime(100, 1, 1)))
def test_last_this_and_next_follow_each_other(unit: str, now: datetime) -> None:
    assume(now.year < 9980)
    found = [date_range(f"{which} {unit}", now) for which in ("last", "this", "next")]
    (_, last), (start, end), (following, _) = [pair for pair in found if pair]
    instant = timedelta(microseconds=1)
    assert datetime.fromisoformat(last) + instant == datetime.fromisoformat(start) <= now
    assert now <= datetime.fromisoformat(end) == datetime.fromisoformat(following) - instant
