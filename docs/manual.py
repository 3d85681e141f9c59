"""Writes the manual pages, docarchive(1) and one for each command, from the Typer application.

    python docs/manual.py FOLDER

``make docs`` writes them to build/man/man1, and the build of the wheel puts them into share/man/man1. The language is
roff with the man macros, as groff and mandoc read it: man(7).
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from commands import PROGRAM, Command, Parameter, commands

import docarchive
from docarchive.cli.examples import EXAMPLES

_CHANGES: Final = Path(__file__).parent.parent / "CHANGELOG.md"
#: Characters that roff would read as its own, or print as other ones.
_SPECIAL: Final = str.maketrans(
    {"\\": r"\e", "-": r"\-", "'": r"\(aq", '"': r"\(dq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
)


def pages() -> dict[str, str]:
    """Returns the pages by the names of their files."""
    program, all_ = commands()
    written = {f"{PROGRAM}.1": _page(program, program, all_)}
    return written | {f"{_name(command)}.1": _page(command, program, all_) for command in all_}


def _page(command: Command, program: Command, all_: list[Command]) -> str:
    lines = [
        r".\" Written by docs/manual.py from the application.",
        f'.TH {_escaped(_name(command).upper())} 1 {_date()} "{PROGRAM} {docarchive.__version__}"',
        ".nh",
        ".ad l",
        ".SH NAME",
        *_text(f"{_name(command)} - {command.purpose.rstrip('.')}"),
        ".SH SYNOPSIS",
        rf".B {_escaped(command.path)}",
        *_text(command.words),
        ".SH DESCRIPTION",
        *_paragraphs(command.help),
    ]
    if not command.name:
        lines += [".SH COMMANDS", *_commands(all_)]
    if command.arguments:
        lines += [".SH ARGUMENTS", *_parameters(command.arguments)]
    lines += [".SH OPTIONS", *_parameters(command.options)]
    for heading, text in _sections(program.epilog):
        lines += [f".SH {heading}", *_paragraphs([text])]
    if examples := EXAMPLES.get(command.name):
        lines += [".SH EXAMPLES", *_paragraphs([text for line, purpose in examples for text in (line, purpose)])]
    lines += [".SH ENVIRONMENT", *_variables(program.options)]
    lines += [".SH SEE ALSO", *_others(command, program, all_)]
    return "\n".join(lines) + "\n"


def _name(command: Command) -> str:
    return command.path.replace(" ", "-")


def _date() -> str:
    """Returns the day of the newest release: a page is the same whenever it is written."""
    release = re.search(r"^## \[\d.*\] - (\S+)$", _CHANGES.read_text("utf-8"), re.MULTILINE)
    assert release, "CHANGELOG.md names no release"
    return release[1]


def _commands(all_: list[Command]) -> Iterator[str]:
    for command in all_:
        yield from (".TP", rf"\fB{_escaped(command.name)}\fR", *_text(command.purpose))


def _parameters(parameters: list[Parameter]) -> Iterator[str]:
    for parameter in parameters:
        names = ", ".join(rf"\fB{_escaped(name)}\fR" for name in parameter.names)
        value = rf"\fI{_escaped(parameter.value)}\fR" if parameter.value else ""
        yield from (".TP", f"{names} {value}".strip(), *_text(parameter.meaning))
        if parameter.default == "required":
            yield "Required."
        elif parameter.default:
            yield from _text(f"Default: {parameter.default.strip('`')}.")


def _sections(epilog: list[str]) -> Iterator[tuple[str, str]]:
    """Yields the heading and the text of each paragraph that begins with a heading: ``Exit codes: 0 done, …``."""
    for paragraph in epilog:
        heading, _, text = paragraph.partition(": ")
        yield "EXIT STATUS" if heading == "Exit codes" else heading.upper(), text


def _variables(options: list[Parameter]) -> Iterator[str]:
    for option in options:
        if option.variable:
            yield from (".TP", rf"\fB{option.variable}\fR", *_text(option.meaning))


def _others(command: Command, program: Command, all_: list[Command]) -> Iterator[str]:
    others = [other for other in (program, *all_) if other is not command]
    for other in others:
        yield rf".BR {_escaped(_name(other))} (1){'' if other is others[-1] else ','}"


def _paragraphs(texts: list[str]) -> Iterator[str]:
    for number, text in enumerate(texts):
        yield from [".PP"] * (number > 0)
        yield from _text(text)


def _text(text: str) -> Iterator[str]:
    """Yields the lines of a paragraph."""
    # A word is escaped before lines are made, since mandoc asks for lines of at most 80 bytes with all their escapes.
    for line in textwrap.wrap(text.translate(_SPECIAL), 78, break_long_words=False, break_on_hyphens=False):
        yield _no_request(line)


def _escaped(text: str) -> str:
    r"""Returns text in which roff sees nothing of its own.

    >>> _escaped("--sort 'x'"), _escaped(".toml")
    ('\\-\\-sort \\(aqx\\(aq', '\\&.toml')
    """
    return _no_request(text.translate(_SPECIAL))


def _no_request(line: str) -> str:
    """Returns a line that roff does not read as a request, which a line with a dot at its start is."""
    return rf"\&{line}" if line.startswith(".") else line


def write(folder: Path) -> list[Path]:
    """Writes the pages into a folder, which is made; returns their files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, text in pages().items():
        files.append(folder / name)
        files[-1].write_text(text, "utf-8")
    return files


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: python docs/manual.py FOLDER")
    write(Path(sys.argv[1]))
