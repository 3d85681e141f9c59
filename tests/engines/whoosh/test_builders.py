"""Processes that build segments."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus import ARTICLES, CHANGES

from docarchive.engines import Change
from docarchive.engines.whoosh import indexing
from docarchive.engines.whoosh.builders import build_in_processes
from docarchive.engines.whoosh.segment_builder import SegmentBuilder, build
from docarchive.engines.whoosh.segmentfile import SegmentFile
from docarchive.engines.whoosh.toc import Entry, read_toc
from docarchive.errors import ArchiveError
from docarchive.folder import Folder
from docarchive.query import AnalyzedArticle


def ids(folder: Folder, entries: list[Entry]) -> list[str]:
    found = []
    for entry in entries:
        file = SegmentFile(folder, entry.name)
        assert file.count == entry.documents
        found += [value.decode() for value in file.texts("id")]
        file.close()
    return sorted(found)


def test_several_processes_index_what_one_does(tmp_path: Path) -> None:
    many = [
        *CHANGES,
        *(Change(f"n{n}", c.article, n, c.language) for n, c in enumerate(CHANGES * 2)),
        Change("x", None),
    ]
    entries = build_in_processes(many, Folder(tmp_path), 2)
    assert ids(Folder(tmp_path), entries) == sorted([article.id for article in ARTICLES] * 3)


def test_a_segment_is_written_when_memory_is_full(tmp_path: Path) -> None:
    entries = build(CHANGES, Folder(tmp_path), max_buffered=500)
    assert len(entries) > 3
    assert ids(Folder(tmp_path), entries) == sorted(article.id for article in ARTICLES)


@pytest.mark.parametrize("jobs", [1, 2])
def test_articles_are_indexed_as_they_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    monkeypatch.setattr(indexing, "MIN_PARALLEL", 6)
    added: list[int] = []
    add = SegmentBuilder.add

    def note(self: SegmentBuilder, article: AnalyzedArticle, row: int) -> None:
        add(self, article, row)
        added.append(row)

    monkeypatch.setattr(SegmentBuilder, "add", note)
    waiting: list[int] = []  # articles, whenever the next one is asked for

    def coming() -> Iterator[Change]:
        for sent, change in enumerate(CHANGES):
            waiting.append(sent - len(added))
            yield change

    folder = Folder(tmp_path)
    indexing.write_changes(coming(), folder, jobs, fresh=True)
    assert waiting[:7] == [0] * 7
    assert len(added) == (6 if jobs == 2 else len(CHANGES))
    assert ids(folder, read_toc(folder)[1]) == sorted(article.id for article in ARTICLES)


def test_a_process_that_fails_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="No such file"):
        build_in_processes(CHANGES, Folder(tmp_path) / "not there", 2)


def test_an_error_of_the_changes_ends_the_processes(tmp_path: Path) -> None:
    def broken() -> Iterator[Change]:
        yield from CHANGES
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_in_processes(broken(), Folder(tmp_path), 2)
