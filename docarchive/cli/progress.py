"""Progress of long work: a bar if stderr is a terminal, or lines of JSON for scripts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

from docarchive.archive.progress import Progress, no_progress
from docarchive.cli.render import flush_out, out_json
from docarchive.cli.standard_streams import silence

_DESCRIPTIONS: Final = {
    "import": "importing",
    "read": "reading",
    "index": "indexing",
    "compare": "comparing with other archives",
    "export": "exporting",
    "unite": "merging",
    "vectors": "computing vectors",
    "verify": "checking",
    "manifest": "listing files",
    "backup": "backing up",
    "restore": "restoring",
}
_DELAY: Final = 0.4  # seconds before the first bar: short work shows none
_LINE_INTERVAL: Final = 1.0  # seconds between two lines
_REDRAW_INTERVAL: Final = 0.05  # seconds between two drawings of a bar


@contextmanager
def progress_bar(*, lines: bool = False) -> Iterator[Progress]:
    """Yields a ``Progress`` that draws a bar, and removes it when a phase ends.

    Args:
        lines: Print lines of JSON to stdout instead, at most one a second.
    """
    if lines:
        yield _Lines().show
        return
    if not sys.stderr.isatty():
        yield no_progress
        return
    bars = _Bars()
    try:
        yield bars.show
    finally:
        bars.stop()


class _Lines:
    """Prints at most one line a second: the phase, its progress and rate, and the seconds left if they are known."""

    def __init__(self) -> None:
        self._printed_at: float | None = None
        self._starts: dict[str, float] = {}  # by phase
        self._done: dict[str, int] = {}

    def show(self, phase: str, done: int, total: int | None) -> None:
        """Prints the progress of a phase. The time of phases that alternate counts for each of them."""
        now = monotonic()
        if done < self._done.get(phase, done + 1):
            self._starts[phase] = now
        self._done[phase] = done
        if self._printed_at is None or now - self._printed_at < _LINE_INTERVAL:
            self._printed_at = self._printed_at or now
            return
        self._printed_at = now
        elapsed = now - self._starts[phase]
        rate = done / elapsed if elapsed else 0.0
        seconds_left = round((total - done) / rate, 1) if total is not None and rate else None
        try:
            out_json(
                {
                    "type": "progress",
                    "phase": phase,
                    "done": done,
                    "total": total,
                    "rate": round(rate, 1),
                    "seconds_left": seconds_left,
                }
            )
            flush_out()
        except BrokenPipeError:  # the reader is gone, but the work must be finished
            silence(sys.stdout)


class _Bars:
    """Draws one bar at a time; imports Rich for the first."""

    def __init__(self) -> None:
        self._start: float | None = None
        self._drawn_at = 0.0
        self._phase = ""
        self._bar: Any = None
        self._task: Any = None

    def show(self, phase: str, done: int, total: int | None) -> None:
        """Draws the progress of a phase."""
        now = monotonic()
        if self._start is None:
            self._start = now
        if total is not None and done >= total:
            self.stop()
        elif now - self._start > _DELAY and now - self._drawn_at > _REDRAW_INTERVAL and not _interleaves(phase):
            self._drawn_at = now
            if phase != self._phase:
                self.stop()
                self._start_bar(phase)
            self._bar.update(self._task, completed=done, total=total)

    def stop(self) -> None:
        """Removes the bar."""
        if self._bar is not None:
            self._bar.stop()
        self._bar, self._phase = None, ""

    def _start_bar(self, phase: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
        from rich.progress import TransferSpeedColumn as Speed

        rate = Speed() if phase == "import" else TaskProgressColumn("", show_speed=True)
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), rate, TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task(_DESCRIPTIONS.get(phase, phase), total=None)
        self._phase = phase
        self._bar.start()


def _interleaves(phase: str) -> bool:
    """Returns whether a bar would be drawn between the lines of an export to the same terminal."""
    return phase == "export" and sys.stdout.isatty()
