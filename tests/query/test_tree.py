from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.analysis import Analyzer
from docarchive.article import Article
from docarchive.query import AnalyzedArticle, And, Every, Not, Or, Word, parse, walk
from docarchive.query.tree import contains_run

ANALYZER = Analyzer("en")
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
DOCUMENT = AnalyzedArticle(Article.from_metadata(METADATA, BODY), ANALYZER)


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
        ),
        *("title:harbour", 'title:"harbour council"', "summary:plan", "body:saturday", "title:har*"),
        *("tag:nat-gas", 'tag:"free trade"', "tag:free", "tag:trade", "tag:nat*", 'tag:"free tra"*', "tag:*"),
        *('place:"sao paulo"', 'place:"SÃO PAULO"', "place:paulo", "shoe_size:42", "draft:false"),
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


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc"), max_size=3), st.booleans())
def test_a_run_is_found_just_where_it_stands(terms: list[str], run: list[str], prefix: bool) -> None:
    places = range(len(terms) - len(run) + 1)
    plain = not run or any(terms[start : start + len(run)] == run for start in places)
    assert contains_run(terms, run, prefix) == plain  # of one letter, the prefix is all


@pytest.mark.parametrize(
    ("run", "found"),
    [(["new", "pi"], True), (["ne", "pier"], False), (["pi"], True), (["pier", "x"], False), ([], True)],
)
def test_with_a_prefix_only_the_last_term_is_cut(run: list[str], found: bool) -> None:
    assert contains_run(["a", "new", "pier"], run, True) is found


def test_walk_goes_from_left_to_right() -> None:
    a, b, c = Word("a"), Word("b"), Word("c")
    tree = parse("a -(b OR -c)")
    inner = Or((b, Not(c)))
    assert list(walk(tree)) == [And((a, Not(inner))), a, Not(inner), inner, b, Not(c), c]


def test_walk_can_leave_out_what_is_not_wanted() -> None:
    found = [node.text for node in walk(parse("a -b -(c -d) NOT (NOT e)"), positive=True) if isinstance(node, Word)]
    assert found == ["a", "d", "e"]
    assert list(walk(parse("-a"), positive=True)) == []


def test_nodes_compare_by_value_and_not_by_place() -> None:
    assert parse("a  b") == parse("a b")
    assert {parse("a"), parse(" a")} == {Word("a")}
    assert parse("") == Every()
    with pytest.raises(AttributeError):
        Word("a").text = "b"  # type: ignore[misc]


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
