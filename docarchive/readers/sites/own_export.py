"""Markdown that docarchive wrote for other programs: what these could not hold is beside what they look for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.readers.values.reserved_keys import lenient_article
from docarchive.slugs import note_tags

_OWN: Final = "docarchive"
_TAGS: Final = "docarchive_tags"
#: What a layout says for its program alone.
_OF_PROGRAMS: Final = (_OWN, "params", "layout", "render_with_liquid", "categories")
_SHOWN_SHORTCODE: Final = re.compile(r"\{\{([<%])/\*(.*?)\*/([>%])\}\}", re.S)
_DATES: Final = {"date": "date", "lastmod": "updated", "last_modified_at": "updated"}


def own_layout(metadata: Mapping[Any, Any], body: str) -> Article | None:
    """Returns the article of a file that was written for Hugo or Jekyll, or None if docarchive did not write it.

    What was changed in the file since then holds, but for what Hugo and Jekyll do not know.
    """
    params = metadata.get("params")
    of_hugo = isinstance(params, dict) and isinstance(params.get(_OWN), dict)
    rest = params[_OWN] if isinstance(params, dict) and of_hugo else metadata.get(_OWN)
    if not isinstance(rest, dict) or "id" not in rest:
        return None
    for shown, key in _DATES.items():
        if shown in metadata and key in rest and _day(metadata[shown]) != _day(rest[key]):
            rest = {**rest, key: metadata[shown]}
    found = {key: value for key, value in metadata.items() if key not in _OF_PROGRAMS}
    if isinstance(params, dict) and of_hugo:
        found |= {key: value for key, value in params.items() if key != _OWN}
        body = _SHOWN_SHORTCODE.sub(r"{{\1\2\3}}", body) if "{{" in body else body
    found = {key: value for key, value in found.items() if keys.canonical(str(key)) not in rest}
    return lenient_article({**found, **rest}, body, own=True)


def with_own_tags(article: Article) -> Article:
    """Gives an article the tags that it had before they were written for Obsidian, unless they were changed since."""
    tags = article.extra.get(_TAGS)
    if isinstance(tags, list) and all(isinstance(tag, str) for tag in tags):
        del article.extra[_TAGS]
        if note_tags(tags) == article.tags:
            article.tags = tags
    return article


def _day(value: object) -> str:
    try:
        return (value if isinstance(value, PartialDate) else PartialDate.parse(str(value))).start[:10]
    except ValueError:
        return str(value)
