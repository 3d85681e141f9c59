"""What every engine owes to the journal: it follows it, keeps its place, and survives interruptions and damage."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
from conftest import OpenAt
from corpus import article

from docarchive.analysis import QueryAnalyzer
from docarchive.engines import Change, Position, open_engine
from docarchive.errors import ArchiveDamaged, UsageError
from docarchive.folder import Folder
from docarchive.query import Context, Every, parse


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


def _shorter(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _other(data: bytes) -> bytes:
    return bytes(255 - byte for byte in data)


@pytest.mark.parametrize("damaged", [_shorter, _other, lambda data: b""], ids=["cut short", "other bytes", "empty"])
def test_a_damaged_index_says_so_and_can_be_built_anew(
    tmp_path: Path, engine_at: OpenAt, damaged: Callable[[bytes], bytes]
) -> None:
    folder = tmp_path / "index"
    engine = engine_at(folder)
    changes = [Change(f"a{n}", article(n, "pier harbour")) for n in range(300)]
    engine.index(changes, Position("epoch", 1))
    engine.close()
    told: list[str] = []
    for name in sorted(path.name for path in folder.iterdir() if path.name != "state.json"):
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        (copy / name).write_bytes(damaged((copy / name).read_bytes()))
        broken = engine_at(copy)
        for query in ("pier harb* number", 'title:number "pier harbour"'):
            for sort in ("relevance", "title"):
                try:
                    broken.search(parse(query), limit=5, sort=sort)
                except ArchiveDamaged as error:
                    told.append(str(error))
        with suppress(ArchiveDamaged):
            broken.index([Change("b", article(999))], Position("epoch", 2))
        broken.clear()
        broken.index(changes[:3], Position("epoch", 3))
        assert broken.count(parse("pier")) == 3
        broken.clear()
    assert told
    assert all("docarchive rebuild" in each for each in told)


def test_an_index_is_deleted_though_a_thread_still_writes_to_it(tmp_path: Path, engine_at: OpenAt) -> None:
    engine = engine_at(tmp_path / "index")
    engine.index([Change("a1", article(1))], Position("epoch", 1))
    end = monotonic() + 0.1

    def write() -> None:
        with suppress(FileNotFoundError):
            while monotonic() < end:
                (tmp_path / "index" / str(monotonic())).touch()

    writer = Thread(target=write)
    writer.start()
    engine.clear()
    writer.join()
    assert not (tmp_path / "index").exists()
    assert engine.position() is None


def test_only_engines_that_there_are_can_be_opened(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="whoosh, tantivy"):
        open_engine("lucene", Folder(tmp_path))


def test_an_open_index_sees_what_another_process_writes(engine_at: OpenAt, tmp_path: Path) -> None:
    engine, other = engine_at(tmp_path / "index"), engine_at(tmp_path / "index")
    engine.index([Change("a1", article(1))], Position("epoch", 1))
    assert engine.count(Every()) == other.count(Every()) == 1
    other.index([Change("a2", article(2))], Position("epoch", 2))
    other.close()
    assert engine.count(Every()) == 2
