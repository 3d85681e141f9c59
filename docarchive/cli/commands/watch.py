"""``docarchive watch``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from docarchive.archive.importing.watching import check_installed
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.import_report import show_report
from docarchive.cli.interrupting import stop_on_interrupt
from docarchive.cli.library_options import import_options, import_values
from docarchive.cli.opening import follow_with_hooks, opened, writable
from docarchive.cli.render import counted, flush_out, message
from docarchive.cli.shared_arguments import Json, Wait
from docarchive.paths import expanded

if TYPE_CHECKING:
    from docarchive import ImportReport


@import_options("watch")
def watch(
    context: Context,
    folders: Annotated[list[Path], Argument(metavar="FOLDER...", help="The folders to watch, with their subfolders.")],
    settle: Annotated[
        float,
        Option(metavar="SECONDS", min=0.1, help="Read a file only after it has been unchanged for SECONDS."),
    ] = 2.0,
    wait: Wait = None,
    json: Json = False,
    **values: Any,
) -> None:
    """Import the files in folders, and new files as they appear.

    Changed files are imported, too. Press Ctrl-C to stop. A line is printed after each import that changed or
    refused something. To avoid half-written files, a file is read only after it has been unchanged for --settle
    seconds. Files with names such as x.part and x.tmp are read only after they have been renamed.
    """
    check_installed()  # before an archive is created
    options = import_values(values)

    def show(report: ImportReport) -> None:
        show_report(report, json=json)
        flush_out()
        follow_with_hooks(archive)

    def started() -> None:
        message(f"watching {counted(len(folders), 'folder')}; press Ctrl-C to stop")

    missing = not all(expanded(folder).is_dir() for folder in folders)
    with opened(context, wait=wait, create=True, discard=missing) as archive, stop_on_interrupt("stopping") as stop:
        options["stop"] = stop
        writable(archive).watch(*folders, settle=settle, started=started, report=show, **options)
