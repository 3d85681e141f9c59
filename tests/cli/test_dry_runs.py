"""Dry runs: every command with ``--dry-run`` writes no file, and prints JSON of the form that the command prints."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import Cli
from typer.main import get_command

from docarchive import Archive
from docarchive.cli.app import application

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the editor is a program of a POSIX system")

RULE = '\n[rules.sea]\nquery = "pier"\nset = ["+sea"]\n'
#: The words of each command with the option; WHEAT and PIER are ids.
COMMANDS: dict[str, Sequence[str]] = {
    "import": ("new.md",),
    "quarantine": ("--retry",),
    "new": ("--title", "Fog"),
    "edit": ("WHEAT",),
    "note": ("WHEAT", "Ask again."),
    "highlight": ("WHEAT", "climbed again"),
    "tag": ("pier", "+sea"),
    "set": ("--ids", "-", "section=Ports"),
    "rename-tag": ("harbour", "port"),
    "merge": ("WHEAT", "PIER"),
    "remove": ("pier",),
    "restore": ("in:trash", "coffee"),
    "purge": ("title:wheat", "--yes"),
    "rules": ("run",),
    "undo": ("2",),
    "redo": (),
    "backup": ("backups",),
    "sync": (),
}
EDITOR = "sed -i s/^url:/#/;s/climbed/rose/"


@pytest.fixture
def ids(root: Path, prepared: Path, tmp_path: Path) -> dict[str, str]:
    """The ids of articles by the names in the words; the archive has something to do for each command."""
    shutil.copytree(prepared, root)
    tmp_path.joinpath("new.md").write_text("# Fog\n\nFog at the pier.\n")
    tmp_path.joinpath("bad.jsonl").write_text("{\n")
    with Archive.open(root) as archive:
        found = {"WHEAT": next(archive.list("title:wheat")).id, "PIER": next(archive.list("title:pier")).id}
        archive.tag(ids=[found["WHEAT"]], add=["grain"])
        assert archive.remove("tag:gas").changed == 1
        assert archive.import_(tmp_path / "bad.jsonl").refused
        archive.note(found["PIER"], "Whose?")
        archive.undo()
    with (root / "docarchive.toml").open("a") as settings:
        settings.write(RULE)
    return found


def state(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Returns the bytes, times and links of all files, but for those of the test's interpreter."""
    files = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {str(path): (path.read_bytes(), (status := path.stat()).st_mtime_ns, status.st_nlink) for path in files}


def edit_by_hand(root: Path) -> None:
    """Edits, adds, moves and deletes articles, and makes one that cannot be read."""
    edited, moved, gone = sorted(root.joinpath("articles").rglob("*.md"))[:3]
    edited.write_bytes(edited.read_bytes() + b"More.\n")
    moved.rename(moved.with_name("moved.md"))
    gone.unlink()
    edited.with_name("new.md").write_text("# New\n\nA text.\n")
    edited.with_name("bad.md").write_text("---\ntitle: [\n---\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_dry_run_writes_nothing_and_prints_what_the_command_prints(
    name: str, ids: dict[str, str], root: Path, tmp_path: Path, cli: Cli
) -> None:
    words = ["--archive", root, name, *(ids.get(word, word) for word in COMMANDS[name]), "--json"]
    given = {"stdin": f"{ids['WHEAT']}\n{ids['PIER'][:6]}\n".encode(), "EDITOR": EDITOR, "VISUAL": ""}
    if name == "sync":
        edit_by_hand(root)
    # What is derived of the trash, and noted of a catalog that was copied, is written by whoever asks first.
    cli("--archive", root, "search", "in:trash", "coffee", code=0)
    cli(*words, "--dry-run", **given)
    before = state(tmp_path)
    dry = cli(*words, "--dry-run", **given)
    assert state(tmp_path) == before
    done = cli(*words, **given)
    assert state(tmp_path) != before or name == "quarantine"  # which refuses the same again
    assert (dry.code, done.code) == ((3, 3) if name in ("quarantine", "sync") else (0, 0)), done
    (*_, planned), (*_, made) = (map(json.loads, ran.out.splitlines()) for ran in (dry, done))
    assert planned.keys() == made.keys()
    counted = {"changed", "unchanged", "new", "updated", "ids", "articles", "files", "kind"} & planned.keys()
    counted |= planned.keys() - {"change"} if name == "sync" else set()
    assert {key: planned[key] for key in counted} == {key: made[key] for key in counted}


def test_all_commands_with_the_option_are_here() -> None:
    commands = get_command(application()).commands  # type: ignore[attr-defined]
    options = {name: {option.name for option in command.params} for name, command in commands.items()}
    assert COMMANDS.keys() == {name for name, names in options.items() if "dry_run" in names}


@pytest.mark.parametrize("command", ["edit", "note", "new"])
def test_a_dry_run_leaves_an_edit_that_was_kept(
    command: str, ids: dict[str, str], root: Path, tmp_path: Path, cli: Cli
) -> None:
    words = ["--archive", root, command, *([] if command == "new" else [ids["WHEAT"]])]
    tmp_path.joinpath("fail.sh").write_text("echo 'id: [' > \"$1\"\necho '---' >> \"$1\"\nexit 1\n")
    assert cli(*words, code=4, EDITOR="sh fail.sh", VISUAL="").err.endswith("with --discard drops it\n")
    before = state(root)
    cli(*words, "--dry-run", EDITOR='sh -c \'echo "# Other" > "$0"\'', VISUAL="")
    cli(*words, "--dry-run", EDITOR="sh fail.sh", VISUAL="")
    assert state(root) == before
    assert "use --discard or --dry-run, not both" in cli(*words, "--discard", "--dry-run", code=2).err
