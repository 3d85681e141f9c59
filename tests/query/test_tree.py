from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.analysis import Term
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.query import (
    AnalyzedArticle,
    And,
    Boost,
    DateRange,
    Every,
    Has,
    Label,
    Not,
    NumberRange,
    Or,
    Pattern,
    Phrase,
    Regex,
    Word,
    parse,
    walk,
)
from docarchive.query.patterns import EXACT, GLOB, MAX_VALUE

METADATA: dict[str, Any] = {
    "title": "Harbour council votes for the new pier",
    "date": "2024-03",
    "updated": "2024-03-16T23:30:00-09:30",
    "tags": ["nat-gas", "Free Trade"],
    "places": ["São Paulo"],
    "summary": "A vote on Erdoğan’s plan.",
    "shoe_size": 42,
    "draft": False,
    "geo": {"city": "Oslo", "country": {"name": "Norway"}},
    "empty": None,
}
BODY = "The council voted on Saturday.\n\nFree trade will follow, the mayor's office said; nobody economized."
DOCUMENT = AnalyzedArticle(Article.from_metadata(METADATA, BODY), "en")


def matches(query: str) -> bool:
    return parse(query).matches(DOCUMENT)


@pytest.mark.parametrize(
    "query",
    [
        *("", "*", "harbour", "HARBOUR", "harbours", "voting", "erdogan's", "Saturday", "mayor's"),
        *('"new pier"', '"council votes"', '"council voted on"', '"follow the mayor\'s"', "econom*", "harb*"),
        *("EROD* OR erdo*", "*cono?ized", "harbor~1", "saturady~", '"new vote"~9 OR "council pier"~5'),
        *("co-uncil OR council^3", "+harbour saturday", "mispelt OR +harbour"),
        *("title:(harbour pier)", "tag:(free OR oil)"),
        *("title:harbour", 'title:"harbour council"', "summary:plan", "body:saturday", "title:har*"),
        *("tag:nat-gas", 'tag:"free trade"', "tag:free", "tag:trade", "tag:nat*", 'tag:"free tra"*', "tag:*"),
        *('place:"sao paulo"', 'place:"SÃO PAULO"', "place:paulo", "shoe_size:42", "draft:false"),
        *("shoe_size:>41", "shoe_size:42..", "shoe_size:[40 TO 42]", "shoe_size:<=42.0"),
        *("shoe_size:/^4/", "place:/ão/"),
        *("has:tags", "has:summary", "has:body", "no:source", "is:dated", "is:tagged", "title:/PIER$/", "tag:?at-gas"),
        *("place:palo~1", "geo.city:o*o", "no:empty", "has:geo.city"),
        *("geo.city:oslo", "geo:oslo", "geo.country.name:nor*", "geo:norway"),
        *("date:2024", "date:2024-03", "date:2024-03-31", "date:>=2024-03"),
        *("date:<2025", "date:2024-03-10..2024-03-12"),
        *("updated:2024-03-16", "updated:2024-03-16T23:30", "updated:>2024-03-15", "updated:<2024-03-17"),
        *("harbour saturday", "harbour OR nothing", "harbour -nothing", "-(nothing nobodys)", "NOT NOT harbour"),
        *("-date:2023", "-source:*", "-archived:2024"),
    ],
)
def test_what_matches(query: str) -> None:
    assert matches(query)


@pytest.mark.parametrize(
    "query",
    [
        *("-*", "nothing", "free-trade-will-not", '"pier new"', '"pier A vote"', '"new pier a"', "arbour*", "zz"),
        *("h?bour", "harbr~1", '"council pier"~2', '"pier council"~9'),
        *("mispelt OR (+harbour nothing)", "title:(harbour saturday)"),
        *("body:harbour", 'body:"harbour council"', "summary:harbour", "title:sat*"),
        *("tag:nat", "tag:gas", 'tag:"trade free"', 'tag:"nat-gas free"', 'tag:"fre trade"', "source:*", "empty:*"),
        *("shoe_size:4", "shoe_size:>42", "shoe_size:..41.9", "shoe_size:2024..2025", "place:/^paulo/", "tag:oil~1"),
        *("has:source", "no:tags", "is:undated", "has:empty"),
        *("city:oslo", "geo.city:norway", "geo.country.city:x", "oslo", "42"),
        *("date:2023", "date:2024-02", "date:>2024-03", "date:<2024-03", "date:2024-04.."),
        *("archived:2024", "archived:>=0001"),
        *("updated:2024-03-17", "updated:>2024-03-16", "updated:<2024-03-16T23:30"),
        *("harbour nothing", "nothing OR nowhere", "-harbour", "harbour -saturday", "-(harbour OR nothing)"),
    ],
)
def test_what_does_not_match(query: str) -> None:
    assert not matches(query)


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(None, None, True), (42, 42, True), (42.5, None, False), (None, 41, False), (-1e9, 1e9, True)],
)
def test_a_number_in_a_range(low: float | None, high: float | None, found: bool) -> None:
    assert NumberRange("shoe_size", low, high).matches(DOCUMENT) is found
    assert not NumberRange("tags", None, None).matches(DOCUMENT), "tags are no numbers"


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (None, None, True),
        ("2024-03-31T23:59:59.999999", None, True),
        ("2024-03-31T23:59:59.999999+", None, False),
        (None, "2024-03-01T00:00:00.000000", True),
        (None, "2024-02-29T23:59:59.999999", False),
        (None, "0000", False),
        ("2024-03-10T00:00:00.000000", "2024-03-10T00:00:00.000000", True),
    ],
)
def test_a_date_in_a_range(start: str | None, end: str | None, found: bool) -> None:
    assert DateRange("date", start, end).matches(DOCUMENT) is found
    assert not DateRange("archived", start, end).matches(DOCUMENT), "it has none"


days = st.dates(date(2023, 11, 1), date(2024, 4, 30))


@given(days, st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d"]), days, days)
def test_a_partial_date_matches_every_range_that_it_touches(day: date, form: str, one: date, other: date) -> None:
    written = day.strftime(form)
    low, high = min(one, other), max(one, other)
    touched = any((low + timedelta(days=number)).strftime(form) == written for number in range((high - low).days + 1))
    document = AnalyzedArticle(Article(title="x", date=PartialDate(written), extra={"opened": written}))
    assert parse(f"date:{low}..{high}").matches(document) is touched
    first, last = PartialDate(written).start[:10], PartialDate(written).end[:10]
    assert parse(f"date:<{low}").matches(document) is (first < f"{low}")
    assert parse(f"date:>{high}").matches(document) is (last > f"{high}")
    if form != "%Y":
        assert parse(f"opened:{low}..{high}").matches(document) is touched


terms = st.sampled_from(["a", "b", "ab"])


@given(st.lists(terms, max_size=6), st.lists(st.sampled_from(["a", "b", "a*", "?b", "*"]), min_size=1, max_size=3))
def test_a_label_is_terms_in_a_row_of_one_value(value: list[str], wanted: list[str]) -> None:
    node = Label("tags", tuple(Pattern(GLOB, each) for each in wanted))
    plain = any(
        all(Pattern(GLOB, each).test()(term) for each, term in zip(wanted, value[start:], strict=False))
        for start in range(len(value) - len(wanted) + 1)
    )
    assert node.accepts(value) is plain
    whole_value = Article(title="x", tags=[" ".join(value)])
    assert node.matches(AnalyzedArticle(whole_value)) is (plain and bool(value))
    one_by_one = AnalyzedArticle(Article(title="x", tags=list(value)))
    assert node.matches(one_by_one) is any(node.accepts([term]) for term in value)


def test_which_labels_are_exact() -> None:
    assert Label("tags", (Pattern(EXACT, "a"), Pattern(EXACT, "b"))).exact
    assert not Label("tags", (Pattern(EXACT, "a"), Pattern(GLOB, "b*"))).exact


def test_a_regular_expression_sees_the_first_part_of_a_value_on_one_line() -> None:
    document = AnalyzedArticle(Article(title="x", tags=["one\n  two", "a" * MAX_VALUE + "b"]))
    assert Regex("tags", "^one two$").matches(document)
    assert Regex("tags", "a$").matches(document)
    assert not Regex("tags", "b").matches(document)


@pytest.mark.parametrize(
    ("key", "found"), [("title", True), ("body", False), ("tags", True), ("x", True), ("y", False)]
)
def test_whether_a_key_has_a_value(key: str, found: bool) -> None:
    assert Has(key).matches(AnalyzedArticle(Article(title="x", tags=["a"], extra={"x": 0, "y": ""}))) is found


@given(
    st.lists(st.sampled_from("abc"), max_size=8),
    st.lists(st.sampled_from("abc"), min_size=1, max_size=3),
    st.integers(0, 3),
)
def test_a_phrase_is_found_where_a_plain_search_finds_it(text: list[str], words: list[str], slop: int) -> None:
    document = AnalyzedArticle(Article(title="x", body=" ".join(text)), "zz")
    phrase = Phrase(tuple((offset, (word,)) for offset, word in enumerate(words)), None, slop)
    plain = any(
        [text[place] for place in places] == words and places[-1] - places[0] - len(words) + 1 <= slop
        for places in combinations(range(len(text)), len(words))
    )
    assert phrase.matches(document) is plain


def test_a_phrase_stands_in_one_field() -> None:
    document = AnalyzedArticle(Article(title="new pier", summary="free", body="trade\n\nlater"))
    assert parse('"new pier" "trade later"').matches(document)
    assert not parse('"pier free" OR "free trade"').matches(document)


def test_a_boost_changes_nothing_in_what_matches() -> None:
    assert Boost(Word(("harbour",)), 0).matches(DOCUMENT)
    assert not Boost(Word(("nothing",)), 9).matches(DOCUMENT)
    assert Boost(Every(), 2).children() == (Every(),)


def test_a_term_counts_in_its_languages_alone() -> None:
    assert Word((Term("harbour", frozenset({"en"})),)).matches(DOCUMENT)
    assert Word((Term("harbour"),)).matches(DOCUMENT)
    german = Term("harbour", frozenset({"de"}))
    assert not Word((german,)).matches(DOCUMENT)
    assert not Phrase(((0, (german,)), (1, ("council",)))).matches(DOCUMENT)


def test_walk_goes_from_left_to_right() -> None:
    a, b, c = Word(("a",)), Word(("b",)), Word(("c",))
    tree = parse("a -(b OR -c)")
    inner = Or((b, Not(c)))
    assert list(walk(tree)) == [And((a, Not(inner))), a, Not(inner), inner, b, Not(c), c]


def test_walk_can_leave_out_what_is_not_wanted() -> None:
    found = [node.terms[0] for node in walk(parse("a -b -(c -d) NOT (NOT e)"), positive=True) if isinstance(node, Word)]
    assert found == ["a", "d", "e"]
    assert list(walk(parse("-a"), positive=True)) == []


def test_nodes_compare_by_value_and_not_by_place() -> None:
    assert parse("a  b") == parse("a b")
    assert {parse("a"), parse(" a")} == {Word(("a",))}
    assert parse("") == Every()
    with pytest.raises(AttributeError):
        Word(("a",)).field = "b"  # type: ignore[misc]


WORDS = st.sampled_from(["pier", "nothing", "tag:free", "date:2024", "date:1999", '"new pier"', "har*", "*"])
QUERIES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        inner.map(lambda query: f"-({query})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
    ),
    max_leaves=8,
)


@given(QUERIES, QUERIES)
def test_the_laws_of_logic_hold(one: str, other: str) -> None:
    assert matches(f"{one} {other}") == (matches(one) and matches(other))
    assert matches(f"{one} OR {other}") == (matches(one) or matches(other))
    assert matches(f"-({one})") == (not matches(one))
    assert matches(f"-({one} OR {other})") == matches(f"-({one}) -({other})")
