"""Articles of metadata that other programs and people wrote: the one way for all readers.

Four kinds of values cannot stay under their keys: those of keys that docarchive writes itself (``reader: Kindle``),
dates that cannot be read or mean none, numbers instead of authors and names with an address of mail, and other values
that are not valid (a list of titles). They are set aside as ``KEY_as_written``, so that a search finds them; the last
kind only where people write.
What docarchive exported is read unchanged. See decision 0020.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import ArticleError
from docarchive.identity import is_exported
from docarchive.readers.values.dates_found import date_in, of_people, of_programs, stated


def make_article(metadata: Mapping[Any, Any], body: str = "", *, own: bool = False) -> Article:
    """Makes an article of what a program wrote, with foreign values of reserved keys and unreadable dates set aside.

    Args:
        metadata: Keys and values in any spelling.
        body: The text.
        own: Whether the form shows that docarchive wrote the metadata; else what they say decides (``is_own``).

    Raises:
        ArticleError: Another value is not valid, or the metadata hold too much.
    """
    if own or is_own(metadata):
        return Article.from_metadata(_dated(metadata, stated), body)
    return Article.from_metadata(_dated(_foreign(metadata), of_programs), body)


def make_record_article(record: Mapping[str, Any]) -> Article:
    """Makes an article of a JSON object as ``Article.from_dict`` does, with values set aside as in ``make_article``.

    Raises:
        ArticleError: It holds no text at all, or a value other than a date is not valid.
    """
    if is_own_record(record):
        return Article.from_dict(_dated(record, stated))
    return Article.from_dict(_dated(_foreign(record), of_people))


def lenient_article(metadata: Mapping[Any, Any], body: str, *, own: bool = False) -> Article:
    """Makes an article of what people wrote: as ``make_article`` does, and sets aside all values that are not valid.

    Raises:
        ArticleError: The metadata hold too many values, or are nested too deeply.
    """
    own = own or is_own(metadata)
    dated = _dated(metadata, stated) if own else _dated(_foreign(metadata), of_people)
    try:
        return Article.from_metadata(dated, body)
    except ArticleError:
        return Article.from_metadata(_valid(dated), body)


#: What metadata say of a key that they have no value for.
_NO_VALUES: Final[tuple[Any, ...]] = (None, "", [])


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
    """Returns metadata with keys as they are meant; values of reserved keys, and no names of authors, are set aside."""
    spellings = {*map(str.lower, map(str, metadata))}
    foreign = metadata if keys.RESERVED.isdisjoint(spellings) else _without_reserved(metadata)
    if not keys.UNSURE.isdisjoint(spellings):
        from docarchive.readers.values.unsure_keys import with_meant_keys

        foreign = with_meant_keys(foreign)
        spellings |= {"authors"}
    return foreign if keys.AUTHOR_SPELLINGS.isdisjoint(spellings) else _with_named_authors(foreign)


def _with_named_authors(metadata: Mapping[Any, Any]) -> Mapping[Any, Any]:
    named = {key: value for key, value in metadata.items() if keys.canonical(str(key)) == "authors"}
    from docarchive.readers.values.unsure_keys import names_among

    parted = {key: parts for key, value in named.items() if (parts := names_among(value))[1] is not None}
    if not parted:
        return metadata
    kept = {key: value for key, value in metadata.items() if key not in parted}
    for key, (names, others) in parted.items():
        if names is not None:
            kept[key] = names
        set_aside(kept, str(key), others)
    return kept


def _without_reserved(metadata: Mapping[Any, Any]) -> Mapping[Any, Any]:
    reserved = [key for key in metadata if str(key).lower() in keys.RESERVED]
    kept = {key: value for key, value in metadata.items() if key not in reserved}
    for key in reserved:
        if metadata[key] not in _NO_VALUES:
            set_aside(kept, str(key).lower(), metadata[key])
    return kept


def _dated(metadata: Mapping[Any, Any], accepted: Callable[[PartialDate], PartialDate | None]) -> Mapping[Any, Any]:
    """Returns metadata with their dates read; what is not all of a date is set aside, too."""
    written = [
        (key, value)
        for key, value in metadata.items()
        if str(key).lower() in keys.DATE_SPELLINGS and value not in _NO_VALUES
    ]
    if not written:
        return metadata
    dated = dict(metadata)
    for key, value in written:
        stated_date, whole = date_in(value)
        date = accepted(stated_date) if stated_date else None
        if date is not None:
            dated[key] = date
        else:
            del dated[key]
        if date is None or not whole:
            set_aside(dated, str(key), value)
    return dated


def _valid(metadata: Mapping[Any, Any]) -> dict[Any, Any]:
    """Returns metadata with values that are not valid set aside."""
    valid = {key: value for key, value in metadata.items() if keys.canonical(str(key)) is None or _is_valid(key, value)}
    for key, value in metadata.items():
        if key not in valid:
            set_aside(valid, str(key), value)
    return valid


def _is_valid(key: Any, value: Any) -> bool:
    try:
        Article.from_metadata({key: value})
    except ArticleError:
        return False
    return True
