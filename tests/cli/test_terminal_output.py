"""What is printed on a terminal and what is not: bytes that are no text are refused before any of them."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from docarchive import Archive
from docarchive.cli.streams import print_text
from docarchive.errors import UsageError
from docarchive.writers import writers

pty = pytest.importorskip("pty", reason="needs terminals as Unix has them")

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def terminal(root: Path) -> Run:
    """Runs the program on a terminal; returns its exit code and what it printed."""

    def run(*arguments: str, typed: bytes = b"") -> tuple[int, str]:
        process, master = pty.fork()
        if process == 0:
            environment = {**os.environ, "TERM": "dumb", "DOCARCHIVE_ARCHIVE": str(root)}
            os.execve(sys.executable, [sys.executable, "-m", "docarchive", *arguments], environment)
        os.write(master, typed)
        seen = b""
        try:
            while data := os.read(master, 4096):
                seen += data
        except OSError:  # the terminal is closed
            pass
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        os.close(master)
        return code, seen.decode().replace("\r\n", "\n")

    return run


BINARY = sorted(name for name, writer in writers().items() if writer.binary or not writer.stream)


def test_some_formats_are_no_text() -> None:
    assert {"epub", "parquet", "sqlite", "warc", "xlsx", "bagit", "site"} <= {*BINARY}


@pytest.mark.parametrize("format", BINARY)
def test_a_format_that_is_no_text_is_refused(format: str, archive: Archive, terminal: Run) -> None:
    code, seen = terminal("export", "--format", format)
    assert (code, seen) == (2, f"docarchive: {format} is not text; use --output FILE, or a pipe\n")


def test_show_says_how_to_get_such_a_format(archive: Archive, terminal: Run) -> None:
    id_ = archive.search("")[0].id
    code, seen = terminal("show", id_, "--format", "epub")
    advice = f"redirect it to a file: docarchive show {id_} --format epub > FILE"
    assert (code, " ".join(seen.split())) == (2, f"docarchive: epub is not text; {advice}")


@pytest.mark.parametrize(("typed", "left"), [(b"n\n", 1), (b"\n", 1), (b"y\n", 0), (b"YES\n", 0)])
def test_all_of_the_quarantine_is_deleted_after_a_yes(typed: bytes, left: int, archive: Archive, terminal: Run) -> None:
    archive.import_(io.BytesIO(b"{"), format="json")
    code, seen = terminal("quarantine", "--discard", typed=typed)
    assert code == 0
    assert "Delete 1 input from quarantine? [y/N]" in seen
    assert ("nothing was deleted" in seen) == bool(left)
    assert len(archive.quarantine()) == left


def test_an_original_is_printed_without_what_controls_a_terminal(archive: Archive, terminal: Run) -> None:
    report = archive.import_(io.BytesIO("Größe \x1b[31mred".encode()), format="text")
    assert terminal("original", report.ids[0]) == (0, "Größe \ufffd[31mred")


@pytest.mark.parametrize("data", [b"%PDF-1.4 \0", b"\xff\xfe", b"PK\x03\x04\x00", "Größe".encode("latin-1")])
def test_a_file_that_is_no_text_is_refused_before_any_byte(data: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match=r"not text in UTF-8; save it"):
        print_text(io.BytesIO(data), "save it")
    assert capsys.readouterr().out == ""


def test_text_is_printed_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    text = "aö" * 100_000
    print_text(io.BytesIO(text.encode() + b"\xff"), "")
    assert capsys.readouterr().out == text + "\ufffd"
