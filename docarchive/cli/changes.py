"""What the commands that change articles share: their arguments, which articles are meant, and what is printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from docarchive.cli.advice import advise_spelling
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.ids import found, read_ids
from docarchive.cli.import_report import BOTH_CHANGED, show_conflicts, show_decision
from docarchive.cli.opening import opened
from docarchive.cli.render import message, nothing_matched, out_json, out_text, refusals
from docarchive.errors import UsageError
from docarchive.texts import shorten

if TYPE_CHECKING:
    from docarchive import Archive, ChangeReport

All = Annotated[bool, Option("--all", help="Change all articles of the archive, if that is meant.")]
DryRun = Annotated[bool, Option("--dry-run", help="Change nothing; print what would be changed.")]
IdsFrom = Annotated[
    str | None,
    Option(
        "--ids",
        metavar="FILE",
        help="Change the articles whose ids are in FILE, one per line; - for standard input.",
    ),
]
Words = Annotated[
    list[str] | None,
    Argument(metavar="QUERY", help="A query; all its articles are changed.", show_default=False),
]


def change(
    context: Context,
    wait: float | None,
    query: str,
    ids: str | None,
    make: Callable[..., ChangeReport],
    *,
    all_: bool,
    dry_run: bool,
    json: bool,
) -> int:
    """Changes the articles that match a query, or whose ids are in a file; returns the exit code.

    ``make`` gets the archive, and the arguments of ``Archive.tag`` that say which articles are meant.
    """
    if query and ids is not None:
        raise UsageError("use QUERY or --ids, not both")
    if all_ and (query or ids is not None):
        raise UsageError("use QUERY, --ids or --all: only one of them")
    if ids is None and not all_:
        check_named(query)
    from docarchive import ChangeReport

    with opened(context, wait=wait) as archive:
        chosen, code = (None, 0) if ids is None else found(read_ids(ids), archive.resolve)
        if ids is not None and not chosen:
            if json:
                show_change(ChangeReport(), json=True, dry_run=dry_run)
            return code or 1
        selection = {"query": query, "all": all_} if chosen is None else {"ids": chosen}
        report = make(archive, **selection, **trial(dry_run, json))
        if not report.changed and not report.unchanged and not report.refused and not json:
            nothing_matched(query)
            advise_spelling(archive, query, 0)
            return 1
    return max(code, show_change(report, json=json, dry_run=dry_run))


def trial(dry_run: bool, json: bool) -> dict[str, Any]:
    """Returns the arguments of a change that say whether it is a dry run, which prints what would be changed."""
    return {"dry_run": True, "observe": show_decision(json)} if dry_run else {"dry_run": False}


def check_named(query: str) -> None:
    """Raises ``UsageError`` if a query is empty: that means all articles, and may be a mistake."""
    if not query:
        raise UsageError("name the articles by a query or --ids, or use --all for all articles")


def show_undone(archive: Archive, report: ChangeReport, *, dry_run: bool) -> None:
    """Prints which change an undo or a redo took back."""
    undone = next((entry for entry in archive.log() if entry.change == report.undoes), None)
    if undone is not None:
        what = shorten(f"{undone.command} {undone.words}".strip(), 100)
        message(f"{'this would take back' if dry_run else 'took back'} change {undone.change}: {what}")


def show_change(
    report: ChangeReport, *, json: bool, dry_run: bool = False, verb: str = "changed", conflict: str | None = None
) -> int:
    """Prints the report of a change, and returns the exit code; ``conflict`` says what was kept of ``{keys}``."""
    if json:
        out_json({**report.to_dict(), "type": "report", "dry_run": dry_run})
    else:
        if not dry_run:
            refusals(report.refused)
            show_conflicts(report.conflicts, conflict or BOTH_CHANGED.format("another process"))
        counts = [f"{report.changed:,} {verb}", f"{report.unchanged:,} unchanged", f"{len(report.refused):,} refused"]
        number = f" (change {report.change})" if report.change is not None else ""
        out_text(", ".join(counts) + number, indent=2)
        if dry_run:
            message("nothing was changed")
    return 3 if report.refused else 0 if report.changed or report.unchanged else 1
