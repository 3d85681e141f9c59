"""``docarchive import``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from docarchive.archive import ImportReport
from docarchive.cli.importing import import_report, show_decision
from docarchive.cli.interrupting import stop_on_interrupt
from docarchive.cli.opening import opened
from docarchive.cli.options import Json
from docarchive.errors import UsageError


def import_(
    context: typer.Context,
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT...", help="Files, folders and http(s) addresses; - is standard input.")
    ],
    format: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT",
            help="What the inputs are; see 'docarchive formats'.",
            show_default="by content, then name",
        ),
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="A tag for every article that comes in; repeatable.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="A value for every article that comes in; repeatable."),
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="The articles' language, whatever they say: en, de, ….")
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="KEY=COLUMN", help="Of tables and JSON, the column that holds a key; repeatable."
        ),
    ] = None,
    split: Annotated[bool, typer.Option("--split", help="Of books, make one article per chapter.")] = False,
    query: Annotated[
        str | None, typer.Option(metavar="SQL", help="Of SQLite databases, the query whose rows are the articles.")
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="How many processes may parse slow formats.", show_default="one a processor"
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Tell what would become of each article; change nothing.")
    ] = False,
    json: Json = False,
) -> int:
    """Bring articles in.

    What is there already stays as it is. What cannot be read is named with its reason and kept in
    quarantine/, and does not stop the rest; the exit code is 3 then. Of folders and archives, files that
    are no articles by their names (pictures, style sheets, programs) are passed over.

    Ctrl-C finishes the articles at hand; the same command goes on from there.

    With --archive DIR, the archive is made if DIR is missing or empty.
    """
    values = dict(key_and_value(each, "--set", "source=Reuters") for each in set_ or [])
    mapping = dict(key_and_value(each, "--map", "title=Headline") for each in map_ or [])
    named: list[str | Path | BinaryIO] = [sys.stdin.buffer if each == "-" else each for each in inputs]
    with opened(context, create=True, rehearse=dry_run, lines=json) as archive, stop_on_interrupt() as stop:
        report = archive.import_(
            *named,
            format=format,
            tags=tag or (),
            set=values,
            language=language,
            mapping=mapping,
            split=split,
            query=query,
            jobs=jobs,
            dry_run=dry_run,
            stop=stop,
            **({"observe": show_decision(json)} if dry_run else {}),
        )
    return end_of(report, json=json, dry_run=dry_run)


def end_of(report: ImportReport, *, json: bool, dry_run: bool = False) -> int:
    """Prints what an import did; returns the exit code."""
    import_report(report, json=json, dry_run=dry_run)
    if report.interrupted:
        return 130
    return 3 if report.refused else 0


def key_and_value(text: str, option: str, example: str) -> tuple[str, str]:
    """Returns the two sides of a value such as ``source=Reuters``."""
    key, sign, value = text.partition("=")
    if not sign or not key.strip() or not value.strip():
        raise UsageError(f"{option} takes KEY=VALUE, such as {example}, not {text!r}")
    return key.strip(), value.strip()
