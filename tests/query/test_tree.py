from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.analysis import Term
from docarchive.article import Article
from docarchive.query import AnalyzedArticle, And, Every, Not, NumberRange, Or, Phrase, Word, parse, walk
from docarchive.query.tree import merged, occurrences, spots

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
        *(
            '"new pier"',
            '"council votes"',
            '"council voted on"',
            '"follow the mayor\'s"',
            "econom*",
            "harb*",
            "EROD* OR erdo*",
            "*cono?ized",
            "harbor~1",
            "saturady~",
            '"new vote"~9 OR "council pier"~5',
            "co-uncil OR council^3",
            "+harbour saturday",
            "mispelt OR +harbour",
            "title:(harbour pier)",
            "tag:(free OR oil)",
        ),
        *("title:harbour", 'title:"harbour council"', "summary:plan", "body:saturday", "title:har*"),
        *("tag:nat-gas", 'tag:"free trade"', "tag:free", "tag:trade", "tag:nat*", 'tag:"free tra"*', "tag:*"),
        *('place:"sao paulo"', 'place:"SÃO PAULO"', "place:paulo", "shoe_size:42", "draft:false"),
        *("shoe_size:>41", "shoe_size:42..", "shoe_size:[40 TO 42]", "shoe_size:<=42.0", "shoe_size:/^4/", "place:/ão/"),
        *("has:tags", "has:summary", "has:body", "no:source", "is:dated", "is:tagged", "title:/PIER$/", "tag:?at-gas"),
        *("place:palo~1", "geo.city:o*o", "no:empty", "has:geo.city"),
        *("geo.city:oslo", "geo:oslo", "geo.country.name:nor*", "geo:norway"),
        *(
            "date:2024",
            "date:2024-03",
            "date:2024-03-31",
            "date:>=2024-03",
            "date:<2025",
            "date:2024-03-10..2024-03-12",
        ),
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
        *(
            "-*",
            "nothing",
            "free-trade-will-not",
            '"pier new"',
            '"pier A vote"',
            '"new pier a"',
            "arbour*",
            "zz",
            "h?bour",
            "harbr~1",
            '"council pier"~2',
            '"pier council"~9',
            "mispelt OR (+harbour nothing)",
            "title:(harbour saturday)",
        ),
        *("body:harbour", 'body:"harbour council"', "summary:harbour", "title:sat*"),
        *(
            "tag:nat",
            "tag:gas",
            'tag:"trade free"',
            'tag:"nat-gas free"',
            'tag:"fre trade"',
            "source:*",
            "empty:*",
            "shoe_size:4",
            "shoe_size:>42",
            "shoe_size:..41.9",
            "shoe_size:2024..2025",
            "place:/^paulo/",
            "tag:oil~1",
            "has:source",
            "no:tags",
            "is:undated",
            "has:empty",
        ),
        *("city:oslo", "geo.city:norway", "geo.country.city:x", "oslo", "42"),
        *(
            "date:2023",
            "date:2024-02",
            "date:>2024-03",
            "date:<2024-03",
            "date:2024-04..",
            "archived:2024",
            "archived:>=0001",
        ),
        *("updated:2024-03-17", "updated:>2024-03-16", "updated:<2024-03-16T23:30"),
        *("harbour nothing", "nothing OR nowhere", "-harbour", "harbour -saturday", "-(harbour OR nothing)"),
    ],
)
def test_what_does_not_match(query: str) -> None:
    assert not matches(query)


positions = st.lists(st.integers(0, 12), unique=True, max_size=6).map(sorted)


@given(st.lists(positions, min_size=1, max_size=4), st.integers(0, 5), st.data())
def test_spots_are_those_of_a_plain_search(lists: list[list[int]], slop: int, data: st.DataObject) -> None:
    offsets = [0]
    for _ in lists[1:]:
        offsets.append(offsets[-1] + data.draw(st.integers(1, 2)))

    def fits(spot: tuple[int, ...]) -> bool:
        steps = zip(spot, spot[1:], offsets, offsets[1:], strict=False)
        in_order = all(b - a >= q - p for a, b, p, q in steps)
        return in_order and spot[-1] - spot[0] - offsets[-1] <= slop

    plain = {spot[0] for spot in product(*lists) if fits(spot)}
    found = list(spots(lists, offsets, slop))
    assert {spot[0] for spot in found} == plain
    assert all(fits(spot) for spot in found)
    assert occurrences(lists, offsets, slop) == bool(plain)


@given(st.lists(positions, min_size=1, max_size=3))
def test_merged_positions(lists: list[list[int]]) -> None:
    assert list(merged(lists)) == sorted({number for each in lists for number in each})


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(None, None, True), (42, 42, True), (42.5, None, False), (None, 41, False), (-1e9, 1e9, True)],
)
def test_a_number_in_a_range(low: float | None, high: float | None, found: bool) -> None:
    assert NumberRange("shoe_size", low, high).matches(DOCUMENT) is found
    assert not NumberRange("tags", None, None).matches(DOCUMENT), "tags are no numbers"


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
