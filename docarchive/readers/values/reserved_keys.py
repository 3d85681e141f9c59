"""Articles of metadata that other programs and people wrote: the one way for all readers.

Two kinds of values cannot stay under their keys: those of keys that docarchive writes itself (``reader: Kindle``), and
those that are not valid (``date: soon``, a list of titles). They are set aside as ``KEY_as_written``, so that a search
finds them. What docarchive exported is read unchanged. See decision 0020.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docarchive import keys
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import ArticleError
from docarchive.identity import is_exported
from docarchive.readers.values.written_dates import leading_date, read_date


def make_article(metadata: Mapping[Any, Any], body: str = "", *, own: bool = False) -> Article:
    """Makes an article as ``Article.from_metadata`` does, with foreign values of reserved keys set aside.

    Args:
        metadata: Keys and values in any spelling.
        body: The text.
        own: Whether the form shows that docarchive wrote the metadata; else what they say decides (``is_own``).

    Raises:
        ArticleError: A value is not valid, or the metadata hold too much.
    """
    return Article.from_metadata(metadata if own else _foreign(metadata), body)


def make_record_article(record: Mapping[str, Any]) -> Article:
    """Makes an article of a JSON object as ``Article.from_dict`` does, with foreign values of reserved keys set aside.

    Raises:
        ArticleError: It holds no text at all, or a value is not valid.
    """
    return Article.from_dict(record if is_own_record(record) else _foreign(record))


def lenient_article(metadata: Mapping[Any, Any], body: str, *, own: bool = False) -> Article:
    """Makes an article as ``make_article`` does, and sets aside values that are not valid too.

    Raises:
        ArticleError: The metadata hold too many values, or are nested too deeply.
    """
    with_aside = metadata if own else _foreign(metadata)
    try:
        return Article.from_metadata(with_aside, body)
    except ArticleError:
        return Article.from_metadata(_valid(with_aside), body)


def set_aside(metadata: dict[Any, Any], key: str, value: Any) -> None:
    """Keeps a value that cannot stay under its key as ``KEY_as_written``, behind those that are there."""
    name = f"{key}_as_written"
    if name in metadata:
        before = metadata[name]
        value = [*(before if isinstance(before, list) else [before]), *(value if isinstance(value, list) else [value])]
    metadata[name] = value


def with_date(metadata: Mapping[Any, Any], date: PartialDate) -> dict[Any, Any]:
    """Returns metadata with a date; another value of that key is set aside."""
    dated = {**metadata, "date": date}
    if metadata.get("date"):
        set_aside(dated, "date", metadata["date"])
    return dated


def is_own(metadata: Mapping[Any, Any]) -> bool:
    """Returns whether docarchive wrote metadata, as those of an exported article."""
    return is_exported(metadata.get("id"), metadata.get("archived"), metadata.get("original"))


def is_own_record(record: Mapping[str, Any]) -> bool:
    """Returns whether docarchive wrote a JSON object: an exported article, or one that states its schema and an id."""
    return ("id" in record and record.get("schema") == keys.SCHEMA) or is_own(record)


def _foreign(metadata: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Returns metadata with the values of reserved keys set aside, unless docarchive wrote them."""
    reserved = [key for key in metadata if str(key).lower() in keys.RESERVED]
    if not reserved or is_own(metadata):
        return metadata
    kept = {key: value for key, value in metadata.items() if key not in reserved}
    for key in reserved:
        if metadata[key] not in (None, "", []):
            set_aside(kept, str(key).lower(), metadata[key])
    return kept


def _valid(metadata: Mapping[Any, Any]) -> dict[Any, Any]:
    """Returns metadata with values that are not valid set aside; of a date, what can be read of it stays."""
    valid: dict[Any, Any] = {}
    invalid: dict[Any, Any] = {}
    for key, value in metadata.items():
        known = keys.canonical(str(key))
        if known is None:
            valid[key] = value
        elif keys.KNOWN[known] == keys.DATE and value not in (None, "", []):
            date, whole = date_in(value)
            if date is not None:
                valid[key] = date
            if not whole:
                invalid[key] = value
        elif _is_valid(key, value):
            valid[key] = value
        else:
            invalid[key] = value
    for key, value in invalid.items():
        set_aside(valid, str(key), value)
    return valid


def date_in(value: object) -> tuple[PartialDate | None, bool]:
    """Returns the date that a value is or begins with, if any, and whether that is all of the value."""
    if date := read_date(value):
        return date, True
    beginning = leading_date(value.strip()) if isinstance(value, str) else None
    return (beginning.date if beginning else None), False


def _is_valid(key: Any, value: Any) -> bool:
    try:
        Article.from_metadata({key: value})
    except ArticleError:
        return False
    return True
