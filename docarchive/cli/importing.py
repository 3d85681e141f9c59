"""What commands that bring articles in print."""

from __future__ import annotations

from collections.abc import Callable

from docarchive.archive import Decision, ImportReport
from docarchive.cli.render import dim, line, message, number, out, out_json, refusals


def show_decision(json: bool) -> Callable[[Decision], None]:
    """Returns what prints each decision as it is made: on one line, or as one object of JSON."""
    if json:
        return lambda decision: out_json({"schema": 1, "type": "decision", **decision._asdict()})
    return lambda decision: out(_decision(decision))


def _decision(decision: Decision) -> str:
    what = line(decision.reason or decision.title)
    return f"{decision.kind:<9} {line(decision.where)}{'  ' if what else ''}{dim(what) if what else ''}"


def import_report(report: ImportReport, *, json: bool, dry_run: bool = False) -> None:
    """Prints what an import did."""
    if json:
        out_json({**report.to_dict(), "type": "report", "dry_run": dry_run})
        return
    if not dry_run:
        refusals(report.refused)
    out(summary(report))
    if dry_run:
        message("nothing was changed")
    if report.interrupted:
        message("interrupted; what was done so far is kept, and the same command goes on from there")


def summary(report: ImportReport) -> str:
    """Returns the counts of a report on one line."""
    parts = [
        f"{number(report.new)} new",
        f"{number(report.known)} already there",
        f"{number(report.updated)} updated",
        f"{number(len(report.refused))} refused",
    ]
    if report.passed_over:
        parts.append(f"{number(report.passed_over)} passed over")
    return ", ".join(parts)
