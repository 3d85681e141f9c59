"""Readers of other packages, found by entry points: the plug-in that the page shows, and ones that misbehave."""

import re
import subprocess
import tomllib
from pathlib import Path

import interpreter
import pytest

PAGE = Path(__file__).parents[2] / "docs/plugins.md"
FILES = dict(re.findall(r"^```\w+ (\S+)\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL))


def install(folder: Path, module: str, code: str, group: str = "readers", **points: str) -> None:
    """Installs a package as a wheel would: its module, and the metadata that names its entry points."""
    (folder / f"{module}.py").write_text(code, "utf-8")
    metadata = folder / f"{module}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    (metadata / "entry_points.txt").write_text(f"[docarchive.{group}]\n{lines}")


class Program:
    """The command line, with a folder of packages installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "site").mkdir()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        start = "import sys; sys.path.insert(0, 'site'); from docarchive.cli import main; main()"
        return interpreter.run(["-c", start, "--archive", "news", *arguments], cwd=self.folder)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_the_plugin_that_the_page_shows(program: Program, tmp_path: Path) -> None:
    points = tomllib.loads(FILES["pyproject.toml"])["project"]["entry-points"]["docarchive.readers"]
    install(tmp_path / "site", "docarchive_gemtext", FILES["docarchive_gemtext.py"], **points)
    listed = program.run("formats").stdout
    shown = re.search(r"\$ docarchive formats .*\n(.*)\n", PAGE.read_text("utf-8"))
    assert shown
    assert shown[1] in listed.splitlines()

    (tmp_path / "capsule.gmi").write_text("# Tide tables\n\nHigh water at six.\n=> gemini://example.org/more More\n")
    assert program.run("import", "capsule.gmi").stdout.startswith("1 new")
    text = program.run("list").stdout
    assert "Tide tables" in text
    ids = program.run("search", "water", "--ids").stdout.split()
    article = program.run("show", *ids).stdout
    assert "format: gemtext\nreader: gemtext/1\n" in article
    assert "- [More](gemini://example.org/more)" in article


def test_the_writer_that_the_page_shows(program: Program, tmp_path: Path) -> None:
    point = re.search(r'^gemtext = "(docarchive_gemtext_writer:\w+)"$', PAGE.read_text("utf-8"), re.MULTILINE)
    assert point
    code = FILES["docarchive_gemtext_writer.py"]
    install(tmp_path / "site", "docarchive_gemtext_writer", code, group="writers", gemtext=point[1])
    (tmp_path / "a.md").write_text("# Tide tables\n\nHigh water at six.\n")
    program.run("import", "a.md")
    assert "  gemtext" in program.run("formats").stdout.partition("Export:")[2]
    assert program.run("export", "--format", "gemtext").stdout.startswith("# Tide tables\n\n")
    assert program.run("export", "-o", "all.gmi").returncode == 0
    assert "High water" in (tmp_path / "all.gmi").read_text()


def test_writers_that_cannot_be_used_are_named(program: Program, tmp_path: Path) -> None:
    install(tmp_path / "site", "broken", "class NoWriter: pass", group="writers", csv="broken:NoWriter")
    done = program.run("formats")
    assert done.returncode == 0
    assert "the writer 'broken:NoWriter' cannot be used: " in done.stderr


BROKEN = """
import os, time
from functools import partial
from docarchive.readers import Reader, Record

class Base(Reader):
    summary = "for tests"
    isolated = True
    def recognizes(self, head):
        return head.startswith(self.name.encode())
    def records(self, source):
        yield Record("1", self.name.encode(), partial(self.load, source.name))
        yield Record("2", self.name.encode() * 2, partial(int, "no article"))

class Crashing(Base):
    name = "crashing"
    def load(self, name):
        os.abort()

class Raising(Base):
    name = "raising"
    isolated = False
    def load(self, name):
        raise KeyError("what was not thought of")

class Failing(Base):
    name = "failing"
    def records(self, source):
        raise ZeroDivisionError("at once")

class NoReader:
    pass
"""


def test_readers_that_misbehave_stop_nothing(program: Program, tmp_path: Path) -> None:
    names = ("Crashing", "Raising", "Failing", "NoReader", "Missing")
    install(tmp_path / "site", "broken", BROKEN, **{name.lower(): f"broken:{name}" for name in names})
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in ("crashing", "failing", "raising"):
        (inbox / f"{name}.txt").write_text(f"{name} text", "utf-8")
    (inbox / "z.txt").write_text("A text that is quite in order.\n", "utf-8")
    done = program.run("import", "inbox")
    assert done.returncode == 3
    lines = done.stderr.splitlines()
    refused = {line.split()[1].rstrip(":"): line for line in lines if line.startswith("refused")}
    assert "parsing it crashes the process (SIGABRT)" in refused["inbox/crashing.txt:1"]
    assert "the raising reader failed on it (KeyError: 'what was not thought of')" in refused["inbox/raising.txt:1"]
    assert "the failing reader failed on it (ZeroDivisionError: at once)" in refused["inbox/failing.txt"]
    assert "ValueError" in refused["inbox/crashing.txt:2"]
    assert done.stdout.startswith("1 new, 0 unchanged, 0 updated, 5 refused")
    assert "the reader 'broken:NoReader' cannot be used: " in done.stderr
    assert "the reader 'broken:Missing' cannot be used: " in done.stderr
