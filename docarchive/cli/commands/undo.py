"""``docarchive undo``."""

from __future__ import annotations

from typing import Annotated

from docarchive.cli.changes import DryRun, show_change, show_undone, trial
from docarchive.cli.declaring import Argument, Context
from docarchive.cli.opening import opened
from docarchive.cli.shared_arguments import Json, Wait


def undo(
    context: Context,
    change: Annotated[
        int | None,
        Argument(
            metavar="[CHANGE]",
            help="The number of the change; 'docarchive log' lists them.",
            show_default="the last that is not undone",
        ),
    ] = None,
    dry_run: DryRun = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Take back a change, such as an import.

    Files get the bytes that they had before. Articles that the change added go into trash/. If an article was changed
    since, nothing is undone. The exit code is then 2, and 1 if there is nothing to undo.
    """
    with opened(context, wait=wait) as archive:
        report = archive.undo(change, **trial(dry_run, json))
        if not json:
            show_undone(archive, report, dry_run=dry_run)
    return show_change(report, json=json, dry_run=dry_run)
