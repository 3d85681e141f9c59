"""``docarchive rebuild``."""

from __future__ import annotations

from docarchive.cli.declaring import Context
from docarchive.cli.opening import opened
from docarchive.cli.options import Json
from docarchive.cli.render import number, out, out_json, refusals


def rebuild(context: Context, json: Json = False) -> int:
    """Make catalog and index anew from the files alone."""
    with opened(context) as archive:
        report = archive.rebuild()
    if json:
        out_json(report.to_dict())
    else:
        refusals(report.refused)
        out(f"{number(report.articles)} articles, {number(len(report.refused))} refused")
    return 3 if report.refused else 0
