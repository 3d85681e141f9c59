"""Commands: the command lines that are tried, at least one for each command of the program.

A command that is new in the program, and has none here, gets one from its parameters.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import typer

from benchmarks.hostile.arena import Arena
from docarchive.cli.app import application
from docarchive.writers import writers

#: The words of the command lines; ``{name}`` is a part of the arena, ``{id}`` an id of an article.
_LINES: Final[dict[str, tuple[str, ...]]] = {
    "init": ("init {archive}", "init {archive} --engine tantivy --name x", "init {out}/new"),
    "import": (
        "import {inputs}",
        "import {inputs}/a.jsonl --again --json",
        "import {inputs}/page.html --images --on-duplicate keep",
        "import {inputs} --dry-run",
        "import {archive}/quarantine {archive}/originals --dry-run",
    ),
    "duplicates": ("duplicates", "duplicates --json --threshold 0.3"),
    "watch": ("watch {inputs} --settle 0.1",),
    "formats": ("formats", "formats --json"),
    "search": (
        "search pier",
        "search * --json --explain --sort -date --facet tag --facet month",
        "search harbour --save more",
        "search @harbour --count",
        "search --similar-to {inputs}/note.txt",
        "search wheat~ -n 3 --ids",
        "search /p.er/ --literal",
    ),
    "similar": ("similar {id}", "similar {id} --json"),
    "saved": ("saved", "saved --remove harbour"),
    "versions": ("versions {id}", "versions {id} --json"),
    "diff": ("diff {id}", "diff {id} -1 current --html", "diff {id} --json"),
    "show": (
        "show {id}",
        "show {id} --version -1",
        "show {id} --json --provenance",
        "show {id} --format html",
        "show {id} --format txt",
    ),
    "original": ("original {id}", "original {id} --json"),
    "open": ("open {id} --print", "open {id} --url --print"),
    "new": ("new --title x", "new --discard"),
    "edit": ("edit {id}", "edit {id} --discard"),
    "quarantine": (
        "quarantine",
        "quarantine --json",
        "quarantine --retry",
        "quarantine --retry --images --json --jobs 1",
        "quarantine --retry --dry-run",
        "quarantine --retry --format rst",
        "quarantine --discard --all",
    ),
    "list": ("list", "list --json --sort title", "list has:original --count"),
    "export": (
        "export --format md --originals --layout hugo -o {out}/hugo",
        "export --format md --layout obsidian -o {out}/obsidian",
        "export --format md --originals --layout jekyll -o {out}/jekyll.zip",
        "export --format html --images -o {out}/pages",
        "export pier --format jsonl",
        "export --since 2020 --format csv --flatten -o {out}/all.csv",
        "export --format template --template {out}/../template.txt --name {slug}.txt -o {out}/texts",
    ),
    "sync": ("sync", "sync --json"),
    "rebuild": ("rebuild", "rebuild --json"),
    "stats": ("stats", "stats --json"),
    "engine": ("engine", "engine use tantivy", "engine use whoosh --json"),
}
#: What help calls the values of options that are paths.
_OF_PATHS: Final = ("PATH", "FILE", "DIR", "FOLDER", "MANIFEST", "TARGET")
#: What a parameter without a default gets, by its name; others get a path to write to, or a word.
_VALUES: Final = {"id": "{id}", "ids": "{id}", "query": "pier", "backup": "{out}/backup", "target": "{out}/target"}


class Case(NamedTuple):
    """A command line."""

    command: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.words)

    def filled(self, arena: Arena, id_: str) -> list[str]:
        """Returns the words for an arena and an article."""
        parts = {name: str(getattr(arena, name)) for name in ("archive", "inputs", "out", "canary")}
        words = []
        for word in self.words:
            for name, value in {**parts, "id": id_}.items():
                word = word.replace(f"{{{name}}}", value)
            words.append(word)
        return words


@cache
def commands() -> tuple[str, ...]:
    """Returns the names of the program's commands."""
    return tuple(_group().commands)


@cache
def cases() -> tuple[Case, ...]:
    """Returns all command lines."""
    return tuple(Case(name, tuple(line.split())) for name in commands() for line in _lines(name))


def _lines(name: str) -> Iterator[str]:
    if name not in _LINES:
        yield from _derived(name)
    yield from _LINES.get(name, ())
    if name == "export":
        for format_, written in writers().items():
            if format_ not in ("md", "template"):
                ending = written.suffixes[0] if written.stream and written.suffixes else ""
                yield f"export --format {format_} -o {{out}}/x{ending}"


def _derived(name: str) -> Iterator[str]:
    """Yields command lines for a command by its parameters: with what it requires, and with each option."""
    needed, switches = [], []
    for parameter in _group().commands[name].params:
        if parameter.required:
            value = _VALUES.get(parameter.name or "", "{out}/" + (parameter.name or "x"))
            option = next((word for word in parameter.opts if word.startswith("--")), "")
            needed.append(f"{option} {value}".strip())
        elif getattr(parameter, "is_flag", False) and parameter.name not in ("help", "resume"):
            switches.append(max(parameter.opts, key=len))
        elif parameter.metavar in _OF_PATHS and parameter.name != "archive":
            switches.append(f"{max(parameter.opts, key=len)} {{out}}/{parameter.name}")
    line = " ".join([name, *needed])
    yield line
    yield from (f"{line} {switch}" for switch in switches)


def _group() -> Any:
    return typer.main.get_command(application())


def template(arena: Arena) -> None:
    """Writes the template that a command line names."""
    Path(arena.root, "template.txt").write_text("{{ title }} {{ original }} {{ text }}\n", "utf-8")
