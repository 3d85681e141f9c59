"""``docarchive log``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.ids import piped_id
from docarchive.cli.opening import opened
from docarchive.cli.render import counted, line, message, nothing_matched, out_json, out_text
from docarchive.cli.shared_arguments import Json, Literal, joined
from docarchive.errors import AmbiguousId, NotFoundError

if TYPE_CHECKING:
    from docarchive import Archive, LogEntry

_LIMIT = 20


def log(
    context: Context,
    of: Annotated[
        list[str] | None,
        Argument(
            metavar="[QUERY]",
            help="A query, or the id of an article, which may have been removed: list only their changes; - reads "
            "an id from standard input.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[int, Option("--limit", "-n", metavar="N", min=0, help="The maximum number of changes.")] = _LIMIT,
    literal: Literal = False,
    json: Json = False,
) -> int:
    """List what changed in the archive, the last change first.

    Each line has the number of a change, its time in UTC, its command, and how many of the articles it changed. The
    exit code is 1 if there are no changes, or nothing matched.
    """
    text = piped_id("-") if of == ["-"] else joined(of, literal=literal)
    with opened(context, reads=True) as archive:
        entries = _entries(archive, text, limit)
        if json:
            out_json({"changes": [_values(entry) for entry in entries]})
        else:
            _print(entries, text)
    return 0 if entries else 1


def _print(entries: Sequence[LogEntry], text: str) -> None:
    width = max((len(str(entry.change)) for entry in entries), default=1)
    for entry in entries:
        count = f"  {counted(entry.articles, 'article')}" if not text or entry.articles > 1 else ""
        undone = f"  undone by {entry.undone}" if entry.undone is not None else "  interrupted" * entry.interrupted
        what = f"{entry.command} {line(entry.words)}".strip()
        first = f"{entry.change:>{width}}  {entry.time[:10]} {entry.time[11:16]}  "
        shown = f"{what}{count}{undone}"
        out_text(shown, first=first, indent=width + 2, dimmed=[(len(what), len(shown))])
    if not entries and text:
        nothing_matched(text)
    elif not entries:
        message("there are no changes")


def _entries(archive: Archive, text: str, limit: int) -> list[LogEntry]:
    """Returns the changes of all articles, of the one with an id, or of those that match a query."""
    if not text:
        return [*archive.log(limit=limit)]
    try:
        return [*archive.log(text, limit=limit)]
    except AmbiguousId:
        raise
    except NotFoundError:
        entries = [*archive.log(query=text, limit=limit)]
        if not entries and text.isalnum():
            raise
        return entries


def _values(entry: LogEntry) -> dict[str, object]:
    return {name: value for name, value in entry.to_dict().items() if name != "schema"}
