"""``docarchive log``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.opening import opened
from docarchive.cli.render import counted, line, message, out_json, out_text
from docarchive.cli.shared_arguments import Json

if TYPE_CHECKING:
    from docarchive import LogEntry

_LIMIT = 20


def log(
    context: Context,
    id: Annotated[
        str | None,
        Argument(metavar="[ID]", help="The id of an article, to list only its changes.", show_default=False),
    ] = None,
    limit: Annotated[int, Option("--limit", "-n", metavar="N", min=0, help="The maximum number of changes.")] = _LIMIT,
    json: Json = False,
) -> int:
    """List what changed in the archive, the last change first.

    Each line has the number of a change, its time in UTC, its command, and how many articles it changed. The exit code
    is 1 if there are no changes.
    """
    with opened(context) as archive:
        entries = [*archive.log(id, limit=limit)]
    if json:
        out_json({"changes": [_values(entry) for entry in entries]})
        return 0 if entries else 1
    width = max((len(str(entry.change)) for entry in entries), default=1)
    for entry in entries:
        count = f"  {counted(entry.articles, 'article')}" if id is None else ""
        undone = f"  undone by {entry.undone}" if entry.undone is not None else "  interrupted" * entry.interrupted
        what = f"{entry.command} {line(entry.words)}".strip()
        first = f"{entry.change:>{width}}  {entry.time[:10]} {entry.time[11:16]}  "
        text = f"{what}{count}{undone}"
        out_text(text, first=first, indent=width + 2, dimmed=[(len(what), len(text))])
    if not entries:
        message("there are no changes")
    return 0 if entries else 1


def _values(entry: LogEntry) -> dict[str, object]:
    return {name: value for name, value in entry.to_dict().items() if name != "schema"}
