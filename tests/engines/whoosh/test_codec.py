"""The index as Whoosh itself reads it: its own searcher and queries are what our evaluation is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from corpus import CHANGES
from whoosh import query as wq

from docarchive.engines import Change, Position
from docarchive.engines.whoosh import WhooshEngine
from docarchive.engines.whoosh.codec import open_index
from docarchive.query import parse


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(tmp_path_factory.mktemp("index") / "whoosh")
    half = len(CHANGES) // 2
    engine.index(CHANGES[:half], Position("e", 1))
    engine.index([*CHANGES[half:], Change(CHANGES[0].id, None)], Position("e", 2))
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def searcher(engine: WhooshEngine) -> Iterator[Any]:
    with open_index(engine._folder).searcher() as found:
        yield found


def term(text: str, field: str = "text") -> Any:
    return wq.Term(field, text)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("pier", term("pier")),
        ("trade oil", wq.And([term("trade"), term("oil")])),
        ("pier OR trade OR wheat", wq.Or([term("pier"), term("trade"), term("wheat")])),
        ("trade -oil", wq.And([term("trade"), wq.Not(term("oil"))])),
        ("title:pier", term("pier", "title")),
        ("har*", wq.Prefix("words", "har")),
        ("h*r", wq.Wildcard("words", "h*r")),
        ("wheet~", wq.FuzzyTerm("words", "wheet", maxdist=1)),
        ('"free trade"', wq.Phrase("text", ["free", "trade"])),
        ('"trade free"', wq.Phrase("text", ["trade", "free"])),
        ("zzzz", term("zzzz")),
    ],
    ids=str,
)
def test_whoosh_finds_what_we_find(engine: WhooshEngine, searcher: Any, ours: str, theirs: Any) -> None:
    found = {hit["id"] for hit in searcher.search(theirs, limit=None)}
    assert set(engine.ids(parse(ours))) == found


def test_whoosh_reads_the_statistics(engine: WhooshEngine, searcher: Any) -> None:
    reader = searcher.reader()
    assert reader.doc_count() == len(CHANGES) - 1
    assert reader.doc_count_all() == len(CHANGES)
    assert reader.doc_frequency("text", "pier") >= engine.count(parse("pier"))
    assert {field for field, _ in reader.all_terms()} >= {"text", "title", "words", "labels", "id"}
    assert reader.field_length("text") > 0
