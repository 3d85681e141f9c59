"""The index as Whoosh's own library sees it: its own parser and queries find what docarchive's find."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import languages
import pytest
from corpus import ARTICLES, CHANGES, CONTEXT, WORDS, queries
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from whoosh import query as wq
from whoosh.qparser import FuzzyTermPlugin, QueryParser

from docarchive.article import Article
from docarchive.engines import Change, Position
from docarchive.engines.whoosh import WhooshEngine
from docarchive.engines.whoosh.whoosh_index import WhooshIndex
from docarchive.engines.whoosh.whoosh_index.analyzers import group
from docarchive.folder import Folder
from docarchive.query import (
    AnalyzedArticle,
    And,
    Boost,
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
    parse,
)
from docarchive.query.document import DATE_FIELDS
from docarchive.query.patterns import BELOW, EXACT, GLOB
from docarchive.query.tree import languages_of


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshEngine]:
    """An index of several segments with deletions in each."""
    engine = WhooshEngine(Folder(tmp_path_factory.mktemp("index")) / "whoosh")
    right = CHANGES[::3]
    wrong = {change.id: Change(change.id, Article(id=change.id, title="oil", body="oil pier"), 900) for change in right}
    changes = [wrong.get(change.id, change) for change in CHANGES]
    for start in range(0, len(changes), 17):
        engine.index(changes[start : start + 17], Position("e", 1))
    gone = Article(id="gone", title="oil", body="pier trade", tags=["gas"])
    engine.index([*right, Change("gone", gone, 901)], Position("e", 2))
    engine.index([Change("gone", None)], Position("e", 3))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def index(engine: WhooshEngine) -> WhooshIndex:
    return WhooshIndex(engine._folder, CONTEXT.analyzer, lambda id_: {})


@pytest.fixture(scope="module")
def searcher(index: WhooshIndex) -> Iterator[Any]:
    with index.searcher() as searcher:
        assert not searcher.is_atomic(), "several segments"
        assert any(segment.entry.deleted for segment in searcher.reader().segments())
        yield searcher


def test_whoosh_reads_the_statistics_of_what_is_not_deleted(engine: WhooshEngine, searcher: Any) -> None:
    reader = searcher.reader()
    assert reader.doc_count() == reader.doc_count_all() == len(ARTICLES)
    assert {fields["id"] for fields in reader.all_stored_fields()} == {article.id for article in ARTICLES}
    for text in ("pier", "oil", "wheat"):
        fields = {"text": None, "title": "title", "summary": "summary", "body": "body"}
        counts = [reader.doc_frequency(name, text) for name in fields]
        assert counts == [engine.count(Word((text,), field)) for field in fields.values()]
        info = reader.term_info("text", text)
        assert info.doc_frequency() == counts[0]
        assert 0 < info.max_weight() <= info.weight() == reader.frequency("text", text)
    assert 0 <= reader.min_field_length("text") <= reader.max_field_length("text") < reader.field_length("text")
    terms = [term for field, term in reader.all_terms() if field == "body"]
    assert terms == sorted(set(terms))
    assert {*terms} == {word.encode() for change in CHANGES if change.article for word in words_of(change)}
    assert sorted(reader.field_terms("rating_number")) == [-3.0, 0.0, 0.5, 2.0, 7.0, 12.0, 1e9]


def words_of(change: Change) -> set[str]:
    assert change.article
    return AnalyzedArticle(change.article, change.language).words("body")


def test_the_best_hits_are_those_of_all(searcher: Any) -> None:
    """Whoosh passes over documents that cannot be among the best, by what the codec says of weights and lengths."""
    for text in ("pier trade", "oil OR wheat OR harbour", '"free trade"', "trad*"):
        query = QueryParser("text", searcher.schema).parse(text)
        scores = [hit.score for hit in searcher.search(query, limit=None)]
        for limit in (1, 3, 10):
            assert [hit.score for hit in searcher.search(query, limit=limit)] == scores[:limit]


class NoCounterpartError(Exception):
    """Whoosh has no query for this."""


def whoosh_query(node: Node, schema: Any) -> Any:
    """Returns Whoosh's own query for a node of docarchive's."""
    if isinstance(node, Not):
        return wq.Not(whoosh_query(node.child, schema))
    if isinstance(node, And | Or):
        joined = wq.And if isinstance(node, And) else wq.Or
        return joined([whoosh_query(part, schema) for part in node.parts])
    return whoosh_query(node.child, schema) if isinstance(node, Boost) else leaf(node, schema)


def leaf(node: Node, schema: Any) -> Any:
    match node:
        case Every():
            return wq.Every()
        case Word(terms=terms, field=field):
            return wq.Term(field or "text", term(terms))
        case Phrase(field=field):
            return phrase(node, field or "text")
        case Like(pattern=pattern, field=field):
            return of_pattern(pattern, field or "text")
        case Label(key=key, patterns=patterns):
            return label(key, patterns) if key in schema else wq.NullQuery
        case Regex(key=key, pattern=pattern):
            return wq.Regex("id" if key == "id" else f"{key}_value", f"(?is).*(?:{pattern})")
        case Has(key=key):
            return wq.Term("has", key)
        case NumberRange(key=key, low=low, high=high):
            return wq.NumericRange(f"{key}_number", low, high) if f"{key}_number" in schema else wq.NullQuery
    assert isinstance(node, DateRange)
    return date_range(node)


def term(slot: tuple[str, ...]) -> str:
    return slot[0] if len(slot) == 1 and not languages_of(slot[0]) else group([((0, slot),)])


def phrase(node: Phrase, field: str) -> Any:
    gaps = [offset for offset, _ in node.slots] != [*range(len(node.slots))]
    if node.slop and (gaps or len(node.slots) > 2):
        raise NoCounterpartError("Whoosh's slop is for each pair of words")
    if gaps:
        return wq.Term(field, group([node.slots]))
    return wq.Phrase(field, [term(slot) for _, slot in node.slots], slop=1 + node.slop)


def of_pattern(pattern: Pattern, field: str) -> Any:
    if pattern.kind == EXACT:
        return wq.Term(field, pattern.text)
    if pattern.kind == BELOW:
        return wq.Or([wq.Term(field, pattern.text), wq.Prefix(field, pattern.text + "/")])
    if pattern.kind == GLOB:
        return wq.Wildcard(field, pattern.text)
    return wq.FuzzyTerm(field, pattern.text, maxdist=pattern.distance, prefixlength=0)


def label(key: str, patterns: tuple[Pattern, ...]) -> Any:
    if len(patterns) == 1:
        return of_pattern(patterns[0], key)
    if key == "id":
        raise NoCounterpartError("an id is one term")
    if all(pattern.kind == EXACT for pattern in patterns):
        return wq.Phrase(key, [pattern.text for pattern in patterns])
    return wq.SpanNear2([of_pattern(pattern, key) for pattern in patterns])


def date_range(node: DateRange) -> Any:
    excluded = bool(node.start and node.start.endswith("+"))
    start, end = (None if not text else text.rstrip("+") for text in (node.start, node.end))
    if end == "0000" or (start and end and (start > end or (excluded and start == end))):
        raise NoCounterpartError("an empty range")
    moments = [datetime.fromisoformat(text) if text and text != "0000" else None for text in (start, end)]
    return wq.DateRange(node.key if node.key in DATE_FIELDS else f"{node.key}_date", *moments, startexcl=excluded)


@pytest.mark.thorough
@settings(max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(node=queries)
def test_whoosh_finds_what_we_find(engine: WhooshEngine, searcher: Any, node: Node) -> None:
    try:
        query = whoosh_query(node, searcher.schema)
    except NoCounterpartError:
        assume(False)
    expected = set(engine.ids(node))
    assert {hit["id"] for hit in searcher.search(query, limit=None)} == expected


_words = st.sampled_from([*WORDS, "nothing", "Preise", "Häuser", "bibliotecas", "書籍", "library's", "resident"])
_plain = st.lists(_words, min_size=1, max_size=3).map(" ".join)
_language_queries = [query for each in languages.ARTICLES for query, _ in each["queries"]]
_field = st.sampled_from(["", "title:", "summary:", "body:"])
_part = st.one_of(
    st.builds("{}{}".format, _field, _words),
    st.builds('{}"{}"'.format, _field, _plain),
    st.builds(
        "{}{}*".format,
        _field,
        st.sampled_from([word[:3] for word in WORDS if word[:3].isascii() and word[:3].isalnum()]),
    ),
    st.builds("{}{}".format, _field, st.sampled_from(["h*r", "tr?de", "*ing", "c?fe", "e?on*"])),
    st.builds("{}{}~{}".format, _field, st.sampled_from(["wheet", "haborr", "cofe", "trdae"]), st.integers(1, 2)),
    st.sampled_from(_language_queries),
    st.builds("tags:{}".format, st.sampled_from(['"gas"', '"GAS"', '"free trade"', '"trade free"', "oil*", "ärzte"])),
    st.builds("places:{}".format, st.sampled_from(["salvador", '"El Salvador"', "el-*", "sao", "tome~1"])),
    st.builds("date:{}".format, st.sampled_from(["2024", "2024-01", "2024-01-15", "[2024-01-10 TO 2024-02]"])),
    st.builds("has:{}".format, st.sampled_from(["tags", "date", "summary", "rating"])),
)
_queries = st.one_of(
    _plain,
    _part,
    st.builds("{} {}".format, _part, _part),
    st.builds("({}) OR ({})".format, _part, _part),
    st.builds("({}) AND NOT ({})".format, _part, _part),
    st.builds("NOT ({})".format, _part),
)


@pytest.mark.thorough
@settings(max_examples=600, deadline=None)
@given(query=_queries, field=st.sampled_from(["text", "body", "title"]))
def test_whoosh_parses_what_we_parse(engine: WhooshEngine, searcher: Any, query: str, field: str) -> None:
    parser = QueryParser(field, searcher.schema)
    parser.add_plugin(FuzzyTermPlugin())
    ours = query.replace("[2024-01-10 TO 2024-02]", "2024-01-10..2024-02")
    expected = set(engine.ids(parse(ours if field == "text" else f"{field}:({ours})", CONTEXT)))
    assert {hit["id"] for hit in searcher.search(parser.parse(query), limit=None)} == expected
