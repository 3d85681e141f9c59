"""Ids that a user names: a file of them, and what to do about those that no article has."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from docarchive.cli.render import message
from docarchive.errors import AmbiguousId, NotFoundError, UsageError
from docarchive.paths import expanded

_Found = TypeVar("_Found")
#: The encodings of text files by their marks; PowerShell redirects output as UTF-16.
_MARKS: Final = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def read_ids(path: str) -> list[str]:
    """Returns the ids in a file or, for ``-``, on standard input: the first word of each line, without repetitions.

    If there are none, a message says so.

    Raises:
        UsageError: The file cannot be read.
    """
    if not (ids := _ids(path)):
        message(f"there are no ids {'on standard input' if path == '-' else f'in {path}'}")
    return ids


def _ids(path: str) -> list[str]:
    try:
        data = sys.stdin.buffer.read() if path == "-" else expanded(path).read_bytes()
        encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
        lines = data.decode(encoding).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"the ids in {path} cannot be read: {reason}") from None
    # Files that were put together have marks inside.
    return [*dict.fromkeys(words[0] for line in lines if (words := line.replace("\ufeff", "").split()))]


def with_piped(ids: Iterable[str]) -> list[str]:
    """Returns ids with those on standard input instead of a ``-``."""
    return [id_ for name in ids for id_ in (read_ids(name) if name == "-" else [name])]


def piped_id(id_: str) -> str:
    """Returns an id, or for ``-`` the one on standard input.

    Raises:
        UsageError: There is not exactly one.
    """
    ids = _ids(id_) if id_ == "-" else [id_]
    if len(ids) != 1:
        raise UsageError(f"one id is needed on standard input, not {len(ids):,}")
    return ids[0]


def found(names: Iterable[str], find: Callable[[str], _Found]) -> tuple[list[_Found], int]:
    """Finds what ids or names stand for. Those that stand for nothing are reported, and the others are found.

    Args:
        names: The ids or names.
        find: Returns what one stands for, or raises ``NotFoundError`` or ``AmbiguousId``.

    Returns:
        What was found, in order, and the exit code for what was not: 0 if all were found.
    """
    results, code = [], 0
    for name in names:
        try:
            results.append(find(name))
        except (NotFoundError, AmbiguousId) as error:
            message(str(error))
            code = max(code, error.exit_code)
    return results, code
