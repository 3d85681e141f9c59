"""What import, watch and quarantine print: decisions and reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from docarchive.cli.render import counted, dim, line, message, out, out_json, refusals

if TYPE_CHECKING:
    from docarchive import Decision, ImportReport


def show_decision(json: bool) -> Callable[[Decision], None]:
    """Returns a function that prints a decision on one line, or as one JSON object."""
    if json:
        return lambda decision: out_json({"type": "decision", **decision._asdict()})
    return lambda decision: out(_decision_line(decision))


def show_remark(decision: Decision) -> None:
    """Prints what there is to say of a new article."""
    if decision.kind == "new" and decision.reason:
        message(f"{line(decision.where)}: {line(decision.reason)}")


def _decision_line(decision: Decision) -> str:
    detail = line(decision.reason or decision.title or decision.id)
    return f"{decision.kind:<9} {line(decision.where)}{'  ' if detail else ''}{dim(detail) if detail else ''}"


def show_report(report: ImportReport, *, json: bool, dry_run: bool = False) -> int:
    """Prints the report of an import, and returns its exit code."""
    if json:
        out_json({**report.to_dict(), "type": "report", "dry_run": dry_run})
    else:
        if not dry_run:
            refusals(report.refused)
            for conflict in report.conflicts:
                keys = ", ".join(map(line, conflict.keys))
                message(f"{conflict.id}: both you and the import changed {keys}; your value was kept")
        out(summary(report))
        if report.deleted:
            message("add --again to import the articles that you deleted")
        if dry_run:
            message("nothing was changed")
        if report.interrupted:
            message("interrupted; what was imported is stored; run the same command again to import the rest")
    if report.interrupted:
        return 130
    return 3 if report.refused else 0


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
