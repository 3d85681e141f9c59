"""Progress: what is told while a long operation runs."""

from __future__ import annotations

from collections.abc import Callable

#: Called as work goes on: ``progress(phase, done, total)``; phases are ``import`` (bytes), ``read``,
#: ``index`` and ``export`` (articles); total is None where it is not known.
Progress = Callable[[str, int, int | None], None]


def no_progress(phase: str, done: int, total: int | None) -> None:
    """The ``Progress`` that shows nothing."""
