"""``docarchive export``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.opening import opened
from docarchive.cli.options import Now, QueryLanguage, export_formats, joined, list_sorts, moment
from docarchive.cli.render import NOT_INDEXED, counted, line, message, out_json
from docarchive.cli.streams import standard_output
from docarchive.errors import UsageError

if TYPE_CHECKING:
    from docarchive.archive import ExportOptions, ExportReport


def export(
    context: Context,
    query: Annotated[
        list[str] | None,
        Argument(metavar="[QUERY]", help="Which articles.", show_default="all"),
    ] = None,
    format: Annotated[
        str | None,
        Option(
            metavar="FORMAT",
            help="As 'docarchive formats' lists them.",
            show_default="by the ending of --output, else jsonl",
            autocompletion=export_formats,
        ),
    ] = None,
    output: Annotated[
        str,
        Option("--output", "-o", metavar="PATH", help="A file, a folder or a .zip; - is standard output."),
    ] = "-",
    ids: Annotated[
        str | None,
        Option(metavar="FILE", help="The articles whose ids are in a file, one a line; - is standard input."),
    ] = None,
    sort: Annotated[
        str | None,
        Option(
            metavar="ORDER",
            help="date, title or archived; a minus turns it round.",
            show_default="date, of feeds -date; of --ids, theirs",
            autocompletion=list_sorts,
        ),
    ] = None,
    limit: Annotated[int | None, Option(metavar="N", min=0, help="How many at most.", show_default="all")] = None,
    since: Annotated[
        str | None,
        Option(
            metavar="MARK",
            help="Only what changed since: the mark that the last export printed, 0 for all, or a date (UTC).",
        ),
    ] = None,
    fields: Annotated[
        str | None,
        Option(metavar="KEY,KEY…", help="Of tables and JSON: these keys alone, such as id,title,date,geo.lat."),
    ] = None,
    flatten: Annotated[
        bool, Option("--flatten", help="Of tables and JSON: objects become keys such as geo.lat.")
    ] = False,
    layout: Annotated[
        str | None,
        Option(
            metavar="NAME",
            help="Of md: plain, hugo, jekyll or obsidian.",
            show_default="plain",
            autocompletion=lambda: ["plain", "hugo", "jekyll", "obsidian"],
        ),
    ] = None,
    originals: Annotated[
        bool, Option("--originals", help="Of md: the files as well that articles were imported from.")
    ] = False,
    images: Annotated[
        bool, Option("--images", help="Of pages: load the pictures of a text from where they are.")
    ] = False,
    style: Annotated[
        str | None, Option(metavar="STYLE", help="Of citations: a CSL style such as apa, or its file.")
    ] = None,
    title: Annotated[
        str | None,
        Option(metavar="TITLE", help="Of the whole: of a book, a site, a feed.", show_default="the archive's name"),
    ] = None,
    url: Annotated[
        str | None, Option(metavar="URL", help="Of the whole: where a feed or a site is going to stand.")
    ] = None,
    template: Annotated[Path | None, Option(metavar="FILE", help="A Jinja2 template that writes each article.")] = None,
    name: Annotated[
        str | None,
        Option(metavar="PATTERN", help="With --template, a file for each article: '{date}-{slug}.txt'."),
    ] = None,
    language: QueryLanguage = None,
    now: Now = None,
    force: Annotated[bool, Option("--force", help="Write over what is there.")] = False,
    json: Annotated[bool, Option("--json", help="Report in JSON (schema 1); needs --output.")] = False,
) -> int:
    """Hand articles out.

    The same archive and query give the same bytes. A PATH without an ending of the format names a folder,
    where the format has one. The exit code is 1 if nothing matched.
    """
    text = joined(query)
    if json and output == "-":
        raise UsageError("--json reports on an export to a file; name one with --output")
    if name is not None and template is None:
        raise UsageError("--name goes with --template")
    options: ExportOptions = {
        "fields": [part.strip() for part in (fields or "").split(",") if part.strip()],
        "flatten": flatten,
        "layout": layout,
        "originals": originals,
        "images": images,
        "style": style,
        "title": title,
        "url": url,
        "template": template,
        "name": name,
    }
    chosen = format or ("template" if template is not None else None)
    to = standard_output() if output == "-" else output
    with opened(context) as archive:
        report = archive.export(
            text,
            format=chosen,
            to=to,
            ids=None if ids is None else _ids(ids),
            sort=sort,
            limit=limit,
            since=since,
            force=force,
            language=language,
            now=moment(now),
            **options,
        )
    _tell(report, text, output, json=json, mark=since is not None)
    return 0 if report.articles else 1


def _ids(path: str) -> Iterable[str]:
    """Returns the first word of each line."""
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"the ids in {path} cannot be read: {reason}") from None
    return [words[0] for each in text.splitlines() if (words := each.split())]


def _tell(report: ExportReport, query: str, output: str, *, json: bool, mark: bool) -> None:
    if report.missing:
        more = f" and {len(report.missing) - 1:,} more" if len(report.missing) > 1 else ""
        message(f"passed over {report.missing[0]}{more}: gone from the archive; run 'docarchive sync'")
    if report.behind:
        message(NOT_INDEXED)
    if json:
        out_json(report.to_dict() | {"type": "report"})
        return
    if output != "-":
        message(f"exported {counted(report.articles, 'article')} to {line(output)}")
    elif not report.articles:
        message("there are no articles" + (f" for {query!r}" if query else ""))
    if report.removed:
        message(f"{counted(len(report.removed), 'article')} gone since then: {' '.join(report.removed[:20])}")
    if mark:
        message(f"go on with --since {report.position}")
