"""``docarchive merge``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

from docarchive.cli.changes import DryRun, show_change, trial
from docarchive.cli.declaring import Argument, Context
from docarchive.cli.ids import with_piped
from docarchive.cli.import_report import show_conflicts
from docarchive.cli.opening import opened
from docarchive.cli.render import counted, message, out_json, out_text, refusals
from docarchive.cli.shared_arguments import Json, Wait
from docarchive.paths import expanded

if TYPE_CHECKING:
    from docarchive import UnionReport


def merge(
    context: Context,
    names: Annotated[
        list[str],
        Argument(
            metavar="NAME...",
            help="The article to keep, and those that become a part of it: ids, unique prefixes of them, or - for ids "
            "on standard input. Or the folder of another archive.",
        ),
    ],
    dry_run: DryRun = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Merge articles that are one, or another archive.

    With ids, the first article is kept. It gets the tags and keys that only the others have. Their ids lead to it from
    then on, and so do imports of them. Their texts become versions of it, which 'docarchive versions' lists.
    'docarchive duplicates' lists articles with nearly the same text.

    With a folder (its name exists, or contains a slash), the archive gets what only the one in that folder has, which
    stays as it is. Articles that both have are merged key by key. After an interruption, run the command again.

    'docarchive undo' takes the change back.
    """
    options = trial(dry_run, json)
    if len(names) == 1 and _is_folder(names[0]):
        with opened(context, wait=wait) as archive:
            return _show_union(archive.unite(names[0], **options), json=json, dry_run=dry_run)
    with opened(context, wait=wait) as archive:
        report = archive.merge(*with_piped(names), **options)
    conflict = "another article has another value of {keys}; its own was kept"
    return show_change(report, json=json, dry_run=dry_run, conflict=conflict)


def _is_folder(name: str) -> bool:
    """Returns whether a name is that of a folder; no id has a slash."""
    return "/" in name or os.sep in name or expanded(name).is_dir()


def _show_union(report: UnionReport, *, json: bool, dry_run: bool) -> int:
    """Prints what the union with another archive did, and returns the exit code."""
    if json:
        out_json({**report.to_dict(), "type": "report", "dry_run": dry_run})
        return 3 if report.refused else 0
    if not dry_run:
        refusals(report.refused)
        show_conflicts(report.conflicts, "both archives have changed {keys}; the other text is a version")
    counts = [
        f"{report.new:,} new",
        f"{report.changed:,} changed",
        f"{report.unchanged:,} unchanged",
        f"{len(report.refused):,} refused",
    ]
    others = {"version": report.versions, "original": report.originals, "refused input": report.quarantined}
    counts += [counted(count, noun) for noun, count in others.items() if count]
    counts += [f"{report.trashed:,} in the trash"] if report.trashed else []
    counts += [f"{report.deleted:,} deleted"] if report.deleted else []
    number = f" (change {report.change})" if report.change is not None else ""
    out_text(", ".join(counts) + number, indent=2)
    if report.back:
        message(f"{counted(report.back, 'article')} that you removed here came back, since the other archive has them")
    if dry_run:
        message("nothing was changed")
    return 3 if report.refused else 0
