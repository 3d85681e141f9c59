"""Every engine counts as the memory engine does, or leaves it to the catalog: values of all kinds, changed, deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from memory_engine import MemoryEngine

from docarchive import ENGINES, Archive
from docarchive.article import Article
from docarchive.engines import Change, Engine, Position, open_engine
from docarchive.engines.counting import MOST
from docarchive.folder import Folder
from docarchive.query import Every, parse
from docarchive.query.facets import Facet

#: Values of keys that are counted, by key.
VALUES: dict[str, list[Any]] = {
    "tags": [["Oil"], ["oil", "Oil", "OIL"], ["öil", "oil"], ["gas/lng", "gas"], ["-"], ["…", "-", "—"], []],
    "authors": [["Ana Ruiz"], ["ana  ruiz"], ["Ana  Ruiz"], ["Ana Ruiz"], ["ANA RUIZ", "Zoë"], ["zoe"], ["Zoe", "zoé"]],
    "places": [["a\nb"], ["a b"], ["a\tb", "a b"], ["x" * 400], ["x" * 401], ["x" * 400 + "y"], []],
    "people": [["p" * 4_000], ["p" * 4_001], ["p" * 70_000], ["p" * 70_001], ["P" * 4_000], [], []],
    "organizations": [["é" * 4_000], ["\U0001f409" * 4_000], ["日" * 4_000], ["\U0001f409" * 3_999], [], [], []],
    "section": ["2024-01-01T00:00:00Z", "true", "12", "12.0", "1e400", "null", "\\x1f"],
    "a.b": ["dotted", "dotted", "Dotted", "x", " ", "", "\u2028"],
    "a\\.b": [1, 1.0, True, "1", "true", None, [1, "1", ["1"]]],
    "q\"'{}[]$ é日 b": [{"in": 1}, {"in": [1, 2]}, {"in": {"deep": "x"}}, "x", ["x", "X"], [], ["X"]],
    "date": ["2024", "2024-03", "2024-03-16", "2024-03-16T23:30", "2024-03-16T23:30:01.5+05:00", "0001", "9999-12-31"],
    "updated": ["0001-01-01T00:00:00Z", "9999", "2024-02-29", "2024-02", "2024-03", None, None],
}
KEYS = [*VALUES, "q\"'{}[]$ é日 b.in", "q\"'{}[]$ é日 b.in.deep", "language", "nowhere"]
FACETS = [Facet.read(key) for key in KEYS] + [
    Facet.read(name) for name in ("month", "day", "updated:month", "updated:day", "archived", "archived:day")
]


def articles() -> list[Article]:
    """Articles with the first values of all keys, with the second ones, and so on."""
    made = []
    for number in range(7):
        metadata = {key: values[number] for key, values in VALUES.items() if values[number] is not None}
        metadata |= {"id": f"a{number}", "title": f"Number {number}", "archived": f"2026-01-{number + 1:02d}T10:00:00Z"}
        made.append(Article.from_metadata(metadata, "harbour" if number % 2 else "wheat harbour"))
    return made


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with_index = open_engine(request.param, Folder(tmp_path) / "index")
    yield with_index
    with_index.close()


def test_values_of_all_kinds_are_counted_or_left_out(engine: Engine) -> None:
    memory = MemoryEngine()
    changes = [Change(article.id, article, row) for row, article in enumerate(articles(), start=1)]
    for index in (engine, memory):
        index.index(changes, Position("e", 7))
    for query in (Every(), parse("wheat"), parse("harbour -wheat"), parse("tag:oil"), parse("nothing")):
        counts, wanted = engine.facets(query, FACETS), memory.facets(query, FACETS)
        assert counts == {name: wanted[name] for name in counts}
        assert counts.keys() >= {"tags", "section", "date", "month", "day", "updated:month", "language", "nowhere"}
    left = {facet.name for facet in FACETS} - engine.facets(Every(), FACETS).keys()
    assert left == {"authors", "places", "people", "organizations", "a.b"}


def test_what_was_changed_and_deleted_is_not_counted(engine: Engine) -> None:
    first = [Article(id=f"a{n}", title="x", tags=["old", f"t{n % 3}"], body="pier") for n in range(40)]
    engine.index([Change(article.id, article, n) for n, article in enumerate(first)], Position("e", 40))
    for number, tags in enumerate((["new"], ["New", "new"], None)):
        article = Article(id=f"a{number}", title="x", tags=tags, body="pier") if tags else None
        engine.index([Change(f"a{number}", article, number)], Position("e", 41 + number))
    for query in (Every(), parse("pier")):
        counts = engine.facets(query, [Facet.read("tag"), Facet.read("year")])
        assert counts == {"tag": [("old", 37), ("t0", 13), ("t1", 12), ("t2", 12), ("new", 2)], "year": []}


def test_more_values_than_an_engine_counts_are_left_out(engine: Engine) -> None:
    tags = [f"t{number}" for number in range(MOST + 1)]
    made = [Article(id="a", title="x", tags=tags[:-1], places=["x"]), Article(id="b", title="x", tags=tags[-1:])]
    facets = [Facet.read(name) for name in ("tag", "place", "year")]
    engine.index([Change("a", made[0], 1)], Position("e", 1))
    assert engine.facets(Every(), facets)["tag"] == [(tag, 1) for tag in sorted(tags[:-1])]
    engine.index([Change("b", made[1], 2)], Position("e", 2))
    assert engine.facets(Every(), facets) == {"place": [("x", 1)], "year": []}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_an_engine_leaves_out_the_catalog_counts(tmp_path: Path, engine: str) -> None:
    records: list[dict[str, Any]] = [
        {"title": "Long", "body": "wheat", "tags": ["t1", "x" * 5_000], "date": "2024-03"},
        {"title": "Few", "body": "wheat", "tags": ["T1", "t1", "t2"], "date": "2024-03-16", "places": ["x"]},
        {"title": "Oats", "body": "oats", "tags": ["t2"], "date": "2024", "places": ["a  b", "A b"]},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    with Archive.create(tmp_path / "archive", engine=engine) as archive:
        archive.import_(tmp_path / "a.jsonl")
        names = ("title", "tag", "place", "month")
        of_all = archive.search("*", facets=names, facet_limit=2, limit=0)
        assert of_all.facets == {
            "title": [("Few", 1), ("Long", 1)],
            "tag": [("t1", 2), ("t2", 2)],
            "place": [("A b", 1), ("x", 1)],
            "month": [("2024", 1), ("2024-03", 2)],
        }
        assert [*of_all.facets] == [*names]
        assert of_all.more == {"title": 1, "tag": 1, "place": 0, "month": 0}
        of_one = archive.search("wheat -title:long", facets=names, facet_limit=0, limit=0).facets
        assert of_one == {
            "title": [("Few", 1)],
            "tag": [("T1", 1), ("t2", 1)],
            "place": [("x", 1)],
            "month": [("2024-03", 1)],
        }
