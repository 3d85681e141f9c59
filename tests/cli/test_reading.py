"""``show`` on a terminal."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import on_a_terminal

from docarchive import Archive

pytest.importorskip("pty")

BODY = "# Head\n\nThe **old** pier, [open](https://example.org/x).\n\n- one\n- two\n\nA \x1b[31mred\x1b[0m word.\n"


def on_terminal(archive: Archive, *arguments: str, **environment: str) -> str:
    size = {"TERM": "xterm-256color", "LINES": "50", "COLUMNS": "80"}
    code, shown = on_a_terminal("--archive", archive.path, "show", *arguments, **{**size, **environment})
    assert code == 0
    return shown


@pytest.fixture
def piers(tmp_path: Path) -> Iterator[tuple[Archive, str]]:
    path = tmp_path / "a.md"
    path.write_text(f"---\ntitle: The pier\ntags: [harbour]\n---\n{BODY}")
    with Archive.create(tmp_path / "archive") as archive:
        yield archive, archive.import_(path).ids[0]


def test_markdown_is_rendered_and_cannot_steer_the_terminal(piers: tuple[Archive, str]) -> None:
    archive, id_ = piers
    shown = on_terminal(archive, id_, NO_COLOR="1")
    assert "The pier" in shown
    assert "tags: harbour" in shown
    assert "The old pier, open (https://example.org/x)." in shown
    assert " • one" in shown
    assert "\x1b[31m" not in shown
    coloured = on_terminal(archive, id_)
    assert "\x1b[1m" in coloured
    assert "\x1b[31m" not in coloured


def test_notes_and_highlights_are_below_the_text(piers: tuple[Archive, str]) -> None:
    archive, id_ = piers
    archive.note(id_, "Read \x1b[31magain.\nSoon.")
    archive.highlight(id_, "old pier", note="How old?")
    shown = on_terminal(archive, id_, NO_COLOR="1").replace("\r\n", "\n")
    assert "highlights\n1  old pier\n   note: How old?\n\nnotes\n1  Read \ufffd[31magain. Soon.\n" in shown


def test_a_long_article_goes_to_the_pager(piers: tuple[Archive, str], tmp_path: Path) -> None:
    archive, id_ = piers
    pager = f"{sys.executable} -c 'import sys; print(\"PAGED\", len(sys.stdin.read()))'"
    assert "PAGED" in on_terminal(archive, id_, PAGER=pager, LINES="5")
    assert "PAGED" not in on_terminal(archive, id_, PAGER=pager, LINES="50")
    assert "PAGED" not in on_terminal(archive, "--raw", id_, PAGER=pager, LINES="5")
    assert "The pier" in on_terminal(archive, id_, PAGER="no-such-program-anywhere", LINES="5")
