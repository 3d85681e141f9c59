"""The grammar: how terms are put together, saved searches, and queries of any kind."""

from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docarchive.analysis import QueryAnalyzer, Term
from docarchive.article import Article
from docarchive.errors import QueryError
from docarchive.query import (
    AnalyzedArticle,
    And,
    Boost,
    Context,
    DateRange,
    Every,
    Has,
    Label,
    Like,
    Node,
    Not,
    NumberRange,
    Or,
    Pattern,
    Phrase,
    Regex,
    Word,
    any_of,
    parse,
    read,
    walk,
)
from docarchive.query.context import AS_TEXT
from docarchive.query.parser import MAX_DEPTH, MAX_LENGTH
from docarchive.query.patterns import BELOW, EXACT, GLOB

FIRST, LAST = "2024-01-01T00:00:00.000000", "2024-12-31T23:59:59.999999"
A, B, C, D = (Word((letter,)) for letter in "abcd")


def label(key: str, term: str) -> Label:
    return Label(key, (Pattern(BELOW if key == "tags" else EXACT, term),))


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
        ("a AND NOT b", And((A, Not(B)))),
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
        ("a and b or not c", And((A, Word(("and",)), B, Word(("or",)), Word(("not",)), C))),
        ('"AND"', Word(("and",))),
        ("(a)(b)", And((A, B))),
        ('a"b"', And((A, B))),
        ("-tag:a", Not(label("tags", "a"))),
    ],
)
def test_operators_and_their_precedence(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("+a", A),
        ("+a b", And((A, B))),
        ("+a OR b", And((A, Or((A, B))))),
        ("a OR +b OR +c", And((B, C, Or((A, B, C))))),
        ("+a b OR c", Or((And((A, B)), C))),
        ("a +b OR c", Or((And((A, B)), C))),
        ("+(a b) OR c", And((And((A, B)), Or((And((A, B)), C))))),
        ("+-a OR b", And((Not(A), Or((Not(A), B))))),
        ("-+a", Not(A)),
        ("(+a OR b) c", And((And((A, Or((A, B)))), C))),
    ],
)
def test_a_plus_marks_what_is_required_among_alternatives(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("title:(a b)", And((Word(("a",), "title"), Word(("b",), "title")))),
        ("title:(a -b)", And((Word(("a",), "title"), Not(Word(("b",), "title"))))),
        ('title:("a b" OR c*)', Or((Phrase(((0, ("a",)), (1, ("b",))), "title"), Like(Pattern(GLOB, "c*"), "title")))),
        ("title:((a) b)", And((Word(("a",), "title"), Word(("b",), "title")))),
        ("title:(a body:b) c", And((And((Word(("a",), "title"), Word(("b",), "body"))), C))),
        ("title:(a body:(b) c)", And((Word(("a",), "title"), Word(("b",), "body"), Word(("c",), "title")))),
        ("tag:(a OR b)", Or((label("tags", "a"), label("tags", "b")))),
        ("-tag:(a b)", Not(And((label("tags", "a"), label("tags", "b"))))),
        ("tag:(/a/ *)", And((Regex("tags", "a"), Has("tags")))),
        ("rating:(1 OR >5)", Or((label("rating", "1"), NumberRange("rating", 5.000000000000001, None)))),
        ("rating:([1 TO 2])", NumberRange("rating", 1, 2)),
        ("date:(2024 OR no:title)", Or((DateRange("date", FIRST, LAST), Not(Has("title"))))),
        ("has:(url OR rating)", Or((Has("url"), Has("rating")))),
        ("no:(url rating)", And((Not(Has("url")), Not(Has("rating"))))),
        ("is:(dated tagged)", And((Has("date"), Has("tags")))),
    ],
)
def test_a_field_before_brackets_is_that_of_all_in_them(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a^2", Boost(A, 2)),
        ("a^0.5", Boost(A, 0.5)),
        ("a^1", A),
        ("a^0", Boost(A, 0)),
        ('"a b"^2', Boost(Phrase(((0, ("a",)), (1, ("b",)))), 2)),
        ('"a b"~1^2', Boost(Phrase(((0, ("a",)), (1, ("b",))), slop=1), 2)),
        ("a*^2", Boost(Like(Pattern(GLOB, "a*")), 2)),
        ("a~1^2", Boost(Or((Like(Pattern("fuzzy", "a", 1)), Like(Pattern("exact", "a")))), 2)),
        ("title:a^3", Boost(Word(("a",), "title"), 3)),
        ("tag:a^3", Boost(label("tags", "a"), 3)),
        ("rating:[1 TO 2]^3", Boost(NumberRange("rating", 1, 2), 3)),
        ("date:2024^3", Boost(DateRange("date", FIRST, LAST), 3)),
        ("tag:/a/^3", Boost(Regex("tags", "a"), 3)),
        ("has:url^3", Boost(Has("url"), 3)),
        ("-a^2", Not(Boost(A, 2))),
        ("(a b)^2 c", And((Boost(And((A, B)), 2), C))),
        ("title:(a)^2", Boost(Word(("a",), "title"), 2)),
        ("((a)^2)^3", Boost(Boost(A, 2), 3)),
        ("@ab^2", Boost(Or((A, B)), 2)),
    ],
)
def test_each_kind_takes_a_boost(query: str, tree: Node) -> None:
    assert parse(query, Context(searches={"ab": "a OR b"})) == tree


# Saved searches

SEARCHES = {
    "ab": "a OR b",
    "nested": "@ab c",
    "twice": "@ab @ab",
    "self": "a @self",
    "one": "@other",
    "other": "-@one",
    "wrong": "a AND",
    "far": "@wrong",
    "empty": " ",
    "dated": "date:today",
    "open": "(a OR c",
    "x-y_1": "a",
}


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("@ab", Or((A, B))),
        ("@ab c", And((Or((A, B)), C))),
        ("-@ab", Not(Or((A, B)))),
        ("(@ab)", Or((A, B))),
        ("@nested OR d", Or((And((Or((A, B)), C)), D))),
        ("@twice", And((Or((A, B)), Or((A, B))))),
        ("@empty", Every()),
        ("@x-y_1", A),
        ("title:(@ab)", Or((Word(("a",), "title"), Word(("b",), "title")))),
        ("title:(@dated)", DateRange("date", "2024-03-16T00:00:00.000000", "2024-03-16T23:59:59.999999")),
        ('"@ab"', Word(("ab",))),
        ("tag:@ab", label("tags", "@ab")),
        ("x@ab", Phrase(((0, ("x",)), (1, ("ab",))))),
    ],
)
def test_a_saved_search_stands_as_if_in_brackets(query: str, tree: Node) -> None:
    assert parse(query, Context(searches=SEARCHES, now=datetime(2024, 3, 16, 10))) == tree


@pytest.mark.parametrize(
    ("query", "message", "position"),
    [
        ("a @nestd", "there is no saved search @nestd; did you mean: @nested", 2),
        (
            "@zzz",
            "there is no saved search @zzz; 'docarchive saved' lists them; to search for it as text, use quotes",
            0,
        ),
        (
            "@" + "z" * 60,
            f"there is no saved search @{'z' * 39}…; 'docarchive saved' lists them{AS_TEXT}",
            0,
        ),
        ("a @self", "in the saved search @self: the saved search @self contains itself", 2),
        ("@one", "in the saved search @other: the saved search @one contains itself", 0),
        ("a @wrong", "in the saved search @wrong: something must follow 'AND'", 2),
        ("a @far", "in the saved search @wrong: something must follow 'AND'", 2),
        ("@open OR b)", "in the saved search @open: this bracket is never closed", 0),
    ],
)
def test_what_is_wrong_with_a_saved_search(query: str, message: str, position: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query, Context(searches=SEARCHES))
    assert (caught.value.message, caught.value.position, caught.value.query) == (message, position, query)


def chain(count: int, text: str) -> dict[str, str]:
    """Searches s0, s1, … of which each holds the next one."""
    return {f"s{number}": text.replace("@", f"@s{number + 1}") for number in range(count)} | {f"s{count}": "a"}


def test_saved_searches_are_nested_no_deeper_than_they_may_be() -> None:
    assert parse("@s0", Context(searches=chain(19, "@"))) == A
    with pytest.raises(QueryError, match="in the saved search @s19: saved searches are nested more than 20 deep"):
        parse("@s0", Context(searches=chain(20, "@")))


def test_saved_searches_do_not_explode() -> None:
    assert len(list(walk(parse("@s0", Context(searches=chain(4, "@ @")))))) == 31
    assert parse("@s0 " * 100, Context(searches=chain(0, ""))) == And((A,) * 100)
    for query, searches in [("@s0", chain(19, "@ @")), ("@s0 " * 101, chain(0, "")), ("@s0", chain(1, "@ " * 101))]:
        with pytest.raises(QueryError, match=r"this stands for more than 100 saved searches$"):
            parse(query, Context(searches=searches))


def test_brackets_of_saved_searches_are_counted_with_those_around_them() -> None:
    searches = chain(2, "(" * 40 + "@" + ")" * 40)
    assert parse("(" * 20 + "@s0" + ")" * 20, Context(searches=searches)) == A
    with pytest.raises(QueryError, match="in the saved search @s1: brackets are nested more than 100 deep"):
        parse("(" * 21 + "@s0" + ")" * 21, Context(searches=searches))


def test_a_saved_search_is_no_longer_than_a_query() -> None:
    with pytest.raises(QueryError, match="in the saved search @s: the query is longer than 10,000 characters"):
        parse("@s", Context(searches={"s": "a" * (MAX_LENGTH + 1)}))


# What cannot be read, with the caret and the message just as they are to be shown


@pytest.mark.parametrize(
    "shown",
    [
        f"{query}\n{caret}\n{message}"
        for query, caret, message in [
            ("(", "^", "there is no word to search for in ("),
            ("a AND (", "      ^", "something must follow the opening bracket"),
            ("tag:(", "    ^", "something must follow the opening bracket"),
            (")", "^", "there is no word to search for in )"),
            (":-)", "^", "there is no word to search for in :-)"),
            ("-a )", "   ^", "this closing bracket has no opening one"),
            ("(a))^2 b", "   ^", "this closing bracket has no opening one"),
            ("a -()", "   ^", "there is nothing between these brackets"),
            ("tag:()", "    ^", "there is nothing between these brackets"),
            ("a AND (b", "      ^", "this bracket is never closed"),
            ("((tag:x)", "^", "this bracket is never closed"),
            ("a -(b", "   ^", "this bracket is never closed"),
            ("tag:(a", "    ^", "this bracket is never closed"),
            ("a AND", "  ^", "something must follow 'AND'"),
            ("a OR", "  ^", "something must follow 'OR'"),
            ("a AND NOT", "      ^", "something must follow 'NOT'"),
            ("(a OR )", "   ^", "something must follow 'OR'"),
            ("(NOT )", " ^", "something must follow 'NOT'"),
            ("OR a", "^", "something must come before 'OR'; to search for it as text, use quotes"),
            ("(AND a)", " ^", "something must come before 'AND'"),
            ("a AND AND b", "      ^", "something must come before 'AND'"),
            ("a NOT AND b", "      ^", "something must come before 'AND'"),
            ("(-)", "^", "there is no word to search for in (-)"),
            ("-", "^", "there is no word to search for in -"),
            ('a "open', "  ^", "this quote is never closed"),
            ("a date:soon", "       ^", "'soon' is not a date"),
            ("title:pier\tauther:x", "           ^", "there is no field 'auther'; did you mean: authors"),
        ]
    ],
)
def test_a_wrong_query_gets_one_sentence_and_a_caret(shown: str) -> None:
    query, caret, message = shown.split("\n")
    with pytest.raises(QueryError) as caught:
        parse(query, Context(fields=list))
    assert caught.value.message.split("; write it")[0] == message
    assert caught.value.caret() == f"  {query}\n  {caret}".replace("\t", " ")
    assert caught.value.query == query


def test_the_longest_query() -> None:
    assert parse("a" * MAX_LENGTH)
    with pytest.raises(QueryError) as caught:
        parse("a" * 10_001)
    assert (caught.value.message, caught.value.position) == ("the query is longer than 10,000 characters", 10_000)


def test_the_deepest_query() -> None:
    assert parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH) == A
    assert parse(" ".join(["(a)"] * 200)) == And((A,) * 200)
    with pytest.raises(QueryError) as caught:
        parse("(" * 4_000 + "a OR b" + ")" * 4_000)
    assert (caught.value.message, caught.value.position) == ("brackets are nested more than 100 deep", 100)


def test_the_deepest_tree_can_be_asked() -> None:
    tree = parse("-(a title:(b OR " * (MAX_DEPTH // 2) + "c" + "))" * (MAX_DEPTH // 2))
    assert hash(tree)
    assert tree.matches(AnalyzedArticle(Article(title="b"))) is True


# Laws

PIECES = [
    *("a", "AND", "OR", "NOT", "(", ")", "-", "+", '"', "*", "?", ":", "tag:", "date:", "title:", "x.y:"),
    *("has:", "id:"),
    *("2024", "..", ">=", "<", "[", "]", " TO ", "\\", " ", "\n", "\0", "\u0301", "ß", "\ud800", "’", "//", "/"),
    *("~", "^2"),
    *("日本", "\u200f", "\u202e", "@s", "@t", "today", "ﷺ", "(a+)+$", "\ue000"),
]
QUERIES = st.text() | st.lists(st.sampled_from(PIECES)).map("".join) | st.lists(st.sampled_from(PIECES)).map(" ".join)
CONTEXTS = [
    Context(now=datetime(2024, 3, 16, 10)),
    Context(
        QueryAnalyzer(("en", "de", "zh", "tr")),
        now=datetime(2024, 3, 16, 10),
        fields=lambda: ["x", "\udcff"],
        searches={"s": "a OR @t", "t": "title:b"},
    ),
]


@given(QUERIES, st.sampled_from(CONTEXTS))
@example("date:9999-12-31..", CONTEXTS[0])
@example("date:>9999", CONTEXTS[0])
@example("x:/[\n\n/", CONTEXTS[0])
@example("a" * 300 + ": b", CONTEXTS[0])
@example("a" * 300 + ":>x", CONTEXTS[0])
@example("has:" + "a" * 300, CONTEXTS[1])
def test_any_text_is_a_query_or_a_query_error(query: str, context: Context) -> None:
    try:
        found = read(query, context)
    except QueryError as error:
        wrong = error
    else:
        assert read(query, context) == found
        assert hash(parse(query, context)) == hash(found.tree)
        assert all(found.text[each.start : each.end] == each.text for each in found.mentions)
        return
    assert 0 <= wrong.position <= len(query)
    assert len(wrong.message.splitlines()) == 1
    assert len(wrong.message) < 300
    assert len(wrong.caret().splitlines()) == 2


@given(QUERIES)
def test_any_query_can_be_asked_of_an_article(query: str) -> None:
    with suppress(QueryError):
        assert parse(query, CONTEXTS[1]).matches(DOCUMENT) in (True, False)


DOCUMENT = AnalyzedArticle(Article(title="A title", body="日本 a b", tags=["a"], extra={"x": {"y": [1, "2024-03"]}}))


TOKENS = st.lists(
    st.sampled_from(
        [
            *("a", "b*", "c~", '"a b"', '"a b"~2^3', "AND", "OR", "NOT", "(", ")", ")^2", "-a", "+a", "-("),
            *("tag:(", "tag:x"),
            *("date:2024..", "x:[1 TO 2]", "x:/a b/", "has:x", "@s", "@t^2", "title:>=3", "x:>2"),
        ]
    ),
    max_size=10,
)


@given(TOKENS, st.data())
def test_white_space_makes_no_difference(words: list[str], data: st.DataObject) -> None:
    gaps = [data.draw(st.text(" \t\n\r\u2003\x85", min_size=1, max_size=3)) for _ in range(len(words) + 1)]
    spaced = "".join(gap + word for gap, word in zip(gaps, words, strict=False)) + gaps[-1]
    assert outcome(" ".join(words)) == outcome(spaced)


@given(TOKENS)
def test_brackets_around_all_make_no_difference(words: list[str]) -> None:
    query = " ".join(words)
    with suppress(QueryError):
        tree = parse(query, CONTEXTS[1])
        assert tree == Every() or parse(f"({query})", CONTEXTS[1]) == tree


def outcome(query: str) -> Node | str:
    """Returns what a query means, or what is wrong with it."""
    try:
        return parse(query, CONTEXTS[1])
    except QueryError as error:
        return error.message


@pytest.mark.parametrize(
    "piece",
    [
        *("(", ")", "-", "+", '"', "\\", "*", "?", "[", "]", "a:", "date:[", "NOT ", "a OR ", " ", "[a TO ", '"\\'),
        *("a.", "'a"),
        *(
            "date:[a" + " " * 90,
            "a~",
            "a^2 ",
            "@s ",
            "a-b ",
            "a*",
            "x:/(a+)+/ ",
            "/",
            "日",
            "é",
            "\u0301",
            "x:1..",
            "~",
            "^",
        ),
        *("[ ", "x:(", "-(", "\0", "\ud800", "\u202e", "has:x ", "1,", "a*?b", "x.y"),
    ],
)
def test_no_query_takes_long(piece: str) -> None:
    count = MAX_LENGTH // len(piece)
    for query in (
        piece * count,
        "a " + piece * (count - 2) + "x",
        '"' + piece * (count - 2),
        "x:" + piece * (count - 2),
    ):
        with suppress(QueryError):
            parse(query, CONTEXTS[1])


def test_any_of_some_terms() -> None:
    tree = any_of({"pier": 1.0, "ship": 0.5}, "en")
    assert tree == Or((Word(("pier",)), Boost(Word(("ship",)), 0.5)))
    terms = [term for node in walk(tree) if isinstance(node, Word) for term in node.terms]
    assert [term.languages for term in terms if isinstance(term, Term)] == [frozenset({"en"})] * 2
