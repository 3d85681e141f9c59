"""``docarchive similar``."""

from __future__ import annotations

from docarchive.cli.commands.search import show_results
from docarchive.cli.declaring import Context
from docarchive.cli.ids import piped_id
from docarchive.cli.opening import opened
from docarchive.cli.shared_arguments import ArticleId, Ids, Json, Limit, Offset, check_alone


def similar(
    context: Context,
    id_: ArticleId,
    limit: Limit = 10,
    offset: Offset = 0,
    ids: Ids = False,
    json: Json = False,
) -> int:
    """Find articles similar to one in the archive.

    Similar articles share the distinctive words of that article. The most similar come first. The exit code is 1 if
    there are none.
    """
    check_alone("ids", ids, json=json)
    id_ = piped_id(id_)
    with opened(context, reads=True) as archive:
        results = archive.similar(id_, limit=limit, offset=offset)
        return show_results(results, offset, ids=ids, json=json)
