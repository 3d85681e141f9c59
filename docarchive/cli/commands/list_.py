"""``docarchive list``."""

from __future__ import annotations

import json as json_
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from docarchive.archive.lookup import is_in_trash
from docarchive.archive.progress import is_partial
from docarchive.cli.advice import advise_spelling, answer_count
from docarchive.cli.articles import PRINTED, print_rows
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.opening import opened
from docarchive.cli.render import advise_sync, nothing_matched, out, to_json
from docarchive.cli.shared_arguments import (
    Count,
    Ids,
    Json,
    Literal,
    NoLimit,
    Now,
    Offset,
    check_alone,
    joined,
    moment,
    sort_option,
)

if TYPE_CHECKING:
    from docarchive import Row


def list_(
    context: Context,
    query: Annotated[
        list[str] | None,
        Argument(metavar="[QUERY]", help="A query, such as place:japan date:2024.", show_default="all"),
    ] = None,
    limit: NoLimit = None,
    offset: Offset = 0,
    sort: Annotated[str, sort_option()] = "-date",
    literal: Literal = False,
    now: Now = None,
    ids: Ids = False,
    count: Count = False,
    trash: Annotated[
        bool, Option("--trash", help="List removed articles, with the time of their removal and its change.")
    ] = False,
    json: Json = False,
) -> int:
    """List articles by their metadata, newest first.

    Each line has the date, the id and the title of an article. The exit code is 1 if nothing matched.
    """
    check_alone("ids", ids, count=count, json=json)
    text, when = joined(query, literal=literal, trash=trash and count), moment(now)
    with opened(context, reads=True) as archive:
        if not count and (trash or is_in_trash(text, archive.settings.searches)):
            from docarchive.cli.trash import list_trash

            text = "" if text == "in:trash" else text  # all of it: with the files that are damaged
            return list_trash(archive, text, limit, offset, sort, when, ids=ids, json=json)
        total = archive.list_count(text, now=when)
        if count:
            answer_count(archive, text, total, as_json=json, now=when)
            return 0 if total else 1
        keys = None if json else [] if ids else PRINTED
        rows = archive.list(text, sort=sort, limit=-1 if limit is None else limit, offset=offset, now=when, keys=keys)
        if json:
            _print_json(text, total, rows)
        else:
            if ids:
                for row in rows:
                    out(row.id)
            else:
                print_rows(rows)
            if not ids:
                advise_sync(archive)
                if not total:
                    nothing_matched(text)
                advise_spelling(archive, text, total, now=when)
    return 0 if total else 1


def _print_json(query: str, total: int, rows: Iterable[Row]) -> None:
    """Prints articles as one JSON object, one per line, as they are read."""
    write = sys.stdout.write
    is_late = not is_partial()
    write(to_json({"query": query, "total": total})[:-1] + ', "articles": [')
    separator = "\n"
    for row in rows:
        write(separator + json_.dumps(row.to_dict(), ensure_ascii=False))
        separator = ",\n"
    write('\n], "partial": true}\n' if is_late and is_partial() else "\n]}\n")
