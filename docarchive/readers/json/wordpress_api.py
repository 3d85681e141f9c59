"""Posts as the REST API of WordPress returns them: authors and terms are numbers, and their names are elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from docarchive.readers.values.reserved_keys import set_aside
from docarchive.readers.values.untyped import as_text, objects_in

_TERMS: Final = ("tags", "categories")
_NO_SUBJECT: Final = "post_format"


def is_post(record: Mapping[str, Any]) -> bool:
    """Returns whether a record has a title, a text or a guid in the form of this API."""
    for key in ("title", "content", "guid"):  # every JSON record passes here
        value = record.get(key)
        if isinstance(value, dict) and "rendered" in value:
            return True
    return False


def with_names(post: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a post with the names of its authors and terms, if ``_embed`` was asked for; numbers are set aside."""
    named = {key: value for key, value in post.items() if not (key in _TERMS and _are_numbers(value))}
    for key in _TERMS:
        if key not in named and post.get(key):
            set_aside(named, key, post[key])
    embedded = post.get("_embedded")
    if isinstance(embedded, dict):
        authors = [*_names(embedded.get("author"))]
        groups = embedded.get("wp:term")
        terms = [name for group in (groups if isinstance(groups, list) else []) for name in _names(group)]
        if authors:
            set_aside(named, "author", named.pop("author", None))
            named["authors"] = authors
        if terms:
            named["tags"] = [*dict.fromkeys(terms)]
    return named


def _are_numbers(value: object) -> bool:
    return isinstance(value, list) and all(type(item) is int for item in value)


def _names(entries: object) -> Iterator[str]:
    from docarchive.readers.html.to_markdown import to_line

    for entry in objects_in(entries):
        if entry.get("taxonomy") != _NO_SUBJECT and (name := to_line(as_text(entry.get("name")))):
            yield name
