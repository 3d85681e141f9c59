"""Watching folders: what is there, what appears, and what is still being written."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from interpreter import PATIENCE

from docarchive import Archive, ImportReport, UsageError

SETTLE = 0.5


class Watching:
    """An archive that watches a folder in another thread."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self.reports: list[ImportReport] = []

    @property
    def new(self) -> int:
        return sum(report.new for report in self.reports)

    def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, self.reports
            time.sleep(0.05)


@contextmanager
def watching(root: Path, *folders: Path) -> Iterator[Watching]:
    state = Watching()

    def run() -> None:
        with Archive.open(root) as archive:
            archive.watch(*folders, settle=SETTLE, report=state.reports.append, stop=state.ended.is_set)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield state
    finally:
        state.ended.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.fixture
def inbox(tmp_path: Path, root: Path) -> Path:
    Archive.create(root).close()
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def titles(root: Path) -> set[str]:
    with Archive.open(root) as archive:
        return {row.metadata["title"] for row in archive.list()}


def test_what_is_there_and_what_appears_comes_in(inbox: Path, root: Path) -> None:
    (inbox / "old.md").write_text("# Old\n\nIt was there.\n", "utf-8")
    with watching(root, inbox) as state:
        state.until(lambda: state.new == 1)
        (inbox / "new.md").write_text("# New\n\nIt came.\n", "utf-8")
        state.until(lambda: state.new == 2)
        (inbox / "deep/er").mkdir(parents=True)
        (inbox / "deep/er/below.md").write_text("# Below\n\nIn a new folder.\n", "utf-8")
        state.until(lambda: state.new == 3)
    assert titles(root) == {"Old", "New", "Below"}
    with Archive.open(root) as archive:
        assert archive.count("came OR folder") == 2


def test_a_folder_that_is_moved_in_comes_in_whole(inbox: Path, root: Path, tmp_path: Path) -> None:
    (tmp_path / "site/posts").mkdir(parents=True)
    for name in ("a", "b", "c"):
        (tmp_path / f"site/posts/{name}.md").write_text(f"# {name}\n\nText of {name}.\n", "utf-8")
    with watching(root, inbox) as state:
        (tmp_path / "site").rename(inbox / "site")
        state.until(lambda: state.new == 3)


def test_a_file_that_is_written_slowly_is_taken_once_and_whole(inbox: Path, root: Path) -> None:
    with watching(root, inbox) as state, open(inbox / "slow.md", "w", encoding="utf-8") as file:
        for number in range(12):
            file.write(f"Paragraph {number} of a text that takes its time.\n\n")
            file.flush()
            time.sleep(SETTLE / 4)
        file.close()
        state.until(lambda: state.new == 1)
        time.sleep(2 * SETTLE)
    assert [(report.new, report.updated, report.refused) for report in state.reports] == [(1, 0, [])]
    with Archive.open(root) as archive:
        assert "Paragraph 11 " in archive.get(next(iter(archive.list())).id).body


def test_unfinished_names_wait_until_they_are_renamed(inbox: Path, root: Path) -> None:
    with watching(root, inbox) as state:
        for name in ("page.md.part", ".hidden.md", "page.md.crdownload", "page.md~", "~$page.md", "page.md.!ut"):
            (inbox / name).write_text("# Half\n\nOf it.\n", "utf-8")
        (inbox / "other.md").write_text("# Other\n\nWhole.\n", "utf-8")
        state.until(lambda: state.new == 1)
        (inbox / "page.md.part").rename(inbox / "page.md")
        state.until(lambda: state.new == 2)
    assert titles(root) == {"Half", "Other"}


def test_a_changed_file_is_a_new_version(inbox: Path, root: Path) -> None:
    page = inbox / "page.md"
    page.write_text("---\nurl: https://example.org/1\n---\n\nFirst.\n", "utf-8")
    with watching(root, inbox) as state:
        state.until(lambda: state.new == 1)
        page.write_text("---\nurl: https://example.org/1\n---\n\nSecond.\n", "utf-8")
        state.until(lambda: any(report.updated for report in state.reports))
    assert state.new == 1


def test_refusals_are_told_and_watching_goes_on(inbox: Path, root: Path) -> None:
    with watching(root, inbox) as state:
        (inbox / "broken.json").write_text("{", "utf-8")
        state.until(lambda: any(report.refused for report in state.reports))
        (inbox / "fine.md").write_text("# Fine\n\nText.\n", "utf-8")
        state.until(lambda: state.new == 1)


def test_the_archive_itself_is_never_taken_in(root: Path, tmp_path: Path) -> None:
    Archive.create(root).close()
    with watching(root, tmp_path) as state:
        (tmp_path / "page.md").write_text("# Page\n\nText.\n", "utf-8")
        state.until(lambda: state.new == 1)
        time.sleep(3 * SETTLE)
    assert state.new == 1


def test_what_is_no_folder_cannot_be_watched(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        archive.watch(tmp_path / "missing")
