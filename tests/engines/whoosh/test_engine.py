"""The Whoosh engine's own duties: an index that harms nobody."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from docarchive.article import Article
from docarchive.engines import Change, Engine, Position, open_engine
from docarchive.errors import ArchiveDamaged
from docarchive.query import parse


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
