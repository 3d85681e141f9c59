"""``docarchive restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from docarchive import Archive
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.progress import progress_bar
from docarchive.cli.render import counted, line, out_json, out_text, refusals, size
from docarchive.cli.shared_arguments import Json


def restore(
    context: Context,
    target: Annotated[
        str, Argument(metavar="TARGET", help="Where the backups are: a folder, a ZIP file or an address.")
    ],
    folder: Annotated[Path, Argument(metavar="FOLDER", help="The folder to restore to. It must be missing or empty.")],
    at: Annotated[
        str | None,
        Option(
            metavar="TIME",
            help="Restore the last backup until TIME: a time that 'backup TARGET --list' shows, or a part of one, such "
            "as 2024-03-16.",
            show_default="the last backup",
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Restore a backup to a new folder.

    The digest of each file is checked. The exit code is 3 if some files are missing or damaged in TARGET; the others
    are restored.
    """
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
