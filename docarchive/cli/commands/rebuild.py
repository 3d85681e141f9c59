"""``docarchive rebuild``."""

from __future__ import annotations

from docarchive.cli.declaring import Context
from docarchive.cli.opening import opened
from docarchive.cli.render import counted, out, out_json, refusals
from docarchive.cli.shared_arguments import Json, Wait


def rebuild(context: Context, wait: Wait = None, json: Json = False) -> int:
    """Rebuild the catalog and the index from the article files."""
    with opened(context, wait=wait) as archive:
        report = archive.rebuild()
    if json:
        out_json(report.to_dict())
    else:
        refusals(report.refused)
        refusals(report.damaged, "damaged")
        out(f"{counted(report.articles, 'article')}, {len(report.refused):,} refused")
    return 3 if report.refused or report.damaged else 0
