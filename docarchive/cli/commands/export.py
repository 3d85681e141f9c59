"""``docarchive export``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from docarchive.cli.advice import advise_spelling
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.ids import found, read_ids
from docarchive.cli.library_options import export_options, export_values
from docarchive.cli.opening import opened
from docarchive.cli.render import counted, cut, line, message, missing, not_indexed, nothing_matched, out_json, unproved
from docarchive.cli.shared_arguments import (
    Literal,
    NoLimit,
    Now,
    QueryLanguage,
    format_option,
    joined,
    moment,
    sort_option,
)
from docarchive.cli.streams import standard_output
from docarchive.errors import UsageError

if TYPE_CHECKING:
    from docarchive import ExportReport


@export_options("export")
def export(
    context: Context,
    query: Annotated[
        list[str] | None,
        Argument(metavar="[QUERY]", help="Export the articles that match this query.", show_default="all"),
    ] = None,
    format: Annotated[
        str | None, format_option("template with --template; by the extension of --output; or jsonl")
    ] = None,
    output: Annotated[
        str,
        Option("--output", "-o", metavar="PATH", help="The file or folder to write; - for standard output."),
    ] = "-",
    ids: Annotated[
        str | None,
        Option(metavar="FILE", help="Export the articles whose ids are in FILE, one per line; - for standard input."),
    ] = None,
    sort: Annotated[str | None, sort_option(default="date; -date for feeds; the given order with --ids")] = None,
    limit: NoLimit = None,
    since: Annotated[
        str | None,
        Option(
            metavar="POSITION",
            help="Export only articles that changed since a date, or since the position of an earlier export.",
        ),
    ] = None,
    literal: Literal = False,
    language: QueryLanguage = None,
    now: Now = None,
    force: Annotated[bool, Option("--force", help="Overwrite existing files.")] = False,
    json: Annotated[bool, Option("--json", help="Print a report as JSON (schema 1). Requires --output.")] = False,
    **values: Any,
) -> int:
    """Export articles.

    The same query, options and archive always produce identical output. For a format that can be written as a folder, a
    PATH without an extension is a folder, and a PATH that ends in .zip is a ZIP file. The exit code is 1 if nothing
    matched or no article has one of the --ids, and 3 if the files of some articles are gone or damaged,
    or have no proof.
    """
    text = joined(query, literal=literal)
    if json and output == "-":
        raise UsageError("--json prints a report and requires --output")
    if values.get("name") == "":  # such as a variable of the shell that is not set
        raise UsageError("--name needs a pattern, such as {id}.html")
    options = export_values(values)
    if "name" in options and "template" not in options:
        raise UsageError("--name requires --template")
    to = standard_output("use --output FILE, or a pipe") if output == "-" else output
    with opened(context, reads=True) as archive:
        named = None if ids is None else read_ids(ids)
        chosen, code = (None, 0) if named is None else found(named, archive.resolve)
        if named and not chosen:
            return code
        report = archive.export(
            text,
            format=format,
            to=to,
            ids=chosen,
            sort=sort,
            limit=limit,
            since=since,
            force=force,
            language=language,
            now=moment(now),
            **options,
        )
        if report.behind and not archive.read_only:
            message(not_indexed(archive))
        _show(report, text, output, json=json, since=since)
        if not (json or since or named or report.missing or report.unproved):
            advise_spelling(archive, text, report.articles, language=language, now=moment(now))
    return code or (3 if report.missing or report.unproved else 0 if report.articles else 1)


def _show(report: ExportReport, query: str, output: str, *, json: bool, since: str | None) -> None:
    missing(report.missing)
    cut(report.cut)
    unproved(report.unproved)
    if json:
        out_json(report.to_dict() | {"type": "report"})
        return
    if output != "-":
        message(f"exported {counted(report.articles, 'article')} to {line(output)}")
    elif not report.articles and not report.missing and not report.unproved:
        if since is None:
            nothing_matched(query)
        else:
            message(f"nothing has changed since {since}")
    if report.removed:
        message(f"{counted(len(report.removed), 'article')} removed since then: {' '.join(report.removed[:20])}")
    if since is not None:
        message(f"next time, use --since {report.position}")
