"""Markdown that docarchive wrote for other programs: what these could not hold is beside what they look for."""

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


def own_layout(metadata: Mapping[Any, Any], body: str) -> Article | None:
    """Returns the article of a file that was written for Hugo or Jekyll, or None if docarchive did not write it.

    What was changed in the file since then holds, but for what Hugo and Jekyll do not know.
    """
    params = metadata.get(PARAMS)
    of_hugo = isinstance(params, dict) and isinstance(params.get(OWN), dict)
    rest = params[OWN] if isinstance(params, dict) and of_hugo else metadata.get(OWN)
    if not isinstance(rest, dict) or "id" not in rest:
        return None
    for shown, key in _DATES.items():
        if shown in metadata and key in rest and _day(metadata[shown]) != _day(rest[key]):
            rest = {**rest, key: metadata[shown]}
    found = {key: value for key, value in metadata.items() if key not in OF_PROGRAMS}
    if isinstance(params, dict) and of_hugo:
        found |= {key: value for key, value in params.items() if key != OWN}
        body = plain_shortcodes(body)
    found = {key: value for key, value in found.items() if keys.canonical(str(key)) not in rest}
    return lenient_article({**found, **rest}, body, own=True)


def with_own_tags(article: Article) -> Article:
    """Gives an article the tags that it had before they were written for Obsidian, unless they were changed since."""
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
