"""``docarchive verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, BinaryIO, TextIO

from docarchive import Archive
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.opening import archive_folder, opened
from docarchive.cli.progress import progress_bar
from docarchive.cli.render import counted, line, message, out, out_json, out_text, size
from docarchive.cli.shared_arguments import Json, Literal, Wait, check_alone, joined
from docarchive.cli.streams import standard_output
from docarchive.errors import UsageError

if TYPE_CHECKING:
    from docarchive import Fault, Verification


def verify(
    context: Context,
    query: Annotated[
        list[str] | None,
        Argument(metavar="[QUERY]", help="Check only the articles that match this query.", show_default="all"),
    ] = None,
    literal: Literal = False,
    quick: Annotated[bool, Option("--quick", help="Compare sizes, times and names; read no files.")] = False,
    full: Annotated[bool, Option("--full", help="Read all files. This is the default.")] = False,
    since: Annotated[
        str | None,
        Option(
            metavar="POSITION",
            help="Check only articles that changed since a date, or since the position of an earlier export.",
        ),
    ] = None,
    jobs: Annotated[int, Option(metavar="N", min=1, help="Read files with N processes.")] = 1,
    resume: Annotated[bool, Option("--resume", help="Continue where an earlier verification was interrupted.")] = False,
    repair: Annotated[
        bool,
        Option("--repair", help="Put back the exact bytes of damaged files, and build the catalog and index again."),
    ] = False,
    manifest: Annotated[
        str | None,
        Option(metavar="FILE", help="If nothing is wrong, write a list of all files with their digests; - for stdout."),
    ] = None,
    force: Annotated[bool, Option("--force", help="Overwrite an existing manifest.")] = False,
    against: Annotated[
        str | None,
        Option(metavar="FILE", help="Compare the files with this manifest. Works on any copy of the archive."),
    ] = None,
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Check that nothing is damaged, lost or left behind.

    Originals are compared with their names, other files with the digests that were recorded when they were written or
    last read, and the catalog and the index with their checksums. The exit code is 3 if something is wrong; with
    --repair, if something still is.
    """
    check_alone("quick", quick, full=full)
    text = joined(query, literal=literal)
    check_alone("resume", resume, since=since, query=text)
    partly = {"query": text, "quick": quick, "since": since, "resume": resume, "repair": repair}
    check_alone("against", against, manifest=manifest, **partly)
    check_alone("manifest", manifest, **partly)
    show = (lambda fault: None) if json else _say if manifest == "-" else _show
    if against is not None:
        with progress_bar() as progress:
            report = Archive.verify_against(archive_folder(context), against, progress=progress, observe=show)
    else:
        with opened(context, wait=wait, last_settings=True) as archive:
            if manifest is not None:
                report = archive.write_manifest(_target(manifest, json=json), force=force, jobs=jobs, observe=show)
            else:
                report = archive.verify(
                    text, quick=quick, since=since, jobs=jobs, resume=resume, repair=repair, observe=show
                )
    if json:
        out_json(report.to_dict())
    elif manifest == "-":
        message(_summary(report))
    else:
        out_text(_summary(report), indent=2)
        if report.head:
            out(f"head {report.head}")
    return 0 if report.ok or (repair and not report.unrepaired) else 3


def _target(manifest: str, *, json: bool) -> str | BinaryIO | TextIO:
    if manifest != "-":
        return manifest
    if json:
        raise UsageError("--json prints a report; name a file for the manifest")
    return standard_output("name a file for the manifest")


def _say(fault: Fault) -> None:
    message(f"{fault.kind}: {line(fault.path)} {line(fault.reason)}; {line(fault.fix)}")


def _show(fault: Fault) -> None:
    fix = "repaired" if fault.repaired else line(fault.fix)
    out_text(f"{line(fault.path)} {line(fault.reason)}; {fix}", first=f"{fault.kind:<8}  ", indent=10)


def _summary(report: Verification) -> str:
    checked = [
        counted(report.articles, "article"),
        counted(report.originals, "original"),
        counted(report.versions, "version"),
        f"{counted(report.quarantine, 'file')} in quarantine",
        *([f"{counted(report.trash, 'file')} in the trash"] if report.trash else []),
    ]
    read = "by size and time" if report.quick else f"{size(report.bytes)} read"
    faults = sum(report.kinds.values())
    result = counted(faults, "fault") if faults else "no faults"
    if report.repaired:
        result += f", {report.repaired:,} repaired"
    return f"{', '.join(checked)}, {read}: {result}"
