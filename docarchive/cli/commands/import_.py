"""``docarchive import``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, BinaryIO

from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.importing import (
    Format,
    Jobs,
    Language,
    Mapping,
    OnDuplicate,
    Split,
    Sql,
    Tags,
    Values,
    import_options,
    import_report,
    show_decision,
)
from docarchive.cli.interrupting import stop_on_interrupt
from docarchive.cli.opening import opened
from docarchive.cli.options import Json


def import_(
    context: Context,
    inputs: Annotated[
        list[str], Argument(metavar="INPUT...", help="Files, folders and http(s) addresses; - is standard input.")
    ],
    format: Format = None,
    tag: Tags = None,
    set_: Values = None,
    language: Language = None,
    map_: Mapping = None,
    split: Split = False,
    query: Sql = None,
    jobs: Jobs = None,
    on_duplicate: OnDuplicate = None,
    dry_run: Annotated[
        bool, Option("--dry-run", "-n", help="Tell what would become of each article; change nothing.")
    ] = False,
    json: Json = False,
) -> int:
    """Bring articles in.

    What is there already stays as it is. What cannot be read is named with its reason and kept in
    quarantine/, and does not stop the rest; the exit code is 3 then. Of folders and archives, files that
    are no articles by their names (pictures, style sheets, programs) are passed over.

    Ctrl-C finishes the articles at hand; the same command goes on from there.

    With --archive DIR, the archive is made if DIR is missing or empty, and there is an input.
    """
    options = import_options(format, tag, set_, language, map_, split, query, jobs, on_duplicate)
    if dry_run:
        options |= {"dry_run": True, "observe": show_decision(json)}
    named: list[str | Path | BinaryIO] = [sys.stdin.buffer if each == "-" else each for each in inputs]
    rehearse = dry_run or not any(each == "-" or "://" in each or os.path.lexists(each) for each in inputs)
    with opened(context, create=True, rehearse=rehearse, lines=json) as archive, stop_on_interrupt() as stop:
        options["stop"] = stop
        report = archive.import_(*named, **options)
    import_report(report, json=json, dry_run=dry_run)
    if report.interrupted:
        return 130
    return 3 if report.refused else 0
