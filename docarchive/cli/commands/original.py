"""``docarchive original``."""

from __future__ import annotations

import shutil
import sys

from docarchive.cli.declaring import Context
from docarchive.cli.opening import opened
from docarchive.cli.options import ArticleId, Json
from docarchive.cli.render import out_json


def original(
    context: Context,
    id_: ArticleId,
    json: Json = False,
) -> None:
    """Print the original file that an article was imported from.

    The bytes are printed unchanged. If the file has many articles, all of it is printed. With --json, print its path in
    the archive and where it was imported from instead.
    """
    with opened(context) as archive:
        path = archive.original(id_)
        if json:
            article = archive.get(id_)
            where = {"original": article.original, "format": article.format, "imported_from": article.imported_from}
            out_json({"id": article.id, "path": str(path), "archived": str(article.archived), **where})
            return
        with open(path, "rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.buffer.flush()
