"""``docarchive backup``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from docarchive import Archive
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.opening import opened
from docarchive.cli.render import counted, line, message, out_json, out_text, refusals, size
from docarchive.cli.shared_arguments import Json, Wait, check_alone

if TYPE_CHECKING:
    from docarchive import BackupReport


def backup(
    context: Context,
    target: Annotated[
        str,
        Argument(
            metavar="TARGET",
            help="The folder with the backups; it is created if it is missing. Or a file that ends in .zip, or an "
            "address such as s3://bucket/news.",
        ),
    ],
    list_: Annotated[bool, Option("--list", help="List the backups in TARGET. This needs no archive.")] = False,
    verify: Annotated[
        bool,
        Option(
            "--verify", help="Read all files again, in the archive and in TARGET, and replace damaged ones in TARGET."
        ),
    ] = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Show what would be copied. Write nothing.")] = False,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Back up the archive.

    Copies what is new or has changed since the last backup in TARGET. All earlier backups can still be restored. TARGET
    has plain files and needs no docarchive to be read: see README.txt there. The exit code is 3 if some files cannot be
    read or are damaged; TARGET keeps the copies that it has of them.
    """
    check_alone("list", list_, verify=verify, dry_run=dry_run)
    if list_:
        return _list(target, json)
    with opened(context, wait=wait) as archive:
        report = archive.backup(target, verify=verify, dry_run=dry_run)
    if json:
        out_json(report.to_dict())
    else:
        _show(report, target, dry_run=dry_run)
    return 3 if report.refused else 0


def _list(target: str, json: bool) -> int:
    backups = Archive.backups(target)
    if json:
        out_json({"backups": [backup._asdict() for backup in backups]})
        return 0
    width = max(len(f"{backup.files:,}") for backup in backups)
    for backup in backups:
        out_text(f"{backup.time:<24}  {backup.files:>{width},} files  {size(backup.bytes)}  {line(backup.name)}")
    return 0


def _show(report: BackupReport, target: str, *, dry_run: bool) -> None:
    refusals(report.refused)
    if report.left_out:
        more = f" and {len(report.left_out) - 1:,} more" if len(report.left_out) > 1 else ""
        message(f"left out {line(report.left_out[0])}{more}: not files of the archive")
    did = "would back up" if dry_run else "backed up"
    counts = [f"{report.copied:,} copied ({size(report.copied_bytes)})", f"{report.unchanged:,} unchanged"]
    counts += [f"{report.removed:,} removed"] * bool(report.removed)
    counts += [f"{report.repaired:,} repaired"] * bool(report.repaired)
    counts += [f"{len(report.refused):,} refused"] * bool(report.refused)
    files = f"{counted(report.files, 'file')} ({size(report.bytes)})"
    out_text(f"{did} {files} to {line(target)}: {', '.join(counts)}", indent=2)
