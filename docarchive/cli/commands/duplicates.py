"""``docarchive duplicates``."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

from docarchive.cli.declaring import Context, Option
from docarchive.cli.opening import opened
from docarchive.cli.options import Json
from docarchive.cli.render import bold, dim, line, message, out, out_json


def duplicates(
    context: Context,
    threshold: Annotated[
        float,
        Option(metavar="SHARE", min=0.3, max=1.0, help="What two texts share of their runs of four words."),
    ] = 0.8,
    limit: Annotated[int | None, Option(metavar="N", min=0, help="How many groups.", show_default="all")] = None,
    json: Json = False,
) -> int:
    """List groups of articles whose texts are near each other.

    Such are stories that ran twice. The first of a group came first into the archive; of the others, how much
    of its text they share is said. Texts of fewer than twenty words are left out. The exit code is 1 if there
    are none.
    """
    count = 0
    with opened(context) as archive:
        for group in islice(archive.duplicates(threshold), limit):
            if json:
                out_json({"articles": [article._asdict() for article in group]})
            else:
                if count:
                    out("")
                for index, article in enumerate(group):
                    share = f"{article.similarity:.2f}" if index else "    "
                    out(f"{share}  {dim(article.id)}  {article.date or '':<10.10}  {bold(line(article.title))}")
            count += 1
    if not count:
        message("no two texts are near each other")
        return 1
    return 0
