"""Articles of metadata that people wrote by hand: a value that is wrong is set aside, not the article.

What cannot stand under its key (``date: soon``, ``archived: true``, a list of titles) is kept under
the key and ``_as_written``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.errors import ArticleError
from docarchive.readers.values.written_dates import date_at, read_date

#: What docarchive says of an article itself: such a key in a file of another program means something else.
_OWN: Final = ("archived", "original", "fingerprint", "format", "imported_from", "title_derived")


def lenient_article(metadata: Mapping[Any, Any], body: str) -> Article:
    """Makes an article as ``Article.from_metadata`` does, but refuses it only if it holds too much.

    Raises:
        ArticleError: The metadata holds too many values, or is nested too deeply.
    """
    try:
        if not any(key in metadata for key in _OWN) or is_own(metadata):
            return Article.from_metadata(metadata, body)
    except ArticleError:
        pass
    return Article.from_metadata(_mended(metadata), body)


def keep_aside(metadata: dict[Any, Any], key: str, value: Any) -> None:
    """Keeps a value that cannot stand under its key as ``KEY_as_written``, behind those that are there."""
    name = f"{key}_as_written"
    if name in metadata:
        before = metadata[name]
        value = [*(before if isinstance(before, list) else [before]), *(value if isinstance(value, list) else [value])]
    metadata[name] = value


def is_own(metadata: Mapping[Any, Any]) -> bool:
    """Tells whether docarchive wrote it."""
    return "archived" in metadata and str(metadata.get("original", "")).startswith("sha256:")


def _mended(metadata: Mapping[Any, Any]) -> dict[Any, Any]:
    mended: dict[Any, Any] = {}
    taken = {str(key) for key in metadata}
    own = is_own(metadata)
    for key, value in metadata.items():
        known = keys.canonical(str(key))
        if known is None:
            mended[key] = value
        elif known in _OWN and not own:
            mended[_aside(key, taken)] = value
        elif keys.KNOWN[known] == keys.DATE and value not in (None, "", []):
            mended.update(_dated(key, value, taken))
        else:
            mended[key if _stands(key, value) else _aside(key, taken)] = value
    return mended


def _dated(key: Any, value: Any, taken: set[str]) -> dict[Any, Any]:
    """Returns a date under its key, and the value as it is written if not all of it was understood."""
    if date := read_date(value):
        return {key: date}
    found = date_at(value.strip()) if isinstance(value, str) else None
    return {**({key: found.date} if found else {}), _aside(key, taken): value}


def _stands(key: Any, value: Any) -> bool:
    try:
        Article.from_metadata({key: value})
    except ArticleError:
        return False
    return True


def _aside(key: Any, taken: set[str]) -> str:
    name = f"{key}_as_written"
    while name in taken:
        name += "_"
    taken.add(name)
    return name
