"""The reader of Org, the format of Emacs: the text stays as it is, and the keywords at its beginning are metadata."""

from __future__ import annotations

import re
from typing import Any, Final

from docarchive.article import Article
from docarchive.readers.values.reserved_keys import lenient_article
from docarchive.readers.values.untyped import without_empty

_KEYWORD: Final = re.compile(r"#\+(\w[\w-]{0,40}):[ \t]*(.*?)[ \t]*(?:\r?\n|\Z)")
_SKIPPED: Final = re.compile(r"(?:[ \t]*|# .*|#)(?:\r?\n)|:PROPERTIES:\r?\n(?:.*\r?\n){0,50}?:END:[ \t]*(?:\r?\n|\Z)")
_HEADING: Final = re.compile(r"(?m)^\*+[ \t]+(?:(?:TODO|DONE)[ \t]+)?(.+?)(?:[ \t]+:[\w@#%:]+:)?[ \t]*$")
_STAMP: Final = re.compile(
    r"[<\[](\d{4}-\d\d-\d\d)(?:[ \t]+[^\W\d_.]{1,10}\.?)?(?:[ \t]+(\d{1,2}:\d\d))?[^<>\[\]]*[>\]]"
)
_KEYS: Final = {
    "title": "title",
    "author": "authors",
    "date": "date",
    "description": "summary",
    "language": "language",
    "email": "email",
    "subtitle": "subtitle",
}
_TAGS: Final = ("filetags", "keywords", "tags", "hugo_tags", "roam_tags")
#: Keywords that say how the text is exported.
_SETTINGS: Final = ("options", "startup", "setupfile", "property", "macro", "include", "todo", "seq_todo")


def read_org(text: str, name: str = "", folder: str = "") -> Article:
    """Makes an article of a text in Org.

    Args:
        text: The whole text.
        name: Not used.
        folder: Not used.
    """
    bare = text.removeprefix("\ufeff")
    metadata: dict[str, Any] = {}
    tags: list[str] = []
    position = 0
    while True:
        if keyword := _KEYWORD.match(bare, position):
            _add(metadata, tags, keyword[1].lower(), keyword[2])
        match = keyword or _SKIPPED.match(bare, position)
        if match is None or match.end() == position:
            break
        position = match.end()
    body = bare[position:].rstrip()
    if "title" not in metadata and (heading := _HEADING.match(body)):
        metadata["title"] = heading[1]
    return lenient_article(without_empty({**metadata, "tags": tags}), body or str(metadata.get("title", "")))


def _add(metadata: dict[str, Any], tags: list[str], key: str, value: str) -> None:
    """Adds the value of a keyword; several of the same are joined."""
    if key in _TAGS:
        tags += [tag for tag in re.split(r"[:,\s]+", value) if tag and tag not in tags]
    elif key not in _SETTINGS and not key.startswith(("begin", "latex", "html", "export", "attr")) and value:
        known = _KEYS.get(key, key)
        if stamp := _STAMP.fullmatch(value):
            value = f"{stamp[1]}T{stamp[2].zfill(5)}" if stamp[2] else stamp[1]
        metadata[known] = f"{metadata[known]} {value}" if known in ("title", "summary") and known in metadata else value
