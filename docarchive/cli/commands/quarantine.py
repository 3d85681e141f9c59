"""``docarchive quarantine``."""

from __future__ import annotations

from typing import Annotated

from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.importing import Format, Mapping, Sql, import_options
from docarchive.cli.opening import opened
from docarchive.cli.options import Json
from docarchive.cli.render import counted, dim, line, message, number, out, out_json, refusals
from docarchive.errors import UsageError


def quarantine(
    context: Context,
    names: Annotated[
        list[str] | None,
        Argument(
            metavar="[NAME]...",
            help="Which entries, by their names or the beginnings of those, to retry or discard.",
            show_default="all",
        ),
    ] = None,
    retry: Annotated[bool, Option("--retry", help="Import them again; what comes in leaves the quarantine.")] = False,
    discard: Annotated[bool, Option("--discard", help="Delete them.")] = False,
    format: Format = None,
    map_: Mapping = None,
    query: Sql = None,
    json: Json = False,
) -> int:
    """List refused inputs, import them again, or delete them.

    The exit code is 1 if there are none, and 3 if a retry refused some again.
    """
    chosen = names or []
    if retry and discard:
        raise UsageError("either --retry or --discard, not both")
    if not retry and (format or map_ or query):
        raise UsageError("--format, --map and --query say how to --retry")
    if chosen and not (retry or discard):
        raise UsageError("say what to do with them: --retry or --discard")
    with opened(context) as archive:
        if discard:
            message(f"discarded {counted(archive.discard(*chosen), 'input')}")
            return 0
        if retry:
            options = import_options(format, None, None, None, map_, False, query, None, None)
            report = archive.retry(*chosen, **options)
            if json:
                out_json(report.to_dict())
            else:
                refusals(report.refused)
                counts = (report.new, "new"), (report.known, "already there"), (report.updated, "updated")
                said = [f"{number(count)} {what}" for count, what in counts if count or what == "new"]
                out(", ".join([*said, f"{number(report.refusals)} refused again"]))
            return 3 if report.refused else 0
        found = archive.quarantine()
    if json:
        out_json({"schema": 1, "entries": [kept._asdict() for kept in found]})
    else:
        for kept in found:
            out(f"{line(kept.name)}  {dim(line(kept.where))}  {line(kept.reason)}")
        if not found:
            message("the quarantine is empty")
    return 0 if found else 1
