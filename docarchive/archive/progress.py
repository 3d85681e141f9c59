"""Progress and notices: the callbacks of long operations and of repairs. Apart from options, which no search loads."""

from __future__ import annotations

from collections.abc import Callable

#: Called while a long operation runs: ``progress(phase, done, total)``. Phases are ``import`` (bytes), ``read``,
#: ``index``, ``compare``, ``vectors``, ``export``, ``unite`` and ``verify`` (articles), ``backup``, ``restore`` and
#: ``manifest`` (files); total is None if it is unknown.
Progress = Callable[[str, int, int | None], None]
#: The phase in which articles are compared with those of other archives that feed the same index.
COMPARE = "compare"


def no_progress(phase: str, done: int, total: int | None) -> None:
    """The ``Progress`` that shows nothing."""


#: Called with a sentence about something that a caller did not ask for and may want to know: that a damaged index was
#: built again, that a result comes from a temporary index, or that it is incomplete.
Notify = Callable[[str], None]


class Incomplete(str):
    """A notice that an answer may lack something, as a file could not be read."""


def no_notices(sentence: str) -> None:
    """The ``Notify`` that shows nothing."""
