"""``docarchive purge``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from docarchive.cli.asking import can_ask, confirmed
from docarchive.cli.changes import check_named
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.ids import found, read_ids
from docarchive.cli.opening import opened
from docarchive.cli.render import counted, line, message, nothing_matched, out_json, out_text, size
from docarchive.cli.shared_arguments import Json, Literal, Wait, joined
from docarchive.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from docarchive import Archive, PurgeReport

#: How many files are listed before the question.
_SHOWN: Final = 20


def purge(
    context: Context,
    query: Annotated[
        list[str] | None,
        Argument(metavar="QUERY", help="A query; all its articles are deleted.", show_default=False),
    ] = None,
    literal: Literal = False,
    trash: Annotated[
        bool, Option("--trash", help="Delete the removed articles that match QUERY; without QUERY, empty the trash.")
    ] = False,
    ids: Annotated[
        str | None,
        Option(
            "--ids",
            metavar="FILE",
            help="Delete the articles whose ids are in FILE, one per line; - for standard input.",
        ),
    ] = None,
    all_: Annotated[bool, Option("--all", help="Delete all articles of the archive, if that is meant.")] = False,
    yes: Annotated[bool, Option("--yes", help="Do not ask. Required where nobody can be asked.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Delete nothing; print what would be deleted.")] = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Delete articles and all that is left of them.

    That is their files, earlier versions, originals and pictures that no other article has, and what the log, the
    catalog and the index have of them. Only their ids stay, so that imports do not add them again. There is no undo.
    Backups, exports and other copies are not touched.

    Prints what will be deleted, and asks first. The exit code is 1 if nothing matched.
    """
    text = joined(query, literal=literal)
    if [bool(text or trash), ids is not None, all_].count(True) > 1:
        raise UsageError("use QUERY, --trash, --ids or --all: only one of them, but --trash takes a QUERY")
    if not (yes or dry_run or can_ask()):
        raise UsageError("a purge cannot be undone; add --yes, or --dry-run to see what it would delete")
    if not (ids is not None or all_ or trash):
        check_named(text)
    with opened(context, wait=wait) as archive:
        options: dict[str, Any] = {"query": text, "trash": trash, "all": all_ or trash}
        code = 0
        if ids is not None:
            chosen, code = found(read_ids(ids), lambda prefix: _resolve(archive, prefix))
            options = {"ids": chosen}
        planned = archive.purge(**options, dry_run=True)
        if not (planned.articles or planned.files):
            if json:
                out_json({**planned.to_dict(), "type": "report", "dry_run": dry_run})
            else:
                nothing_matched(text)
            return code or 1
        if dry_run or not json:
            _show(planned, json=json)
        if dry_run or not (yes or confirmed(f"Delete {counted(planned.articles, 'article')} for good? [y/N] ")):
            message("nothing was deleted")
            return code
        _show_done(archive.purge(**options), json=json)
    return code


def _show_done(report: PurgeReport, *, json: bool) -> None:
    if json:
        out_json({**report.to_dict(), "type": "report", "dry_run": False})
    else:
        message("purged; backups, exports and other copies still have what they had")


def _resolve(archive: Archive, prefix: str) -> str:
    """Returns the id of the article in the archive, or else in the trash, that starts with a prefix."""
    try:
        return archive.resolve(prefix)
    except NotFoundError:
        return archive.resolve(prefix, trash=True)


def _show(planned: PurgeReport, *, json: bool) -> None:
    if json:
        out_json({**planned.to_dict(), "type": "report", "dry_run": True})
        return
    for path in planned.files[:_SHOWN]:
        out_text(line(path), indent=2)
    if len(planned.files) > _SHOWN:
        out_text(f"and {len(planned.files) - _SHOWN:,} more")
    out_text(f"{counted(planned.articles, 'article')}, {counted(len(planned.files), 'file')} ({size(planned.bytes)})")
    if planned.shared:
        first, more = planned.shared[0], len(planned.shared) - 1
        message(
            f"{line(first)}{f' and {more:,} more' if more else ''} will stay: other articles have the same original or "
            "picture. An original of several articles has the texts of all of them"
        )
