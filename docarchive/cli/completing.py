"""Answers a shell that completes a value: ``place:ja``, an id, ``@name``; the rest is Typer's part.

The protocol is that of the scripts which ``docarchive --install-completion`` installs (Typer's own).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from docarchive.catalog import completion

VARIABLE: Final = "_DOCARCHIVE_COMPLETE"
_WITH_QUERY: Final = ("search", "list", "export")
_WITH_ID: Final = ("show", "similar", "original")
_FLAGS: Final = ("--ids", "--json", "--count", "--explain", "--force")
_FIELD = re.compile(r'([^\W\d][\w.-]*):"?([^"]*)')


class _Asked(NamedTuple):
    """What the shell asks: the words before the one that is typed, that one, and whether ``:`` parts words."""

    words: list[str]
    typed: str
    parted: bool


def answer(environment: Mapping[str, str]) -> str | None:
    """Returns what a shell is to be told, or None if Typer is to be asked.

    Args:
        environment: The process's.
    """
    shell = environment.get(VARIABLE, "").removeprefix("complete_")
    asked = _asked(shell, environment)
    if asked is None:
        return None
    found = _candidates(asked, environment)
    if found is None:
        return None
    if shell == "fish":
        if environment.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
            return None if not found else ""
        return "\n".join(found)
    if shell == "zsh":
        escaped = (each.replace(":", r"\\:") for each in found)
        return "_arguments '*: :((" + "\n".join(f'"{each}"' for each in escaped) + "))'" if found else "_files"
    return "\n".join(found)


def _asked(shell: str, environment: Mapping[str, str]) -> _Asked | None:
    if shell == "bash":
        words = _split(environment.get("COMP_WORDS", ""))
        place = int(environment.get("COMP_CWORD") or 0)
        typed = words[place] if place < len(words) else ""
        before = words[1:place]
        if typed == ":" or (before and before[-1] == ":"):
            key = before[-1] if typed == ":" else before[-2] if len(before) > 1 else ""
            rest = before[:-1] if typed == ":" else before[:-2]
            return _Asked(rest, f"{key}:{'' if typed == ':' else typed}", True)
        return _Asked(before, typed, False)
    if shell in ("zsh", "fish"):
        text = environment.get("_TYPER_COMPLETE_ARGS", "")
        words = _split(text)[1:]
        typed = words.pop() if words and not text.endswith(" ") else ""
        return _Asked(words, typed, False)
    return None


def _split(text: str) -> list[str]:
    """Splits a command line that may end within a quote."""
    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    found: list[str] = []
    try:
        found.extend(lexer)
    except ValueError:
        found.append(lexer.token)
    return found


def _candidates(asked: _Asked, environment: Mapping[str, str]) -> list[str] | None:
    command = next((word for word in asked.words if word in (*_WITH_QUERY, *_WITH_ID)), None)
    last = asked.words[-1] if asked.words else ""
    option = last.startswith("--") and last not in _FLAGS and last != "--facet"
    if command is None or option or (asked.typed.startswith("-") and ":" not in asked.typed):
        return None
    named = None
    if "--archive" in asked.words[:-1]:
        named = asked.words[asked.words.index("--archive") + 1]
    root = completion.archive_root(named or environment.get("DOCARCHIVE_ARCHIVE"))
    if root is None:
        return []
    if last == "--facet":
        return completion.names(root, asked.typed)
    if command in _WITH_ID:
        return completion.values(root, "id", asked.typed)
    return _in_query(asked, root)


def _in_query(asked: _Asked, root: Path) -> list[str]:
    sign = asked.typed[:1] if asked.typed[:1] in ("-", "+", "(") else ""
    typed = asked.typed[len(sign) :]
    if typed.startswith("@"):
        return [f"{sign}@{name}" for name in completion.searches(root, typed[1:])]
    field = _FIELD.fullmatch(typed)
    if not field:
        return [f"{sign}{name}:" for name in completion.names(root, typed)]
    key, prefix = field.groups()
    before = "" if asked.parted else f"{sign}{key}:"
    found = completion.values(root, key, prefix)
    if asked.parted:
        return [value if " " not in value else '\\"' + value.replace(" ", "\\ ") + '\\"' for value in found]
    return [before + (value if " " not in value else f'"{value}"') for value in found]
