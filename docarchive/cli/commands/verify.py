"""``docarchive verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.opening import opened
from docarchive.cli.render import counted, line, out_json, out_text, size
from docarchive.cli.shared_arguments import Json, Wait, check_alone, joined

if TYPE_CHECKING:
    from docarchive import Fault, Verification


def verify(
    context: Context,
    query: Annotated[
        list[str] | None,
        Argument(metavar="[QUERY]", help="Check only the articles that match this query.", show_default="all"),
    ] = None,
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
    wait: Wait = None,
    json: Json = False,
) -> int:
    """Check that nothing in the archive is damaged, lost or left behind.

    Originals are compared with their names, other files with the digests that were recorded when they were written or
    last read, and the catalog and the index with their checksums. The exit code is 3 if something is wrong; with
    --repair, if something still is.
    """
    check_alone("quick", quick, full=full)
    text = joined(query)
    check_alone("resume", resume, since=since, query=text)
    with opened(context, wait=wait) as archive:
        found = (lambda fault: None) if json else _show
        report = archive.verify(text, quick=quick, since=since, jobs=jobs, resume=resume, repair=repair, found=found)
    if json:
        out_json(report.to_dict())
    else:
        out_text(_summary(report), indent=2)
    return 0 if report.ok or (repair and not report.unrepaired) else 3


def _show(fault: Fault) -> None:
    fix = "repaired" if fault.repaired else line(fault.fix)
    out_text(f"{line(fault.path)} {line(fault.reason)}; {fix}", first=f"{fault.kind:<8}  ", indent=10)


def _summary(report: Verification) -> str:
    checked = [
        counted(report.articles, "article"),
        counted(report.originals, "original"),
        counted(report.versions, "version"),
        f"{counted(report.quarantine, 'file')} in quarantine",
    ]
    read = "by size and time" if report.quick else f"{size(report.bytes)} read"
    faults = sum(report.kinds.values())
    found = counted(faults, "fault") if faults else "no faults"
    if report.repaired:
        found += f", {report.repaired:,} repaired"
    return f"{', '.join(checked)}, {read}: {found}"
