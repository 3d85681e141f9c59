from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docarchive.dates import EXAMPLES
from docarchive.errors import QueryError
from docarchive.query import And, DateRange, Every, Label, Node, Not, Or, Phrase, Prefix, Word, parse, walk
from docarchive.query.parser import MAX_LENGTH

A, B, C, D = (Word(letter) for letter in "abcd")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", Every()),
        (" \n\t ", Every()),
        ("*", Every()),
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a AND b c", And((A, B, C))),
        ("a OR b", Or((A, B))),
        ("a b OR c d", Or((And((A, B)), And((C, D))))),
        ("a OR b AND c OR d", Or((A, And((B, C)), D))),
        ("a (b OR c) d", And((A, Or((B, C)), D))),
        ("((a))", A),
        ("(a b) c", And((And((A, B)), C))),
        ("NOT a b", And((Not(A), B))),
        ("a NOT b", And((A, Not(B)))),
        ("a -b", And((A, Not(B)))),
        ("-a OR b", Or((Not(A), B))),
        ("NOT a OR b", Or((Not(A), B))),
        ("-(a OR b)", Not(Or((A, B)))),
        ("--a", A),
        ("NOT NOT a", A),
        ("NOT -a", A),
        ("NOT NOT NOT a", Not(A)),
        ("-(-a)", Not(Not(A))),
        ("-*", Not(Every())),
        ("a and b or not c", And((A, Word("and"), B, Word("or"), Word("not"), C))),
        ('"AND"', Word("AND")),
        ("(a)(b)", And((A, B))),
        ('a"b"', And((A, B))),
    ],
)
def test_operators_and_their_precedence(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("NATO's", Word("NATO's")),
        ('"free trade"', Phrase(("free", "trade"))),
        ('"free"', Word("free")),
        ("nat-gas", Phrase(("nat", "gas"))),
        ("U.S.", Phrase(("U", "S"))),
        (r'"say \"yes\" twice"', Phrase(("say", "yes", "twice"))),
        ("econom*", Prefix("econom")),
        ('"econom"*', Prefix("econom")),
        ("e\u0301*", Prefix("e\u0301")),
        ("!stop!", Word("stop")),
        ("Ереван", Word("Ереван")),
        ("http://example.org", Phrase(("http", "example", "org"))),
        ("12:30", Phrase(("12", "30"))),
        ("title:pier", Word("pier", "title")),
        ("headline:pier", Word("pier", "title")),
        ('Description:"new pier"', Phrase(("new", "pier"), "summary")),
        ("body:pi*", Prefix("pi", "body")),
    ],
)
def test_words_phrases_prefixes_and_text_fields(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("tag:Sea", Label("tags", ("sea",))),
        ("keywords:nat-gas", Label("tags", ("nat-gas",))),
        ("place:armenia", Label("places", ("armenia",))),
        ('place:"El Salvador"', Label("places", ("el", "salvador"))),
        ("author:mey*", Label("authors", ("mey",), prefix=True)),
        ('author:"ada mey"*', Label("authors", ("ada", "mey"), prefix=True)),
        ("org:*", Label("organizations", (), prefix=True)),
        ("shoe_size:42", Label("shoe_size", ("42",))),
        ("geo.city:Oslo", Label("geo.city", ("oslo",))),
        ("-tag:sea", Not(Label("tags", ("sea",)))),
        ("url:https://a.org/x", Label("url", ("https://a.org/x",))),
        ('tag:"*"', Label("tags", (), prefix=True)),
        ("id:0123", Label("id", ("0123",))),
    ],
)
def test_labels_and_the_spellings_of_their_keys(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("date:2024", "2024-01-01T00:00:00.000000", "2024-12-31T23:59:59.999999"),
        ("date:2024-02", "2024-02-01T00:00:00.000000", "2024-02-29T23:59:59.999999"),
        ("published:2024-03-16", "2024-03-16T00:00:00.000000", "2024-03-16T23:59:59.999999"),
        ("date:2024-03-16T10:00", "2024-03-16T10:00:00.000000", "2024-03-16T10:00:59.999999"),
        ('date:"March 16, 2024"', "2024-03-16T00:00:00.000000", "2024-03-16T23:59:59.999999"),
        ("date:2024/3/16", "2024-03-16T00:00:00.000000", "2024-03-16T23:59:59.999999"),
        ("date:2024-01..2024-06", "2024-01-01T00:00:00.000000", "2024-06-30T23:59:59.999999"),
        ("date:2024..2024-06", "2024-01-01T00:00:00.000000", "2024-06-30T23:59:59.999999"),
        ("date:2024..", "2024-01-01T00:00:00.000000", None),
        ("date:..2024", None, "2024-12-31T23:59:59.999999"),
        ("date:[2024-01 TO 2024-06]", "2024-01-01T00:00:00.000000", "2024-06-30T23:59:59.999999"),
        ("date:[ 2024  TO  * ]", "2024-01-01T00:00:00.000000", None),
        ("date:[* TO 2024]", None, "2024-12-31T23:59:59.999999"),
        ("date:>=2024", "2024-01-01T00:00:00.000000", None),
        ("date:<=2024", None, "2024-12-31T23:59:59.999999"),
        ("date:>2024", "2024-12-31T23:59:59.999999+", None),
        ("date:<2024", None, "2023-12-31T23:59:59.999999"),
        ("date:<0001", None, ""),
    ],
)
def test_dates_in_all_forms(query: str, start: str | None, end: str | None) -> None:
    assert parse(query) == DateRange("date", start, end)


def test_other_date_fields() -> None:
    [node] = walk(parse("lastmod:>=2024"))
    assert isinstance(node, DateRange)
    assert node.field == "updated"


def test_nodes_know_where_they_began() -> None:
    nodes = walk(parse(' a  -tag:b (title:"c d" OR date:2024)'))
    found = [(type(node), node.position) for node in nodes if isinstance(node, Word | Label | Phrase | DateRange)]
    assert found == [(Word, 1), (Label, 5), (Phrase, 12), (DateRange, 27)]


STAR = "a star stands for the rest of a word, at its end: econom*"
ONE_WORD = "a star goes with one word, not with a phrase"
MINUS = "a minus goes right before what is not wanted: -word"


# Each query is followed by the caret and the message, just as they are to be shown.
@pytest.mark.parametrize(
    "shown",
    [
        f"{query}\n{caret}\n{message}"
        for query, caret, message in [
            ("(", "^", "something must follow the opening bracket"),
            ("a AND (", "      ^", "something must follow the opening bracket"),
            (")", "^", "this closing bracket has no opening one"),
            ("a )", "  ^", "this closing bracket has no opening one"),
            ("a ()", "  ^", "there is nothing between these brackets"),
            ("a (b", "  ^", "this bracket is never closed"),
            ("((a)", "^", "this bracket is never closed"),
            ("a AND", "  ^", "something must follow 'AND'"),
            ("a OR", "  ^", "something must follow 'OR'"),
            ("a AND NOT", "      ^", "something must follow 'NOT'"),
            ("OR a", "^", "something must stand before 'OR'"),
            ("a AND AND b", "      ^", "something must stand before 'AND'"),
            ("a NOT AND b", "      ^", "something must stand before 'AND'"),
            ("(a OR )", "      ^", "something must stand before ')'"),
            ("-", "^", MINUS),
            ("a - b", "  ^", MINUS),
            ('a "open', "  ^", "this quote is never closed"),
            ('tag:"open', "    ^", "this quote is never closed"),
            ('a ""', "  ^", "there is no word to search for in these quotes"),
            ("a !!!", "  ^", "there is no word to search for in !!!"),
            ("title:!", "      ^", "there is no word to search for in !"),
            ("a tag: b", "  ^", "tag: needs a value right behind it"),
            ("tag:", "^", "tag: needs a value right behind it"),
            ("(tag:)", " ^", "tag: needs a value right behind it"),
            ("tag:(a b)", "    ^", "tag: takes one word or a quoted phrase, not brackets"),
            ('tag:"."', "    ^", "tag: needs a value"),
            ("tag:[a TO b]", "    ^", "tags is no date, so it has no range"),
            ("[a TO b]", "^", "a range in [brackets] needs a date field before it: date:[… TO …]"),
            ("a *b", "  ^", STAR),
            ("a*b", " ^", STAR),
            ("a**", " ^", STAR),
            ('x "a*b"', "    ^", STAR),
            ("a-b*", "   ^", ONE_WORD),
            ('"a b*"', "    ^", ONE_WORD),
            ('"a b"*', "     ^", ONE_WORD),
            ("a date:soon", "       ^", f"'soon' is not a date; {EXAMPLES}"),
            ("date:2024-02-30", "     ^", f"'2024-02-30' is not a date that exists; {EXAMPLES}"),
            ("date:>=x", "       ^", f"'x' is not a date; {EXAMPLES}"),
            ("date:>=", "     ^", "a date must follow >="),
            ("date:<", "     ^", "a date must follow <"),
            ("date:..", "     ^", "a range needs a date at one end: 2024-01..2024-06"),
            ("date:2024..x", "           ^", f"'x' is not a date; {EXAMPLES}"),
            ("date:x..2024", "     ^", f"'x' is not a date; {EXAMPLES}"),
            ("date:2024..2023", "           ^", "this range ends before it begins"),
            ("date:[2024 TO 2023]", "              ^", "this range ends before it begins"),
            ("date:[2024]", "     ^", "a range in brackets reads [date TO date], as [2024-01 TO 2024-06]"),
            ("date:[2024 TO", "     ^", "this bracket is never closed"),
            ("date:[x TO 2024]", "      ^", f"'x' is not a date; {EXAMPLES}"),
        ]
    ],
)
def test_a_wrong_query_gets_one_sentence_and_a_caret(shown: str) -> None:
    query, caret, message = shown.split("\n")
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert caught.value.message == message
    assert caught.value.caret() == f"  {query}\n  {caret}"
    assert caught.value.query == query


def test_the_longest_query() -> None:
    assert parse("a" * MAX_LENGTH)
    with pytest.raises(QueryError) as caught:
        parse("a" * 10_001)
    assert (caught.value.message, caught.value.position) == ("the query is longer than 10,000 characters", 10_000)


def test_the_deepest_query() -> None:
    assert parse("(" * 100 + "a" + ")" * 100) == A
    assert parse(" ".join(["(a)"] * 200)) == And((A,) * 200)
    with pytest.raises(QueryError) as caught:
        parse("(" * 101 + "a" + ")" * 101)
    assert (caught.value.message, caught.value.position) == ("brackets are nested more than 100 deep", 100)


PIECES = [
    *(
        "a",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        "-",
        '"',
        "*",
        ":",
        "tag:",
        "date:",
        "title:",
        "x.y:",
        "2024",
        "..",
        ">=",
        "<",
    ),
    *("[", "]", " TO ", "\\", " ", "\n", "\0", "\u0301", "ß", "\ud800", "’", "//"),
]


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
@example("date:9999-12-31..")
@example("date:>9999")
def test_any_text_is_a_query_or_a_query_error(query: str) -> None:
    try:
        node = parse(query)
    except QueryError as error:
        wrong = error
    else:
        assert parse(query) == node
        assert hash(parse(query)) == hash(node)
        return
    assert 0 <= wrong.position <= len(query)
    assert len(wrong.message.splitlines()) == 1
    assert len(wrong.caret().splitlines()) == 2


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        ")",
        "-",
        '"',
        "\\",
        "*",
        "[",
        "]",
        "a:",
        "date:[",
        "NOT ",
        "a OR ",
        " ",
        "[a TO ",
        "date:[a" + " " * 90,
        '"\\',
        "a.",
        "'a",
    ],
)
def test_no_query_takes_long(piece: str) -> None:
    count = MAX_LENGTH // len(piece)
    began = time.perf_counter()
    for query in (piece * count, "a " + piece * (count - 2) + "x", '"' + piece * (count - 2)):
        with suppress(QueryError):
            parse(query)
    assert time.perf_counter() - began < 2
