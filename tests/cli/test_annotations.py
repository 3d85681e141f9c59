"""``note`` and ``highlight`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Cli

ID = "p1"


@pytest.fixture
def pier(tmp_path: Path, cli: Cli) -> Path:
    cli("init", "news")
    path = tmp_path / "news/articles/pier.md"
    path.write_text("---\nid: p1\ntitle: Pier\n---\n\nThe *old* pier.\n")
    cli("--archive", "news", "sync")
    return path


def test_lists_have_numbers_and_notes_below_passages(pier: Path, cli: Cli) -> None:
    cli("--archive", "news", "note", ID, "Read\nagain.")
    cli("--archive", "news", "highlight", ID, "old pier", "--note", "How old?")
    assert cli("--archive", "news", "note", ID, "--list").out == "1  Read again.\n"
    assert cli("--archive", "news", "highlight", ID).out == "1  old pier\n   note: How old?\n"
    listed = json.loads(cli("--archive", "news", "highlight", ID, "--json").out)
    assert (listed["id"], listed["highlights"][0]["number"], listed["highlights"][0]["suffix"]) == (ID, 1, ".")
    cli("--archive", "news", "highlight", ID, "--remove", "1")
    ran = cli("--archive", "news", "highlight", ID, code=1)
    assert (ran.out, ran.err) == ("", "docarchive: p1 has no highlights\n")


def test_texts_come_from_standard_input_and_from_the_editor(pier: Path, cli: Cli) -> None:
    cli("--archive", "news", "note", ID, "-", stdin=b"From a pipe\n")
    editor = pier.parent / "editor"
    editor.write_text('#!/bin/sh\necho Typed >> "$1"\n')
    editor.chmod(0o755)
    cli("--archive", "news", "note", ID, VISUAL=str(editor))
    cli("--archive", "news", "highlight", ID, "-", stdin=b"old\n pier")
    assert cli("--archive", "news", "note", ID, "--list").out == "1  From a pipe\n2  Typed\n"
    assert "- text: old pier" in pier.read_text()


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (
            ["highlight", ID, "new pier"],
            1,
            "the text of p1 does not have the passage 'new pier'; copy it from the text, as it is shown",
        ),
        (["highlight", ID, "--note", "x"], 2, "--note and --occurrence need a PASSAGE"),
        (["highlight", ID, "x", "--remove", "1"], 2, "PASSAGE is a passage to mark: use it without --remove"),
        (["note", ID, "x", "--list"], 2, "TEXT is a note to add: use it without --list, --remove and --discard"),
        (["note", ID, "--list", "--remove", "1"], 2, "use --list or --remove, not both"),
        (["note", ID, "--remove", "1"], 1, "p1 has no note 1: there are no notes"),
        (["note", "-", "-"], 2, "ID and TEXT cannot both be -; name the id"),
        (["note", ID, "--list"], 1, "p1 has no notes"),
    ],
)
def test_mistakes_are_one_sentence(pier: Path, cli: Cli, line: list[str], code: int, message: str) -> None:
    ran = cli("--archive", "news", *line, code=code)
    assert (ran.out, ran.err) == ("", f"docarchive: {message}\n")
