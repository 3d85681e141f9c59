"""``docarchive import``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, BinaryIO

from docarchive.cli.declared import import_options, import_values
from docarchive.cli.declaring import Argument, Context
from docarchive.cli.import_report import show_decision, show_report
from docarchive.cli.interrupting import stop_on_interrupt
from docarchive.cli.opening import opened
from docarchive.cli.options import Json


@import_options("import")
def import_(
    context: Context,
    inputs: Annotated[
        list[str], Argument(metavar="INPUT...", help="Files, folders or http(s) URLs; - for standard input.")
    ],
    json: Json = False,
    **values: Any,
) -> int:
    """Import articles.

    Importing an input again is safe: unchanged articles are left alone, changed ones are updated. Inputs that cannot be
    read are reported and kept in quarantine/, and the rest is imported; the exit code is then 3. In folders and
    archives, files that are not articles by their names (pictures, style sheets, programs) are skipped.

    Ctrl-C stops after the current batch; run the same command again to import the rest.

    With --archive DIR, the archive is created if DIR is missing or empty.
    """
    options = import_values(values)
    dry_run = bool(options.get("dry_run"))
    if dry_run:
        options["observe"] = show_decision(json)
    sources: list[str | Path | BinaryIO] = [sys.stdin.buffer if path == "-" else path for path in inputs]
    missing = not any(path == "-" or "://" in path or os.path.lexists(path) for path in inputs)
    with opened(context, create=True, discard=dry_run or missing, lines=json) as archive, stop_on_interrupt() as stop:
        options["stop"] = stop
        report = archive.import_(*sources, **options)
    return show_report(report, json=json, dry_run=dry_run)
