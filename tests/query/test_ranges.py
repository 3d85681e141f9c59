"""What dates, and ranges of dates and numbers, mean in a query."""

import math
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docarchive import QueryError
from docarchive.analysis import QueryAnalyzer
from docarchive.dates.words import EXAMPLES
from docarchive.query import Context, DateRange, Label, Node, NumberRange, Or, Pattern, parse
from docarchive.query.patterns import EXACT

CONTEXT = Context(QueryAnalyzer(("en",)), now=datetime(2024, 3, 16, 10, 30))


@pytest.mark.parametrize(
    ("query", "low", "high"),
    [
        ("rating:4..5", 4, 5),
        ("rating:-3..-1.5", -3, -1.5),
        ("rating:4..", 4, None),
        ("rating:..4", None, 4),
        ("rating:4..*", 4, None),
        ("rating:*..4", None, 4),
        ("rating:[2 TO 4]", 2, 4),
        ("rating:[ 2\n TO  4.5 ]", 2, 4.5),
        ("rating:[* TO 4]", None, 4),
        ("rating:[4 TO *]", 4, None),
        ("rating:>4", math.nextafter(4, 5), None),
        ("rating:>=4", 4, None),
        ("rating:<4", None, math.nextafter(4, 3)),
        ("rating:<=4e2", None, 400),
        ("rating:<-0.5", None, math.nextafter(-0.5, -1)),
        ("rating:3..3", 3, 3),
    ],
)
def test_ranges_of_numbers(query: str, low: float | None, high: float | None) -> None:
    assert parse(query, CONTEXT) == NumberRange("rating", low, high)


FIRST_2024, LAST_2024 = "2024-01-01T00:00:00.000000", "2024-12-31T23:59:59.999999"


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("date:2024", FIRST_2024, LAST_2024),
        ("date:2024-02", "2024-02-01T00:00:00.000000", "2024-02-29T23:59:59.999999"),
        ("published:2024-03-16", "2024-03-16T00:00:00.000000", "2024-03-16T23:59:59.999999"),
        ("date:2024-03-16T10:00", "2024-03-16T10:00:00.000000", "2024-03-16T10:00:59.999999"),
        ('date:"March 16, 2024"', "2024-03-16T00:00:00.000000", "2024-03-16T23:59:59.999999"),
        ("date:2024/3/16", "2024-03-16T00:00:00.000000", "2024-03-16T23:59:59.999999"),
        ("date:2024-01..2024-06", FIRST_2024, "2024-06-30T23:59:59.999999"),
        ("date:2024..2024-06", FIRST_2024, "2024-06-30T23:59:59.999999"),
        ("date:2024..", FIRST_2024, None),
        ("date:..2024", None, LAST_2024),
        ("date:2024..*", FIRST_2024, None),
        ("date:*..2024", None, LAST_2024),
        ("date:[2024-01 TO 2024-06]", FIRST_2024, "2024-06-30T23:59:59.999999"),
        ("date:[ 2024  TO  * ]", FIRST_2024, None),
        ("date:[* TO 2024]", None, LAST_2024),
        ("date:[* TO *]", None, None),
        ('date:["jan 2024" TO "december 2024"]', FIRST_2024, LAST_2024),
        ("date:>=2024", FIRST_2024, None),
        ("date:<=2024", None, LAST_2024),
        ("date:>2024", f"{LAST_2024}+", None),
        ("date:<2024", None, "2023-12-31T23:59:59.999999"),
        ("date:>9999", "9999-12-31T23:59:59.999999+", None),
        ("date:<0001", None, "0000"),
        ("date:today", "2024-03-16T00:00:00.000000", "2024-03-16T23:59:59.999999"),
        ("date:last-month", "2024-02-01T00:00:00.000000", "2024-02-29T23:59:59.999999"),
        ('date:"last month"', "2024-02-01T00:00:00.000000", "2024-02-29T23:59:59.999999"),
        ("date:-2w..", "2024-03-02T00:00:00.000000", None),
        ("date:-2w..yesterday", "2024-03-02T00:00:00.000000", "2024-03-15T23:59:59.999999"),
        ("date:<now", None, "2024-03-16T10:29:59.999999"),
        ("date:>now", "2024-03-16T10:30:00.999999+", None),
        ("date:=2024", FIRST_2024, LAST_2024),
        ("date:==2024", FIRST_2024, LAST_2024),
        ("date:=>2024", FIRST_2024, None),
        ("date:=<2024", None, LAST_2024),
        ("date:2024*", FIRST_2024, LAST_2024),
        ("date:2024-*", FIRST_2024, LAST_2024),
        ("date:2024-02-*", "2024-02-01T00:00:00.000000", "2024-02-29T23:59:59.999999"),
        ("date:16/3/2024", "2024-03-16T00:00:00.000000", "2024-03-16T23:59:59.999999"),
        ("date:16 mars 2024", "2024-03-16T00:00:00.000000", "2024-03-16T23:59:59.999999"),
        ("date:1 janvier 2024..31. Dezember 2024", FIRST_2024, LAST_2024),
        ("date:[last-year TO this-year]", "2023-01-01T00:00:00.000000", LAST_2024),
    ],
)
def test_dates_in_all_forms(query: str, start: str | None, end: str | None) -> None:
    assert parse(query, CONTEXT) == DateRange("date", start, end)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("date:none", "'none' is not a date; no:date finds articles without one"),
        ("updated:Null", "'Null' is not a date; no:updated finds articles without one"),
        ("date:03/04/2024", "'03/04/2024' is not a date; write it as 2024-04-03 or 2024-03-04"),
        ("date:05.03.24", "'05.03.24' is not a date; write the year with four digits, as in 2024-03-05"),
        ("date:2024-0*", f"'2024-0*' is not a date; {EXAMPLES}"),
    ],
)
def test_what_is_no_date_is_answered_with_what_to_write(query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query, CONTEXT)
    assert caught.value.message == message


def test_an_equals_sign_before_a_value_means_nothing() -> None:
    for value in ("5", '"a b"', "a*", "/a/", "a~"):
        assert parse(f"author:={value}") == parse(f"author:{value}")
    assert parse("title:=pier") == parse("title:pier")


def test_dates_are_relative_to_the_present_unless_a_moment_is_given() -> None:
    before = datetime.now()
    found = parse("archived:now")
    assert isinstance(found, DateRange)
    assert found.start is not None
    assert before.isoformat()[:19] <= found.start[:19] <= datetime.now().isoformat()[:19]


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("lastmod:>=2024", DateRange("updated", FIRST_2024, None)),
        ("archived:2024", DateRange("archived", FIRST_2024, LAST_2024)),
        ("opened:>=2024-01", DateRange("opened", FIRST_2024, None)),
        ("opened:jan-2024..dec-2024", DateRange("opened", FIRST_2024, LAST_2024)),
        ("opened:>today", DateRange("opened", "2024-03-16T23:59:59.999999+", None)),
        ("opened:>=2024", Or((NumberRange("opened", 2024, None), DateRange("opened", FIRST_2024, None)))),
        ("opened:2024..2024", Or((NumberRange("opened", 2024, 2024), DateRange("opened", FIRST_2024, LAST_2024)))),
        ("opened:2024", Label("opened", (Pattern(EXACT, "2024"),))),
        ("opened:today", Label("opened", (Pattern(EXACT, "today"),))),
    ],
)
def test_other_keys_may_hold_dates_or_numbers(query: str, node: Node) -> None:
    assert parse(query, CONTEXT) == node


@given(st.decimals(-(10**9), 10**9, places=6), st.floats(allow_nan=False))
@example(Decimal("-0"), 5e-324)
def test_more_and_less_leave_out_just_the_number_itself(written: Decimal, other: float) -> None:
    number = float(written)
    for sign, holds in [(">", other > number), (">=", other >= number), ("<", other < number), ("<=", other <= number)]:
        found = parse(f"rating:{sign}{written:f}")
        if isinstance(found, Or):  # it may be a year, too
            found = found.parts[0]
        assert isinstance(found, NumberRange)
        assert found.accepts(other) is holds
        assert found.accepts(number) is ("=" in sign)


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("date:March 2024", "date:2024-03"),
        ("date:March 2024..", "date:2024-03.."),
        ("date:March 2024 ..", "date:2024-03.."),
        ("date:..March 2024", "date:..2024-03"),
        ("date:2024-01..March 2024", "date:2024-01..2024-03"),
        ("date:March 2024..May 2024 oil", "date:2024-03..2024-05 oil"),
        ("date:March 2024 .. May 2024 oil", "date:2024-03..2024-05 oil"),
        ('date:"March 2024"..', "date:2024-03.."),
        ('date:"March 2024".."May 2024"', "date:2024-03..2024-05"),
        ('date:>"March 2024"', "date:>2024-03"),
        ("date:>= March 2024 oil", "date:>=2024-03 oil"),
        ("date:<March 16, 2024", "date:<2024-03-16"),
        ("-date:March 2024..^2", "-date:2024-03..^2"),
        ("date:(March 2024.. OR 2020)", "date:(2024-03.. OR 2020)"),
        ("date:2024 5", "date:2024 (5)"),
        ("date:q1 2024 oil", "date:2024-q1 oil"),
        ("date:2024 Q1 oil", "date:2024-q1 oil"),
        ("date:2024 w11..", "date:2024-w11.."),
        ("date:w11 2024", "date:2024-w11"),
        ("date:2024 march", "date:2024-03"),
        ("oil date:2024 March", "oil date:2024-03"),
        ("date:2024 march for peace", "date:2024 (march) for peace"),
        ("date:2024 oil", "date:2024 (oil)"),
        ("date:march protest", "date:march (protest)"),
        ("date:2024-01..2024-03 oil", "date:2024-01..2024-03 (oil)"),
        ("title:March 2024..", "title:(March) 2024.."),
    ],
)
def test_dates_of_several_words_in_ranges(query: str, same: str) -> None:
    assert parse(query, CONTEXT) == parse(same, CONTEXT)
