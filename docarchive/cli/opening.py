"""Opening the archive of a command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from docarchive import Archive
from docarchive.archive.collection.address import is_address
from docarchive.archive.progress import Incomplete, gathering
from docarchive.cli.declaring import Context
from docarchive.cli.progress import progress_bar
from docarchive.cli.render import message
from docarchive.errors import ArchiveReadOnly, DocarchiveError, InputError, UsageError
from docarchive.paths import expanded_target

#: The environment variable that names the folder of the model for search by meaning.
MODEL: Final = "DOCARCHIVE_MODEL"


def archive_folder(context: Context) -> Path:
    """Returns the folder of the archive that a command is about; see ``opened``.

    Raises:
        UsageError: It is a collection.
    """
    if context.obj is None:
        return Archive.find()
    if is_address(context.obj):
        raise UsageError("a collection can only be read; name the folder of an archive with --archive")
    return expanded_target(context.obj)


def writable(archive: Archive) -> Archive:
    """Returns an archive that may be changed; raises ``ArchiveReadOnly`` for another one, before work on it begins."""
    archive.check_changeable()
    if archive.read_only:
        raise ArchiveReadOnly(f"the archive at {archive.path} is read-only for this user")
    return archive


def follow_with_hooks(archive: Archive) -> None:
    """Runs the hooks of an archive after changes, unless they have run."""
    if archive.changes and archive.settings.hooks:
        from docarchive.cli.hooks import run_hooks

        run_hooks(archive)


@contextmanager
def opened(
    context: Context,
    *,
    reads: bool = False,
    wait: float | None = None,
    create: bool = False,
    discard: bool = False,
    lines: bool = False,
    last_settings: bool = False,
) -> Iterator[Archive]:
    """Opens the archive of ``--archive``, of the environment variable, or of the current folder or one above it.

    Args:
        context: The command's context.
        reads: Whether the command only reads articles, so that it may be about a collection.
        wait: How long to wait for another writer, in seconds; None for the library's default.
        create: Create the archive if the folder of ``--archive`` is missing or empty.
        discard: Create it in a temporary folder, which is deleted at the end.
        lines: Print progress as lines of JSON.
        last_settings: Use the last settings that were read, if they are damaged.

    Raises:
        UsageError: It is a collection, and the command does not only read articles.
        InputError: The command is done, but an answer that it got may lack something.
    """
    path = None if context.obj is None else context.obj if is_address(context.obj) else expanded_target(context.obj)
    incomplete: dict[str, None] = {}  # what answers may lack, each once

    def notify(sentence: str) -> None:
        if isinstance(sentence, Incomplete):
            incomplete[sentence] = None
        else:
            message(sentence)

    with ExitStack() as stack:
        stack.enter_context(gathering())  # for ``to_json``
        options: dict[str, Any] = {"progress": stack.enter_context(progress_bar(lines=lines)), "notify": notify}
        options |= {} if wait is None else {"wait": wait}
        model = os.environ.get(MODEL)
        if create and path is not None and _is_free(path):
            if discard:
                from tempfile import TemporaryDirectory

                path = Path(stack.enter_context(TemporaryDirectory(prefix="docarchive-"))) / path.name
            archive = Archive.create(path, **options)
            if not discard:
                message(f"created an empty archive at {archive.path}")
        else:
            archive = Archive.open(
                Archive.find() if path is None else path,
                last_settings=last_settings,
                model=model or None,
                **options,
            )
        with archive:
            if not reads:
                archive.check_changeable()
            try:
                yield archive
            except BaseException:
                with suppress(DocarchiveError):
                    follow_with_hooks(archive)
                for sentence in incomplete:
                    message(sentence)
                raise
            follow_with_hooks(archive)
        if incomplete:
            raise InputError("; ".join(incomplete))


def _is_free(path: Path) -> bool:
    """Returns whether an archive may be created in a folder without asking."""
    return not is_address(path) and (not path.exists() or (path.is_dir() and not any(path.iterdir())))


def next_update(archive: Archive) -> str:
    """Returns what brings an index up to date that is behind: the end of a sentence."""
    return "it stays so: the archive is read-only" if archive.read_only else "the next search updates it"
