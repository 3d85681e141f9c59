"""The fields of an article that a table or a JSON object has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.writers.protocol import WriteOptions

_NOTHING: Final = object()


def record_of(article: Article, options: WriteOptions) -> dict[str, Any]:
    """Returns an article as an object of plain values: all of it, or the chosen fields that it has."""
    if not options.fields:
        record = article.to_dict()
        return flattened(record) if options.flatten else record
    record = {name: value for name in options.fields if (value := field_of(article, name)) is not None}
    return flattened(record) if options.flatten else record


def field_of(article: Article, name: str) -> Any:
    """Returns the plain value of a field, or None if the article has none.

    Args:
        article: The article.
        name: Any spelling of a known key, another key, ``a.b`` for a key of an object, or ``body``.
    """
    value: Any
    if name.lower() in keys.BODY_KEYS and name not in article.extra:
        return article.body
    known = keys.canonical(name)
    if known is not None:
        value = getattr(article, known)
        if keys.KNOWN[known] == keys.OBJECTS:
            return [item.to_dict() for item in value] or None
        return str(value) if isinstance(value, PartialDate) else value or None
    value = _value(article.extra, name)
    if value is not _NOTHING:
        return value
    value = article.extra
    for part in name.split("."):
        value = _value(value, part) if isinstance(value, Mapping) else _NOTHING
    return None if value is _NOTHING else value


def _value(object_: Mapping[str, Any], name: str) -> Any:
    """Returns the value of a key, in any letter case if there is none in this one."""
    if name in object_:
        return object_[name]
    return next((value for key, value in object_.items() if key.lower() == name.lower()), _NOTHING)


def flattened(record: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Returns an object without nested objects: ``{"geo": {"lat": 1}}`` becomes ``{"geo.lat": 1}``."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, Mapping) and value:
            flat.update(flattened(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat
