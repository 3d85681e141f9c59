"""``docarchive init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from docarchive import Archive
from docarchive.archive.settings import other_names
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.render import line, message, out_json, out_text
from docarchive.cli.shared_arguments import Json, engines


def init(
    context: Context,
    folder: Annotated[
        Path | None,
        Argument(
            metavar="[DIR]",
            help="The folder of the archive. It is created if it is missing.",
            show_default="the current folder",
        ),
    ] = None,
    name: Annotated[
        str | None,
        Option(metavar="NAME", help="The archive's name.", show_default="the folder's name"),
    ] = None,
    engine: Annotated[
        str, Option(metavar="NAME", help="The search engine: whoosh or tantivy.", autocompletion=engines)
    ] = "whoosh",
    language: Annotated[
        str,
        Option(
            metavar="CODE", help="The language to assume for articles whose language is unknown: an ISO 639-1 code."
        ),
    ] = "en",
    json: Json = False,
) -> None:
    """Create an empty archive.

    In a folder with other files, these stay as they are and are not imported: a message says so. Files of an archive
    that was there before, such as articles/, become part of the new one.
    """
    root = folder or context.obj or Path()
    others = other_names(root)
    with Archive.create(root, name=name, engine=engine, language=language) as archive:
        if json:
            out_json({"path": str(archive.path), **archive.settings.to_dict()})
        else:
            out_text(f"created an empty archive at {archive.path}")
        if others:
            message(
                f"{archive.path} has other files, such as {line(others[0])}; to import them, move them out of the "
                "archive's folder; to undo this, delete docarchive.toml"
            )
