"""``docarchive export``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from docarchive.cli.opening import opened
from docarchive.cli.options import Now, QueryLanguage, Sort, joined
from docarchive.cli.render import counted, message
from docarchive.errors import UsageError

_BY_SUFFIX = {".json": "json", ".jsonl": "jsonl", ".md": "md", ".csv": "csv"}


def export(
    context: typer.Context,
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="[QUERY]", help="Which articles.", show_default="all"),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT", help="json, jsonl, md or csv.", show_default="by the ending of --output, else jsonl"
        ),
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="PATH", help="A file, for md also a folder; - is standard output.")
    ] = "-",
    sort: Sort = "date",
    language: QueryLanguage = None,
    now: Now = None,
    force: Annotated[bool, typer.Option("--force", help="Write over what is there.")] = False,
) -> int:
    """Hand articles out.

    The same archive and query give the same bytes. The exit code is 1 if nothing matched.
    """
    text = joined(query)
    suffix = Path(output).suffix.lower()
    if format is None and suffix and suffix not in _BY_SUFFIX:
        raise UsageError(f"{suffix} names no format; say which with --format {', '.join(_BY_SUFFIX.values())}")
    chosen = format or _BY_SUFFIX.get(suffix, "jsonl")
    to: Path | BinaryIO = sys.stdout.buffer if output == "-" else Path(output)
    with opened(context) as archive:
        report = archive.export(text, format=chosen, to=to, sort=sort, force=force, language=language, now=now)
    if report.missing:
        more = f" and {len(report.missing) - 1:,} more" if len(report.missing) > 1 else ""
        message(f"passed over {report.missing[0]}{more}: gone from the archive; run 'docarchive sync'")
    if output != "-":
        message(f"exported {counted(report.articles, 'article')} to {output}")
    elif not report.articles:
        message("there are no articles" + (f" for {text!r}" if text else ""))
    return 0 if report.articles else 1
