"""What import, watch and quarantine print: decisions and reports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from docarchive.cli.render import counted, line, message, out_json, out_text, refusals
from docarchive.cli.terminal import CYAN, GREEN, YELLOW, styled

if TYPE_CHECKING:
    from docarchive import Conflict, Decision, ImportReport

#: What is said of keys that the user and another one have changed.
BOTH_CHANGED: Final = "both you and {} changed {{keys}}; your value was kept"
#: The styles of decisions; others have none.
_STYLES: Final = {"new": GREEN, "updated": CYAN, "refused": YELLOW, "conflict": YELLOW}


def show_decision(json: bool) -> Callable[[Decision], None]:
    """Returns a function that prints a decision on one line, or as one JSON object."""
    if json:
        return lambda decision: out_json({"type": "decision", **decision._asdict()})
    return _show_decision


def show_remark(decision: Decision) -> None:
    """Prints what there is to say of a new article."""
    if decision.kind == "new" and decision.reason:
        message(f"{line(decision.where)}: {line(decision.reason)}")


def _show_decision(decision: Decision) -> None:
    where, detail = line(decision.where), line(decision.reason or decision.title or decision.id)
    text = f"{where}  {detail}" if detail else where
    kind = styled(f"{decision.kind:<9}", _STYLES.get(decision.kind, ""))
    out_text(text, first=f"{kind} ", indent=10, dimmed=[(len(where) + 2, len(text))])


def show_report(report: ImportReport, *, json: bool, dry_run: bool = False) -> int:
    """Prints the report of an import, and returns its exit code."""
    if json:
        out_json({**report.to_dict(), "type": "report", "dry_run": dry_run})
    else:
        if not dry_run:
            refusals(report.refused)
            show_conflicts(report.conflicts, BOTH_CHANGED.format("the import"))
        counts = summary(report)
        zeros = [match.span() for match in re.finditer(r"(?<![\d,])0 \w+", counts)]
        out_text(counts, indent=2, dimmed=zeros)
        if report.deleted:
            message("add --again to import the articles that you deleted")
        if dry_run:
            message("nothing was changed")
        if report.interrupted:
            message("interrupted; what was imported is stored; run the same command again to import the rest")
    if report.interrupted:
        return 130
    return 3 if report.refused else 0


def show_conflicts(conflicts: Iterable[Conflict], text: str) -> None:
    """Prints which values were kept though there were others; ``text`` says so of ``{keys}``."""
    for conflict in conflicts:
        message(f"{conflict.id}: {text.format(keys=', '.join(map(line, conflict.keys)))}")


def summary(report: ImportReport) -> str:
    """Returns the counts of a report on one line."""
    counts = [
        f"{report.new:,} new",
        f"{report.unchanged:,} unchanged",
        f"{report.updated:,} updated",
        f"{report.refusals:,} refused",
    ]
    if report.without_text:
        counts.append(f"{report.without_text:,} without text")
    if report.duplicates:
        counts.append(counted(report.duplicates, "near duplicate"))
    if report.pictures:
        counts.append(counted(report.pictures, "picture"))
    if report.deleted:
        counts.append(f"{report.deleted:,} deleted earlier")
    if report.skipped:
        counts.append(f"{report.skipped:,} skipped")
    return ", ".join(counts)
