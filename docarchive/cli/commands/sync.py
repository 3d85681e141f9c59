"""``docarchive sync``."""

from __future__ import annotations

from docarchive.cli.changes import DryRun
from docarchive.cli.declaring import Context
from docarchive.cli.opening import opened
from docarchive.cli.render import line, out_json, out_text, refusals
from docarchive.cli.shared_arguments import Json, Wait


def sync(context: Context, dry_run: DryRun = False, wait: Wait = None, json: Json = False) -> int:
    """Update the archive after you edit files under articles/.

    You can edit, add, move and delete files there. What was there before an edit is kept as a version, and a deleted
    file goes into the trash; 'docarchive undo' takes both back. The exit code is 3 if some files cannot be read.
    """
    with opened(context, wait=wait) as archive:
        report = archive.sync(dry_run=dry_run)
    if json:
        out_json(report.to_dict())
    else:
        refusals(report.refused)
        refusals(report.damaged, "damaged")
        groups = {"added": report.added, "modified": report.modified, "moved": report.moved, "removed": report.removed}
        for name, paths in groups.items():
            for path in paths:
                out_text(line(path), first=f"{name:<8}  ", indent=10)
        counts = ", ".join(f"{len(paths):,} {name}" for name, paths in groups.items())
        out_text(f"{counts}, {report.unchanged:,} unchanged, {len(report.refused):,} refused", indent=2)
    return 3 if report.refused or report.damaged else 0
