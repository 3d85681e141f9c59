"""Following: an index that is made while an import goes on holds what one made afterwards holds."""

import io
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from docarchive import Archive
from docarchive.archive.importing import importer
from docarchive.archive.indexing import live, live_process, syncer
from docarchive.engines import ENGINES


def records(*numbers: int) -> io.BytesIO:
    text = "".join(
        json.dumps({"url": f"https://example.org/{n}", "title": f"Number {n}", "body": f"Harbour {n}, pier {n % 7}."})
        + "\n"
        for n in numbers
    )
    return io.BytesIO(text.encode())


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> list[live_process.IndexingProcess]:
    """Small batches are worth a process; returns the feeders that were started."""
    monkeypatch.setattr(importer, "_BATCH", 10)
    monkeypatch.setattr(live, "_WORTHWHILE", 10)
    monkeypatch.setattr(live, "_TOGETHER", 30)
    started: list[live_process.IndexingProcess] = []
    start = live_process.IndexingProcess.__init__

    def init(self: live_process.IndexingProcess, *arguments: Any) -> None:
        start(self, *arguments)
        started.append(self)

    monkeypatch.setattr(live_process.IndexingProcess, "__init__", init)
    return started


def answers(archive: Archive) -> list[list[tuple[str, float]]]:
    assert archive.engine_status().behind == 0
    return [
        [(hit.id, hit.score) for hit in archive.search(query, limit=100).hits]
        for query in ("harbour", "title:number", "harbour pier 3", "format:jsonl number 1*", "url:*1")
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_comes_in_is_indexed_in_another_process(
    tmp_path: Path, eager: list[live_process.IndexingProcess], engine: str
) -> None:
    found = []
    for jobs in (1, 2):
        with Archive.create(tmp_path / str(jobs), engine=engine) as archive:
            assert archive.import_(records(*range(95)), jobs=jobs).new == 95
            found.append(answers(archive))
            assert archive.import_(records(*range(200)), jobs=jobs).new == 105
            found.append(answers(archive))
            assert len(archive.search("harbour", limit=500).hits) == 200
    assert found[:2] == found[2:]
    assert [feeder.done for feeder in eager] == [95, 105]


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system has no priorities of this kind")
def test_the_indexing_process_yields_to_the_import(tmp_path: Path, eager: list[live_process.IndexingProcess]) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    seen: list[int] = []

    def wait(decision: object) -> None:
        give_up = time.monotonic() + 60
        while eager and not seen:
            priority = os.getpriority(os.PRIO_PROCESS, eager[0]._process.pid)
            if priority != own or time.monotonic() > give_up:
                seen.append(priority)

    with Archive.create(tmp_path / "archive", engine="tantivy") as archive:
        archive.import_(records(*range(50)), jobs=2, observe=wait)
    assert seen == [min(own + live_process._NICE, 19)]


def test_pages_that_other_processes_parse_are_indexed_meanwhile(
    tmp_path: Path, eager: list[live_process.IndexingProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "_BATCH", 1_000)
    monkeypatch.setattr(importer, "_FIRST_BATCH", 20)
    monkeypatch.setattr(importer, "_AHEAD", 5)
    monkeypatch.setattr(live, "_WORTHWHILE", 1_000)
    (tmp_path / "pages").mkdir()
    for n in range(50):
        page = f"<title>Number {n}</title><h1>Number {n}</h1><p>Harbour {n}, pier {n % 7}, and a long quay.</p>"
        (tmp_path / "pages" / f"{n}.html").write_text(f"<!doctype html><html><body>{page}</body></html>", "utf-8")
    found = []
    for jobs in (1, 2):
        with Archive.create(tmp_path / str(jobs), engine="tantivy") as archive:
            assert archive.import_([tmp_path / "pages"], jobs=jobs).new == 50
            found.append(answers(archive))
    assert found[0] == found[1]
    assert [process.done for process in eager] == [50]


def test_an_indexing_process_that_dies_leaves_the_rest_to_this_process(
    tmp_path: Path, eager: list[live_process.IndexingProcess]
) -> None:
    def kill(decision: object) -> None:
        if len(eager) == 1:
            eager[0]._process.kill()

    with Archive.create(tmp_path / "archive", engine="tantivy") as archive:
        assert archive.import_(records(*range(120)), jobs=2, observe=kill).new == 120
        assert len(eager) == 1
        assert archive.engine_status().behind == 0
        assert archive.search("harbour").total == 120


def test_an_index_that_is_behind_is_brought_up_first(
    tmp_path: Path, eager: list[live_process.IndexingProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.create(tmp_path / "archive", engine="tantivy") as archive:
        archive.import_(records(*range(5)))
        (tmp_path / "archive/.docarchive/index/tantivy/state.json").unlink()
        assert archive.import_(records(*range(80)), jobs=2).new == 75
        assert archive.search("harbour").total == 80
        assert [feeder.done for feeder in eager] == [40]  # thirty-five are indexed together with the five


def test_an_error_in_the_import_ends_the_process(tmp_path: Path, eager: list[live_process.IndexingProcess]) -> None:
    def fail(decision: object) -> None:
        if eager and eager[0].sent >= 20:
            raise KeyboardInterrupt

    with Archive.create(tmp_path / "archive", engine="tantivy") as archive, pytest.raises(KeyboardInterrupt):
        archive.import_(records(*range(100)), jobs=2, observe=fail)
    assert eager[0]._process.poll() is not None
    with Archive.open(tmp_path / "archive") as archive:
        assert archive.search("harbour").total == len(archive) > 0


def lines(*numbers: int, new: int = 0) -> io.BytesIO:
    """Returns records, of some of which a newer version comes later."""
    found = [
        {
            "url": f"https://example.org/{n}",
            "title": f"Number {n}",
            "body": f"Harbour {n}, {'a newer' if late else 'an old'} pier.",
        }
        for late, each in ((False, numbers), (True, numbers[:new]))
        for n in each
    ]
    return io.BytesIO("".join(json.dumps(each) + "\n" for each in found).encode())


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("engine", ENGINES)
def test_an_article_that_changes_during_an_import_is_indexed_once(
    tmp_path: Path, eager: list[live_process.IndexingProcess], monkeypatch: pytest.MonkeyPatch, engine: str, jobs: int
) -> None:
    monkeypatch.setattr(live, "_TOGETHER", 1_000)
    with Archive.create(tmp_path / "archive", engine=engine) as archive:
        report = archive.import_(lines(*range(95), new=50), jobs=jobs)
        assert (report.new, report.updated) == (95, 50)
        assert archive.engine_status().behind == 0
        found = [archive.search(query, limit=200) for query in ("harbour", "newer", "old")]
        assert [each.total for each in found] == [95, 50, 45]
        assert [len({hit.id for hit in each.hits}) for each in found] == [95, 50, 45]
    assert len(eager) == jobs - 1


@pytest.mark.parametrize("first", [2, 70])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_stands_in_the_way_is_indexed_too(
    tmp_path: Path, eager: list[live_process.IndexingProcess], engine: str, first: int
) -> None:
    with Archive.create(tmp_path / "other") as other:
        other.import_(records(first))
        (row,) = other.list()
    text = (tmp_path / "other" / row.path).read_text()
    with Archive.create(tmp_path / "archive", engine=engine) as archive:
        (tmp_path / "archive" / row.path).parent.mkdir(parents=True)
        (tmp_path / "archive" / row.path).write_text(text)
        archive.import_(records(*range(95)), jobs=2)
        assert archive.engine_status().behind == 0
        assert archive.search("number").total == len(archive) == 95
        before = archive.search("number", limit=100).hits
        archive.rebuild()
        after = archive.search("number", limit=100).hits
        assert {hit.id for hit in after} == {hit.id for hit in before}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rebuild_indexes_meanwhile(
    tmp_path: Path, eager: list[live_process.IndexingProcess], monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    monkeypatch.setattr(syncer, "_BATCH", 10)
    with Archive.create(tmp_path / "archive", engine=engine) as archive:
        archive.import_(records(*range(95)), jobs=1)
        before = answers(archive)
        copy = next((tmp_path / "archive/articles").rglob("*.md"))
        copy.with_name("a copy of it.md").write_text(copy.read_text())
        report = archive.rebuild()
        assert (report.articles, len(report.refused)) == (95, 1)
        assert answers(archive) == before
    assert [feeder.done for feeder in eager] == [95]
