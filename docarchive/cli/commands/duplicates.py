"""``docarchive duplicates``."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

from docarchive.cli.declaring import Context, Option
from docarchive.cli.human import human_date
from docarchive.cli.opening import opened
from docarchive.cli.render import bold, dim, line, message, out, out_json, out_text
from docarchive.cli.shared_arguments import Json
from docarchive.cli.terminal import columns


def duplicates(
    context: Context,
    threshold: Annotated[
        float,
        Option(metavar="SIMILARITY", min=0.3, max=1.0, help="The minimum similarity to another article of the group."),
    ] = 0.8,
    limit: Annotated[
        int | None,
        Option("--limit", "-n", metavar="N", min=0, help="The maximum number of groups.", show_default="all"),
    ] = None,
    json: Json = False,
) -> int:
    """List groups of articles with nearly the same text.

    Each group begins with the article that was imported first. Each other article is printed with its similarity to
    that one: the share of four-word sequences that their texts have in common. Texts of fewer than twenty words are
    ignored. 'docarchive merge' makes one article of several. The exit code is 1 if there are no duplicates.
    """
    count = 0
    first: list[str] = []  # the ids of the first group
    with opened(context, reads=True) as archive:
        for group in islice(archive.duplicates(threshold), limit):
            first = first or [article.id for article in group]
            if json:
                out_json({"articles": [article._asdict() for article in group]})
            else:
                if count:
                    out("")
                for index, article in enumerate(group):
                    share = f"{article.similarity:.2f}" if index else "    "
                    about = f"{article.date or '':<10.10}"
                    if columns() is None:
                        out(f"{share}  {dim(article.id)}  {about}  {bold(line(article.title))}")
                        continue
                    out_text(line(article.title), first=f"{share}  ", indent=6)
                    out_text(f"{article.id}  {human_date(article.date or 'undated')}", first=" " * 6, indent=6)
            count += 1
    if not count:
        message("no near duplicates")
        return 1
    if not json and columns() is not None:
        message(f"if they are one article: docarchive merge {' '.join(first)}")
    return 0
