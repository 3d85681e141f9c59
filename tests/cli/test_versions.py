"""The commands for versions of articles: ``versions``, ``show --version`` and ``diff``."""

import io
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from conftest import Cli, Ran

from docarchive import Archive
from docarchive.cli.running import run

RECORD = {"url": "https://example.org/pier", "title": "Pier", "body": "One.\n\nTwo.\n\nThree."}
EVIL = "\x1b]0;owned\x07\x9b31m\u202e"


@pytest.fixture
def id_(root: Path) -> str:
    """The id of an article with three versions, in an archive at ``root``."""
    with Archive.create(root) as archive:
        for values in (
            {},
            {"body": "One.\n\nTwo and a half.\n\nThree."},
            {"title": "The pier", "tags": ["<sea>", "port"]},
        ):
            (id_,) = archive.import_(io.BytesIO(json.dumps(RECORD | values).encode()), format="json").ids
    return id_


class Output(io.TextIOWrapper):
    """A stream in memory, which may be a terminal."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="", write_through=True)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    @property
    def text(self) -> str:
        """What was written."""
        return self.buffer.getvalue().decode()  # type: ignore[attr-defined, no-any-return]


def ran(root: Path, *arguments: object, terminal: bool = False) -> Ran:
    """Runs a command in this process."""
    out, err = Output(terminal=terminal), Output(terminal=terminal)
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["--archive", str(root), *map(str, arguments)])
    return Ran(code, out.text, err.text)


def test_each_runs_as_a_process(cli: Cli, root: Path, id_: str) -> None:
    listed = cli("--archive", root, "versions", id_[:5], code=0).out.splitlines()
    assert [line.split()[0] for line in listed] == ["1", "2", "current"]
    assert listed[1].endswith("Pier  (text: +1 -1 lines)")
    assert listed[2].endswith("The pier  (title, tags; text: +1 -1 lines)")
    assert "\nTwo and a half.\n" in cli("--archive", root, "show", id_[:5], "--version", "-1", code=0).out
    unified = cli("--archive", root, "diff", id_[:5], "-2", "-1", "--exit-code", code=1).out
    assert unified.startswith(f"--- a/versions/{id_}/0001.md\n+++ b/versions/{id_}/0002.md\n@@ -")
    assert "\n-Two.\n+Two and a half.\n" in unified
    for command in (["versions"], ["diff"]):
        piped = cli("--archive", root, *command, "-", stdin=id_.encode(), code=0).out
        assert piped == cli("--archive", root, *command, id_).out


def test_versions_as_json_are_those_of_the_library(root: Path, id_: str) -> None:
    listed = ran(root, "versions", id_, "--json").json
    with Archive.open(root) as archive:
        versions = [version.to_dict() for version in archive.versions(id_)]
    assert (listed["schema"], listed["id"]) == (1, id_)
    assert [{"schema": 1, "id": id_, **version} for version in listed["versions"]] == versions


@pytest.mark.parametrize(("number", "path"), [("1", "0001"), ("-1", "0002"), ("2", "0002"), ("-2", "0001")])
def test_show_prints_a_version_in_every_form(root: Path, id_: str, number: str, path: str) -> None:
    file = root / "versions" / id_ / f"{path}.md"
    assert ran(root, "show", id_, "--version", number).out == file.read_text("utf-8")
    shown = ran(root, "show", id_, f"--version={number}", "--json").json
    assert shown["path"] == f"versions/{id_}/{path}.md"
    assert shown["body"] in file.read_text("utf-8")
    rendered = ran(root, "show", id_, "--version", number, terminal=True).out
    assert "archived:" not in rendered
    assert ("Two and a half." in rendered) == (path == "0002")
    assert "archived:" in ran(root, "show", id_, "--version", number, "--raw", terminal=True).out


def test_the_current_version_has_a_number_and_a_name(root: Path, id_: str) -> None:
    current = ran(root, "show", id_).out
    for number in ("3", "current", "0"):
        assert ran(root, "show", id_, "--version", number).out == current
    assert ran(root, "diff", id_, "3", "current") == Ran(0, "", "docarchive: versions 3 and 3 do not differ\n")


def test_what_diff_compares(root: Path, id_: str) -> None:
    outputs = {words: ran(root, "diff", id_, *words.split()) for words in ("", "2", "-1", "2 3", "-1 current")}
    assert {output.code for output in outputs.values()} == {0}
    assert len({output.out for output in outputs.values()}) == 1
    back = ran(root, "diff", id_, "current", "1", "--json").json
    assert (back["a"], back["b"], back["differs"]) == (3, 1, True)
    assert {item["op"] for item in back["opcodes"]} == {"equal", "replace", "delete"}
    assert ran(root, "diff", "--exit-code", id_).code == 1
    assert ran(root, "diff", "--exit-code", id_, "2", "2").code == 0


def test_a_terminal_shows_words(root: Path, id_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "Two\x1b[32m and a half\x1b[0m." in ran(root, "diff", id_, 1, 2, terminal=True).out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\nTwo{+ and a half+}.\n" in ran(root, "diff", id_, 1, 2, terminal=True).out
    assert "\nTwo[- and a half-].\n" in ran(root, "diff", id_, 2, 1, terminal=True).out


def test_a_page_is_escaped(root: Path, id_: str) -> None:
    page = ran(root, "diff", id_, "--html").out
    assert page.startswith("<!DOCTYPE html>\n")
    assert "&lt;sea&gt;" in page
    assert "<sea>" not in page


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        ("show ID --version 9", 1, "has no version 9; 'docarchive versions ID' lists them"),
        ("diff ID 1 -7", 1, "has no version -7; 'docarchive versions ID' lists them"),
        (
            "show ID --version last",
            2,
            "a version is a number such as 2, or -1 for the last one before the current, not",
        ),
        ("diff ID --frist", 2, "there is no option --frist"),
        ("diff ID -x", 2, "a version is a number such as 2, or -1 for the last one before the current, not '-x'"),
        ("diff ID 1 2 3", 2, "too many arguments: 3"),
        ("versions nope", 1, "no article has an id that starts with 'nope'"),
        ("history ID", 2, "did you mean versions?"),
        ("compare ID", 2, "did you mean diff?"),
    ],
)
def test_mistakes_are_one_sentence(root: Path, id_: str, arguments: str, code: int, reason: str) -> None:
    done = ran(root, *arguments.replace("ID", id_).split())
    assert (done.code, done.out) == (code, "")
    assert reason.replace("ID", id_) in done.err
    assert done.err.count("\n") == 1


def test_a_damaged_version_is_listed_and_refused(root: Path, id_: str) -> None:
    path = root / "versions" / id_ / "0002.md"
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"half", b"hall"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    listed = ran(root, "versions", id_)
    assert (listed.code, listed.err) == (3, "")
    assert "is damaged: its bytes have changed, but not its size and time" in listed.out.splitlines()[1]
    for command in (["show", id_, "--version", 2], ["diff", id_], ["diff", id_, "--html"], ["diff", id_, "--json"]):
        done = ran(root, *command)
        assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)
        assert "0002.md is damaged" in done.err


@pytest.mark.parametrize("colour", [True, False])
def test_nothing_in_a_version_steers_the_terminal(root: Path, colour: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "" if colour else "1")
    monkeypatch.setenv("TERM", "xterm")
    with Archive.create(root) as archive:
        for text in ("a", "b"):
            record = {
                "url": "https://e.example/",
                "title": f"{EVIL}{text}",
                EVIL: text,
                "body": f"{EVIL}\r\n{text}{EVIL}\r\t",
            }
            (id_,) = archive.import_(io.BytesIO(json.dumps(record).encode()), format="json").ids
    for command in (["versions", id_], ["diff", id_], ["diff", id_, "--html"], ["show", id_, "--version", 1]):
        done = ran(root, *command, terminal=True)
        assert done.code == 0
        shown = done.out
        for style in ("[0m", "[1m", "[2m", "[31m", "[32m", "[36m"):
            shown = shown.replace(f"\x1b{style}", "")
        assert not set(shown) & {"\x1b", "\x07", "\x9b", "\u202e", "\r"}
