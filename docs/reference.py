"""Writes docs/cli.md, the reference of the command line, from the Typer application.

python docs/reference.py            writes the page
python docs/reference.py --check    exits with 1 if the page is stale

The page is the same in every environment: see commands.py.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from commands import Command, Parameter, commands

PAGE: Final = Path(__file__).with_name("cli.md")
_HEAD: Final = """\
# Command line reference

<!-- Written by docs/reference.py from the application; change the help texts there, then run it again. -->

The [guide](guide.md) goes through the same commands task by task, the [query language](query-language.md) has a page
of its own, and [JSON output](json.md) says what `--json` prints."""


def page() -> str:
    """Returns the reference as Markdown."""
    program, all_ = commands()
    blocks = [_HEAD, *_blocks(program), _index(all_)]
    for command in all_:
        blocks += _blocks(command)
    return "\n\n".join(blocks) + "\n"


def _blocks(command: Command) -> Iterator[str]:
    yield f"## {command.path}"
    yield f"```text\n{command.path} {command.words}\n```"
    yield from map(_escaped, command.help)
    if command.arguments:
        yield _table("Argument", command.arguments)
    yield _table("Option", command.options)
    yield from map(_escaped, command.epilog)


def _index(all_: list[Command]) -> str:
    rows = [f"| [`{command.name}`](#docarchive-{command.name}) | {_escaped(command.purpose)} |" for command in all_]
    return "\n".join(["| Command | Purpose |", "|---|---|", *rows])


def _table(kind: str, options: list[Parameter]) -> str:
    lines = [f"| {_names(option)} | {_meaning(option)} | {option.default} |" for option in options]
    return "\n".join([f"| {kind} | Meaning | Default |", "|---|---|---|", *lines])


def _names(parameter: Parameter) -> str:
    names = ", ".join(f"`{name}`" for name in parameter.names)
    return " ".join(filter(None, [names, f"`{parameter.value}`" if parameter.value else ""]))


def _meaning(parameter: Parameter) -> str:
    return _escaped(parameter.meaning) + (f" Environment: `{parameter.variable}`." if parameter.variable else "")


def _escaped(text: str) -> str:
    """Returns text in which Markdown sees no marks of its own."""
    return re.sub(r"([\\*_<|`])", r"\\\1", text)


def main(arguments: list[str]) -> int:
    """Writes or checks the page; returns the exit code."""
    if arguments not in ([], ["--check"]):
        print("usage: python docs/reference.py [--check]", file=sys.stderr)
        return 2
    wanted = page().encode()
    if not arguments:
        PAGE.write_bytes(wanted)
        return 0
    if PAGE.exists() and PAGE.read_bytes() == wanted:
        return 0
    print("docs/cli.md is not what the application says; run: python docs/reference.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
