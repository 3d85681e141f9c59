"""The Typer application: its options and its commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from docarchive import __version__
from docarchive.cli.commands.duplicates import duplicates
from docarchive.cli.commands.engine import engine
from docarchive.cli.commands.export import export
from docarchive.cli.commands.formats import formats
from docarchive.cli.commands.import_ import import_
from docarchive.cli.commands.init import init
from docarchive.cli.commands.list_ import list_
from docarchive.cli.commands.original import original
from docarchive.cli.commands.quarantine import quarantine
from docarchive.cli.commands.rebuild import rebuild
from docarchive.cli.commands.saved import saved
from docarchive.cli.commands.search import search
from docarchive.cli.commands.show import show
from docarchive.cli.commands.similar import similar
from docarchive.cli.commands.stats import stats
from docarchive.cli.commands.sync import sync
from docarchive.cli.commands.watch import watch
from docarchive.cli.options import QueryCommand

app = typer.Typer(
    name="docarchive",
    help="Archives articles for good: import from anything, search in an instant, export in any form.",
    epilog="Exit codes: 0 done, 1 nothing matched, 2 wrong usage, 3 some inputs refused, 4 archive unusable.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"docarchive {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    archive: Annotated[
        Path | None,
        typer.Option(
            "--archive",
            metavar="DIR",
            envvar="DOCARCHIVE_ARCHIVE",
            help="The archive; else the nearest folder, from here upward, that is one.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    context.obj = archive


app.command("init")(init)
app.command("import")(import_)
app.command("duplicates")(duplicates)
app.command("watch")(watch)
app.command("formats")(formats)
app.command("search", cls=QueryCommand)(search)
app.command("similar")(similar)
app.command("saved")(saved)
app.command("show")(show)
app.command("original")(original)
app.command("quarantine")(quarantine)
app.command("list", cls=QueryCommand)(list_)
app.command("export", cls=QueryCommand)(export)
app.command("sync")(sync)
app.command("rebuild")(rebuild)
app.command("stats")(stats)
app.command("engine")(engine)
