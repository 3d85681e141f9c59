"""The sites of watched calls: where in the program each call comes from, so that each site is tried once.

An operation makes the same call in the same functions again and again: for each article, each folder, each page of the
catalog. And most operations open an archive, read its catalog and update its index in the same way. A site is the name
of the call, the kind of its path, and the lines that led to it: up to the sixth of the package from the inside, without
those of the command line, which turns all errors into messages at one place. Where a call comes from a thread of a
library, its site is the library's functions instead.
"""

import re
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from benchmarks import shim

_PACKAGE: Final = str(Path(__file__).parent.parent / "docarchive")
_FRAME: Final = re.compile(r'  File "([^"]*)", line (\d+) in ')
_DEPTH: Final = 6  # lines of the package


class Site(NamedTuple):
    """Where a call comes from."""

    call: str  # its name
    kind: str  # of its path
    stack: bytes  # a digest of the lines that led to it


def recorded(depth: int = _DEPTH) -> list[Site]:
    """Returns the sites of the calls of a run that recorded them, in the order of their numbers.

    Args:
        depth: How many lines of the package tell two calls apart.
    """
    numbered: dict[int, Site] = {}
    for entry in shim.recording().read_bytes().split(b"\1")[1:]:
        number, call, path, libraries, functions = entry.split(b"\2")
        lines = "".join(_lines(functions.decode(errors="replace"), depth)).encode()
        stack = blake2b(lines or libraries, digest_size=16).digest()
        numbered[int(number)] = Site(call.decode(), _kind(path.decode(errors="replace")), stack)
    return [numbered[number] for number in sorted(numbered)]


def _kind(path: str) -> str:
    """Returns the kind of a path: its file type in an index, which libraries write; elsewhere the lines say it."""
    return PurePath(path).suffix if "/index/" in path else ""


def _lines(functions: str, depth: int) -> Iterator[str]:
    """Yields the lines that led to a call, from the inside, until enough of them are of the package."""
    for file, line in _FRAME.findall(functions):
        if not file.startswith(f"{_PACKAGE}/cli/"):
            yield f"{file}:{line}\n"
            depth -= file.startswith(_PACKAGE)
        if not depth:
            return
