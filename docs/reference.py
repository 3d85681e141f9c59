"""Writes docs/cli.md from the Typer application, and the tables of options in docs/library.md from their declarations.

    python docs/reference.py            write the pages
    python docs/reference.py --check    exit with 1 if a page is stale

docs/cli.md is written from the application's own data, not from its help as a terminal shows it, so it is the same
whatever the width of the terminal, the environment and the release of Typer.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from typer.main import get_command

from docarchive.archive.options import ExportOptions, ImportOptions, declared, kinds
from docarchive.cli.app import application

PAGE: Final = Path(__file__).with_name("cli.md")
LIBRARY: Final = Path(__file__).with_name("library.md")
_HEAD: Final = """\
# Command line reference

<!-- Written by docs/reference.py from the application; change the help texts there, then run it again. -->

The [guide](guide.md) goes through the same commands task by task, the [query language](query-language.md) has a page
of its own, and [JSON output](json.md) says what `--json` prints."""

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
#: Options that Typer adds, in its words; what it says of them depends on its release and on the shell.
_TYPERS_OWN: Final = {
    "install_completion": "Install completion for the current shell.",
    "show_completion": "Show completion for the current shell, to copy it or customize the installation.",
    "help": "Show this message and exit.",
}


def page() -> str:
    """Returns the reference as Markdown."""
    group: Any = get_command(application())
    above = group.make_context("docarchive", [], resilient_parsing=True)
    parts = [_HEAD, *_command(group, "docarchive"), _commands(group)]
    for name, command in group.commands.items():
        parts += _command(command, f"docarchive {name}", above)
    return "\n\n".join(parts) + "\n"


def _command(command: Any, path: str, above: Any = None) -> Iterator[str]:
    context = command.make_context(path, [], parent=above, resilient_parsing=True)
    parameters = command.get_params(context)
    arguments = [each for each in parameters if each.param_type_name == "argument"]
    options = [each for each in parameters if each.param_type_name == "option"]
    names = [_argument(each) for each in arguments] or ["COMMAND ..."] * hasattr(command, "commands")
    yield f"## {path}"
    yield f"```text\n{' '.join([path, '[OPTIONS]', *names])}\n```"
    yield from _paragraphs(command.help)
    if arguments:
        yield _table("Argument", [(f"`{_argument(each)}`", each) for each in arguments])
    yield _table("Option", [(_option(each), each) for each in options])
    yield from _paragraphs(command.epilog)


def _commands(group: Any) -> str:
    rows = [
        f"| [`{name}`](#docarchive-{name}) | {_escaped(next(_sentences(command.help)))} |"
        for name, command in group.commands.items()
    ]
    return "\n".join(["| Command | Purpose |", "|---|---|", *rows])


def _argument(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _option(parameter: Any) -> str:
    names = ", ".join(f"`{name}`" for name in sorted(parameter.opts, key=len))
    return names if parameter.is_flag or parameter.name in _TYPERS_OWN else f"{names} `{_value(parameter)}`"


def _value(parameter: Any) -> str:
    if parameter.metavar:
        return str(parameter.metavar)
    return "N" if hasattr(parameter.type, "min") else str(parameter.name).upper()


def _table(kind: str, rows: list[tuple[str, Any]]) -> str:
    lines = [f"| {name} | {_meaning(parameter)} | {_default(parameter)} |" for name, parameter in rows]
    return "\n".join([f"| {kind} | Meaning | Default |", "|---|---|---|", *lines])


def _meaning(parameter: Any) -> str:
    variable = getattr(parameter, "envvar", None)
    return _escaped(_TYPERS_OWN.get(parameter.name, parameter.help)) + (
        f" Environment: `{variable}`." if variable else ""
    )


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    if isinstance(parameter.show_default, str):
        return parameter.show_default
    if parameter.default is None or parameter.default is False or not parameter.show_default:
        return ""
    return f"`{parameter.default}`"


def _paragraphs(text: str | None) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text or ""):
        if paragraph.strip():
            yield _escaped(" ".join(paragraph.split()))


def _sentences(text: str) -> Iterator[str]:
    yield from re.split(r"(?<=\.)\s", " ".join(text.split()))


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
