"""The trial of hostile archives: a few of them; its tracer sees what a program does; no command is missing."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from running import run

from benchmarks.hostile.arena import SECRET, Arena
from benchmarks.hostile.commands import cases, commands
from benchmarks.hostile.judging import Known, breaches
from benchmarks.hostile.tracer import Traced, resolved, traced
from docarchive.cli.app import application


def can_trace() -> bool:
    """Returns whether strace is there, and may trace."""
    program = shutil.which("strace")
    command = [program or "", "-qq", "-o", "/dev/null", "true"]
    return program is not None and subprocess.run(command, check=False).returncode == 0


needs_strace = pytest.mark.skipif(not can_trace(), reason="it needs strace")


def test_no_command_of_the_program_is_missing() -> None:
    names = set(typer.main.get_command(application()).commands)  # type: ignore[attr-defined]
    assert set(commands()) == {case.command for case in cases()} == names


def test_a_command_without_command_lines_gets_some_from_its_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.hostile import commands as module

    monkeypatch.setattr(module, "_LINES", {})
    lines = {name: [*module._derived(name)] for name in ("show", "sync", "import")}
    assert lines["show"][:2] == ["show {id}", "show {id} --raw"]
    assert lines["sync"] == ["sync", "sync --dry-run", "sync --json"]
    assert lines["import"][0] == "import {out}/inputs"


@needs_strace
def test_hostile_archives_are_contained() -> None:
    printed = run("benchmarks.hostile", "--archives", 8, "--each", 2, "--seed", 7, "--jobs", 2)
    assert re.search(r"^8 hostile archives, .* 16 tried, 16 contained, 0 breaches", printed, re.MULTILINE), printed


@pytest.fixture
def arena(tmp_path: Path) -> Arena:
    base = tmp_path / "base"
    base.mkdir()
    (base / "docarchive.toml").write_text("layout = 1\n")
    arena = Arena(tmp_path.resolve() / "arena")
    arena.make(base)
    (arena.root / "notes").mkdir()
    (arena.archive / "link").symlink_to(arena.canary)
    return arena


def judged(arena: Arena, code: str, before: dict[str, tuple[object, ...]]) -> list[str]:
    known = Known()
    known.run.add(sys.executable)
    return [*breaches(arena, python(arena, code), known, before)]


def python(arena: Arena, code: str) -> Traced:
    """Runs Python in the archive."""
    return traced(
        [sys.executable, "-S", "-c", code],
        cwd=arena.archive,
        environment={"PATH": "/usr/bin:/bin", "HOME": str(arena.home), "LANG": "C.UTF-8"},
        notes=arena.root / "notes",
        links=arena.links(),
        looks=True,
        seconds=5,
    )


BREACHES = {
    "opens a file outside": ("open('../canary/secret.md').read()", "read outside"),
    "opens a file through a link": ("open('link/secret.md').read()", "read outside"),
    "writes a file": ("open('../canary/new', 'w')", "write outside"),
    "tries to write a file": ("open('../canary/photos', 'w')", "write outside"),
    "writes a file through a link": ("open('link/new', 'a')", "write outside"),
    "writes relative to a folder": (
        "import os; os.open('new', os.O_CREAT | os.O_WRONLY, dir_fd=os.open('link', os.O_RDONLY))",
        "write outside",
    ),
    "removes a file through a link": ("import os; os.unlink('link/a.png')", "change outside"),
    "moves a file into a link": ("import os; os.rename('docarchive.toml', 'link/x')", "change outside"),
    "makes a folder": ("import os; os.mkdir('../new')", "change outside"),
    "changes a mode": ("import os; os.chmod('link/a.png', 0)", "change outside"),
    "sets a time": ("import os; os.utime('link/a.png', (1, 1))", "change outside"),
    "makes a link outside": ("import os; os.symlink('x', '../new')", "change outside"),
    "follows a link that it makes": ("import os; os.symlink('..', 'up'); os.mkdir('up/new')", "change outside"),
    "follows a link that it moves": (
        "import os; os.rename('link', 'other'); os.unlink('other/a.png')",
        "change outside",
    ),
    "looks outside": ("import os; os.path.exists('link/a.png')", "look outside"),
    "changes the folder": ("import os; os.chdir('..'); os.unlink('canary/a.png')", "change outside"),
    "uses a raw system call": ("import ctypes; ctypes.CDLL(None).syscall(83, b'../new', 0o777)", "change outside"),
    "uses SQLite": ("import sqlite3; sqlite3.connect('link/secret.sqlite').execute('SELECT * FROM a')", "outside"),
    "does it in another process": (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import os; os.mkdir(\"../new\")'])",
        "change outside",
    ),
    "does it in a thread": ("import os, threading as t; t.Thread(target=os.mkdir, args=['../new']).start()", "change"),
    "runs a program": ("import subprocess; subprocess.run(['true'])", "run"),
    "connects": ("import socket; socket.socket().connect_ex(('127.0.0.1', 9))", "network"),
    "listens": ("import socket; socket.socket().bind(('127.0.0.1', 0))", "network"),
    "sends a datagram": ("import socket as s; s.socket(2, s.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))", "network"),
    "sends a signal": ("import os; os.kill(os.getppid(), 23)", "signal"),
    "prints the secret": (f"print('{SECRET[:3]}' + '{SECRET[3:]}')", "secret"),
    "writes the secret": (f"open('x', 'w').write('{SECRET[:3]}' + '{SECRET[3:]}')", "secret"),
    "leaves a file": ("open('../tmp/x', 'w')", "left"),
    "exports a link": ("import os; os.symlink('/', '../out/x')", "output"),
    "fails": ("1 / 0", "internal error"),
    "ends with another code": ("import sys; sys.exit(70)", "exit code"),
    "takes all the time that it gets": ("while True: pass", "exit code"),
    "prints a control character": ("import sys; sys.stderr.write('\x1b[31m')", "control"),
    "prints too much": ("import sys; sys.stderr.write('x' * 9_999)", "long"),
}


@needs_strace
@pytest.mark.parametrize(("code", "kind"), BREACHES.values(), ids=BREACHES)
def test_what_a_program_does_outside_is_seen(arena: Arena, code: str, kind: str) -> None:
    found = judged(arena, code, arena.outside())
    assert any(kind in line.partition(":")[0] for line in found), found


HARMLESS = {
    "reads the archive": "open('docarchive.toml').read()",
    "writes the archive": "import os; os.mkdir('x'); open('x/a', 'w'); os.rename('x/a', 'b'); os.unlink('b')",
    "writes an output": "open('../out/x', 'w')",
    "removes a link": "import os; os.unlink('link')",
    "makes a folder in place of a link": (
        "import os, threading as t; os.unlink('link'); os.mkdir('link')\n"
        "make = lambda: os.mkdir('link/new')\n"
        "thread = t.Thread(target=make); thread.start(); thread.join(); os.rename('link/new', 'link/b')"
    ),
    "renames over a link": "import os; os.rename('docarchive.toml', 'link'); open('link').read()",
    "does not follow a link": "import os\ntry: os.open('link', os.O_RDONLY | os.O_NOFOLLOW)\nexcept OSError: pass",
    "asks for itself": "import os; os.kill(os.getpid(), 0); os.listdir('/proc/self/fd')",
    "imports": "import json, sqlite3, ssl, email, xml.dom.minidom, asyncio",
}


@needs_strace
@pytest.mark.parametrize("code", HARMLESS.values(), ids=HARMLESS)
def test_what_a_program_does_inside_is_no_breach(arena: Arena, code: str) -> None:
    assert judged(arena, code, arena.outside()) == []


def test_links_are_resolved_as_the_kernel_does() -> None:
    links = {"/a/l": "../b", "/b/up": "..", "/loop": "loop", "/a/abs": "/c//d/."}
    expected = {"/a/l/x": "/b/x", "/a/l/up/x": "/x", "/a/./q/../l/": "/b", "/a/abs/../y": "/c/y", "/../z": "/z"}
    assert {path: resolved(path, links) for path in expected} == expected
    assert resolved("/a/l", links, follow=False) == "/a/l"
    assert resolved("/loop/x", links).endswith("/x")
