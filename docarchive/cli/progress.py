"""Progress bars on stderr, if that is a terminal; Rich is imported only then."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from docarchive.archive import Progress
from docarchive.archive.reports import no_progress

_NAMES: Final = {"import": "importing", "read": "reading", "index": "indexing", "export": "exporting"}


@contextmanager
def progress_bar(*, quiet: bool = False) -> Iterator[Progress]:
    """Gives a ``Progress`` that draws bars while the block runs.

    Args:
        quiet: Draw nothing, even on a terminal.
    """
    if quiet or not sys.stderr.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def show(phase: str, done: int, total: int | None) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(_NAMES.get(phase, phase), total=total)
            if done % 64 == 0 or done == total or phase == "import":
                bars.update(tasks[phase], completed=done, total=total)

        yield show
