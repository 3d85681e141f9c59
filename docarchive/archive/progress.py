"""Progress: the callback of long operations. Not in ``options``, which a search does not load."""

from __future__ import annotations

from collections.abc import Callable

#: Called while a long operation runs: ``progress(phase, done, total)``. Phases are ``import`` (bytes), ``read``,
#: ``index`` and ``export`` (articles); total is None if it is unknown.
Progress = Callable[[str, int, int | None], None]


def no_progress(phase: str, done: int, total: int | None) -> None:
    """The ``Progress`` that shows nothing."""
