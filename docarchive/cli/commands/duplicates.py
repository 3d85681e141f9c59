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
    found = 0
    with opened(context) as archive:
        for group in islice(archive.duplicates(threshold), limit):
            if json:
                out_json({"schema": 1, "articles": [each._asdict() for each in group]})
            else:
                if found:
                    out("")
                for place, each in enumerate(group):
                    share = f"{each.similarity:.2f}" if place else "    "
                    out(f"{share}  {dim(each.id)}  {each.date or '':<10.10}  {bold(line(each.title))}")
            found += 1
    if not found:
        message("no two texts are near each other")
        return 1
    return 0
