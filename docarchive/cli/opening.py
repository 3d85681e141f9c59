"""Opening the archive that a command is about, and options that several commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from docarchive.archive import Archive
from docarchive.cli.progress import progress_bar
from docarchive.cli.render import message, setup_streams

_HIDDEN = "\0"

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


class QueryCommand(TyperCommand):
    """A command with a query: words that begin with one minus are part of it (``oil -opec``), not options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Hides the minus of such words from the parser; ``joined`` brings it back."""
        options = {name: each for each in self.get_params(ctx) for name in each.opts}
        hidden: list[str] = []
        literal = value = False
        for word in args:
            mine = not literal and not value and word[:1] == "-" and word[:2] != "--" and word not in (*options, "-")
            hidden.append(_HIDDEN + word if mine else word)
            literal = literal or (word == "--" and not value)
            value = not literal and not value and word in options and not getattr(options[word], "is_flag", True)
        return super().parse_args(ctx, hidden)


def joined(words: list[str] | None) -> str:
    """Returns the query that the words of a command line make."""
    return " ".join(word.removeprefix(_HIDDEN) for word in words or [])
