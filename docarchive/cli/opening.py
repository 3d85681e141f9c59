"""Opening the archive that a command is about, and options that several commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from docarchive.archive import Archive
from docarchive.cli.progress import progress_bar
from docarchive.cli.render import message, setup_streams
from docarchive.errors import UsageError

Json = Annotated[bool, typer.Option("--json", help="Print JSON (schema 1) for scripts.")]


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


def joined(words: list[str] | None) -> str:
    """Returns the query that the words of a command line make.

    Raises:
        UsageError: One of them looks like an option.
    """
    for word in words or []:
        if word.startswith("--"):
            raise UsageError(f"no such option: {word}; put a query that begins so between quotes, after a --")
    return " ".join(words or [])
