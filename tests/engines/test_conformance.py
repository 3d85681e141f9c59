"""Every engine gives the answers that ``Node.matches`` gives, in the orders that the protocol names."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docarchive.analysis import Analyzer, label_terms
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.engines import SORTS, Change, Engine, Position, open_engine
from docarchive.engines.memory import MemoryEngine
from docarchive.engines.protocol import sort_value
from docarchive.query import And, DateRange, Every, Label, Node, Not, Or, Phrase, Prefix, Word, parse

WORDS = [
    "pier",
    "piers",
    "harbour",
    "trade",
    "traded",
    "trading",
    "free",
    "wheat",
    "oil",
    "café",
    "cafe",
    "Zoë",
    "economy",
    "economic",
    "company",
    "12",
    "u",
    "s",
]
TAGS = ["gas", "nat-gas", "free trade", "Oil", "oil price", "wheat"]
PLACES = ["usa", "el-salvador", "El Salvador", "north bay"]
FIRST = date(2023, 12, 28)
COUNT = 60


def _articles() -> list[Article]:
    """Articles of random words, the same every time."""
    pick = random.Random(7)
    found = []
    for number in range(COUNT):
        day = FIRST + timedelta(days=pick.randrange(80))
        dates = [
            None,
            f"{day:%Y}",
            f"{day:%Y-%m}",
            f"{day}",
            f"{day}T{pick.randrange(24):02d}:30",
            f"{day}T08:00:05.25Z",
        ]
        text = pick.choice(dates)
        found.append(
            Article(
                id=f"a{number:02d}",
                title=" ".join(pick.choices(WORDS, k=3)),
                summary=" ".join(pick.choices(WORDS, k=2)) if pick.random() < 0.3 else None,
                body=". ".join(" ".join(pick.choices(WORDS, k=4)) for _ in range(pick.randrange(4))),
                date=PartialDate(text) if text else None,
                updated=PartialDate(f"{day}") if pick.random() < 0.2 else None,
                tags=pick.sample(TAGS, pick.randrange(3)),
                places=pick.sample(PLACES, pick.randrange(3)),
                extra={"rating": pick.randrange(3), "venue": {"city": pick.choice(PLACES)}}
                if pick.random() < 0.5
                else {},
            )
        )
    return found


ARTICLES = _articles()
ANALYZER = Analyzer()


@pytest.fixture(scope="module")
def memory() -> MemoryEngine:
    engine = MemoryEngine(ANALYZER)
    engine.index((Change(article.id, article) for article in ARTICLES), Position("e", COUNT))
    return engine


@pytest.fixture(scope="module", params=["one segment", "many segments", "replaced and removed"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The Whoosh engine with the same articles, come to in different ways."""
    found = open_engine("whoosh", tmp_path_factory.mktemp("index") / "whoosh", ANALYZER)
    if request.param == "one segment":
        found.index((Change(article.id, article) for article in ARTICLES), Position("e", COUNT))
    elif request.param == "many segments":
        for start in range(0, COUNT, 11):
            part = ARTICLES[start : start + 11]
            found.index((Change(article.id, article) for article in part), Position("e", start + len(part)))
    else:
        other = Article(id="gone", title="pier", body="harbour trade", tags=["gas"])
        wrong = [Change(article.id, Article(id=article.id, title="oil", body="oil pier")) for article in ARTICLES[::2]]
        found.index([*wrong, Change("gone", other)], Position("e", 1))
        found.index([Change("gone", None), *(Change(a.id, a) for a in ARTICLES)], Position("e", COUNT))
    yield found
    found.close()


def _instants() -> st.SearchStrategy[str | None]:
    days = st.dates(date(2023, 12, 1), date(2024, 4, 1))
    moments = st.one_of(
        days.map(lambda d: f"{d}T00:00:00.000000"),
        days.map(lambda d: f"{d}T23:59:59.999999"),
        st.tuples(days, st.times()).map(lambda pair: f"{pair[0]}T{pair[1].strftime('%H:%M:%S.%f')}"),
        st.sampled_from(["0001-01-01T00:00:00.000000", "9999-12-31T23:59:59.999999", "2024-01-01T00:00:00.000000"]),
    )
    return st.none() | moments


def _labels() -> st.SearchStrategy[Node]:
    values = st.sampled_from([*TAGS, *PLACES, "1", "free", "nat", "sal", "north"])
    fields = st.sampled_from(["tags", "places", "rating", "venue.city", "venue", "id", "nowhere"])
    return st.builds(lambda f, v, p: Label(f, tuple(label_terms(v)), p), fields, values, st.booleans())


words = st.sampled_from([*WORDS, "nothing"])
places = st.sampled_from([None, None, "title", "summary", "body"])
leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, words, places),
    st.builds(lambda w, f: Phrase(tuple(w), f), st.lists(words, min_size=2, max_size=3), places),
    st.builds(lambda w, n, f: Prefix(w[:n], f), words, st.integers(1, 4), places),
    st.builds(DateRange, st.sampled_from(["date", "date", "updated"]), _instants(), _instants()),
    _labels(),
    st.just(Every()),
)
nodes: st.SearchStrategy[Node] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=nodes, sort=st.sampled_from(SORTS), limit=st.integers(0, 70), offset=st.integers(0, 20))
def test_answers_are_those_of_matches(
    engine: Engine, memory: MemoryEngine, query: Node, sort: str, limit: int, offset: int
) -> None:
    expected = set(memory.ids(query))
    assert set(engine.ids(query)) == expected
    assert engine.count(query) == len(expected)
    found = engine.search(query, limit=limit, offset=offset, sort=sort)
    assert found.total == len(expected)
    assert len(found.hits) == max(0, min(limit, len(expected) - offset))
    if sort != "relevance":
        assert [hit.id for hit in found.hits] == [
            hit.id for hit in memory.search(query, limit=limit, offset=offset, sort=sort).hits
        ]


@pytest.mark.parametrize("query", ["pier", "trade OR wheat OR oil", "*", "tag:gas", "-oil", 'title:pier "free trade"'])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_are_parts_of_one_order(engine: Engine, query: str, sort: str) -> None:
    tree = parse(query)
    whole = engine.search(tree, limit=COUNT, sort=sort).hits
    pages = [
        hit for offset in range(0, COUNT, 7) for hit in engine.search(tree, limit=7, offset=offset, sort=sort).hits
    ]
    assert pages == whole
    if sort == "relevance":
        assert [(-hit.score, hit.id) for hit in whole] == sorted((-hit.score, hit.id) for hit in whole)


@pytest.mark.parametrize("sort", [name for name in SORTS if name != "relevance"])
def test_articles_without_the_value_come_last(engine: Engine, sort: str) -> None:
    by_id = {article.id: article for article in ARTICLES}
    values = [sort_value(by_id[hit.id], sort) for hit in engine.search(Every(), limit=COUNT, sort=sort).hits]
    filled = [value for value in values if value]
    assert values == sorted(filled, reverse=sort.startswith("-")) + [""] * (COUNT - len(filled))


def test_a_word_in_the_title_counts_for_more(tmp_path: Path) -> None:
    engine = open_engine("whoosh", tmp_path / "index", ANALYZER)
    filler = " ".join(["other words of no account"] * 20)
    engine.index(
        [
            Change("body", Article(id="body", title="Some other words", body=f"pier {filler}")),
            Change("title", Article(id="title", title="The pier", body=filler)),
        ],
        Position("e", 2),
    )
    found = [hit.id for hit in engine.search(parse("pier"), limit=2).hits]
    engine.close()
    assert found == ["title", "body"]
