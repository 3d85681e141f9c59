"""``docarchive import``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from docarchive.cli.opening import opened
from docarchive.cli.options import Json
from docarchive.cli.render import number, out, out_json, refusals


def import_(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders; - is standard input.")],
    format: Annotated[
        str | None,
        typer.Option(metavar="FORMAT", help="markdown, text, jsonl or json.", show_default="by content, then by name"),
    ] = None,
    json: Json = False,
) -> int:
    """Bring articles in.

    What is there already stays as it is. What cannot be read is named with its reason and kept in
    quarantine/, and does not stop the rest; the exit code is 3 then.

    With --archive DIR, the archive is made if DIR is missing or empty.
    """
    inputs: list[Path | BinaryIO] = [sys.stdin.buffer if str(path) == "-" else path for path in paths]
    with opened(context, create=True) as archive:
        report = archive.import_(*inputs, format=format)
    if json:
        out_json(report.to_dict())
    else:
        refusals(report.refused)
        out(
            f"{number(report.new)} new, {number(report.known)} already there, "
            f"{number(report.updated)} updated, {number(len(report.refused))} refused"
        )
    return 3 if report.refused else 0
