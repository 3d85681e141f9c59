"""Options and arguments that several commands share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

_HIDDEN = "\0"
_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]

Count = Annotated[bool, typer.Option("--count", help="Print how many articles match.")]
Ids = Annotated[bool, typer.Option("--ids", help="Print ids alone.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON (schema 1) for scripts.")]
Now = Annotated[
    datetime | None,
    typer.Option(metavar="TIME", formats=_TIMES, help="What today and last-week are relative to: 2024-03-16."),
]
Offset = Annotated[int, typer.Option(help="How many to pass over before.", min=0, metavar="N")]
QueryLanguage = Annotated[
    str | None,
    typer.Option("--language", metavar="CODE", help="The query's language; else each that the archive has."),
]
Sort = Annotated[str, typer.Option(metavar="ORDER", help="date, title or archived; a minus turns it round.")]


class QueryCommand(TyperCommand):
    """A command with a query: words that begin with one minus are part of it (``oil -opec``), not options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Hides the minus of such words from the parser; ``joined`` brings it back."""
        options = {name: each for each in self.get_params(ctx) for name in each.opts}
        hidden: list[str] = []
        literal = value = False
        for word in args:
            mine = not literal and not value and word[:1] == "-" and word[:2] != "--" and word not in (*options, "-")
            hidden.append(_HIDDEN + word if mine else word)
            literal = literal or (word == "--" and not value)
            value = not literal and not value and word in options and not getattr(options[word], "is_flag", True)
        return super().parse_args(ctx, hidden)


def joined(words: list[str] | None) -> str:
    """Returns the query that the words of a command line make."""
    return " ".join(word.removeprefix(_HIDDEN) for word in words or [])
