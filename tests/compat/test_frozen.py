"""Archives that were frozen, one of each layout, open, search and export as on the day when they were frozen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from compat.frozen import FIRST, SECOND, answers, history
from conftest import Cli
from support import UNPRIVILEGED, snapshot

from docarchive import ENGINES, Archive

HERE = Path(__file__).parent
LAYOUTS = sorted(folder.name for folder in HERE.glob("layout-*"))


@pytest.fixture(params=LAYOUTS)
def frozen(request: pytest.FixtureRequest) -> Path:
    """The folder of a frozen archive, with its inputs and answers."""
    return HERE / str(request.param)


@pytest.fixture(params=ENGINES)
def root(request: pytest.FixtureRequest, frozen: Path, tmp_path: Path) -> Path:
    """A copy of the archive, with all that is derived, for each engine."""
    root = tmp_path / "archive"
    shutil.copytree(frozen / "archive", root)
    shutil.copytree(frozen / "derived", root / ".docarchive")
    settings = root / "docarchive.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('engine = "whoosh"', f'engine = "{request.param}"'), "utf-8"
    )
    return root


@pytest.fixture
def expected(frozen: Path) -> Any:
    """What the archive answered."""
    return json.loads((frozen / "answers.json").read_text("utf-8"))


def test_it_answers_the_same(root: Path, expected: Any) -> None:
    before = snapshot(root)
    assert answers(root) == expected
    assert snapshot(root) == before


def test_it_answers_the_same_without_what_is_derived(root: Path, expected: Any) -> None:
    shutil.rmtree(root / ".docarchive")
    assert answers(root) == expected


def test_it_is_in_step_with_its_files_and_can_be_rebuilt(root: Path, expected: Any) -> None:
    before = snapshot(root)
    with Archive.open(root) as archive:
        report = archive.sync()
        assert (report.added, report.modified, report.removed, report.moved, report.refused) == ([], [], [], [], [])
        assert archive.rebuild().articles == len(expected["articles"])
    assert answers(root) == expected
    assert snapshot(root) == before


def test_its_history_is_the_same_and_its_changes_are_taken_back(root: Path, frozen: Path) -> None:
    path = frozen / "history.json"
    if not path.exists():
        pytest.skip("it has no log")
    expected = json.loads(path.read_text("utf-8"))
    assert history(root) == expected
    shutil.rmtree(root / ".docarchive")
    assert history(root) == expected
    with Archive.open(root) as archive:
        for entry in reversed(expected["trash"]):
            archive.restore_articles(ids=[entry])
        while any(entry.undone is None and entry.undoes is None for entry in archive.log()):
            archive.undo()
        assert len(archive) == 0
        assert archive.verify().ok


def test_an_archive_of_an_earlier_layout_gets_todays_number_with_its_first_change(cli: Cli, root: Path) -> None:
    settings = root / "docarchive.toml"
    before = settings.read_text("utf-8")
    for words in (["search", "pier"], ["sync"], ["verify"], ["tag", "pier", "+oak", "--dry-run"]):
        assert "layout" not in cli("--archive", root, *words, code=0).err
    assert settings.read_text("utf-8") == before
    said = [
        cli("--archive", root, "tag", "pier", added, code=0).err.count("has layout 2 now") for added in ("+a", "+b")
    ]
    assert said == [before.count("layout = 1"), 0]
    assert settings.read_text("utf-8") == before.replace("layout = 1", "layout = 2")
    assert cli("--archive", root, "verify", code=0).err == ""
    cli("--archive", root, "undo", code=0)


def test_engines_can_be_switched(root: Path, expected: Any) -> None:
    for engine in ENGINES:
        with Archive.open(root) as archive:
            archive.use_engine(engine)
        assert answers(root) == expected, engine


def test_its_inputs_are_the_same_articles_today(
    root: Path, frozen: Path, expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(frozen / "inputs")
    with Archive.open(root) as archive:
        report = archive.import_(*FIRST, *SECOND)
        assert (report.new, report.updated) == (0, 0)
    found = answers(root)
    assert found["quarantine"].keys() == expected["quarantine"].keys()  # their reasons are in today's words
    assert found | {"quarantine": expected["quarantine"]} == expected


def test_imports_follow_its_settings(root: Path, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("Snow fell on the pier.\n", "utf-8")
    with Archive.open(root) as archive:
        assert archive.import_(tmp_path / "new.txt").new == 1
        assert [hit.metadata["tags"] for hit in archive.search("snow pier")] == [["bay"]]
        archive.save_search("snow", "snow")
        assert archive.count("@snow") == 1
    assert "# A comment, which stays." in (root / "docarchive.toml").read_text("utf-8")


@pytest.fixture
def read_only(root: Path) -> Iterator[Path]:
    """The archive, once it was opened by today's program, in folders and files that may not be written."""
    answers(root)
    paths = [root, *root.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield root
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.fixture
def reader(read_only: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs Python as somebody who may read the archive, and not write it."""
    drop: list[str] = []
    if os.geteuid() == 0:
        if not shutil.which(UNPRIVILEGED[0]):
            pytest.skip("root may write everywhere, and setpriv is missing")
        drop = UNPRIVILEGED

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [*drop, sys.executable, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)

    assert "PermissionError" in run("-c", f"open({str(read_only / 'x')!r}, 'w')").stderr
    return run


@pytest.mark.skipif(os.name == "nt", reason="folders are not read-only there")
def test_it_exports_the_same_where_it_cannot_be_written(
    read_only: Path, reader: Callable[..., subprocess.CompletedProcess[str]], expected: Any
) -> None:
    ended = reader("-m", "docarchive", "--archive", read_only, "export", "--format", "jsonl")
    assert (ended.returncode, ended.stdout.splitlines()) == (0, expected["exports"]["jsonl"]), ended.stderr


@pytest.mark.skipif(os.name == "nt", reason="folders are not read-only there")
def test_it_answers_the_same_where_it_cannot_be_written(
    read_only: Path, reader: Callable[..., subprocess.CompletedProcess[str]], expected: Any
) -> None:
    ended = reader(HERE / "frozen.py", "answers", read_only)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == expected
