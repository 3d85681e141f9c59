"""``docarchive redo``."""

from __future__ import annotations

from docarchive.cli.changes import DryRun, show_change, show_undone, trial
from docarchive.cli.declaring import Context
from docarchive.cli.opening import opened
from docarchive.cli.shared_arguments import Json, Wait


def redo(context: Context, dry_run: DryRun = False, wait: Wait = None, json: Json = False) -> int:
    """Make the change again that was undone last.

    The exit code is 1 if there is nothing to redo.
    """
    with opened(context, wait=wait) as archive:
        report = archive.redo(**trial(dry_run, json))
        if not json:
            show_undone(archive, report, dry_run=dry_run)
    return show_change(report, json=json, dry_run=dry_run)
