"""``docarchive similar``."""

from __future__ import annotations

from typing import Annotated

from docarchive.cli.commands.search import show_results
from docarchive.cli.declaring import Argument, Context, Option
from docarchive.cli.opening import opened
from docarchive.cli.options import Ids, Json, Offset


def similar(
    context: Context,
    id_: Annotated[str, Argument(metavar="ID", help="An id, or the start of one that no other id has.")],
    limit: Annotated[int, Option(help="How many articles to print.", min=0, metavar="N")] = 10,
    offset: Offset = 0,
    ids: Ids = False,
    json: Json = False,
) -> int:
    """Find articles like one of the archive's, the most alike first.

    They share the words that tell it from others. The exit code is 1 if there are none.
    """
    with opened(context) as archive:
        results = archive.similar(id_, limit=limit, offset=offset)
        show_results(results, offset, ids=ids, json=json)
    return 0 if results.total else 1
