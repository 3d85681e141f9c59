"""Options and arguments that several commands share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from docarchive.cli.declaring import Option

#: Stands before a word of a query that begins with a minus, so that Typer takes it for none of its options.
HIDDEN: Final = "\0"
_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]

Count = Annotated[bool, Option("--count", help="Print how many articles match.")]
Ids = Annotated[bool, Option("--ids", help="Print ids alone.")]
Json = Annotated[bool, Option("--json", help="Print JSON (schema 1) for scripts.")]
Now = Annotated[
    datetime | None,
    Option(metavar="TIME", formats=_TIMES, help="What today and last-week are relative to: 2024-03-16."),
]
Offset = Annotated[int, Option(help="How many to pass over before.", min=0, metavar="N")]
QueryLanguage = Annotated[
    str | None,
    Option("--language", metavar="CODE", help="The query's language; else each that the archive has."),
]
Sort = Annotated[str, Option(metavar="ORDER", help="date, title or archived; a minus turns it round.")]


def joined(words: list[str] | None) -> str:
    """Returns the query that the words of a command line make."""
    return " ".join(word.removeprefix(HIDDEN) for word in words or [])
