"""Opening the archive that a command is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from docarchive.archive import Archive
from docarchive.cli.declaring import Context
from docarchive.cli.progress import progress_bar
from docarchive.cli.render import message


@contextmanager
def opened(context: Context, *, create: bool = False, discard: bool = False, lines: bool = False) -> Iterator[Archive]:
    """Opens the archive that ``--archive``, the environment or the folder names.

    Args:
        context: The command's context.
        create: Create an archive if ``--archive`` names a folder that is missing or empty.
        discard: Create that archive in a temporary folder, which is deleted at the end.
        lines: Report progress in lines of JSON.
    """
    path: Path | None = context.obj
    with ExitStack() as stack:
        progress = stack.enter_context(progress_bar(lines=lines))
        if create and path is not None and (not path.exists() or (path.is_dir() and not any(path.iterdir()))):
            if discard:
                from tempfile import TemporaryDirectory

                path = Path(stack.enter_context(TemporaryDirectory(prefix="docarchive-"))) / path.name
            archive = Archive.create(path, progress=progress)
            message("would create a new archive" if discard else f"created a new archive at {archive.path}")
        else:
            archive = Archive.open(path if path is not None else Archive.find(), progress=progress)
        yield stack.enter_context(archive)
