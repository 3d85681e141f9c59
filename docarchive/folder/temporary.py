"""Temporary names: under which a file is written before it replaces another; no two writers have the same one.

They have the number of the process, so that what a killed one left is known: ``.report.jsonl.4711-3.new``.
"""

from __future__ import annotations

import os
import re
from itertools import count
from typing import Final

from docarchive.records import NamedTuple
from docarchive.regexes import lazy

_NAME: Final = lazy(r"\.(.+)\.(\d{1,10})(?:-\d{1,20})?\.new", re.ASCII | re.DOTALL)
#: Distinguishes the writers of this process: threads write to one archive, and to one path, at once.
_NUMBERS: Final = count()


class TemporaryName(NamedTuple):
    """What a temporary name says."""

    replaced: str  # the name of the file or folder to be replaced
    process: int  # the number of the process that writes

    @classmethod
    def parse(cls, name: str) -> TemporaryName | None:
        """Returns what a name says; None if it is not a temporary one."""
        match = _NAME.fullmatch(name) if name[:1] == "." else None
        return cls(match[1], int(match[2])) if match else None


def temporary_name(name: str) -> str:
    """Returns a new temporary name for a file or folder of a name."""
    return f".{name}.{os.getpid()}-{next(_NUMBERS)}.new"
