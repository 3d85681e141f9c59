"""What is read without Typer is read as Typer reads it; what is not read, Typer gets."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from conftest import Cli
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.main import get_command

from docarchive.cli import app
from docarchive.cli.commands import COMMANDS, command
from docarchive.cli.declaring import Option, parameters
from docarchive.cli.plain import VARIABLE, call
from docarchive.cli.shared_arguments import HIDDEN

#: What the commands that Typer ran were called with.
SEEN: list[dict[str, Any]] = []

_VALUES = [
    *("oil", "-opec", "10", "0", "-1", "1_0", "٣", "0.5", "", "-", "--", "-h", "--help", "2024-03-16", ".", "a b", "é"),
]
_STRANGE = [
    "--limitx",
    "--lim",
    "-n",
    "-o",
    "-nx",
    "-n3",
    "-n03",
    "-n٣",
    "-n=",
    "--json=1",
    "--version",
    "--install-completion",
    "--archive",
]


def recorder(function: Any, typed: Any = app.typed) -> Any:
    """Returns a command that is declared as another one, and notes what it was called with."""

    def record(**values: Any) -> None:
        SEEN.append(values)

    record.__name__ = function.__name__
    record.__dict__["__signature__"] = typed(function).__signature__
    return record


@cache
def by_typer() -> Any:
    with patch.object(app, "typed", recorder):
        return get_command(app.application())


def typers_reading(arguments: list[str]) -> dict[str, Any] | None:
    """Returns what Typer calls the command with, or None if it says something instead."""
    SEEN.clear()
    try:
        with by_typer().make_context("docarchive", list(arguments)) as context:
            by_typer().invoke(context)
    except Exception:  # click's own, of which Typer has a copy
        return None
    found = {name: _joined(value) for name, value in SEEN.pop().items()}
    return {**found, "context": found["context"].obj} if "context" in found else found


def _joined(value: Any) -> Any:
    """Brings back the minus of words of a query, as ``joined`` does, and of an id."""
    if isinstance(value, list):
        return [_joined(each) for each in value]
    return value.removeprefix(HIDDEN) if isinstance(value, str) else value


def plain_reading(arguments: list[str]) -> dict[str, Any] | None:
    """Returns what the command would be called with, or None if that is left to Typer."""
    found = call(arguments, os.environ)
    if found is None:
        return None
    declared = parameters(found.function)
    defaults = {parameter.name: parameter.default for parameter in declared if not parameter.required}
    takes_context = any(parameter.name == "context" for parameter in declared)
    return {**defaults, **found.values, **({"context": found.context.obj} if takes_context else {})}


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    """Command lines of declared options, of values that are hard to read, and of mistakes."""
    name = draw(st.sampled_from([*COMMANDS]))
    options = [
        option
        for each in parameters(command(name))
        if isinstance(each.declared, Option)
        for option in each.declared.names or (f"--{each.name.strip('_').replace('_', '-')}",)
    ]
    value = st.sampled_from(_VALUES)
    word = st.one_of(
        value,
        st.sampled_from(options or ["--json"]),
        st.sampled_from(_STRANGE),
        st.builds(lambda option, text: f"{option}={text}", st.sampled_from(options or ["--json"]), value),
    )
    before = draw(st.sampled_from([[], [], ["--archive", "news"], ["--archive=news"], ["--archive="], ["--archive"]]))
    return [*before, name, *draw(st.lists(word, max_size=6))]


@settings(max_examples=400, deadline=None)
@given(lines(), st.sampled_from([None, "", "elsewhere"]))
def test_it_reads_as_typer_does_or_not_at_all(arguments: list[str], named: str | None) -> None:
    with patch.dict(os.environ):
        os.environ.pop(VARIABLE, None)
        if named is not None:
            os.environ[VARIABLE] = named
        plain = plain_reading(arguments)
        assert plain is None or plain == typers_reading(arguments)


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("search oil -opec --limit 5 --facet tag --facet=place", {"query": ["oil", "-opec"], "limit": 5}),
        ("search --json -- --limit", {"query": ["--limit"], "json": True}),
        ("--archive news list place:japan --ids", {"query": ["place:japan"], "ids": True}),
        ("show abc def --json", {"ids": ["abc", "def"], "json": True}),
        ("search oil --freshness 30", {"freshness": 30}),
        ("sync --wait 0.5", {"wait": 0.5}),
        ("search oil -n 3", {"query": ["oil"], "limit": 3}),
        ("list -n5", {"limit": 5}),
        ("stats", {}),
        ("search oil --archive news -- --archive x", {"query": ["oil", "--archive", "x"]}),
        ("list --archive=news --json-version 1", {}),
        ("sync --json", {"json": True}),
        ("list date:today --now 2024-03-16", {"now": "2024-03-16"}),
        ("engine use tantivy", {"action": "use", "name": "tantivy"}),
        ("import inbox -n --tag a --tag b", {"inputs": ["inbox"], "tags": ["a", "b"], "dry_run": True}),
        ("export oil -o out.jsonl --limit 3", {"query": ["oil"], "output": "out.jsonl", "limit": 3}),
    ],
)
def test_usual_lines_are_read_without_typer(line: str, values: dict[str, Any]) -> None:
    found = call(line.split(), {})
    assert found is not None
    assert values.items() <= found.values.items()
    assert plain_reading(line.split()) == typers_reading(line.split())


@pytest.mark.parametrize(
    "line",
    ["", "--help", "search --help", "search -h", "search --limit x", "search --limit -1", "serach oil", "show",
     "stats x", "search oil --freshness 1e3", "search oil --sort", "--version", "original", "engine use a b"],
)  # fmt: skip
def test_what_is_not_usual_is_left_to_typer(line: str) -> None:
    assert call(line.split(), {}) is None


def test_the_archive_is_the_one_that_is_named_else_that_of_the_environment(tmp_path: Path) -> None:
    named = call(["--archive", "news", "stats"], {VARIABLE: "other"})
    assert named is not None
    assert named.context.obj == Path("news")
    after = call(["--archive", "other", "stats", "--archive", "x", "--archive=news"], {VARIABLE: "other"})
    assert after is not None
    assert after.context.obj == Path("news")
    assert (found := call(["stats"], {VARIABLE: "other"})) is not None
    assert found.context.obj == Path("other")
    assert (none := call(["stats"], {})) is not None
    assert none.context.obj is None


def test_commands_are_declared_alike_everywhere() -> None:
    """Each parameter has a declaration that both readers know."""
    for name in COMMANDS:
        for each in parameters(command(name)):
            assert each.declared is not None or each.name == "context", (name, each.name)


def test_a_command_that_needs_no_archive_is_read_too(cli: Cli) -> None:
    ran = cli("formats", "--json")
    assert ran.code == 0
    assert "jsonl" in {each["name"] for each in ran.json["formats"]}


def test_help_has_brackets_only_around_what_may_be_left_out() -> None:
    for name, one in get_command(app.application()).commands.items():  # type: ignore[attr-defined]
        text = one.get_help(one.make_context(f"docarchive {name}", [], resilient_parsing=True))
        assert not re.search(r"\{[A-Z]|\[default:\s+\(|x>=[01]\]", text), text
    assert "'{date}-{slug}.txt'" in " ".join(_help("export").split())
    assert "link (import it" in " ".join(_help("import").split())
    assert "[default: one per CPU]" in " ".join(_help("import").split())


def _help(name: str) -> str:
    one = get_command(app.application([name, "stats"])).commands[name]  # type: ignore[attr-defined]
    return str(one.get_help(one.make_context(f"docarchive {name}", [], resilient_parsing=True)))
