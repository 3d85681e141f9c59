"""Partitions searched in parallel find together what one search of the whole index finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from shutil import copytree
from threading import current_thread, get_ident

import pytest
from corpus import CHANGES, CONTEXT, queries, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("tantivy")

from tantivy import Query

import docarchive.processes
from docarchive.engines import SORTS, Freshness, Position, open_engine
from docarchive.engines.tantivy import TantivyEngine, partitions
from docarchive.engines.tantivy import engine as engine_module
from docarchive.engines.tantivy.compile import scoring
from docarchive.engines.tantivy.partitions import PartitionedView, in_threads, positions_read
from docarchive.engines.tantivy.view import View, all_of
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.query import Node, parse
from docarchive.query.facets import Facet

#: Rows lie far apart, most of them at the end, and each third article is gone.
SCATTERED = [change._replace(row=change.row**3) for change in CHANGES]
FACETS = [Facet.read(name) for name in ("tag", "place", "venue.city", "year", "day", "updated:month")]
GONE = {change.id for change in SCATTERED[::3]}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TantivyEngine]:
    """Articles in many segments, in which some are deleted."""
    found = TantivyEngine(Folder(tmp_path_factory.mktemp("partitions")) / "index")
    for start in range(0, len(SCATTERED), 11):
        found.index(SCATTERED[start : start + 11], Position("e", 1))
    found.index([change._replace(article=None) for change in SCATTERED if change.id in GONE], Position("e", 2))
    yield found
    found.close()


@pytest.fixture
def view(engine: TantivyEngine) -> View:
    return View(str(engine._folder))


def always_in_parallel(patch: pytest.MonkeyPatch, processors: int) -> None:
    patch.setattr(engine_module, "_LARGE", 0)
    patch.setattr(partitions, "_MANY", 0)
    patch.setattr(docarchive.processes, "processors", lambda: processors)


@pytest.mark.thorough
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=queries,
    sort=st.sampled_from(SORTS),
    limit=st.integers(0, 70),
    offset=st.integers(0, 20),
    fresh=st.sampled_from([None, Freshness(datetime(2024, 3, 1), 20.0)]),
    processors=st.integers(2, 6),
)
def test_answers_are_the_same(
    engine: TantivyEngine, query: Node, sort: str, limit: int, offset: int, fresh: Freshness | None, processors: int
) -> None:
    def answers() -> tuple[object, ...]:
        found = engine.search(query, limit=limit, offset=offset, sort=sort, reader=read, freshness=fresh)
        counts = engine.facets(query, FACETS)
        return found, engine.count(query), sorted(engine.ids(query)), sorted(engine.rows(query)), counts

    plain = answers()
    with pytest.MonkeyPatch.context() as patch:
        always_in_parallel(patch, processors)
        assert answers() == plain


@pytest.mark.parametrize("text", ["trade", "trade OR wheat OR oil", '"free trade"', "pier*", "*"])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_equals_come_in_the_same_order(view: View, text: str, count: int) -> None:
    query = all_of(scoring(parse(text, CONTEXT), view), Query.exists_query("date_key"))
    for limit in (0, 1, 5, 100):
        for by, descending in [(None, False), ("id", False), ("row", True), ("date_key", False), ("length", True)]:
            plain, parted = (
                each.ask(query, limit, by=by, descending=descending) for each in (view, PartitionedView(view, count))
            )
            assert parted[0] == plain[0]
            assert [(value, at.segment_ord, at.doc) for value, at in parted[1]] == [
                (value, at.segment_ord, at.doc) for value, at in plain[1]
            ]


def test_the_highest_row_is_known(view: View) -> None:
    left = [change.row for change in SCATTERED if change.id not in GONE]
    assert (view.total, view.highest_row) == (len(left), max(left))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("trade oil", "0"),
        ('"free trade"', "trade"),
        ('"trade free"^2', "trade"),
        ('body:"trade free"~2', "trade * 3"),
        ('trade "trade free"', "trade"),
        ('nothing "trade free"', "0"),
        ('nothing OR "trade free" OR "free trade"', "trade * 2"),
        ('oil -("trade free" OR tag:gas)', "min(oil, trade)"),
        ('"trade nothing"', "0"),
    ],
)
def test_articles_of_which_positions_are_read_are_estimated(view: View, text: str, read: str) -> None:
    frequencies = {word: view.frequency(word)[0] for word in ("trade", "oil")}
    assert frequencies["trade"] < view.frequency("free")[0]
    assert positions_read(parse(text), view) == eval(read, {"min": min}, frequencies)


def test_each_task_has_a_thread_and_the_first_has_this_one() -> None:
    threads = in_threads([get_ident] * 3)
    assert threads[0] == get_ident()
    assert get_ident() not in threads[1:]


class _Panic(BaseException):
    """As a library in Rust raises it."""


@pytest.mark.parametrize("place", [0, 1, 2])
def test_errors_pass_through_when_all_have_ended(place: int) -> None:
    error, ended = _Panic("no such thing"), []

    def task(number: int) -> None:
        ended.append(number)
        if number == place:
            raise error

    with pytest.raises(_Panic) as raised:
        in_threads([lambda number=number: task(number) for number in range(3)])  # type: ignore[misc]
    assert raised.value is error
    assert sorted(ended) == [0, 1, 2]


def test_where_no_thread_can_be_had_all_is_done_in_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuse)
    assert in_threads([current_thread] * 3) == [current_thread()] * 3


def test_damage_is_told(engine: TantivyEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = copytree(engine._folder.path, tmp_path / "index")
    always_in_parallel(monkeypatch, 2)
    damaged = open_engine("tantivy", Folder(tmp_path) / "index", "en")
    for file in broken.glob("*.pos"):
        content = file.read_bytes()
        file.write_bytes(b"\xff" * (len(content) - 200) + content[-200:])
    with pytest.raises(ArchiveDamaged):
        damaged.search(parse('"free trade"'), limit=10)
