"""Regular expressions that are compiled when they are first used.

Python compiles an expression in a tenth to half of a millisecond, which for all of them would be a quarter of what a
search takes as a process.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, Generic, cast


class _Uncompiled(Generic[AnyStr]):
    """Stands for a pattern: compiles it when a method or an attribute of it is first used, and keeps what was used."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self._pattern: AnyStr = pattern
        self._flags = flags
        self._compiled: re.Pattern[AnyStr] | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # Python asks for special methods of any object
            raise AttributeError(name)
        if self._compiled is None:
            self._compiled = re.compile(self._pattern, self._flags)
        value = getattr(self._compiled, name)
        setattr(self, name, value)
        return value


def lazy(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Returns a pattern that is compiled when it is first used; for the arguments see ``re.compile``.

    Functions of ``re`` do not take it; its methods are the same. An error in it is raised at its first use.

    >>> lazy("[a-c]+").findall("abcd, cab")
    ['abc', 'cab']
    """
    return cast("re.Pattern[AnyStr]", _Uncompiled(pattern, flags))
