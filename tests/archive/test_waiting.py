"""How long a writer waits for another one."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from conftest import Cli

from docarchive import Archive, ArchiveLocked, UsageError
from docarchive.cli.commands import COMMANDS, command
from docarchive.cli.declaring import Option, parameters
from docarchive.folder import Folder
from docarchive.store import WAIT, WriteLock
from docarchive.store.layout import LOCK

#: Changes what edit and new give it.
_EDITOR = "sed -i -e s/tide/sea/ -e 's/^title:$/title: Tide/'"
#: A command line for each command that writes.
WRITING = {
    "import": "import note.txt",
    "quarantine": "quarantine --retry",
    "new": "new",
    "edit": "edit ID",
    "note": "note ID Tide",
    "highlight": "highlight ID tide",
    "tag": "tag --all +tide",
    "set": "set --all section=tides",
    "rename-tag": "rename-tag tide tides",
    "merge": "merge ID ID",
    "remove": "remove --all",
    "purge": "purge --all --yes",
    "restore": "restore --ids ids.txt",
    "rules": "rules run",
    "undo": "undo",
    "redo": "redo",
    "sync": "sync",
    "rebuild": "rebuild",
    "engine": "engine use tantivy",
    "saved": "saved --remove tides",
    "search": "search tide --save tide",
    "watch": "watch inbox",
}


@pytest.fixture
def news(tmp_path: Path) -> Path:
    root = tmp_path / "news"
    with Archive.create(root) as archive:
        archive.import_(io.BytesIO(b"A tide table."), format="text")
        archive.import_(io.BytesIO(b"{"), format="json")
        archive.save_search("tides", "tide")
        removed = archive.import_(io.BytesIO(b"Removed."), format="text").ids
        archive.remove(ids=removed)
    (tmp_path / "note.txt").write_text("A note.", "utf-8")
    (tmp_path / "ids.txt").write_text(removed[0], "utf-8")
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "a.txt").write_text("Another note.", "utf-8")
    return root


def test_every_writing_command_has_the_option() -> None:
    having = {
        name
        for name in COMMANDS
        for parameter in parameters(command(name))
        if isinstance(parameter.declared, Option) and "--wait" in parameter.declared.names
    }
    assert having == {*WRITING, "verify", "backup"}  # these two read; they write only what is derived


@pytest.mark.parametrize("line", WRITING.values())
def test_a_command_that_does_not_wait_says_who_is_writing(line: str, cli: Cli, news: Path) -> None:
    with Archive.open(news) as archive:
        id_ = next(archive.list()).id
    with WriteLock(Folder(news), LOCK):
        ran = cli("--archive", "news", *line.replace("ID", id_).split(), "--wait", "0.01", code=4, VISUAL=_EDITOR)
    assert "another process is writing" in ran.err
    assert "; waited 0.01 seconds;" in ran.err
    assert "--wait SECONDS" in ran.err


def test_the_library_waits_as_long_as_it_is_asked_to(news: Path) -> None:
    for wait in (0, 0.01):
        with Archive.open(news, wait=wait) as archive, WriteLock(Folder(news), LOCK):
            with pytest.raises(ArchiveLocked):
                archive.sync()
            assert archive.count("tide") == 1
    with pytest.raises(UsageError, match="0 or more"):
        Archive.open(news, wait=-1)
    with pytest.raises(UsageError, match="0 or more"):
        Archive.open(news, wait=float("nan"))
    assert WAIT == 5
