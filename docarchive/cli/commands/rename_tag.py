"""``docarchive rename-tag``."""

from __future__ import annotations

from typing import Annotated

from docarchive.cli.changes import DryRun, show_change, trial
from docarchive.cli.declaring import Argument, Context
from docarchive.cli.opening import opened
from docarchive.cli.render import line, message
from docarchive.cli.shared_arguments import Json, Wait


def rename_tag(
    context: Context,
    old: Annotated[str, Argument(metavar="OLD", help="The tag to rename. Tags nested in it, OLD/INNER, follow.")],
    new: Annotated[str, Argument(metavar="NEW", help="Its new name. If it is a tag already, both become one.")],
    dry_run: DryRun = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Rename a tag in all articles.

    The exit code is 1 if no article has the tag, and 3 if some articles cannot be changed.
    """
    with opened(context, wait=wait) as archive:
        report = archive.rename_tag(old, new, **trial(dry_run, json))
    if not (report.changed or report.unchanged or report.refused or json):
        message(f"no article has the tag {line(old)}")
        return 1
    return show_change(report, json=json, dry_run=dry_run)
