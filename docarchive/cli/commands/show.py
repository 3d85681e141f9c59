"""``docarchive show``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from docarchive.archive import Provenance
from docarchive.cli.opening import opened
from docarchive.cli.options import Json
from docarchive.cli.render import bold, line, out, out_json, safe


def show(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids, or starts of ids that no other id has.")],
    provenance: Annotated[
        bool, typer.Option("--provenance", help="Print where each came from instead: input, reader, time, original.")
    ] = False,
    json: Json = False,
) -> None:
    """Print articles whole, as their files are."""
    with opened(context) as archive:
        found = [archive.resolve(id_) for id_ in ids]
        for place, id_ in enumerate(found):
            if provenance:
                _show_provenance(archive.provenance(id_), json=json, place=place)
                continue
            if json:
                out_json(archive.get(id_).to_dict() | {"path": archive.file(id_)})
                continue
            text = archive.text(id_)
            sys.stdout.write("\n" * (place > 0) + (safe(text) if sys.stdout.isatty() else text))
            sys.stdout.write("" if text.endswith("\n") else "\n")


def _show_provenance(provenance: Provenance, *, json: bool, place: int) -> None:
    if json:
        out_json(provenance.to_dict())
        return
    if place:
        out("")
    for name, value in provenance._asdict().items():
        shown = ", ".join(value) if isinstance(value, tuple) else value
        if shown:
            out(f"{bold(f'{name:<13}')} {line(str(shown))}")
