"""Several queries as one: it matches the articles that match all of them, and is refused if one of them is."""

from itertools import product
from random import Random

import pytest

from docarchive import Article, PartialDate, QueryError
from docarchive.query import AnalyzedArticle, joined, parse

_QUERIES = [
    "oil",
    "oil prices (",
    "oil prices )",
    "gas) (oil",
    "oil ()",
    'oil "',
    "oil OR gas",
    "-gas",
    "oil -gas",
    "+oil gas",
    "NOT gas",
    "NOT GAS",
    "OIL PRICES NOT RISING SAYS OPEC",
    "OIL AND GAS PRICES FALL -DEALERS",
    "OIL OR GAS PRICES FALL | Reuters",
    "OIL PRICES FALL",
    "OIL PRICES RISE SAYS",
    '"oil prices"',
    "oil NEAR/2 prices",
    "title:oil",
    'tags:"opec" OR title:gas',
    "title:(oil OR gas)",
    "oil || gas",
    "1) oil 2) gas",
    "date:2024-03..2024-05",
    "has:date",
    "",
]
_REFUSED = ['"oil', "gas) OR (oil", "oil AND (", "oil OR gas)", "title:(oil", "oil AND", "OR gas", "NEAR/5 gas", "("]
_WORDS = ("oil", "gas", "prices", "not", "rising", "opec", "says", "fall", "dealers", "reuters", "or", "and", "1", "2")
_RANDOM = Random(7)
_ARTICLES = [
    AnalyzedArticle(
        Article(
            id=f"a{number}",
            title=" ".join(_RANDOM.choices(_WORDS, k=4)),
            body=" ".join(_RANDOM.choices(_WORDS, k=9)),
            tags=["opec"] * (number % 2),
            date=PartialDate("2024-04-01") if number % 3 else None,
        )
    )
    for number in range(40)
]


def _matching(query: str) -> set[str]:
    tree = parse(query)
    return {document.article.id for document in _ARTICLES if tree.matches(document)}


def test_what_matches_all_matches_the_joined_query() -> None:
    matching = {query: _matching(query) for query in _QUERIES}
    assert sum(0 < len(ids) < len(_ARTICLES) for ids in matching.values()) > len(_QUERIES) / 2
    for one, other in product(_QUERIES, _QUERIES):
        assert _matching(joined([one, other])) == matching[one] & matching[other], (one, other)


@pytest.mark.parametrize(("query", "other"), [*product(_REFUSED, ["oil", "tags:x", 'title:"oil gas"', "oil OR gas"])])
def test_a_query_that_is_refused_is_refused_beside_others(query: str, other: str) -> None:
    with pytest.raises(QueryError):
        parse(query)
    for pair in ([query, other], [other, query]):
        with pytest.raises(QueryError):
            parse(joined(pair))


def test_one_query_stays_as_it_is() -> None:
    assert [joined([query, " "]) for query in (*_QUERIES, *_REFUSED)] == [*_QUERIES[:-1], "", *_REFUSED]


def test_what_needs_no_brackets_gets_none() -> None:
    assert joined(["oil", 'tags:"opec"', "date:2024"]) == 'oil tags:"opec" date:2024'
    assert joined(["date:2024-05", "1) oil 2) gas"]) == "(date:2024-05) 1  oil 2  gas"
    assert joined(["in:trash", "oil"]) == "in:trash oil"
    assert joined(["in:trash", 'tags:"opec"']) == 'in:trash tags:"opec"'
