"""What the commands that bring articles in share: their options, and what they print."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from docarchive.cli.declaring import Option
from docarchive.cli.options import import_formats
from docarchive.cli.render import counted, dim, line, message, number, out, out_json, refusals
from docarchive.errors import UsageError

if TYPE_CHECKING:
    from docarchive.archive import Decision, ImportOptions, ImportReport

Format = Annotated[
    str | None,
    Option(
        metavar="FORMAT",
        help="What the inputs are; see 'docarchive formats'.",
        show_default="by content, then name",
        autocompletion=import_formats,
    ),
]
Tags = Annotated[
    list[str] | None,
    Option("--tag", metavar="TAG", help="A tag for every article that comes in; repeatable."),
]
Values = Annotated[
    list[str] | None,
    Option("--set", metavar="KEY=VALUE", help="A value for every article that comes in; repeatable."),
]
Language = Annotated[str | None, Option(metavar="CODE", help="The articles' language, whatever they say: en, de, ….")]
Mapping = Annotated[
    list[str] | None,
    Option("--map", metavar="KEY=COLUMN", help="Of tables and JSON, the column that holds a key; repeatable."),
]
Split = Annotated[bool, Option("--split", help="Of books, make one article per chapter.")]
Sql = Annotated[
    str | None,
    Option("--query", metavar="SQL", help="Of SQLite databases, the query whose rows are the articles."),
]
Jobs = Annotated[
    int | None,
    Option(
        metavar="N", min=1, help="How many processes may parse slow formats, and index.", show_default="one a processor"
    ),
]


OnDuplicate = Annotated[
    str | None,
    Option(
        metavar="CHOICE",
        help="Of articles whose text is near another's: link them, skip them, or keep them as they are.",
        show_default="link",
        autocompletion=lambda: ["link", "skip", "keep"],
    ),
]


def import_options(
    format: str | None,
    tags: list[str] | None,
    values: list[str] | None,
    language: str | None,
    mapping: list[str] | None,
    split: bool,
    query: str | None,
    jobs: int | None,
    on_duplicate: str | None,
) -> ImportOptions:
    """Returns what these options ask for."""
    return {
        "format": format,
        "tags": tags or (),
        "set": dict(_pair(each, "--set", "source=Reuters") for each in values or []),
        "language": language,
        "mapping": dict(_pair(each, "--map", "title=Headline") for each in mapping or []),
        "split": split,
        "query": query,
        "jobs": jobs,
        "on_duplicate": on_duplicate,
    }


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    """Returns the two sides of a value such as ``source=Reuters``."""
    key, sign, value = text.partition("=")
    if not sign or not key.strip() or not value.strip():
        raise UsageError(f"{option} takes KEY=VALUE, such as {example}, not {text!r}")
    return key.strip(), value.strip()


def show_decision(json: bool) -> Callable[[Decision], None]:
    """Returns what prints each decision as it is made: on one line, or as one object of JSON."""
    if json:
        return lambda decision: out_json({"schema": 1, "type": "decision", **decision._asdict()})
    return lambda decision: out(_decision(decision))


def _decision(decision: Decision) -> str:
    what = line(decision.reason or decision.title or decision.id)
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
        f"{number(report.refusals)} refused",
    ]
    if report.duplicates:
        parts.append(counted(report.duplicates, "near duplicate"))
    if report.passed_over:
        parts.append(f"{number(report.passed_over)} passed over")
    return ", ".join(parts)
