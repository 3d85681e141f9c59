"""Opening the archive that a command is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from docarchive.archive import Archive
from docarchive.cli.progress import progress_bar
from docarchive.cli.render import message, setup_streams


@contextmanager
def opened(context: typer.Context, *, create: bool = False) -> Iterator[Archive]:
    """Opens the archive that ``--archive``, the environment or the folder names.

    Args:
        context: Of the command.
        create: Make an archive where ``--archive`` names a folder that is missing or empty.
    """
    setup_streams()
    named: Path | None = context.obj
    with progress_bar() as progress:
        if create and named is not None and (not named.exists() or (named.is_dir() and not any(named.iterdir()))):
            archive = Archive.create(named, progress=progress)
            message(f"made a new archive at {archive.path}")
        else:
            archive = Archive.open(named if named is not None else Archive.find(), progress=progress)
        with archive:
            yield archive
