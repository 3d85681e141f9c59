"""``docarchive original``."""

from __future__ import annotations

import shutil
import sys
from typing import Annotated

from docarchive.cli.declaring import Argument, Context
from docarchive.cli.opening import opened
from docarchive.cli.options import Json
from docarchive.cli.render import out_json


def original(
    context: Context,
    id_: Annotated[str, Argument(metavar="ID", help="An id, or the start of one that no other id has.")],
    json: Json = False,
) -> None:
    """Give back the bytes that an article was imported from.

    They go to standard output as they came in; of a file that held many articles, that is all of it. With
    --json, where they stand in the archive and where they came from.
    """
    with opened(context) as archive:
        path = archive.original(id_)
        if json:
            article = archive.get(id_)
            where = {"original": article.original, "format": article.format, "imported_from": article.imported_from}
            out_json({"schema": 1, "id": article.id, "path": str(path), "archived": str(article.archived), **where})
            return
        with open(path, "rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.buffer.flush()
