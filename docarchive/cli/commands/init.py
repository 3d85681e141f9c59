"""``docarchive init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from docarchive.archive import Archive
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.options import Json, engines
from docarchive.cli.render import out, out_json


def init(
    context: Context,
    folder: Annotated[
        Path | None,
        Argument(metavar="[DIR]", help="The folder; made where it is missing.", show_default="this folder"),
    ] = None,
    name: Annotated[
        str | None,
        Option(metavar="NAME", help="What the archive is called.", show_default="the folder's name"),
    ] = None,
    engine: Annotated[
        str, Option(metavar="NAME", help="The engine that searches it.", autocompletion=engines)
    ] = "whoosh",
    language: Annotated[
        str, Option(metavar="CODE", help="The language of articles whose own is not known, as ISO 639-1.")
    ] = "en",
    json: Json = False,
) -> None:
    """Make an empty archive."""
    with Archive.create(folder or context.obj or Path(), name=name, engine=engine, language=language) as archive:
        if json:
            out_json({"path": str(archive.path), **archive.settings.to_dict()})
        else:
            out(f"created an empty archive at {archive.path}")
