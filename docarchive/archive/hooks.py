"""Hooks: the table ``[hooks]`` of an archive's settings: programs that run after changes.

The library only reads the table. The program runs hooks that its user has allowed (``cli.hooks``): settings may be a
stranger's. See docs/decisions/0086.
"""

from __future__ import annotations

import os
import re
from typing import Final

from docarchive.errors import UsageError
from docarchive.records import NamedTuple
from docarchive.texts import shorten

_NAME: Final = re.compile(r"[^\W\d][\w-]{0,63}")
_KEYS: Final = frozenset({"run", "on", "seconds"})
_MAX_SECONDS: Final = 3600
_SECONDS: Final = 30
_FORM: Final = 'write [hooks.NAME] with a line such as run = ["notify-send", "docarchive"]'


class Hook(NamedTuple):
    """A hook.

    Attributes:
        name: Its name.
        run: The program and its arguments.
        on: The commands after which it runs, as the log names them, such as ``import``; empty for all.
        seconds: How long it may take.
    """

    name: str
    run: tuple[str, ...]
    on: tuple[str, ...] = ()
    seconds: int = _SECONDS


def read_hooks(table: object) -> dict[str, Hook]:
    """Reads the table.

    Raises:
        UsageError: A hook is malformed.
    """
    if not isinstance(table, dict):
        raise UsageError(f"[hooks] must be a table; {_FORM}")
    return {name: _hook(name, values) for name, values in table.items()}


def _hook(name: str, values: object) -> Hook:
    where = f"hook {shorten(name, 40)}"
    if not _NAME.fullmatch(name):
        raise UsageError(f"{where}: its name must start with a letter, then have letters, digits, '_' and '-'")
    if not isinstance(values, dict) or "run" not in values or {*values} - _KEYS:
        raise UsageError(f"{where}: it needs run, and may have on and seconds; {_FORM}")
    run, on, seconds = values["run"], values.get("on", []), values.get("seconds", _SECONDS)
    if not _are_texts(run) or not run or not run[0].strip():
        raise UsageError(f"{where}: run must be a list of a program and its arguments; no shell reads it; {_FORM}")
    if os.path.basename(run[0]) != run[0] and not os.path.isabs(run[0]):
        raise UsageError(f"{where}: {shorten(repr(run[0]))} is a relative path; name the program, or its whole path")
    if not _are_texts(on):
        raise UsageError(f'{where}: on must be a list of commands, such as ["import", "undo"]')
    if type(seconds) is not int or not 1 <= seconds <= _MAX_SECONDS:
        raise UsageError(f"{where}: seconds must be a whole number from 1 to {_MAX_SECONDS}")
    return Hook(name, tuple(run), tuple(on), seconds)


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) and "\0" not in value for value in values)
