"""The Whoosh engine's own duties: following the journal, and an index that harms nobody."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from docarchive.analysis import QueryAnalyzer
from docarchive.article import Article
from docarchive.engines import Change, Engine, Position, open_engine
from docarchive.errors import ArchiveDamaged
from docarchive.query import Context, parse


def article(number: int, body: str = "pier") -> Article:
    return Article(id=f"a{number}", title=f"Number {number}", body=body)


OpenAt = Callable[..., Engine]


@pytest.fixture
def engine_at() -> Iterator[OpenAt]:
    """Opens engines, and closes them at the end."""
    opened = []

    def open_at(path: Path, language: str = "en") -> Engine:
        opened.append(open_engine("whoosh", path, language))
        return opened[-1]

    yield open_at
    for engine in opened:
        engine.close()


def test_position_is_what_was_indexed_last(tmp_path: Path, engine_at: OpenAt) -> None:
    engine = engine_at(tmp_path / "index")
    assert engine.position() is None
    assert engine.search(parse("pier"), limit=5).total == 0
    engine.index([Change("a1", article(1))], Position("epoch", 1))
    engine.index([Change("a2", article(2))], Position("epoch", 7))
    assert engine_at(tmp_path / "index").position() == Position("epoch", 7)


def test_repeating_changes_after_an_interruption_doubles_nothing(tmp_path: Path, engine_at: OpenAt) -> None:
    engine = engine_at(tmp_path / "index")
    changes = [Change("a1", article(1)), Change("a2", article(2)), Change("a3", None)]
    engine.index(changes[:1], Position("epoch", 1))
    for _ in range(3):
        engine.index(changes, Position("epoch", 3))
    assert sorted(engine.ids(parse("pier"))) == ["a1", "a2"]


def test_an_error_in_the_middle_leaves_the_index_as_it_was(tmp_path: Path, engine_at: OpenAt) -> None:
    engine = engine_at(tmp_path / "index")
    engine.index([Change("a1", article(1))], Position("epoch", 1))

    def broken() -> object:
        yield Change("a1", None)
        yield Change("a2", article(2))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.index(broken(), Position("epoch", 3))  # type: ignore[arg-type]
    assert engine.position() == Position("epoch", 1)
    assert list(engine.ids(parse("pier"))) == ["a1"]
    engine.index([Change("a2", article(2))], Position("epoch", 2))
    assert sorted(engine.ids(parse("pier"))) == ["a1", "a2"]


def test_an_index_in_another_language_is_built_anew(tmp_path: Path, engine_at: OpenAt) -> None:
    engine_at(tmp_path / "index").index([Change("a1", article(1))], Position("epoch", 1))
    german = engine_at(tmp_path / "index", "de")
    assert german.position() is None
    german.index([Change("a2", article(2, "Häuser"), 1, "de")], Position("epoch", 2))
    assert list(german.ids(parse("haus", Context(QueryAnalyzer(("de",)))))) == ["a2"]
    assert list(german.ids(parse("pier"))) == []


def test_clear_deletes_the_index(tmp_path: Path, engine_at: OpenAt) -> None:
    engine = engine_at(tmp_path / "index")
    engine.index([Change("a1", article(1))], Position("epoch", 1))
    engine.clear()
    assert not (tmp_path / "index").exists()
    assert engine.position() is None
    engine.index([Change("a2", article(2))], Position("epoch", 1))
    assert list(engine.ids(parse("pier"))) == ["a2"]


def test_a_searcher_sees_what_was_indexed_after_it(tmp_path: Path, engine_at: OpenAt) -> None:
    engine = engine_at(tmp_path / "index")
    engine.index([Change("a1", article(1))], Position("epoch", 1))
    assert engine.count(parse("pier")) == 1
    engine.index([Change("a2", article(2))], Position("epoch", 2))
    assert engine.count(parse("pier")) == 2


class Bomb:
    """Leaves a mark where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (os.mkdir, (str(self.mark),))


def test_no_index_file_is_ever_unpickled(tmp_path: Path, engine_at: OpenAt) -> None:
    folder = tmp_path / "index"
    engine = engine_at(folder)
    engine.index([Change(f"a{n}", article(n, "pier harbour")) for n in range(300)], Position("epoch", 1))
    engine.close()
    mark = tmp_path / "ran"
    bomb = pickle.dumps(Bomb(mark))
    pickle.loads(bomb)
    assert mark.exists(), "the bomb is a real one"
    mark.rmdir()
    for name in sorted(path.name for path in folder.iterdir()):
        data = (folder / name).read_bytes()
        for changed in (bomb, data[: len(data) // 2] + bomb, bomb + data, data + bomb):
            copy = tmp_path / "copy"
            shutil.copytree(folder, copy)
            (copy / name).write_bytes(changed)
            hostile = engine_at(copy)
            for query in ("pier harb* number", 'title:number "pier harbour"'):
                with suppress(ArchiveDamaged):
                    hostile.search(parse(query), limit=5)
                with suppress(ArchiveDamaged):
                    hostile.search(parse(query), limit=5, sort="title")
            with suppress(ArchiveDamaged):
                hostile.index([Change("b", article(999))], Position("epoch", 2))
            hostile.close()
            assert not mark.exists(), name
            shutil.rmtree(copy)


def test_the_table_of_contents_holds_no_pickle_that_is_read(tmp_path: Path, engine_at: OpenAt) -> None:
    engine = engine_at(tmp_path / "index")
    engine.index([Change("a1", article(1))], Position("epoch", 1))
    (toc,) = (tmp_path / "index").glob("*.toc")
    data = toc.read_bytes()
    start = data.index(b'[{"id"')
    segments = json.loads(data[start:])
    assert segments[0]["count"] == 1
    toc.write_bytes(data[:start] + data[start:].replace(segments[0]["id"].encode(), b"../../etc/passwd"))
    with pytest.raises(ArchiveDamaged, match="docarchive rebuild"):
        engine_at(tmp_path / "index").count(parse("pier"))
