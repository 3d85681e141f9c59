"""``docarchive search``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from docarchive.archive import Results
from docarchive.cli.opening import opened
from docarchive.cli.options import Count, Ids, Json, Offset, joined
from docarchive.cli.render import bold, counted, dim, line, marked, message, number, out, out_json


def search(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help="What to look for, in the query language.")],
    limit: Annotated[int, typer.Option(help="How many articles to print.", min=0, metavar="N")] = 10,
    offset: Offset = 0,
    sort: Annotated[
        str, typer.Option(metavar="ORDER", help="relevance, date, title or archived; a minus turns it round: -date.")
    ] = "relevance",
    ids: Ids = False,
    count: Count = False,
    json: Json = False,
) -> int:
    """Find articles.

    Words are all required and match by stem. Also: "a phrase", AND OR NOT -word (brackets), econom*,
    tag:oil place:japan author:smith title:dollar or any other key, date:2024-03, date:2024-01..2024-06,
    date:>=2024. The exit code is 1 if nothing matched.
    """
    text = joined(query)
    with opened(context) as archive:
        if count:
            total = archive.count(text)
            out_json({"schema": 1, "query": text, "total": total}) if json else out(str(total))
        else:
            results = archive.search(text, limit=limit, offset=offset, sort=sort)
            total = results.total
            if json:
                out_json(results.to_dict())
            elif ids:
                for hit in results:
                    out(hit.id)
            else:
                _print(results, offset)
        if not archive.is_current():
            message("another process is writing to the archive; what it has not indexed yet is not found")
    return 0 if total else 1


def _print(results: Results, offset: int) -> None:
    width = len(str(offset + len(results)))
    for hit in results:
        out(f"{hit.rank:>{width}}  {bold(line(hit.title))}")
        score = f"  {hit.score:.2f}" if hit.score else ""
        about = f"{hit.date or 'undated'}  {hit.id}{score}"
        out(f"{' ' * width}  {dim(about)}")
        if hit.snippet.text:
            out(f"{' ' * width}  {marked(hit.snippet)}")
    sys.stdout.flush()
    if not results.total:
        message(f"nothing matched {results.query!r}")
    elif len(results) < results.total:
        message(
            f"{counted(results.total, 'article')} matched, {number(len(results))} shown from {number(offset + 1)} on"
        )
