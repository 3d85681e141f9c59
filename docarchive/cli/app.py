"""The Typer application: what reads and explains the command lines that are not the usual ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import FunctionType
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand

from docarchive import __version__
from docarchive.cli.commands import COMMANDS, WITH_QUERY, command
from docarchive.cli.declaring import Argument, Context, Option, annotation
from docarchive.cli.options import HIDDEN, check_json_version
from docarchive.cli.plain import ARCHIVE, JSON_VERSION, VARIABLE

_DECLARED: Final[dict[type, Callable[..., Any]]] = {Option: typer.Option, Argument: typer.Argument}


def application(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Returns the application.

    Args:
        names: The commands that it is to have: fewer are made faster.
    """
    app = typer.Typer(
        name="docarchive",
        help="Archives articles for good: import from anything, search in an instant, export in any form.",
        epilog="Exit codes: 0 done, 1 nothing matched, 2 wrong usage, 3 some inputs refused, 4 archive unusable.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for name in names:
        app.command(name, cls=_QueryCommand if name in WITH_QUERY else TyperCommand)(typed(command(name)))
    return app


def typed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a command whose parameters are declared in Typer's own form."""
    assert isinstance(function, FunctionType)
    found = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    found.__doc__ = function.__doc__
    found.__annotations__ = {name: _typers(annotation(function, name)) for name in function.__annotations__}
    return found


def _typers(found: Any) -> Any:
    """Returns an annotation as Typer has it."""
    if found is Context:
        return typer.Context
    for each in getattr(found, "__metadata__", ()):
        if make := _DECLARED.get(type(each)):
            return Annotated[found.__origin__, make(*getattr(each, "names", ()), **each.settings)]
    return found


class _QueryCommand(TyperCommand):
    """A command with a query: words that begin with one minus are part of it (``oil -opec``), not options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Hides the minus of such words from the parser; ``joined`` brings it back."""
        options = {name: each for each in self.get_params(ctx) for name in each.opts}
        hidden: list[str] = []
        literal = value = False
        for word in args:
            mine = not literal and not value and word[:1] == "-" and word[:2] != "--" and word not in (*options, "-")
            hidden.append(HIDDEN + word if mine else word)
            literal = literal or (word == "--" and not value)
            value = not literal and not value and word in options and not getattr(options[word], "is_flag", True)
        return super().parse_args(ctx, hidden)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"docarchive {__version__}")
        raise typer.Exit


def _options(
    context: typer.Context,
    archive: Annotated[
        Path | None,
        typer.Option(
            ARCHIVE,
            metavar="DIR",
            envvar=VARIABLE,
            help="The archive; else the nearest folder, from here upward, that is one.",
        ),
    ] = None,
    json_version: Annotated[
        int | None,
        typer.Option(
            JSON_VERSION,
            metavar="N",
            min=0,
            help="The schema that --json must print; an error if this docarchive does not support it.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    if json_version is not None:
        check_json_version(json_version)
    context.obj = archive
