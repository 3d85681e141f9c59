"""``docarchive restore``."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Annotated, Final

from docarchive import Archive
from docarchive.cli.changes import DryRun, show_change, trial
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.ids import found, read_ids
from docarchive.cli.opening import opened
from docarchive.cli.progress import progress_bar
from docarchive.cli.render import counted, line, message, out_json, out_text, refusals, size
from docarchive.cli.shared_arguments import HIDDEN, Json, Wait, check_alone, version_number
from docarchive.errors import UsageError

#: What a query about the trash has; no id is so.
_IN_TRASH: Final = "in:trash"


def restore(
    context: Context,
    names: Annotated[
        list[str] | None,
        Argument(
            metavar="[NAME]...",
            help="The ids of removed articles, or a query with in:trash. Or TARGET, where backups are (a folder, a ZIP "
            "file or an address), and FOLDER to restore to, which must be missing or empty.",
            show_default=False,
        ),
    ] = None,
    at: Annotated[
        str | None,
        Option(
            metavar="TIME",
            help="Restore the last backup until TIME: a time that 'backup TARGET --list' shows, or a part of one, such "
            "as 2024-03-16.",
            show_default="the last backup",
        ),
    ] = None,
    version: Annotated[
        str | None,
        Option(
            "--version",
            metavar="N",
            help="Make version N of the article ID its current one; -1 is the last one before the current.",
            show_default=False,
        ),
    ] = None,
    ids: Annotated[
        str | None,
        Option(
            "--ids",
            metavar="FILE",
            help="Restore the removed articles whose ids are in FILE, one per line; - for stdin.",
        ),
    ] = None,
    dry_run: DryRun = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Restore removed articles, or a backup.

    With ids or a query, the articles get the same files as before their removal. 'docarchive list --trash' shows ids,
    and 'docarchive undo' takes the change back.

    With two names, of which the first one is a path or an address (it exists, contains a slash or ends in .zip), or
    with --at, restore a backup. The digest of each file is checked.

    The exit code is 1 if no article has one of the ids, and 3 if some articles or files cannot be restored.
    """
    given = [name.removeprefix(HIDDEN) for name in names or []]
    if at is not None or (len(given) == 2 and _is_target(given[0])):
        check_alone("at", at is not None, version=version, ids=ids)
        if version is not None or ids is not None or dry_run or len(given) != 2:
            raise UsageError("restore a backup with TARGET and FOLDER, without --version, --ids and --dry-run")
        return _restore_backup(given[0], Path(given[1]), at, json)
    if version is not None:
        if len(given) != 1 or ids is not None:
            raise UsageError("--version needs the id of one article")
    elif bool(given) == (ids is not None):
        raise UsageError("name removed articles by their ids or --ids, or a backup by TARGET and FOLDER")
    options = trial(dry_run, json)
    with opened(context, wait=wait) as archive:
        if version is not None:
            report, code = archive.restore_version(given[0], version_number(version), **options), 0
        elif any(_IN_TRASH in name.split() for name in given):
            report, code = archive.restore_articles(" ".join(given), **options), 0
        else:
            chosen, code = found(read_ids(ids) if ids is not None else given, partial(archive.resolve, trash=True))
            if not chosen:
                if len(given) == 2:
                    message(f"{line(given[0])} is no backup either: there is no such file or folder")
                return code or 1
            report = archive.restore_articles(ids=chosen, **options)
        return max(code, show_change(report, json=json, dry_run=dry_run, verb="restored"))


def _is_target(name: str) -> bool:
    """Returns whether a name is that of a backup's target; ids are of letters and digits."""
    separators = {"/", os.sep, os.altsep or os.sep}
    return any(sign in name for sign in separators) or name.lower().endswith(".zip") or Path(name).exists()


def _restore_backup(target: str, folder: Path, at: str | None, json: bool) -> int:
    with progress_bar() as progress:
        report = Archive.restore(target, folder, at=at, progress=progress)
    if json:
        out_json(report.to_dict())
    else:
        refusals(report.refused)
        refused = f", {len(report.refused):,} refused" if report.refused else ""
        files = f"{counted(report.files, 'file')} ({size(report.bytes)})"
        out_text(f"restored {files} of {report.time} to {line(str(folder))}{refused}", indent=2)
    return 3 if report.refused else 0
