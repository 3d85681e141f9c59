"""The examples at the end of each command's help run, and do what they say."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from docarchive import Archive, Highlight, Note
from docarchive.cli.commands import COMMANDS
from docarchive.cli.examples import EXAMPLES
from docarchive.cli.running import run

ID = "4q1c5bncr3hj"
#: Commands that run until they are stopped, and what they say first.
_UNTIL_STOPPED = {"watch": "watching 1 folder", "serve": "serving news at http://127.0.0.1:"}
#: Commands whose examples are not run with the others; a client runs mcp, in tests/mcp.
_ELSEWHERE = {"init", "mcp", *_UNTIL_STOPPED}
WORDS = " ".join(f"word{number}" for number in range(300))
TEXT = f"The NATO liaison office announced partnerships at the harbour {WORDS}. "


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an archive with what the examples name, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VISUAL", "true")
    monkeypatch.delenv("BROWSER", raising=False)
    (tmp_path / "bin").mkdir()
    for name in ("xdg-open", "open"):
        (tmp_path / "bin" / name).write_text('#!/bin/sh\necho "$@"\n')
        (tmp_path / "bin" / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    (tmp_path / "inbox").mkdir()
    head = "title: Harbour news\ndate: 2024-03-16\ntags: [harbour]"
    (tmp_path / "inbox/a.md").write_text(f"---\n{head}\n---\n{TEXT}")
    (tmp_path / "inbox/b.md").write_text(f"---\n{head.replace('news', 'gossip')}\n---\n{TEXT}Or not.")
    for animal in ("sheep", "goats", "geese"):
        (tmp_path / "inbox" / f"{animal}.md").write_text(f"---\ntitle: A farm\n---\nThe {animal} graze on the hill.")
    (tmp_path / "inbox/refused.xyz").write_text("Not an article.")
    (tmp_path / "feed.xml").write_text("<rss version='2.0'><channel><item><title>A</title></item></channel></rss>")
    with Archive.create(tmp_path / "news") as archive:
        first = archive.import_(tmp_path / "inbox").ids[0]
        file = tmp_path / "news" / archive.file(first)
        file.write_text(file.read_text("utf-8").replace(first, ID), "utf-8")
        archive.sync()
        archive.save_search("harbour", "tag:harbour")
        assert ID in archive
        article = archive.get(ID)
        article.tags.append("port")
        article.notes.append(Note("Seen."))
        article.highlights.append(Highlight("harbour"))
        assert archive.import_(article).updated == 1
        archive.backup(tmp_path / "backups/news")
        (tmp_path / "news" / "articles" / "ferry.md").write_text("---\nid: 7k2m9p4xq8dw\ntitle: Ferry\n---\nRemoved.")
        archive.sync()
        archive.remove("title:ferry")
        (tmp_path / "news" / "articles" / "fog.md").write_text("---\ntitle: Fog\n---\nOver the sea.")
        (tmp_path / "news" / "articles" / "buoy.md").write_text("---\nid: 9w3d6t2vm5bc\ntitle: Buoy\n---\nGreen.")
        archive.sync()
        archive.tag("title:fog", add=["sea"])
        archive.undo()
    (tmp_path / "laptop").mkdir()
    with Archive.create(tmp_path / "laptop/news") as other:
        other.add({"title": "On the road", "body": "Written on a train."})
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    rule = '[hooks.note]\nrun = ["true"]\n[rules.port]\nquery = "harbour"\nset = ["+port2"]\n'
    settings = tmp_path / "news/docarchive.toml"
    settings.write_text(f"{settings.read_text('utf-8')}\n{rule}", "utf-8")
    with Archive.open(tmp_path / "news") as archive:
        archive.sync()
    lists = tmp_path / "backups/news/backups"
    next(lists.iterdir()).rename(lists / "2024-03-16T08-00-00Z.sha256")
    return tmp_path / "news"


def test_each_command_has_two_examples_and_its_help_ends_with_them(capfd: pytest.CaptureFixture[str]) -> None:
    assert list(EXAMPLES) == list(COMMANDS)
    for name, examples in EXAMPLES.items():
        assert len(examples) == 2
        assert all(shlex.split(line)[0] == "docarchive" and name in shlex.split(line) for line, _ in examples)
        (first, says_first), (second, says_second) = examples
        end = f"Examples:\n  {first}\n      {says_first}\n  {second}\n      {says_second}\n"
        assert run([name, "--help"]) == 0
        assert capfd.readouterr().out.endswith(end)


@pytest.mark.parametrize(
    "line",
    [line for name, examples in EXAMPLES.items() if name not in _ELSEWHERE for line, _ in examples],
)
def test_examples_run(
    line: str, news: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if "--archive" in line:
        monkeypatch.delenv("DOCARCHIVE_ARCHIVE", raising=False)
    else:
        monkeypatch.setenv("DOCARCHIVE_ARCHIVE", str(news))
    if " redo" in line:
        assert run(["undo"]) == 0
    assert run(shlex.split(line)[1:]) == (3 if line == "docarchive import inbox" else 0)
    assert any(capfd.readouterr())


@pytest.mark.parametrize("line", [line for line, _ in EXAMPLES["init"]])
def test_examples_of_init_run(
    line: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DOCARCHIVE_ARCHIVE", raising=False)
    assert run(shlex.split(line)[1:]) == 0
    assert capfd.readouterr().out.startswith("created an empty archive at ")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
@pytest.mark.parametrize(
    ("line", "message"), [(line, message) for name, message in _UNTIL_STOPPED.items() for line, _ in EXAMPLES[name]]
)
def test_examples_that_run_until_they_are_stopped(
    line: str, message: str, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCARCHIVE_ARCHIVE", str(news))
    arguments = [sys.executable, "-m", "docarchive", *shlex.split(line)[1:]]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert message in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) in (0, 130), process.stderr.read()
