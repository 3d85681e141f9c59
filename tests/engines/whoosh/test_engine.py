"""The Whoosh engine's own duties: an index that harms nobody."""

import json
import os
import pickle
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import OpenAt
from corpus import article
from whoosh import query as wq

from docarchive.analysis import QueryAnalyzer
from docarchive.engines import Change, Position
from docarchive.engines.whoosh.toc import read_toc
from docarchive.engines.whoosh.whoosh_index import WhooshIndex
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.query import parse

pytestmark = pytest.mark.parametrize("engine_at", ["whoosh"], indirect=True)


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
            with suppress(ArchiveDamaged):
                list(
                    WhooshIndex(Folder(copy), QueryAnalyzer(), lambda id_: {})
                    .searcher()
                    .search(wq.Term("text", "pier"))
                )
            hostile.close()
            assert not mark.exists(), name
            shutil.rmtree(copy)


def test_the_table_of_contents_is_json_and_names_no_file_elsewhere(tmp_path: Path, engine_at: OpenAt) -> None:
    engine = engine_at(tmp_path / "index")
    engine.index([Change("a1", article(1))], Position("epoch", 1))
    assert sorted(path.suffix for path in (tmp_path / "index").iterdir()) == [".idx", ".json", ".json"]
    toc = tmp_path / "index" / "segments.json"
    contents = json.loads(toc.read_text("utf-8"))
    assert [segment["count"] for segment in contents["segments"]] == [1]
    contents["segments"][0]["id"] = "../../etc/passwd"
    toc.write_text(json.dumps(contents), "utf-8")
    with pytest.raises(ArchiveDamaged, match="docarchive rebuild"):
        engine_at(tmp_path / "index").count(parse("pier"))


def test_an_index_of_an_older_version_is_rebuilt_and_not_read(tmp_path: Path, engine_at: OpenAt) -> None:
    """Version 4 had Whoosh's table of contents, with a pickled schema."""
    folder = tmp_path / "index"
    folder.mkdir()
    (folder / "state.json").write_text('{"version": 4, "language": "en", "epoch": "epoch", "number": 1}', "utf-8")
    (folder / "_MAIN_7.toc").write_bytes(pickle.dumps(Bomb(tmp_path / "ran")))
    (folder / "MAIN_0a1b.idx").write_bytes(b"docarch\x04")
    engine = engine_at(folder)
    assert engine.position() is None
    assert engine.count(parse("pier")) == 0
    engine.index([Change("a1", article(1))], Position("epoch", 1))
    assert engine.count(parse("pier")) == 1
    assert not [*folder.glob("*.toc")]
    assert not (folder / "MAIN_0a1b.idx").exists()
    assert not (tmp_path / "ran").exists()


def test_a_new_index_begins_with_a_generation_that_none_had_before(tmp_path: Path, engine_at: OpenAt) -> None:
    engine = engine_at(tmp_path / "index")
    generations = []
    for number in range(3):
        engine.index([Change("a1", article(number))], Position("epoch", number))
        generations.append(read_toc(Folder(tmp_path / "index"))[0])
        if number == 1:
            engine.clear()
    assert generations == sorted(set(generations))
