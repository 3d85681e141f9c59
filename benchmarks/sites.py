"""The sites of watched calls: where in the program each call comes from, so that each site is tried once.

An operation makes the same call in the same functions again and again: for each article, each folder, each page of the
catalog. And most operations open an archive, read its catalog and update its index in the same way. A site is the name
of the call, the kind of its path, and the lines that led to it: up to the sixth of the package from the inside, without
those of the command line, which turns all errors into messages at one place. Where a call comes from a thread of a
library, its site is the library's functions instead.
"""

import re
from collections.abc import Hashable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from benchmarks import shim

_PACKAGE: Final = str(Path(__file__).parent.parent / "docarchive")
#: Numbers, digests, ids, and the titles before them.
_VARYING: Final = re.compile(r"[0-9a-f]{16,}|\d+|[a-z0-9-]+\.(?=[a-z0-9]{12}\.)|(?<=\.)[a-z0-9]{12}(?=\.)")
_FRAME: Final = re.compile(r'  File "([^"]*)", line (\d+) in ')
_DEPTH: Final = 6  # lines of the package


class Site(NamedTuple):
    """Where a call comes from."""

    call: str  # its name
    kind: str  # of its path
    stack: bytes  # a digest of the lines that led to it


class Untried:
    """Chooses the calls of each operation that are not like any that was chosen before.

    Args:
        least: How many of an operation are chosen in any case.
        step: Only every so many of them are chosen.
        every: Whether all are.

    Attributes:
        seen: What was chosen, or passed over for the sake of ``step``.
    """

    def __init__(self, *, least: int, step: int = 1, every: bool = False) -> None:
        self.seen: set[Hashable] = set()
        self._least = least
        self._step = step
        self._every = every
        self._count = 0

    def of(self, calls: Sequence[Hashable]) -> list[int]:
        """Returns the numbers of the calls to try, from 1; calls that are equal are alike."""
        chosen = {*range(1, len(calls) + 1, max(1, len(calls) // self._least))}
        for number, call in enumerate(calls, start=1):
            if self._every or call not in self.seen:
                chosen.add(number)
            self.seen.add(call)
        return sorted(chosen)[:: self._step]

    def is_next(self, call: Hashable) -> bool:
        """Returns whether a call is to be tried, if an operation's calls are not known beforehand."""
        is_new = self._every or call not in self.seen
        self.seen.add(call)
        self._count += is_new
        return is_new and self._count % self._step == 0


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


def path_kind(path: str) -> str:
    """Returns a path without what differs between the paths of files of one kind."""
    return _VARYING.sub("_", path)


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
