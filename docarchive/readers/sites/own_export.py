"""Markdown that docarchive exported for Hugo, Jekyll or Obsidian, read again as equal articles. See decision 0053."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.formats.site_layouts import (
    HUGO_UPDATED,
    JEKYLL_UPDATED,
    OF_PROGRAMS,
    OWN,
    PARAMS,
    TAGS,
    note_tags,
    plain_shortcodes,
)
from docarchive.readers.values.reserved_keys import lenient_article

_DATES: Final = {"date": "date", HUGO_UPDATED: "updated", JEKYLL_UPDATED: "updated"}


def read_own_layout(metadata: Mapping[Any, Any], body: str) -> Article | None:
    """Returns the article of a file that docarchive exported for Hugo or Jekyll; None if it is no such file.

    Changes that were made in the file since then are kept, except under ``docarchive``: Hugo and Jekyll ignore that.
    """
    params = metadata.get(PARAMS)
    of_hugo = isinstance(params, dict) and isinstance(params.get(OWN), dict)
    own = params[OWN] if isinstance(params, dict) and of_hugo else metadata.get(OWN)
    if not isinstance(own, dict) or "id" not in own:
        return None
    for name, key in _DATES.items():
        if name in metadata and key in own and _day(metadata[name]) != _day(own[key]):
            own = {**own, key: metadata[name]}
    shown = {key: value for key, value in metadata.items() if key not in OF_PROGRAMS}
    if isinstance(params, dict) and of_hugo:
        shown |= {key: value for key, value in params.items() if key != OWN}
        body = plain_shortcodes(body)
    shown = {key: value for key, value in shown.items() if keys.canonical(str(key)) not in own}
    return lenient_article({**shown, **own}, body, own=True)


def restore_tags(article: Article) -> Article:
    """Restores the tags that an article had before its export for Obsidian, unless they were changed since."""
    tags = article.extra.get(TAGS)
    if isinstance(tags, list) and all(isinstance(tag, str) for tag in tags):
        del article.extra[TAGS]
        if note_tags(tags) == article.tags:
            article.tags = tags
    return article


def _day(value: object) -> str:
    try:
        return (value if isinstance(value, PartialDate) else PartialDate.parse(str(value))).start[:10]
    except ValueError:
        return str(value)
