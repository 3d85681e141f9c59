"""Every engine gives the answers that ``Node.matches`` gives, in the orders that the protocol names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path

import languages
import pytest
from corpus import ARTICLES, CHANGES, CONTEXT, queries, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from memory_engine import MemoryEngine

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.engines import ENGINES, SORTS, Change, Engine, Freshness, Position, open_engine, ranking
from docarchive.engines.protocol import sort_value
from docarchive.folder import Folder
from docarchive.query import AnalyzedArticle, Every, Node, parse
from docarchive.query import read as parse_with_words
from docarchive.query.any_words import any_words
from docarchive.query.facets import Facet

COUNT = len(ARTICLES)
#: Facets that each engine counts, and some that it may leave to the catalog.
COUNTED = "tag place author rating venue.city venue.opened venue language nowhere note year month day date updated:day"
OTHERS = "url notes highlights archived id title"
FACETS = [Facet.read(name) for name in f"{COUNTED} {OTHERS}".split()]


@pytest.fixture(scope="module")
def memory() -> MemoryEngine:
    engine = MemoryEngine()
    engine.index(CHANGES, Position("e", COUNT))
    return engine


WAYS = ["one segment", "many segments", "replaced and removed"]
#: What an engine is asked, and how.
ASKED = {
    "query": queries,
    "sort": st.sampled_from(SORTS),
    "limit": st.integers(0, 70),
    "offset": st.integers(0, 20),
}


@pytest.fixture(scope="module", params=[(name, way) for name in ENGINES for way in WAYS], ids="-".join)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Each engine with the same articles, come to in different ways."""
    name, way = request.param
    found = open_engine(name, Folder(tmp_path_factory.mktemp("index")) / name)
    fill(found, way)
    yield found
    found.close()


def fill(found: Engine, way: str) -> None:
    """Indexes the articles in one of ``WAYS``."""
    if way == "one segment":
        found.index(CHANGES, Position("e", COUNT))
    elif way == "many segments":
        for start in range(0, COUNT, 11):
            part = CHANGES[start : start + 11]
            found.index(part, Position("e", start + len(part)))
    else:
        other = Article(id="gone", title="pier", body="harbour trade", tags=["gas"])
        wrong = [Change(a.id, Article(id=a.id, title="oil", body="oil pier"), 900) for a in ARTICLES[::2]]
        found.index([*wrong, Change("gone", other, 901)], Position("e", 1))
        found.index([Change("gone", None), *CHANGES], Position("e", COUNT))


@pytest.mark.thorough
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(**ASKED)
def test_answers_are_those_of_matches(
    engine: Engine, memory: MemoryEngine, query: Node, sort: str, limit: int, offset: int
) -> None:
    expected = set(memory.ids(query))
    assert set(engine.ids(query)) == expected
    assert engine.count(query) == len(expected)
    assert sorted(engine.rows(query)) == sorted(memory.rows(query))
    counts, wanted = engine.facets(query, FACETS), memory.facets(query, FACETS)
    assert counts.keys() >= {*COUNTED.split()}
    assert counts == {name: wanted[name] for name in counts}
    found = engine.search(query, limit=limit, offset=offset, sort=sort)
    assert found.total == len(expected)
    assert len(found.hits) == max(0, min(limit, len(expected) - offset))
    if sort != "relevance":
        assert [hit.id for hit in found.hits] == [
            hit.id for hit in memory.search(query, limit=limit, offset=offset, sort=sort).hits
        ]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=queries)
def test_a_score_is_the_sum_of_its_parts(engine: Engine, query: Node) -> None:
    for hit in engine.search(query, limit=3).hits:
        assert sum(part.score for part in engine.explain(query, hit.id)) == pytest.approx(hit.score, abs=2e-4)


@pytest.mark.parametrize("each", languages.ARTICLES, ids=lambda each: each["language"])
def test_articles_are_found_in_their_language(
    engine: Engine, memory: MemoryEngine, each: languages.LanguageArticle
) -> None:
    id_ = f"l{each['language']}"
    for query, why in each["queries"]:
        tree = parse(query, CONTEXT)
        assert id_ in set(memory.ids(tree)), f"{query}: {why}"
        assert id_ in set(engine.ids(tree)), f"{query}: {why}"
    for query in each["misses"]:
        assert id_ not in set(engine.ids(parse(query, CONTEXT))), query


@pytest.mark.parametrize(
    "query", ["pier", "trade OR wheat OR oil", "*", "tag:gas", "-oil", 'title:pier "free trade"', "trade^3 OR cafe~"]
)
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("fresh", [None, Freshness(datetime(2024, 3, 1), 20.0)], ids=["plain", "fresh"])
def test_pages_are_parts_of_one_order(engine: Engine, query: str, sort: str, fresh: Freshness | None) -> None:
    tree = parse(query, CONTEXT)
    whole = engine.search(tree, limit=COUNT, sort=sort, reader=read, freshness=fresh).hits
    pages = [
        hit
        for offset in range(0, COUNT, 7)
        for hit in engine.search(tree, limit=7, offset=offset, sort=sort, reader=read, freshness=fresh).hits
    ]
    assert pages == whole
    if sort == "relevance":
        assert [(-hit.score, hit.id) for hit in whole] == sorted((-hit.score, hit.id) for hit in whole)


@pytest.mark.parametrize("fresh", [None, Freshness(datetime(2024, 3, 1), 20.0)], ids=["plain", "fresh"])
def test_of_many_hits_the_best_are_put_in_order_anew(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, fresh: Freshness | None
) -> None:
    tree = parse("trade OR wheat OR oil", CONTEXT)
    plain = [hit.id for hit in engine.search(tree, limit=COUNT).hits]
    all_anew = [hit.id for hit in engine.search(tree, limit=COUNT, reader=read).hits]
    assert len(plain) > 12
    if engine.name != "memory":
        assert plain[8:] != all_anew[8:]
    for module in {ranking, *(import_module(kind.__module__) for kind in type(engine).__mro__)}:
        monkeypatch.setattr(module, "FEEDBACK_FOR_ALL", 12, raising=False)
        monkeypatch.setattr(module, "FEEDBACK_DEPTH", 8, raising=False)
    found = engine.search(tree, limit=COUNT, reader=read)
    assert [hit.id for hit in found.hits][8:] == plain[8:]
    assert sorted(hit.id for hit in found.hits[:8]) == sorted(plain[:8])
    whole = engine.search(tree, limit=COUNT, reader=read, freshness=fresh).hits
    for offset in range(0, COUNT, 5):
        page = engine.search(tree, limit=5, offset=offset, reader=read, freshness=fresh)
        assert (page.total, page.hits) == (len(plain), whole[offset : offset + 5])
    for hit in found.hits:
        parts = engine.explain(tree, hit.id, reader=read)
        assert sum(part.score for part in parts) == pytest.approx(hit.score, abs=0.001)
        assert any("best hits" in part.what for part in parts) <= (hit.id in plain[:8])


@pytest.mark.parametrize(
    "query", ["what of the trade in oil?", 'gas at "free trade" pier', "wheat harbour tag:gas -oil", "古い橋は"]
)
def test_any_words_are_ranked_as_words_joined_by_or(engine: Engine, memory: MemoryEngine, query: str) -> None:
    tree = any_words(parse_with_words(query, CONTEXT), CONTEXT.analyzer)
    assert tree is not None
    whole = engine.search(tree, limit=COUNT, reader=read)
    assert {hit.id for hit in whole.hits} == set(memory.ids(tree))
    assert set(memory.ids(parse(query, CONTEXT))) <= set(memory.ids(tree))
    pages = [engine.search(tree, limit=6, offset=offset, reader=read).hits for offset in range(0, COUNT, 6)]
    assert [hit for page in pages for hit in page] == whole.hits


@pytest.mark.parametrize("sort", [name for name in SORTS if name != "relevance"])
def test_articles_without_the_value_come_last(engine: Engine, sort: str) -> None:
    by_id = {article.id: article for article in ARTICLES}
    values = [sort_value(by_id[hit.id], sort) for hit in engine.search(Every(), limit=COUNT, sort=sort).hits]
    filled = [value for value in values if value]
    assert values == sorted(filled, reverse=sort.startswith("-")) + [""] * (COUNT - len(filled))


@pytest.fixture(params=ENGINES)
def small(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(request.param, Folder(tmp_path) / "index")
    yield engine
    engine.close()


def order(engine: Engine, query: str, **options: object) -> list[str]:
    return [hit.id for hit in engine.search(parse(query), limit=9, **options).hits]  # type: ignore[arg-type]


FILLER = " ".join(["other words of no account"] * 20)


@pytest.mark.parametrize("query", ["word~", "title:word~1", "pier word~", "-other word~", "word~2^3"])
def test_the_word_itself_comes_before_those_spelled_like_it(small: Engine, query: str) -> None:
    titles = ["pier ward", "pier wurd", "pier word and many more of them on and on", "pier cord", "pier words"]
    articles = [Article(id=str(number), title=title) for number, title in enumerate(titles)]
    small.index([Change(article.id, article) for article in articles], Position("e", 5))
    found = order(small, query)
    assert found[0] == "2"
    assert set(found) == set("01234")


def test_a_word_counts_for_more_in_the_title_than_in_a_heading_than_in_the_text(small: Engine) -> None:
    small.index(
        [
            Change("body", Article(id="body", title="Some other words", body=f"pier\n\n{FILLER}")),
            Change("heading", Article(id="heading", title="Some other words", body=f"# pier\n\n{FILLER}")),
            Change("summary", Article(id="summary", title="Some other words", summary="pier", body=FILLER)),
            Change("title", Article(id="title", title="The pier words", body=FILLER)),
        ],
        Position("e", 4),
    )
    assert order(small, "pier") == ["title", "heading", "summary", "body"]


def test_a_title_made_from_the_text_counts_no_more_than_the_text(small: Engine) -> None:
    made = Article(id="b", title="pier", title_derived=True, body=f"pier {FILLER}")
    small.index([Change("b", made), Change("a", Article(id="a", title="", body=f"pier {FILLER}"))], Position("e", 2))
    hits = small.search(parse("pier"), limit=2).hits
    assert hits[0].score == hits[1].score
    assert order(small, "title:pier") == ["b"]


def test_newer_articles_come_first_where_freshness_is_asked_for(small: Engine) -> None:
    for number, (id_, day) in enumerate([("old", "2019-01-01"), ("new", "2024-02-28"), ("undated", None)]):
        article = Article(id=id_, title=f"Number {id_}", body="pier", date=PartialDate(day) if day else None)
        small.index([Change(id_, article)], Position("e", number))
    fresh = Freshness(datetime(2024, 3, 1), 30.0)
    assert order(small, "pier", freshness=fresh)[0] == "new"
    plain = {hit.id: hit.score for hit in small.search(parse("pier"), limit=3).hits}
    aged = {hit.id: hit.score for hit in small.search(parse("pier"), limit=3, freshness=fresh).hits}
    assert aged["undated"] == pytest.approx(plain["undated"] / 2, abs=1e-3)
    assert plain["new"] * 0.95 < aged["new"] <= plain["new"]


def test_the_best_hits_improve_a_query_of_many_words(small: Engine) -> None:
    """``close`` and ``far`` match alike; ``close`` has more in common with the article that matches best."""
    texts = {
        "best": "pier harbour ferry timetable ferry timetable",
        "close": "pier ferry timetable something",
        "far": "pier wheat market something",
        **{f"other{n}": f"wheat market report number {n}" for n in range(8)},
        "more": "ferry timetable of the lake",
    }
    changes = [Change(id_, Article(id=id_, title="", body=body)) for id_, body in sorted(texts.items())]
    small.index(changes, Position("e", len(changes)))

    def reader(ids: object) -> Iterator[AnalyzedArticle]:
        return (AnalyzedArticle(change.article) for change in changes if change.id in set(ids) and change.article)  # type: ignore[call-overload]

    query = parse("pier OR harbour OR something")
    plain = {hit.id: hit.score for hit in small.search(query, limit=5).hits}
    assert plain["close"] == plain["far"]
    told = {hit.id: hit.score for hit in small.search(query, limit=5, reader=reader).hits}
    assert told["close"] > told["far"]
    assert set(told) == set(plain), "feedback finds nothing else"
    parts = small.explain(query, "close", reader=reader)
    assert sum(part.score for part in parts) == pytest.approx(told["close"], abs=2e-4)
    assert any("best hits" in part.what for part in parts)


def test_similar_articles_share_what_tells_an_article_from_others(engine: Engine) -> None:
    article = next(each for each in ARTICLES if each.id == "lfr")
    tree = engine.similar(AnalyzedArticle(article, "fr"))
    assert engine.search(tree, limit=1).hits[0].id == "lfr"


@pytest.mark.parametrize(("word", "field"), [("harbor", None), ("wheet", "title"), ("erdogen", "body"), ("zzzz", None)])
def test_words_like_one(engine: Engine, memory: MemoryEngine, word: str, field: str | None) -> None:
    found = dict(memory.words_like(word, 2, field))
    told = dict(engine.words_like(word, 2, field))
    alive = {each: count for each, count in told.items() if each in found}
    assert set(found) <= set(told), "counts may lag behind deletions; words are never missing"
    assert all(alive[each] >= found[each] for each in found)


def test_signs_numbers_and_marked_up_words_are_found_by_each_engine_as_by_matches(small: Engine) -> None:
    texts = [
        "3.10.2 of **P**ier",
        "3.10 MPs",
        "mp 3 10 2",
        "a🎉b §5",
        "🎉 un*believ*able",
        "80s dlrs",
        "80's dlr 192.168.0.1",
    ]
    changes = [Change(f"a{n}", Article(id=f"a{n}", title=f"t{n}", body=text)) for n, text in enumerate(texts)]
    memory = MemoryEngine()
    for each in (small, memory):
        each.index(changes, Position("e", len(changes)))
    words = "3.10 3.1 10.2 3.10.2 192.168 mp MPs dlr 80s 80 🎉 § pier ier unbelievable"
    for query in [
        *words.split(),
        '"of pier"',
        '"🎉 b"',
        "3.10 NEAR/3 pier",
        "192.168*",
        "-🎉",
        '"3.10 of"',
        '"3.10.2 of"',
    ]:
        tree = parse(query)
        assert set(small.ids(tree)) == set(memory.ids(tree)), query
    assert [sorted(small.ids(parse(query))) for query in ("3.10", "mps", "🎉")] == [
        ["a0", "a1"],
        ["a1", "a2"],
        ["a3", "a4"],
    ]
