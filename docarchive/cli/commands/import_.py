"""``docarchive import``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, BinaryIO

from docarchive.cli.declaring import Argument, Context
from docarchive.cli.import_report import show_decision, show_remark, show_report
from docarchive.cli.interrupting import stop_on_interrupt
from docarchive.cli.library_options import import_options, import_values
from docarchive.cli.opening import opened
from docarchive.cli.shared_arguments import Json, Wait
from docarchive.paths import expanded


@import_options("import")
def import_(
    context: Context,
    inputs: Annotated[
        list[str], Argument(metavar="INPUT...", help="Files, folders, or http and https URLs; - for standard input.")
    ],
    wait: Wait = None,
    json: Json = False,
    **values: Any,
) -> int:
    """Import articles.

    You can import an input again: unchanged articles stay as they are, and changed ones are updated. An input that
    cannot be read is reported and kept in quarantine/. The rest is imported, and the exit code is 3. Inside folders
    and ZIP or TAR files, files that are not articles (pictures, style sheets, programs) are skipped.

    If the description of an option begins with formats in parentheses, it applies only to those formats.

    Press Ctrl-C to stop after the current batch. Run the same command again to import the rest.

    If --archive names a folder that is missing or empty, the archive is created there.
    """
    options = import_values(values)
    dry_run = bool(options.get("dry_run"))
    options["observe"] = show_decision(json) if dry_run else show_remark
    sources: list[str | Path | BinaryIO] = [sys.stdin.buffer if path == "-" else path for path in inputs]
    missing = not any(path == "-" or "://" in path or os.path.lexists(expanded(path)) for path in inputs)
    with (
        opened(context, wait=wait, create=True, discard=dry_run or missing, lines=json) as archive,
        stop_on_interrupt() as stop,
    ):
        options["stop"] = stop
        report = archive.import_(*sources, **options)
    return show_report(report, json=json, dry_run=dry_run)
