"""Which column holds what: from the values of a row or an object, and what the user said of them, to an article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article, plain_mapping
from docarchive.errors import ArticleError, ReaderError
from docarchive.readers.protocol import ReadOptions
from docarchive.readers.values.cells import is_empty, read_body, read_date, read_list
from docarchive.readers.values.reserved_keys import make_article, set_aside

BODY: Final = "body"

_MISSING: Final = object()
_LISTED: Final = 40


def known_key(key: str) -> str:
    """Returns the key that a user means: ``body`` for the text, a known one, or the key itself."""
    return BODY if key.lower() in keys.BODY_KEYS else keys.canonical(key) or key


def map_record(record: Mapping[str, Any], mapping: Mapping[str, str]) -> Article:
    """Makes an article of an object, with values where the user said they are.

    Args:
        record: The object.
        mapping: The path of each key, such as ``{"title": "data.titles.0"}``. A key that is not in this object
            is left out.

    Raises:
        ArticleError: It holds no text at all, or a value is not valid.
        ReaderError: A text cannot be read.
    """
    rest: Any = plain_mapping(record)
    picked: dict[str, Any] = {}
    html = ""
    for key, path in mapping.items():
        value = find(rest, path)
        if value is not _MISSING:
            picked[known_key(key)] = value
            html = path if known_key(key) == BODY else html
    for path in mapping.values():
        rest = _without(rest, path.split("."), path)
    if BODY not in picked:
        body_key = next((key for key in rest if key.lower() in keys.BODY_KEYS and isinstance(rest[key], str)), None)
        if body_key is not None:
            picked[BODY], html = rest.pop(body_key), ""
    return build(picked, rest, html)


def build(picked: Mapping[str, Any], rest: Mapping[str, Any], body_column: str = "") -> Article:
    """Makes an article.

    Args:
        picked: Values by key, the text as ``body``; they go before what is in ``rest``.
        rest: All other values, by their own names.
        body_column: The name of the column that held the text.

    Raises:
        ArticleError: There is no text at all, or a value is not valid.
        ReaderError: The text cannot be read.
    """
    metadata: dict[str, Any] = {}
    for key, value in picked.items():
        if key != BODY and not is_empty(value):
            _add(metadata, key, value)
    for name, value in rest.items():
        if is_empty(value):
            continue
        if _mixes(name, picked):
            set_aside(metadata, name, value)
        else:
            metadata.setdefault(name, value)
    text = picked.get(BODY)
    if isinstance(text, Mapping) or (isinstance(text, Iterable) and not isinstance(text, str)):
        raise ArticleError(BODY, "the text of an article is a string, not a list or an object")
    body = "" if is_empty(text) else read_body(text, body_column)
    if not body.strip() and not any(keys.canonical(key) in ("title", "summary") for key in metadata):
        raise ArticleError(BODY, "there is no text and no title")
    return make_article(metadata, body)


def missing_columns(mapping: Mapping[str, str], columns: Iterable[str], paths: Iterable[str]) -> ReaderError:
    """Returns the error for a mapping that names what is not there."""
    named = ", ".join(f"{key}={path}" for key, path in mapping.items() if path in set(paths))
    return ReaderError(f"--map {named}: there is no such column; there are {listed(columns)}")


def listed(columns: Iterable[str]) -> str:
    """Returns names of columns as one line, bounded."""
    names = [" ".join(column.split())[:60] for column in columns]
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more if names else "none"


def paths_of(record: Mapping[str, Any], prefix: str = "", depth: int = 3) -> list[str]:
    """Returns the paths of an object's values, for messages."""
    found: list[str] = []
    for key, value in record.items():
        if isinstance(value, dict) and value and depth > 1:
            found.extend(paths_of(value, f"{prefix}{key}.", depth - 1))
        else:
            found.append(f"{prefix}{key}")
    return found


def fitting(records: Sequence[object], options: ReadOptions) -> Mapping[str, str]:
    """Returns the mapping for objects; what is optional is left out where it is in none of them.

    Raises:
        ReaderError: A path that is wanted is in none of them.
    """
    wanted = {key: path for key, path in options.mapping.items() if key not in options.optional}
    if wanted and (error := _unknown_paths(records, wanted)):
        raise error
    found = {path for path in options.mapping.values() if any(_has(record, path) for record in records)}
    return {key: path for key, path in options.mapping.items() if key in wanted or path in found}


def _has(record: object, path: str) -> bool:
    return isinstance(record, dict) and find(record, path) is not _MISSING


def _unknown_paths(records: Iterable[object], mapping: Mapping[str, str]) -> ReaderError | None:
    """Returns the error for paths that are in none of these objects; None if each is in one."""
    left = set(mapping.values())
    seen: dict[str, None] = {}
    for record in records:
        if isinstance(record, dict):
            left = {path for path in left if find(record, path) is _MISSING}
            if not left:
                return None
            if len(seen) < _LISTED:
                seen.update(dict.fromkeys(paths_of(record)))
    return missing_columns(mapping, seen, left) if seen and left else None


def find(record: Any, path: str) -> Any:
    """Returns the value at a path: a key as it is, else ``a.b.0`` inside objects and lists; ``_MISSING`` if none."""
    if isinstance(record, Mapping) and path in record:
        return record[path]
    for part in path.split("."):
        if isinstance(record, Mapping) and part in record:
            record = record[part]
        elif isinstance(record, list) and part.isascii() and part.isdigit() and int(part[:9]) < len(record):
            record = record[int(part[:9])]
        else:
            return _MISSING
    return record


def _without(record: Any, parts: list[str], whole: str = "") -> Any:
    """Returns an object without the value at a path; what then is empty goes too. Lists stay as they are."""
    if not isinstance(record, dict):
        return record
    if whole in record:
        return {key: value for key, value in record.items() if key != whole}
    first, *others = parts
    if first not in record:
        return record
    inner = _without(record[first], others) if others else None
    if inner in (None, {}):
        return {key: value for key, value in record.items() if key != first}
    return {**record, first: inner}


def _add(metadata: dict[str, Any], key: str, value: Any) -> None:
    """Adds the value of a column that was picked for a key."""
    kind = keys.KNOWN.get(key)
    if kind != keys.DATE:
        metadata[key] = read_list(value) if kind == keys.LIST else value
    elif date := read_date(value):
        metadata[key] = date
    else:
        set_aside(metadata, key, value)


def _mixes(name: str, picked: Mapping[str, Any]) -> bool:
    """Tells whether a column that was not picked would, under its own name, mix with one that was."""
    known = keys.canonical(name)
    return known is not None and known in picked and (name.lower() == known or keys.KNOWN[known] == keys.LIST)
