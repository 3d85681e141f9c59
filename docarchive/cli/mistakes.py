"""Mistakes in a command line, in plain words, with what was probably meant.

Typer finds the mistakes; here are the messages. Not useful for mistakes in queries or in values that the library reads:
its errors have messages of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from typing import Any, Final

from docarchive.cli.commands import COMMANDS, command
from docarchive.cli.declaring import Option, names_of, parameters

#: Commands by what other programs call them.
_SYNONYMS: Final = {
    **dict.fromkeys(("add", "fetch", "ingest", "insert", "load", "put", "save"), "import"),
    **dict.fromkeys(("find", "grep", "query", "ask", "lookup"), "search"),
    **dict.fromkeys(("ls", "dir", "all"), "list"),
    **dict.fromkeys(("cat", "get", "print", "read", "view"), "show"),
    "create": "init",
    **dict.fromkeys(("count", "info", "status", "statistics"), "stats"),
    **dict.fromkeys(("convert", "dump", "write"), "export"),
    **dict.fromkeys(("refresh", "update"), "sync"),
    **dict.fromkeys(("index", "reindex", "repair"), "rebuild"),
    **dict.fromkeys(("dedup", "dedupe", "dupes"), "duplicates"),
    **dict.fromkeys(("errors", "refused", "rejected"), "quarantine"),
    **dict.fromkeys(("backend", "engines"), "engine"),
    **dict.fromkeys(("rm", "del", "delete", "trash"), "remove"),
    **dict.fromkeys(("rule", "filters", "automations"), "rules"),
    **dict.fromkeys(("hook", "triggers"), "hooks"),
    **dict.fromkeys(("combine", "unite", "join"), "merge"),
    **dict.fromkeys(("erase", "shred", "redact"), "purge"),
    **dict.fromkeys(("undelete", "recover"), "restore"),
    **dict.fromkeys(("modify", "put"), "set"),
    **dict.fromkeys(("untag", "label"), "tag"),
    **dict.fromkeys(("annotate", "comment"), "note"),
    "mark": "highlight",
    **dict.fromkeys(("changes", "journal"), "log"),
    **dict.fromkeys(("revert", "rollback"), "undo"),
    **dict.fromkeys(("history", "revisions"), "versions"),
    "compare": "diff",
    "like": "similar",
    **dict.fromkeys(("web", "server", "browse", "http"), "serve"),
    **dict.fromkeys(("assistant", "ai", "tools"), "mcp"),
    **dict.fromkeys(("check", "citation", "cite"), "quote"),
}
_BY_HAND: Final = "of an article under articles/, then run 'docarchive sync'"
#: What to do instead of commands that other programs have.
_INSTEAD: Final = {
    **dict.fromkeys(("mv", "move", "rename"), f"move the file {_BY_HAND}"),
    **dict.fromkeys(("clone", "copy"), "copy the archive's folder, or use 'docarchive backup'"),
    "version": "use 'docarchive --version', or 'docarchive versions ID' for those of an article",
}
_SURE: Final = 0.65  # how similar a name must be to what was typed, from 0 to 1
_TOO_MANY: Final = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)")
_FORMS: Final = re.compile(r"(.*?) is not (?:in the range|a valid (?:int|float|integer))\b")


def unknown_command(name: str) -> str:
    """Returns the message for a command that does not exist."""
    near = [_SYNONYMS[name]] if name in _SYNONYMS else _near(name, COMMANDS)
    hint = _INSTEAD.get(name) or _meant(near) or "'docarchive --help' lists them"
    return f"there is no command {name!r}; {hint}"


def described(error: Any, arguments: list[str]) -> str:
    """Returns the message for an error of Typer.

    Args:
        error: The error.
        arguments: The words after the program's name.
    """
    name = next((word for word in arguments if word in COMMANDS), None)
    help_ = f"'docarchive {name} --help'" if name else "'docarchive --help'"
    if isinstance(option := getattr(error, "option_name", None), str):
        if type(error).__name__ == "NoSuchOption":
            return f"there is no option {option}; {_hint(option, error.ctx, name) or f'{help_} lists them'}"
        return (
            f"{option} takes no value" if "does not take" in error.message else f"{option} needs a value; see {help_}"
        )
    kind = getattr(getattr(error, "param", None), "type", None)
    if kind is not None and (match := _FORMS.match(error.message)):
        return f"{max(error.param.opts, key=len)} takes {_number(kind)}, not {match[1].strip(chr(39))}"
    if match := _TOO_MANY.match(error.message):
        return f"too many arguments: {match[1]}; see {help_}"
    return f"{error.format_message().rstrip('.?')}; see {help_}"


def _number(kind: Any) -> str:
    """Returns the numbers that an option takes, in words."""
    words = "a whole number" if "int" in type(kind).__name__.lower() else "a number"
    least, most = getattr(kind, "min", None), getattr(kind, "max", None)
    if least is None:
        return words
    return f"{words}, {least:g} or more" if most is None else f"{words} from {least:g} to {most:g}"


def _hint(typed: str, context: Any, command_name: str | None) -> str:
    """Returns which option was probably meant; empty if that is unknown."""
    own = [name for parameter in context.command.params for name in (*parameter.opts, *parameter.secondary_opts)]
    if near := _near(typed, [name for name in own if name.startswith("-")]):
        return _meant(near)
    if context.parent is not None:
        near = _near(typed, [name for parameter in context.parent.command.params for name in parameter.opts])
        return f"{_meant(near)} It goes before the command" if near else ""
    for name in filter(None, (command_name, "search", *COMMANDS)):
        if near := _near(typed, _options(name)):
            return f"{near[0]} goes after the command: docarchive {name} {near[0]}"
    return ""


def _near(typed: str, names: Iterable[str]) -> list[str]:
    """Returns the names that are most similar to what was typed."""
    near = get_close_matches(typed, [*names], n=3, cutoff=_SURE)
    ratios = [SequenceMatcher(None, name, typed).ratio() for name in near]
    return [name for name, ratio in zip(near, ratios, strict=True) if ratio > ratios[0] - 0.05]


def _options(name: str) -> list[str]:
    """Returns the long options of a command."""
    declared = [parameter for parameter in parameters(command(name)) if isinstance(parameter.declared, Option)]
    names = [part for item in declared for option in names_of(item) for part in option.split("/")]
    return [part for part in names if part.startswith("--")]


def _meant(names: list[str]) -> str:
    return f"did you mean {' or '.join(names)}?" if names else ""
