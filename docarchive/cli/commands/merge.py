"""``docarchive merge``."""

from __future__ import annotations

from typing import Annotated

from docarchive.cli.changes import DryRun, show_change, trial
from docarchive.cli.declaring import Argument, Context
from docarchive.cli.ids import with_piped
from docarchive.cli.opening import opened
from docarchive.cli.shared_arguments import Json, Wait


def merge(
    context: Context,
    ids: Annotated[
        list[str],
        Argument(
            metavar="ID...",
            help="The article to keep, and those that become a part of it: ids, unique prefixes of them, or - for ids "
            "on standard input.",
        ),
    ],
    dry_run: DryRun = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Merge articles that are one; the first one is kept.

    It gets the tags and keys that only the others have. Their ids lead to it from then on, and so do imports of them.
    Their texts become versions of it, which 'docarchive versions' lists. 'docarchive undo' takes the change back.
    'docarchive duplicates' lists articles with nearly the same text.
    """
    with opened(context, wait=wait) as archive:
        report = archive.merge(*with_piped(ids), **trial(dry_run, json))
    conflict = "another article has another value of {keys}; its own was kept"
    return show_change(report, json=json, dry_run=dry_run, conflict=conflict)
