"""Hooks: programs that run after changes, and never until the user has allowed them."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli

from docarchive import Archive, ArchiveDamaged

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")


class News:
    """An archive with hooks, and what they were told."""

    def __init__(self, folder: Path, cli: Cli) -> None:
        self.folder = folder
        self.root = folder / "news"
        self.told = folder / "told"
        self.environment = {"XDG_STATE_HOME": str(folder / "state"), "HOME": str(folder)}
        self._cli = cli
        Archive.create(self.root).close()
        (folder / "a.md").write_text("# Ferry\n\nA ferry left.\n")

    def write(self, *run: str, name: str = "note", more: str = "") -> None:
        with (self.root / "docarchive.toml").open("a") as file:
            file.write(f"\n[hooks.{name}]\nrun = {json.dumps(run)}\n{more}\n")

    def script(self, text: str, folder: Path | None = None) -> str:
        path = (folder or self.folder) / "hook.sh"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return str(path)

    def run(self, *line: str, code: int = 0, **more: str) -> Any:
        return self._cli("--archive", str(self.root), *line, code=code, **(self.environment | more))

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.told.read_text("utf-8").splitlines()] if self.told.exists() else []


@pytest.fixture
def news(tmp_path: Path, cli: Cli) -> News:
    return News(tmp_path, cli)


def test_no_hook_of_a_stranger_runs_until_it_is_allowed(news: News) -> None:
    """Nothing in the archive allows it, and what was allowed is that one archive as it was."""
    news.write(news.script(f"cat >> {news.told}"))
    told = "1 hook not run: see 'docarchive hooks', then 'docarchive hooks allow'"
    assert told in news.run("import", "a.md").err
    assert told in news.run("undo").err
    assert "not allowed" in news.run("hooks").out
    assert news.lines() == []
    assert "note  allowed" in news.run("hooks", "allow").out
    news.run("tag", "--all", "+sea", code=1)
    assert news.lines() == []  # nothing was changed
    news.run("redo")
    assert [line["type"] for line in news.lines()] == ["change", "article"]
    copy = news.folder / "copy"
    shutil.copytree(news.root, copy)
    news.told.unlink()
    assert told in news._cli("--archive", str(copy), "tag", "--all", "+x", **news.environment).err
    assert news.lines() == []
    news.write(news.script("exit 0"), name="second")
    assert "2 hooks not run" in news.run("tag", "--all", "+y").err
    news.run("hooks", "allow")
    assert "not run" not in news.run("tag", "--all", "+z").err
    news.run("hooks", "deny")
    assert "2 hooks not run" in news.run("tag", "--all", "+q").err


def test_a_hook_in_the_archive_is_allowed_with_its_bytes(news: News) -> None:
    news.write(news.script("exit 0", news.root))
    news.run("hooks", "allow")
    assert "not run" not in news.run("import", "a.md").err
    news.script(f"cat > {news.told}", news.root)
    assert "1 hook not run" in news.run("undo").err
    assert news.lines() == []


def test_a_program_of_the_archive_is_not_found_by_its_name(news: News) -> None:
    news.script(f"cat > {news.told}", news.root)
    news.write("hook.sh")
    news.run("hooks", "allow")
    for path in (".", str(news.root)):
        ran = news.run("import", "a.md", "--again", PATH=f"{path}{os.pathsep}{os.environ['PATH']}")
        news.run("undo")
    assert "hook note: there is no program hook.sh" in ran.err
    assert news.lines() == []


def test_a_hook_is_told_what_was_changed(news: News) -> None:
    news.write(news.script(f'cat >> {news.told}; pwd >&2; echo "$DOCARCHIVE_ARCHIVE" > {news.folder}/where'))
    news.run("hooks", "allow")
    news.run("import", "a.md")
    change, article = news.lines()
    assert change["schema"] == 1
    assert (change["change"], change["command"], change["words"], change["articles"]) == (1, "import", "a.md", 1)
    assert change["archive"] == str(news.root.resolve()) == (news.folder / "where").read_text().strip()
    assert article["kind"] == "added"
    assert (news.root / article["path"]).is_file()
    for line, kind in (("tag --all +x", "changed"), ("remove --all", "removed"), ("undo", "added")):
        news.told.unlink()
        news.run(*line.split())
        change, again = news.lines()
        assert (change["command"], again["kind"], again["id"]) == (line.split()[0], kind, article["id"])
    news.told.unlink()
    printed = json.loads(news.run("purge", "--all", "--yes", "--json").out.splitlines()[-1])
    assert printed["articles"] == 1
    assert [line.get("kind") for line in news.lines()] == [None, "purged"]


def test_a_hook_that_fails_fails_nothing_and_is_reported_in_one_line(news: News) -> None:
    news.write(news.script("echo said; echo first >&2; echo 'no network' >&2; exit 3"))
    news.write("no-such-program", name="missing")
    news.write("sleep", "60", name="slow", more="seconds = 1")
    news.write("sh", "-c", "kill -9 $$", name="killed")
    news.write("true", name="not_asked", more='on = ["tag"]')
    news.run("hooks", "allow")
    ran = news.run("import", "a.md", "--json")
    assert "said" not in ran.out
    assert json.loads(ran.out.splitlines()[-1])["new"] == 1
    assert [line for line in ran.err.splitlines() if "hook" in line] == [
        "docarchive: hook note: ended with exit code 3: no network",
        "docarchive: hook missing: there is no program no-such-program",
        "docarchive: hook slow: stopped after 1 second",
        "docarchive: hook killed: was ended by signal 9",
    ]


@pytest.mark.skipif(not os.path.exists("/proc/self/fd/2"), reason="its size is read there")
def test_what_a_hook_prints_takes_no_room(news: News) -> None:
    """It ends only once most of what it wrote is dropped; if that never is, it is stopped."""
    waits = "until [ $(stat -L -c %b /proc/self/fd/2) -lt 4096 ]; do sleep 0.1; done"
    news.write(news.script(f"head -c 20000000 /dev/zero >&2\n{waits}\necho at last >&2\nexit 3"))
    news.run("hooks", "allow")
    assert news.run("import", "a.md").err.endswith("hook note: ended with exit code 3: at last\n")


def test_no_shell_reads_a_hook_and_its_commands_run_no_hooks(news: News) -> None:
    told = news.folder / "arguments"
    command = f"{sys.executable} -m docarchive tag --all +hooked"
    news.write(news.script(f'echo "$@" > {told}; {command} >> {told} 2>&1'), "$HOME; `id` *")
    news.run("hooks", "allow")
    ran = news.run("import", "a.md", PYTHONPATH=os.pathsep.join(sys.path))
    assert "hook" not in ran.err
    assert told.read_text().splitlines()[0] == "$HOME; `id` *"
    with Archive.open(news.root) as archive:
        assert archive.list_count("tag:hooked") == 1
        assert [entry.command for entry in archive.log()] == ["tag", "import"]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("[hooks]\na = 3", "it needs run"),
        ("hooks = 3", r"\[hooks\] must be a table"),
        ('[hooks.a]\nrun = "rm -r x"', "no shell reads it"),
        ('[hooks.a]\nrun = ["./x"]', "is a relative path"),
        ('[hooks.a]\nrun = ["x"]\non = "import"', "on must be a list"),
        ('[hooks.a]\nrun = ["x"]\nseconds = 0', "from 1 to 3600"),
        ('[hooks.a]\nrun = ["x"]\nshell = true', "it needs run"),
        ('[hooks."a b"]\nrun = ["x"]', "its name must start"),
    ],
)
def test_a_mistake_in_a_hook_is_one_sentence(table: str, reason: str, root: Path) -> None:
    Archive.create(root).close()
    path = root / "docarchive.toml"
    text = path.read_text("utf-8")
    path.write_text(f"{table}\n{text}" if table.startswith("hooks") else f"{text}\n{table}\n", "utf-8")
    with pytest.raises(ArchiveDamaged, match=reason) as raised, Archive.open(root):
        pass
    assert "\n" not in str(raised.value)


def test_the_library_runs_no_hooks(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    news.write(news.script(f"cat > {news.told}"))
    news.run("hooks", "allow")
    for name, value in news.environment.items():
        monkeypatch.setenv(name, value)
    with Archive.open(news.root) as archive:
        id_ = archive.add("# Ferry\n\nLeft.")
        archive.tag(ids=[id_], add=["sea"])
        assert archive.changes == (1, 2)
        assert [(article.id, article.kind) for article in archive.changed(1)] == [(id_, "added")]
        assert next(archive.changed(2)).path == archive.file(id_)
    assert news.lines() == []


def test_what_cannot_be_read_is_named_and_does_not_count_as_not_allowed(news: News) -> None:
    news.write(news.script(f"cat >> {news.told}"))
    news.run("hooks", "allow")
    (note,) = (news.folder / "state" / "docarchive" / "hooks").iterdir()
    note.unlink()
    note.mkdir()
    reason = f"{note} cannot be read: Is a directory"
    assert news.run("hooks", code=4).err == f"docarchive: {reason}\n"
    assert f"docarchive: 1 hook not run: {reason}\n" in news.run("import", "a.md").err
    assert "not allowed" not in news.run("list").err
