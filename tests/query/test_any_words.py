"""Any words: which words of a query may be missing, and what stays required."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.analysis import QueryAnalyzer
from docarchive.query import And, Context, Label, Like, Node, Not, Or, Phrase, Word, read
from docarchive.query.any_words import any_words

CONTEXT = Context(QueryAnalyzer(["en"]))


def any_of(query: str) -> Node | None:
    return any_words(read(query, CONTEXT), CONTEXT.analyzer)


def words(*terms: str) -> tuple[Node, ...]:
    return tuple(Word((term,)) for term in terms)


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("gas oil pier", "gas OR oil OR pier"),
        ("what did he say about gas?", "what OR did OR he OR say OR about OR gas"),
        ("gas oil gas", "gas OR oil OR gas"),
        ("gas (oil pier) rail", "gas OR oil OR pier OR rail"),
        ("gas: oil - pier", "gas OR oil OR pier"),
        ("co-operation gas", "co OR operation OR gas"),
        ("gas econom* pier~", "gas OR econom* OR pier~"),
        ("the ?slip? effect", "the OR slip OR effect"),
        ("¿slip effect?", "slip OR effect"),
        ('gas "free trade"', 'gas OR free OR trade OR "free trade"'),
        ('gas "oil"', "gas OR oil"),
        ("gas oil tag:x", "tag:x (gas OR oil)"),
        ("tag:x gas oil date:2024 -pier", "tag:x date:2024 -pier (gas OR oil)"),
        ("gas oil date:January 2024", 'date:"January 2024" (gas OR oil)'),
        ("gas +oil pier", "oil (gas OR pier)"),
        ("gas oil +(pier rail)", "pier rail (gas OR oil)"),
        ("gas^2 oil pier", "gas^2 (oil OR pier)"),
        ("gas oil title:(pier rail)", "title:pier title:rail (gas OR oil)"),
        ('gas oil "pier rail"~3', '"pier rail"~3 (gas OR oil)'),
        ("THE BAATH (RENAISSANCE) PARTY AND SYRIA", "the OR baath OR renaissance OR party OR and OR syria"),
        ("gas * oil", "* (gas OR oil)"),
    ],
)
def test_plain_words_may_be_missing_and_the_rest_stays_required(query: str, same: str) -> None:
    assert any_of(query) == read(same, CONTEXT).tree


@pytest.mark.parametrize(
    "query",
    [
        "",
        "*",
        "gas",
        "gas -oil",
        "gas tag:x",
        "nat-gas",
        "https://example.org/a/b",
        '"free trade"',
        '"free trade" "open market"',
        "gas AND oil",
        "gas oil AND pier",
        "gas oil OR pier",
        "(gas OR oil) pier rail",
        "gas oil NEAR/3 pier",
        "gas BEFORE/3 oil pier",
        "tag:x author:y",
        "title:(gas oil)",
        "-gas -oil",
        "NOT (gas oil)",
    ],
)
def test_other_queries_stay_as_they_are(query: str) -> None:
    assert any_of(query) is None


def test_a_text_in_a_script_without_spaces_counts_as_its_pairs() -> None:
    assert any_of("nat-gas tag:東京の橋") is None
    assert any_of("古い橋は") == Or(words("古い", "い橋", "橋は"))
    assert any_of("東京 橋") == Or((Word(("東京",)), read("橋", CONTEXT).tree))
    assert any_of("東京") is None


@given(
    st.lists(st.sampled_from(["gas", "oil", "pier", "tag:x", "-rail", '"free trade"', "+bank", "co-op"]), max_size=6)
)
def test_whatever_matches_all_words_matches_any_of_them(parts: list[str]) -> None:
    """No required part is lost or added: those are the parts of the query that are no words."""
    parsed = read(" ".join(parts), CONTEXT)
    tree = any_words(parsed, CONTEXT.analyzer)
    if tree is None:
        return
    required = tree.parts[:-1] if isinstance(tree, And) else ()
    assert list(required) == [
        {"tag:x": read("tag:x").tree, "-rail": Not(Word(("rail",))), "+bank": Word(("bank",))}[part]
        for part in parts
        if part in ("tag:x", "-rail", "+bank")
    ]
    optional = tree.parts[-1] if isinstance(tree, And) else tree
    assert isinstance(optional, Or)
    assert all(isinstance(node, Word | Phrase | Like | Label) for node in optional.parts)
