"""Writes docs/cli.md from the Typer application, and the tables of options in docs/library.md from their declarations.

    python docs/reference.py            write the pages
    python docs/reference.py --check    exit with 1 if a page is stale

The pages are the same in every environment: see commands.py.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from commands import Command, Parameter, commands

from docarchive.archive.import_and_export_options import ExportOptions, ImportOptions, declared, kinds
from docarchive.cli.examples import EXAMPLES

PAGE: Final = Path(__file__).with_name("cli.md")
LIBRARY: Final = Path(__file__).with_name("library.md")
#: What the types of options are called.
_TYPES: Final = {
    "str": "text",
    "bool": "true or false",
    "int": "number",
    "Iterable": "texts",
    "Mapping": "mapping",
    "Callable": "function",
    "PathLike": "path",
}
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
    if examples := EXAMPLES.get(command.name):
        width = max(len(line) for line, _ in examples)
        lines = "\n".join(f"{line:<{width}}  # {purpose}" for line, purpose in examples)
        yield f"```text\n{lines}\n```"


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


def library() -> str:
    """Returns docs/library.md with its tables of options as they are declared."""
    text = LIBRARY.read_text("utf-8")
    for name, options in (("import", ImportOptions), ("export", ExportOptions)):
        mark = f"<!-- {name} options: written by docs/reference.py from the declarations -->\n"
        before, _, rest = text.partition(mark)
        _, end, after = rest.partition(f"<!-- end of {name} options -->")
        text = f"{before}{mark}{_options(options)}\n{end}{after}"
    return text


def _options(options: type) -> str:
    has_settings = any(option.setting for option in declared(options).values())
    rows = [["Option", "Type", "Default", *["Setting"] * has_settings, "Meaning"]]
    rows.append(["---"] * len(rows[0]))
    for name, option in declared(options).items():
        default = option.shown_default or (f"`{option.default!r}`" if option.default not in (None, (), {}) else "")
        default = default if not callable(option.default) else ""
        setting = [f"`{option.setting}`" if option.setting else ""] * has_settings
        rows.append([f"`{name}`", _TYPES[kinds(options)[name].__name__], default, *setting, _escaped(option.help)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main(arguments: list[str]) -> int:
    """Writes or checks the pages; returns the exit code."""
    if arguments not in ([], ["--check"]):
        print("usage: python docs/reference.py [--check]", file=sys.stderr)
        return 2
    stale = False
    for path, text in ((PAGE, page()), (LIBRARY, library())):
        wanted = text.encode()
        if path.exists() and path.read_bytes() == wanted:
            continue
        if arguments:
            stale = True
            print(f"docs/{path.name} is stale; run: python docs/reference.py", file=sys.stderr)
        else:
            path.write_bytes(wanted)
    return int(stale)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
