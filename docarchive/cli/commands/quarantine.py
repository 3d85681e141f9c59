"""``docarchive quarantine``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from docarchive.archive.import_and_export_options import ImportOptions
from docarchive.cli.asking import can_ask, confirmed
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.ids import found
from docarchive.cli.import_report import show_decision, show_report
from docarchive.cli.library_options import flags, import_options, import_values
from docarchive.cli.opening import opened
from docarchive.cli.render import counted, line, message, out_json, out_text
from docarchive.cli.shared_arguments import Json, Wait, check_alone
from docarchive.errors import UsageError

if TYPE_CHECKING:
    from docarchive import Archive, QuarantineEntry


@import_options("quarantine")
def quarantine(
    context: Context,
    names: Annotated[
        list[str] | None,
        Argument(
            metavar="[NAME]...",
            help="The entries to retry or discard. Any unique prefix of a name will do. Without NAME, all are retried.",
            show_default=False,
        ),
    ] = None,
    retry: Annotated[
        bool, Option("--retry", help="Import the entries again. Those that are imported are removed from quarantine.")
    ] = False,
    discard: Annotated[
        bool, Option("--discard", help="Delete the entries. Without NAME, asks first on a terminal.")
    ] = False,
    all_: Annotated[bool, Option("--all", help="With --discard: delete all entries, without asking.")] = False,
    wait: Wait = None,
    json: Json = False,
    **values: Any,
) -> int:
    """List, retry or discard refused inputs.

    A refused input is kept in quarantine/ with the reason. --retry accepts the options of import. The exit code is 1 if
    there is nothing to list or no entry has one of the names, and 3 if --retry refuses an input again.
    """
    options = import_values(values)
    chosen = names or []
    check_alone("discard", discard, retry=retry, json=json)
    if not retry and options:
        raise UsageError(f"{flags(ImportOptions, options)} can only be used with --retry")
    if chosen and not (retry or discard):
        raise UsageError("NAME requires --retry or --discard")
    if all_ and (chosen or not discard):
        raise UsageError("--all requires --discard, and no NAME")
    with opened(context, reads=not (retry or discard), wait=wait) as archive:
        entries, code = found(chosen, archive.quarantined)
        if chosen and not entries:
            return code
        chosen = [entry.name for entry in entries]
        if discard:
            return _discard(archive, chosen, all_) or code
        if retry:
            dry_run = bool(options.get("dry_run"))
            if dry_run:
                options["observe"] = show_decision(json)
            return max(code, show_report(archive.retry(*chosen, **options), json=json, dry_run=dry_run))
        return _list(archive.quarantine(), json)


def _list(entries: list[QuarantineEntry], json: bool) -> int:
    if json:
        out_json({"entries": [entry._asdict() for entry in entries]})
    else:
        for entry in entries:
            name, where = line(entry.name), line(entry.where)
            dimmed = [(len(name) + 2, len(name) + 2 + len(where))]
            out_text(f"{name}  {where}  {line(entry.reason)}", indent=2, dimmed=dimmed)
        if not entries:
            message("the quarantine is empty")
    return 0 if entries else 1


def _discard(archive: Archive, names: list[str], all_: bool) -> int:
    """Deletes entries; asks before it deletes all of them, unless ``--all`` says so."""
    count = len(archive.quarantine())
    if not names and not all_:
        if not can_ask():
            raise UsageError("name the entries to delete, or add --all to delete all of them")
        if count and not confirmed(f"Delete {counted(count, 'input')} from quarantine? [y/N] "):
            message("nothing was deleted")
            return 0
    deleted = archive.discard(*names) if names else archive.discard(all=True)
    message(f"discarded {counted(deleted, 'input')}")
    return 0
