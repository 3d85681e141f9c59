"""``docarchive search``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from docarchive.cli.advice import answer_count, print_suggestion
from docarchive.cli.articles import print_hits
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.opening import opened
from docarchive.cli.render import advise_sync, bars, counted, message, not_indexed, out, out_json
from docarchive.cli.shared_arguments import (
    Count,
    Ids,
    Json,
    Literal,
    Now,
    Offset,
    QueryLanguage,
    Wait,
    check_alone,
    joined,
    moment,
    sort_option,
)
from docarchive.errors import UsageError

if TYPE_CHECKING:
    from docarchive import Results

_LIMIT: Final = 10  # articles on one page; a program that asks for ids gets all


def search(
    context: Context,
    query: Annotated[
        list[str] | None,
        Argument(metavar="[QUERY]", help="The query. '*' matches all articles. Required unless --similar-to is given."),
    ] = None,
    limit: Annotated[
        int | None,
        Option(
            "--limit",
            "-n",
            metavar="N",
            min=0,
            help="The maximum number of articles. With --ids, the default is all that match QUERY.",
            show_default=str(_LIMIT),
        ),
    ] = None,
    offset: Offset = 0,
    sort: Annotated[str, sort_option(relevance=True)] = "relevance",
    facet: Annotated[
        list[str] | None,
        Option(
            metavar="KEY",
            help="Count the matches for each value of KEY. KEY can also be year, month or day. Repeatable.",
        ),
    ] = None,
    facet_limit: Annotated[
        int, Option(help="The maximum number of values of each facet; 0 for all.", min=0, metavar="N")
    ] = 10,
    freshness: Annotated[
        float | None,
        Option(
            metavar="DAYS",
            help="Lower the scores of older articles: by a quarter after DAYS days, and by half at most.",
        ),
    ] = None,
    similar_to: Annotated[
        Path | None,
        Option(
            metavar="FILE",
            help="Find articles similar to FILE; - for standard input. With QUERY, only those that match QUERY.",
        ),
    ] = None,
    literal: Literal = False,
    all_words: Annotated[
        bool,
        Option(
            "--all-words",
            help="Find only articles with all words, even if there are none. --ids and --count always do.",
        ),
    ] = False,
    mode: Annotated[
        str | None,
        Option(
            metavar="MODE",
            help="Look for the words, the meaning or both. 'engine meaning on' prepares the last two.",
            show_default="both if meaning is on, else words",
            autocompletion=lambda: ["words", "meaning", "both"],
        ),
    ] = None,
    language: QueryLanguage = None,
    now: Now = None,
    save: Annotated[str | None, Option(metavar="NAME", help="Save the query. Use it as @NAME in any query.")] = None,
    explain: Annotated[bool, Option("--explain", help="Show the parts that add up to each score.")] = False,
    ids: Ids = False,
    count: Count = False,
    trash: Annotated[bool, Option("--trash", help="Search the removed articles, as with in:trash in QUERY.")] = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Search for articles.

    An article matches if it contains all words of the query, in any form. If too few do, articles with any of the words
    are shown, the best first, and a message says so.

    A query can also contain phrases ("free trade"), logic (AND, OR, NOT, -word, parentheses), wildcards (econom*,
    colo?r), similar spellings (stoltenburg~), keys (tag:oil, place:japan, title:dollar, has:url, rating:>3), notes and
    marked passages (note:quote, highlight:bridge), dates (date:2024-03, date:2024-01..2024-06, date:last-week) and
    saved searches (@NAME).

    The exit code is 1 if nothing matched.
    """
    check_alone("ids", ids, count=count, json=json, facet=facet, explain=explain)
    check_alone("count", count, facet=facet, explain=explain)
    text = joined(query, literal=literal, trash=trash)
    if query is None and similar_to is None:
        raise UsageError("a query is required: docarchive search QUERY; '*' matches all articles")
    if save is not None and not text:
        raise UsageError("--save requires a query")
    when = moment(now)
    if limit is None and not (ids and similar_to is None):
        limit = _LIMIT
    code = 0
    with opened(context, reads=True, wait=wait) as archive:
        if save is not None:
            before = archive.settings.searches.get(save)
            archive.save_search(save, text)
            message(f"saved as @{save}" + (f", replacing {before!r}" if before not in (None, text) else ""))
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
                similar_to=sys.stdin.buffer if similar_to == Path("-") else similar_to,
                explain=explain,
                all_words=all_words or ids or count,
                mode=mode,
            )
            total = results.total
            if not count:
                code = show_results(results, offset, ids=ids, json=json)
                if not (ids or json):
                    advise_sync(archive, (hit.id for hit in results))
        if count:
            answer_count(archive, text, total, as_json=json, language=language, now=when)
        if not (archive.is_current() or archive.read_only):
            message(not_indexed(archive))
    return code or (0 if total else 1)


def show_results(results: Results, offset: int, *, ids: bool = False, json: bool = False) -> int:
    """Prints the results of a search; returns the exit code."""
    if json:
        out_json(results.to_dict())
    elif ids:
        for hit in results:
            out(hit.id)
    else:
        _print(results, offset)
    if damaged := [hit for hit in results if hit.damage]:
        message(f"no text is shown of {counted(len(damaged), 'article')}: {damaged[0].damage}")
    return 3 if damaged else 0 if results.total else 1


def _print(results: Results, offset: int) -> None:
    width = len(str(offset + len(results)))
    print_hits(results, width)
    for index, (name, values) in enumerate(results.facets.items() if results.total else ()):
        if index or len(results):
            out("")
        for row in bars(name, values, results.more[name]):
            out(row)
    _print_total(results, offset)


def _print_total(results: Results, offset: int) -> None:
    shown = f", showing {offset + 1:,} to {offset + len(results):,}" if results.hits else ""
    if not results.total:
        message(f"nothing matched {results.query!r}" if results.query else "no similar articles")
    elif results.mode != "words":
        by = "meaning" if results.mode == "meaning" else "words or meaning"
        alone = results.mode == "both" and results.answered == "meaning"
        message(f"{'no article has these words; ' * alone}{counted(results.total, 'article')} matched by {by}{shown}")
    elif results.answered == "any words":
        having_all = results.total_all_words
        few = f"only {counted(having_all, 'article')}" if having_all else "no article"
        all_, any_ = "have" if having_all > 1 else "has", "have" if results.total > 1 else "has"
        message(f"{few} {all_} all of these words; {results.total:,} {any_} some of them{shown}")
    elif len(results) < results.total:
        message(f"{counted(results.total, 'article')} matched{shown}")
    print_suggestion(results.suggestion)
