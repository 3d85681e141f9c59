"""``docarchive list --trash``: the articles in the trash."""

from __future__ import annotations

import json as json_
import sys
from datetime import datetime
from typing import TYPE_CHECKING

from docarchive.cli.render import dim, line, message, out, to_json

if TYPE_CHECKING:
    from docarchive import Archive, TrashedArticle


def list_trash(
    archive: Archive,
    query: str,
    limit: int | None,
    offset: int,
    sort: str,
    now: datetime | None,
    *,
    ids: bool,
    json: bool,
) -> int:
    """Prints the articles in the trash as they are read, and returns the exit code; see ``Archive.trash``."""
    separator = "\n"
    if json:
        sys.stdout.write(to_json({"query": query})[:-1] + ', "articles": [')
    is_empty, damaged, total = True, False, 0
    for article in archive.trash(query, sort=sort, limit=limit, offset=offset, now=now):
        is_empty, damaged = False, damaged or article.damage is not None
        total += article.damage is None
        if json:
            sys.stdout.write(separator + json_.dumps(article.to_dict(), ensure_ascii=False))
            separator = ",\n"
        elif not ids:
            _print(article)
        elif article.id:
            out(article.id)
        else:
            message(f"left out a damaged file: {article.path}: {article.damage}")
    if json:
        if limit is not None or offset:
            total = sum(article.damage is None for article in archive.trash(query, now=now))
        sys.stdout.write(f'\n], "total": {total}}}\n')
    elif is_empty and not ids:
        message(f"nothing in the trash matched {query!r}" if query else "the trash is empty")
    return 3 if damaged else 1 if is_empty else 0


def _print(article: TrashedArticle) -> None:
    removed = f"removed {article.removed or 'earlier'} by change {article.change}"
    if article.damage is not None:
        out(f"damaged  {line(article.path)}: {line(article.damage)}  {dim(removed)}")
        return
    date, title = str(article.metadata.get("date") or "undated"), line(str(article.metadata.get("title", "")))
    out(f"{dim(f'{date[:10]:<10}  {article.id}')}  {title}  {dim(removed)}")
