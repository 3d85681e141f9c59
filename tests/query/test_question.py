"""What a query asks, and what it demands."""

import pytest
from corpus import ARTICLES, queries
from hypothesis import given

from docarchive.query import AnalyzedArticle, Every, Node, parse
from docarchive.query.question import demands, question

DOCUMENTS = [AnalyzedArticle(article) for article in ARTICLES]


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("what did the minister say about oil quotas?", "what did the minister say about oil quotas?"),
        ("  1) bile duct 2) liver ", "1 bile duct 2 liver"),
        ("oil prices date:1987", "oil prices"),
        ("oil prices date:last week", "oil prices week"),
        ('"free trade" AND (oil OR gas)', "free trade oil gas"),
        ("oil -gas NOT (coal OR wood) +tin", "oil tin"),
        ("oil NOT gas AND tin", "oil tin"),
        ("title:(oil prices) gas", "gas"),
        ("oil NOT (a (b c) d) tin", "oil tin"),
        ("econom* colo?r stoltenburg~", "econom* colo?r stoltenburg~"),
        ("econom* date:1987", "econom"),
        ("oil^3 NEAR/3 gas", "oil gas"),
        ("tag:oil", ""),
        ("*", ""),
        ("", ""),
        ("@energy tag:x", "oil gas"),
        ("-@energy tin", "tin"),
        ("@deep", ""),
    ],
)
def test_words_without_a_field_are_asked(query: str, asked: str) -> None:
    assert question(query, {"energy": "oil gas date:1987", "deep": "tag:x @deep"}) == asked


@pytest.mark.parametrize(
    ("query", "demanded"),
    [
        ("oil prices", ""),
        ('"oil prices" AND (gas OR coal)', ""),
        ("oil date:1987", "date:1987"),
        ("oil^2 tag:gas -coal", "tag:gas -coal"),
        ("oil OR tag:gas", ""),
        ("(tag:oil OR tag:gas) price", "tag:oil OR tag:gas"),
        ("title:oil price", "title:oil"),
        ("econom* stoltenburg~", ""),
        ("NOT (oil date:1987)", "NOT (oil date:1987)"),
    ],
)
def test_all_but_words_without_a_field_is_demanded(query: str, demanded: str) -> None:
    assert demands(parse(query)) == parse(demanded)


@given(query=queries)
def test_whatever_matches_is_as_demanded(query: Node) -> None:
    demand = demands(query)
    assert all(demand.matches(document) for document in DOCUMENTS if query.matches(document))


def test_words_alone_demand_nothing() -> None:
    assert isinstance(demands(parse("oil prices")), Every)
