"""The examples of README.md, docs/library.md and docs/guide.md give the output that they show."""

from __future__ import annotations

import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic
from typing import IO, Any

import interpreter
import pytest

from docarchive.cli.commands import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
FILE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HOME = "/home/you"
#: A command of the program without anything that only a shell knows.
SIMPLE = re.compile(r"docarchive [^|<>;&$*?~`\\()#]+")
RUN = 'docarchive() { "$PYTHON" -m docarchive "$@"; }\npython() { "$PYTHON" "$@"; }\n'
#: Seconds that a command of a session may take to print what is shown, or to end.
PATIENCE = 300
VARYING = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "<moment>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<digest>"),
    (re.compile(r"(--since \d+)-[0-9a-f]{8}"), r"\1-<journal>"),
    (re.compile(r"^(size +)[\d.]+ kB$", re.MULTILINE), r"\1<size>"),
    (re.compile(r"[\d.]+ kB read: "), "<size> read: "),  # notes in quarantine have the numbers of files
    (re.compile(r'("took_ms": )[\d.]+'), r"\1<time>"),
    (re.compile(r'("score": )[\d.]+'), r"\1<score>"),
    (re.compile(r"(  [0-9a-z]{12}  )\d+\.\d\d$", re.MULTILINE), r"\1<score>"),
)


def blocks(page: str, *kinds: str) -> list[tuple[str, str]]:
    text = (ROOT / page).read_text("utf-8")
    return [(kind, body) for kind, body in BLOCK.findall(text) if kind in kinds]


def masked(text: str) -> str:
    for pattern, mask in VARYING:
        text = pattern.sub(mask, text)
    return text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder but for the seeds."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    return tmp_path


def steps(session: str) -> list[tuple[str, str]]:
    """Takes a session apart into commands and the output that is shown below each."""
    found = re.split(r"^\$ (.*)\n", session, flags=re.MULTILINE)
    assert not found[0].strip(), f"output before the first command: {found[0]}"
    return list(zip(found[1::2], found[2::2], strict=True))


@pytest.mark.skipif(os.name == "nt", reason="the sessions are those of a POSIX shell")
@pytest.mark.parametrize("page", ["README.md", "docs/guide.md", "docs/json.md", "docs/scripting.md"])
def test_session_gives_the_output_shown(page: str, folder: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DOCARCHIVE")}
    environment |= {
        "PYTHON": sys.executable,
        "PYTHONIOENCODING": "utf-8",
        "PYTHONWARNINGS": "error",
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder),
        "XDG_STATE_HOME": str(folder / ".state"),
    }
    for name, body in FILE.findall((ROOT / page).read_text("utf-8")):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(body, "utf-8")
    sessions = [body for _, body in blocks(page, "console")]
    assert sessions
    started = (
        set() if page in ("README.md", "docs/guide.md") else {*COMMANDS}
    )  # in new interpreters, each at least once
    for command, shown in (step for session in sessions for step in steps(session)):
        if assignment := re.fullmatch(r"export (\w+)=(\S+)", command):
            environment[assignment[1]] = assignment[2]
            continue
        name = next((word for word in command.split() if word in COMMANDS), "")
        if name in started and SIMPLE.fullmatch(command) and "^C" not in shown:
            assert told(run(shlex.split(command), folder, environment), folder) == masked(shown).strip(), command
            continue
        started.add(name)
        before, interrupt, after = shown.partition("^C\n")
        shown = before + after
        with subprocess.Popen(
            ["sh", "-c", RUN + command],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            printed = b""
            if interrupt:
                printed = lines_of(process.stdout, len(before.splitlines()))
                os.killpg(process.pid, signal.SIGINT)
            try:
                printed += process.communicate(timeout=PATIENCE)[0]
            except subprocess.TimeoutExpired as expired:
                os.killpg(process.pid, signal.SIGKILL)
                printed += expired.output or b""
                pytest.fail(f"{command} does not end; it printed:\n{printed.decode(errors='replace')}")
        assert told(printed, folder) == masked(shown).strip(), command


def lines_of(stream: IO[bytes], count: int) -> bytes:
    """Returns the first lines of a stream, or what there is when it ends or nothing comes any more."""
    printed = b""
    end = monotonic() + PATIENCE
    while printed.count(b"\n") < count and select.select([stream], [], [], max(0.0, end - monotonic()))[0]:
        piece = os.read(stream.fileno(), 65_536)
        if not piece:
            break
        printed += piece
    return printed


def run(words: list[str], folder: Path, environment: dict[str, str]) -> bytes:
    """Returns what a command of the program prints; see ``interpreter``."""
    environment = {name: value for name, value in environment.items() if not name.startswith(("PYTHON", "LC_"))}
    with tempfile.TemporaryFile() as printed, open(os.devnull) as nothing:
        streams = (nothing.fileno(), printed.fileno(), printed.fileno())
        interpreter.start(["-m", "docarchive", *words[1:]], streams, cwd=folder, env=environment).wait()
        printed.seek(0)
        return printed.read()


def told(printed: bytes, folder: Path) -> str:
    """Returns what was printed as the pages show it."""
    text = printed.decode().replace("\r\n", "\n")
    return masked(text.replace(os.path.realpath(folder), HOME).replace(str(folder), HOME)).strip()


@pytest.mark.parametrize("page", ["README.md", "docs/library.md"])
def test_python_blocks_print_what_is_shown(
    page: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    ran = 0
    found = blocks(page, "python", "text")
    for (kind, body), (next_kind, shown) in zip(found, [*found[1:], ("", "")], strict=True):
        if kind == "python":
            exec(compile(body, page, "exec"), names)
            expected = shown if next_kind == "text" else ""
            assert masked(capsys.readouterr().out).strip() == masked(expected).strip(), body
            ran += 1
    assert ran


def test_readme_begins_with_the_two_commands_and_stays_short() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    head = lines[:20]
    assert any(line.split("#")[0].strip() == "make demo" for line in head)
    assert any(line.split("#")[0].strip() == "make test" for line in head)
    assert len(lines) <= 150
