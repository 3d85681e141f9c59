"""Completes values for a shell: ``place:ja``, an id, ``@name``. Typer completes commands and options.

The protocol is that of the scripts that ``docarchive --install-completion`` installs, which are Typer's.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from docarchive.catalog import completion_values
from docarchive.cli.commands import COMMANDS, WITH_QUERY
from docarchive.records import NamedTuple

VARIABLE: Final = "_DOCARCHIVE_COMPLETE"
WITH_ID: Final = (
    *("show", "similar", "versions", "diff", "original", "open", "edit", "note", "highlight", "merge", "log"),
)
#: The options of the commands with queries or ids that take no value.
FLAGS: Final = {
    *(
        "all",
        "all_words",
        "count",
        "discard",
        "dry_run",
        "excel",
        "exit_code",
        "explain",
        "flatten",
        "force",
        "full",
        "html",
        "ids",
        "images",
        "json",
        "list",
        "literal",
        "originals",
        "print",
        "provenance",
        "quick",
        "raw",
        "repair",
        "resume",
        "url",
        "trash",
        "yes",
    ),
}
#: The short names of their options that take a value.
WITH_VALUE: Final = {"-n", "-o"}
_FILE_OPTION = re.compile(r"--(?:archive|ids|output|similar-to|style|template)=")
_FIELD = re.compile(r'([^\W\d][\w.-]*):"?([^"]*)')


class _Request(NamedTuple):
    """What a shell asks for.

    Attributes:
        words: The words before the one to complete, without the program's name.
        typed: What has been typed of the word to complete.
        colon_splits: Whether the shell splits words at ``:``, so that completions must begin after it.
    """

    words: list[str]
    typed: str
    colon_splits: bool


def answer(environment: Mapping[str, str]) -> str | None:
    """Returns completions in the form that the shell expects, or None if Typer must answer.

    Args:
        environment: The environment variables of the process.
    """
    shell = environment.get(VARIABLE, "").removeprefix("complete_")
    request = _request(shell, environment)
    if request is None:
        return None
    if shell == "zsh" and _FILE_OPTION.match(request.typed):
        return "compset -P '*='; _files"
    candidates = _candidates(request, environment)
    if candidates is None:
        return None
    if shell == "fish":
        if environment.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
            return None if not candidates else ""
        return "\n".join(candidates)
    if shell == "zsh":
        escaped = (value.replace(":", r"\\:") for value in candidates)
        return "_arguments '*: :((" + "\n".join(f'"{value}"' for value in escaped) + "))'" if candidates else "_files"
    return "\n".join(candidates)


def _request(shell: str, environment: Mapping[str, str]) -> _Request | None:
    if shell == "bash":
        words = _split(environment.get("COMP_WORDS", ""))
        index = int(environment.get("COMP_CWORD") or 0)
        typed = words[index] if index < len(words) else ""
        before = words[1:index]
        if typed == "=" and before[-1:] and before[-1].startswith("--"):  # bash makes three words of --output=x
            typed = ""
        elif before[-1:] == ["="] and before[-2:-1] and before[-2].startswith("--"):
            before = before[:-1]
        if typed == ":" or (before and before[-1] == ":"):
            key = before[-1] if typed == ":" else before[-2] if len(before) > 1 else ""
            rest = before[:-1] if typed == ":" else before[:-2]
            return _Request(rest, f"{key}:{'' if typed == ':' else typed}", True)
        return _Request(before, typed, False)
    if shell in ("zsh", "fish"):
        text = environment.get("_TYPER_COMPLETE_ARGS", "")
        words = _split(text)[1:]
        typed = words.pop() if words and not text.endswith(" ") else ""
        return _Request(words, typed, False)
    return None


def _split(text: str) -> list[str]:
    """Splits a command line that may end inside a quote."""
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        words.extend(lexer)
    except ValueError:
        words.append(lexer.token)
    return words


def _candidates(request: _Request, environment: Mapping[str, str]) -> list[str] | None:
    if request.words == ["help"]:
        return [name for name in COMMANDS if name.startswith(request.typed)]
    command = next((word for word in request.words if word in (*WITH_QUERY, *WITH_ID)), None)
    last = request.words[-1] if request.words else ""
    flag = last[2:].replace("-", "_") in FLAGS and (
        last != "--ids" or command in ("search", "list")
    )  # elsewhere, a file
    long = last.startswith("--") and last != "--" and "=" not in last and not flag and last != "--facet"
    option = long or last in WITH_VALUE
    if command is None or option or (request.typed.startswith("-") and ":" not in request.typed):
        return None
    root = completion_values.archive_root(_archive(request.words) or environment.get("DOCARCHIVE_ARCHIVE"))
    if root is None:
        return []
    if last == "--facet":
        return completion_values.names(root, request.typed)
    if command in WITH_ID:
        return completion_values.values(root, "id", request.typed)
    return _in_query(request, root)


def _archive(words: list[str]) -> str | None:
    """Returns the value of the last ``--archive``, before or after the command; bash has ``=`` as a word of its own."""
    value = None
    for index, word in enumerate(words):
        if word == "--archive":
            after = [following for following in words[index + 1 : index + 3] if following != "="]
            value = after[0] if after else value
        elif word.startswith("--archive="):
            value = word.partition("=")[2]
    return value


def _in_query(request: _Request, root: Path) -> list[str]:
    sign = request.typed[:1] if request.typed[:1] in ("-", "+", "(") else ""
    typed = request.typed[len(sign) :]
    if typed.startswith("@"):
        return [f"{sign}@{name}" for name in completion_values.searches(root, typed[1:])]
    field = _FIELD.fullmatch(typed)
    if not field:
        return [f"{sign}{name}:" for name in completion_values.names(root, typed)]
    key, prefix = field.groups()
    before = "" if request.colon_splits else f"{sign}{key}:"
    values = completion_values.values(root, key, prefix)
    if request.colon_splits:
        return [value if " " not in value else '\\"' + value.replace(" ", "\\ ") + '\\"' for value in values]
    return [before + (value if " " not in value else f'"{value}"') for value in values]
