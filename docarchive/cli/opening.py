"""Opening the archive that a command is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from docarchive.archive import Archive
from docarchive.cli.declaring import Context
from docarchive.cli.progress import progress_bar
from docarchive.cli.render import message, setup_streams


@contextmanager
def opened(context: Context, *, create: bool = False, rehearse: bool = False, lines: bool = False) -> Iterator[Archive]:
    """Opens the archive that ``--archive``, the environment or the folder names.

    Args:
        context: Of the command.
        create: Make an archive where ``--archive`` names a folder that is missing or empty.
        rehearse: An archive that would be made is made elsewhere, and taken away at the end.
        lines: Tell of progress by lines of JSON.
    """
    setup_streams()
    named: Path | None = context.obj
    with ExitStack() as stack:
        progress = stack.enter_context(progress_bar(lines=lines))
        if create and named is not None and (not named.exists() or (named.is_dir() and not any(named.iterdir()))):
            if rehearse:
                from tempfile import TemporaryDirectory

                named = Path(stack.enter_context(TemporaryDirectory(prefix="docarchive-"))) / named.name
            archive = Archive.create(named, progress=progress)
            message(f"made a new archive at {archive.path}" if not rehearse else "would make a new archive")
        else:
            archive = Archive.open(named if named is not None else Archive.find(), progress=progress)
        yield stack.enter_context(archive)
