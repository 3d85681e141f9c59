"""The first steps: what init and watch say before and after they create an archive."""

from __future__ import annotations

from pathlib import Path

import interpreter
from conftest import Cli

from docarchive.archive.settings import other_names
from docarchive.store.layout import OWN


def test_init_in_a_folder_with_other_files_says_so(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "notes.md").write_text("A note.", "utf-8")
    for arguments in ([], ["--json"]):
        ran = cli("init", "docs", *arguments, code=0)
        assert ran.err == (
            f"docarchive: {tmp_path / 'docs'} has other files, such as notes.md; to import them, move them out of the "
            "archive's folder; to undo this, delete docarchive.toml\n"
        )
        (tmp_path / "docs" / "docarchive.toml").unlink()


def test_init_in_a_folder_of_an_archive_or_with_hidden_files_alone_says_nothing(cli: Cli, tmp_path: Path) -> None:
    for name in OWN - {"docarchive.toml", "deleted.jsonl"}:
        (tmp_path / "docs" / name).mkdir(parents=True)
    (tmp_path / "docs" / "deleted.jsonl").touch()
    (tmp_path / "docs" / ".git").mkdir()
    assert other_names(tmp_path / "docs") == []
    assert cli("init", "docs", code=0).err == ""
    assert other_names(tmp_path / "nowhere") == []


def test_watch_says_what_it_needs_before_it_creates_anything(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    code = (
        "import sys; sys.modules['watchfiles'] = None\n"
        "sys.argv = ['docarchive', '--archive', 'news', 'watch', 'inbox']\n"
        "from docarchive.cli import main; main()"
    )
    ran = interpreter.run(["-c", code], cwd=tmp_path)
    assert ran.returncode == 2
    assert ran.stderr == "docarchive: watching folders needs an extra: pip install 'docarchive[watch]'\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inbox"]
