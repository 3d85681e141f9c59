"""``docarchive original``."""

from __future__ import annotations

import shutil
import sys

from docarchive.cli.declaring import Context
from docarchive.cli.ids import piped_id
from docarchive.cli.opening import opened
from docarchive.cli.render import out_json
from docarchive.cli.shared_arguments import ArticleId, Json
from docarchive.cli.streams import print_text


def original(
    context: Context,
    id_: ArticleId,
    json: Json = False,
) -> None:
    """Print the original file that an article was imported from.

    The bytes are printed unchanged; on a terminal, text is printed without control characters, and files that are not
    text are refused. If the file contains several articles, all of it is printed. With --json, the path
    of the file in the archive and the name of the input are printed instead.
    """
    id_ = piped_id(id_)
    with opened(context, reads=True) as archive:
        path = archive.original(id_)
        if json:
            article = archive.get(id_)
            where = {"original": article.original, "format": article.format, "imported_from": article.imported_from}
            out_json({"id": article.id, "path": str(path), "archived": str(article.archived), **where})
            return
        with open(path, "rb") as file:
            if sys.stdout.isatty():
                print_text(file, f"redirect it to a file: docarchive original {id_} > FILE")
            else:
                shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.flush()
