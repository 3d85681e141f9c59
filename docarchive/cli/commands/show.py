"""``docarchive show``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from docarchive.cli.opening import opened
from docarchive.cli.options import Json
from docarchive.cli.render import out_json, safe


def show(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids, or starts of ids that no other id has.")],
    json: Json = False,
) -> None:
    """Print articles whole, as their files are."""
    with opened(context) as archive:
        found = [archive.resolve(id_) for id_ in ids]
        for place, id_ in enumerate(found):
            if json:
                out_json(archive.get(id_).to_dict() | {"path": archive.file(id_)})
                continue
            text = archive.text(id_)
            sys.stdout.write("\n" * (place > 0) + (safe(text) if sys.stdout.isatty() else text))
            sys.stdout.write("" if text.endswith("\n") else "\n")
