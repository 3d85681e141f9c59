"""The commands: one module each, imported when the command runs."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

#: The module of each command, in the order of the help.
COMMANDS: Final = {
    "init": "init",
    "import": "import_",
    "duplicates": "duplicates",
    "watch": "watch",
    "formats": "formats",
    "search": "search",
    "similar": "similar",
    "quote": "quote",
    "saved": "saved",
    "rules": "rules",
    "hooks": "hooks",
    "show": "show",
    "versions": "versions",
    "diff": "diff",
    "original": "original",
    "open": "open_",
    "quarantine": "quarantine",
    "list": "list_",
    "serve": "serve",
    "mcp": "mcp",
    "export": "export",
    "new": "new",
    "edit": "edit",
    "note": "note",
    "highlight": "highlight",
    "tag": "tag",
    "set": "set_",
    "rename-tag": "rename_tag",
    "merge": "merge",
    "remove": "remove",
    "purge": "purge",
    "log": "log",
    "undo": "undo",
    "redo": "redo",
    "sync": "sync",
    "rebuild": "rebuild",
    "verify": "verify",
    "backup": "backup",
    "restore": "restore",
    "stats": "stats",
    "engine": "engine",
}
#: The commands that take a query.
WITH_QUERY: Final = frozenset({"search", "list", "export", "verify", "tag", "set", "remove", "purge"})

#: The commands whose arguments may begin with a minus: queries, also among others, and versions that are counted
#: back.
WITH_MINUS: Final = WITH_QUERY | {"quote", "diff", "log", "restore", "rules"}


def command(name: str) -> Callable[..., Any]:
    """Returns the function of a command; its name is that of its module."""
    module = COMMANDS[name]
    function: Callable[..., Any] = getattr(import_module(f"{__name__}.{module}"), module)
    return function
