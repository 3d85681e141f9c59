"""``docarchive search``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.opening import opened
from docarchive.cli.options import Count, Ids, Json, Limit, Now, Offset, QueryLanguage, joined, moment, sort_option
from docarchive.cli.render import (
    NOT_INDEXED,
    bars,
    bold,
    counted,
    dim,
    line,
    marked,
    message,
    number,
    out,
    out_count,
    out_json,
)
from docarchive.errors import UsageError

if TYPE_CHECKING:
    from docarchive.archive import Hit, Results


def search(
    context: Context,
    query: Annotated[
        list[str] | None, Argument(metavar="QUERY", help="What to look for, in the query language.")
    ] = None,
    limit: Limit = 10,
    offset: Offset = 0,
    sort: Annotated[str, sort_option(relevance=True)] = "relevance",
    facet: Annotated[
        list[str] | None,
        Option(metavar="KEY", help="Count the result's values of a key, or by year, month, day; repeatable."),
    ] = None,
    facet_limit: Annotated[int, Option(help="How many values of each; 0 for all.", min=0, metavar="N")] = 10,
    freshness: Annotated[
        float | None, Option(metavar="DAYS", help="Prefer newer articles: after DAYS, half of the gain is gone.")
    ] = None,
    similar_to: Annotated[
        Path | None, Option(metavar="FILE", help="Only articles like the one in a file, the most alike first.")
    ] = None,
    language: QueryLanguage = None,
    now: Now = None,
    save: Annotated[
        str | None, Option(metavar="NAME", help="Save the query: @NAME stands for it in any query.")
    ] = None,
    explain: Annotated[bool, Option("--explain", help="Tell what each score is the sum of.")] = False,
    ids: Ids = False,
    count: Count = False,
    json: Json = False,
) -> int:
    """Find articles.

    Words are all required and match by stem. Also: "a phrase", AND OR NOT -word (brackets), econom*, colo?r,
    stoltenburg~, tag:oil place:japan author:smith title:dollar or any other key, has:url, rating:>3,
    date:2024-03, date:2024-01..2024-06, date:last-week, @saved. The exit code is 1 if nothing matched.
    """
    text = joined(query)
    if query is None and similar_to is None:
        raise UsageError("say what to look for: docarchive search QUERY; '*' finds every article")
    if save is not None and not text:
        raise UsageError("there is no query to save; what --similar-to finds is not saved")
    when = moment(now)
    with opened(context) as archive:
        if save is not None:
            before = archive.settings.searches.get(save)
            archive.save_search(save, text)
            message(f"saved as @{save}" + (f", in place of {before!r}" if before not in (None, text) else ""))
        if count and similar_to is None:
            total = archive.count(text, language=language, now=when)
        else:
            results = archive.search(
                text,
                limit=0 if count else limit,
                offset=offset,
                sort=sort,
                facets=facet or (),
                facet_limit=facet_limit,
                language=language,
                now=when,
                freshness=freshness,
                similar_to=similar_to,
                explain=explain,
            )
            total = results.total
            if not count:
                show_results(results, offset, ids=ids, json=json)
        if count:
            out_count(text, total, as_json=json)
        if not archive.is_current():
            message(NOT_INDEXED)
    return 0 if total else 1


def show_results(results: Results, offset: int, *, ids: bool = False, json: bool = False) -> None:
    """Prints the results of a search."""
    if json:
        out_json(results.to_dict())
    elif ids:
        for hit in results:
            out(hit.id)
    else:
        _print(results, offset)


def _print(results: Results, offset: int) -> None:
    width = len(str(offset + len(results)))
    for hit in results:
        _print_hit(hit, width)
    for index, (name, values) in enumerate(results.facets.items() if results.total else ()):
        if index or len(results):
            out("")
        for row in bars(name, values, results.more[name]):
            out(row)
    sys.stdout.flush()
    _print_total(results, offset)


def _print_hit(hit: Hit, width: int) -> None:
    indent = " " * width
    out(f"{hit.rank:>{width}}  {bold(line(hit.title))}")
    score = f"  {hit.score:.2f}" if hit.score else ""
    about = f"{hit.date or 'undated'}  {hit.id}{score}"
    out(f"{indent}  {dim(about)}")
    if hit.snippet.text:
        out(f"{indent}  {marked(hit.snippet)}")
    for term in hit.explanation:
        counts = f"  frequency {term.frequency:g}, in {counted(term.documents, 'article')}" if term.documents else ""
        out(f"{indent}    {term.score:8.4f}  {line(term.what)}{dim(counts)}")


def _print_total(results: Results, offset: int) -> None:
    if not results.total:
        message(f"nothing matched {results.query!r}" if results.query else "nothing is like that")
    elif len(results) < results.total:
        range_ = f", {number(len(results))} shown from {number(offset + 1)} on" if results.hits else ""
        message(f"{counted(results.total, 'article')} matched{range_}")
    if results.suggestion:
        message(f"did you mean: {results.suggestion}")
