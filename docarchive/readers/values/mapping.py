"""From the values of a row or a JSON object to an article, with the columns or paths that ``--map`` names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article, plain_mapping
from docarchive.errors import ArticleError, ReaderError
from docarchive.formats.tables import objects_of_cell
from docarchive.readers.protocol import ReadOptions
from docarchive.readers.values.cells import is_empty, read_body, read_list
from docarchive.readers.values.reserved_keys import make_article, set_aside
from docarchive.readers.values.texts import refuse_unknown

BODY: Final = "body"

_MISSING: Final = object()
_LISTED: Final = 40


def known_key(key: str) -> str:
    """Returns the key that a user means: ``body`` for the text, a known key, or the key itself."""
    return BODY if key.lower() in keys.BODY_KEYS else keys.canonical(key) or key


def map_record(record: Mapping[str, Any], mapping: Mapping[str, str]) -> Article:
    """Makes an article of an object, with values at the paths that the user named.

    Args:
        record: The object.
        mapping: The path of each key, such as ``{"title": "data.titles.0"}``. A path that is not in this
            object is left out.

    Raises:
        ArticleError: It holds no text at all, or a value is not valid.
        ReaderError: A text cannot be read.
    """
    rest: Any = plain_mapping(record)
    picked: dict[str, Any] = {}
    html = ""
    for key, path in mapping.items():
        value = _value_at(rest, path)
        if value is not _MISSING:
            picked[known_key(key)] = value
            html = path if known_key(key) == BODY else html
    if isinstance(texts := picked.get(BODY), list) and any(isinstance(item, Mapping) for item in texts):
        raise ArticleError(BODY, f"{html} is a list of objects; --map articles={html} reads each of them as an article")
    for path in mapping.values():
        rest = _without(rest, path.split("."), path)
    if BODY not in picked:
        body_key = next((key for key in rest if key.lower() in keys.BODY_KEYS and isinstance(rest[key], str)), None)
        if body_key is not None:
            picked[BODY], html = rest.pop(body_key), ""
    return build_article(picked, rest, html, named=names_text(mapping))


def names_text(mapping: Iterable[str]) -> bool:
    """Returns whether a user's mapping says where the text is, or that the title is all there is."""
    return not {BODY, "title"}.isdisjoint(map(known_key, mapping))


def build_article(
    picked: Mapping[str, Any], rest: Mapping[str, Any], body_column: str = "", *, named: bool = False
) -> Article:
    """Makes an article of values.

    Args:
        picked: Values by key, the text as ``body``; they take precedence over ``rest``.
        rest: All other values, by the names of their columns.
        body_column: The name of the column that held the text.
        named: Whether the user named the column of the text, or of the title if there is none.

    Raises:
        ArticleError: There is no text at all, the words are in columns that no article has, or a value is not valid.
        ReaderError: The text cannot be read.
    """
    metadata: dict[str, Any] = {}
    for key, value in picked.items():
        if key != BODY and not is_empty(value):
            metadata[key] = _READ.get(keys.KNOWN.get(key, ""), _unchanged)(value)
    for name, value in rest.items():
        if is_empty(value):
            continue
        if _would_join(name, picked):
            set_aside(metadata, name, value)
        else:
            metadata.setdefault(name, value)
    text = picked.get(BODY)
    if isinstance(text, list) and all(isinstance(paragraph, str) for paragraph in text):
        text = "\n\n".join(text)
    if isinstance(text, Mapping) or (isinstance(text, Iterable) and not isinstance(text, str)):
        raise ArticleError(BODY, "the text of an article is a string, not a list or an object")
    body = "" if is_empty(text) else read_body(text, body_column, metadata.get("url"))
    if not body.strip() and not any(keys.canonical(key) in ("title", "summary") for key in metadata):
        refuse_unknown(rest)
        raise ArticleError(BODY, "there is no text and no title")
    if not body.strip() and not named:
        refuse_unknown(rest)
    return make_article(metadata, body)


def _unchanged(value: Any) -> Any:
    return value


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {keys.LIST: read_list, keys.OBJECTS: objects_of_cell}


def missing_columns(mapping: Mapping[str, str], columns: Iterable[str], paths: Iterable[str]) -> ReaderError:
    """Returns the error for a mapping that names columns or paths that do not exist."""
    named = ", ".join(f"{key}={path}" for key, path in mapping.items() if path in set(paths))
    return ReaderError(f"--map {named}: there is no such column; the columns are {column_list(columns)}")


def column_list(columns: Iterable[str]) -> str:
    """Returns the names of columns on one line, at most 40 of them."""
    names = [" ".join(column.split())[:60] for column in columns]
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more if names else "none"


def paths_of(record: Mapping[str, Any], prefix: str = "", depth: int = 3) -> list[str]:
    """Returns the dotted paths of an object's values, for messages."""
    paths: list[str] = []
    for key, value in record.items():
        if isinstance(value, dict) and value and depth > 1:
            paths.extend(paths_of(value, f"{prefix}{key}.", depth - 1))
        else:
            paths.append(f"{prefix}{key}")
    return paths


def applicable_mapping(records: Sequence[object], options: ReadOptions) -> Mapping[str, str]:
    """Returns the part of the user's mapping that applies: optional paths that no object has are left out.

    Raises:
        ReaderError: None of them has a path that is not optional.
    """
    required = {key: path for key, path in options.mapping.items() if key not in options.optional}
    if required and (error := _unknown_paths(records, required)):
        raise error
    existing = {path for path in options.mapping.values() if any(_has(record, path) for record in records)}
    return {key: path for key, path in options.mapping.items() if key in required or path in existing}


def _has(record: object, path: str) -> bool:
    return isinstance(record, dict) and _value_at(record, path) is not _MISSING


def _unknown_paths(records: Iterable[object], mapping: Mapping[str, str]) -> ReaderError | None:
    """Returns the error for paths that none of the objects has; None if there is no such path."""
    left = set(mapping.values())
    seen: dict[str, None] = {}
    for record in records:
        if isinstance(record, dict):
            left = {path for path in left if _value_at(record, path) is _MISSING}
            if not left:
                return None
            if len(seen) < _LISTED:
                seen.update(dict.fromkeys(paths_of(record)))
    return missing_columns(mapping, seen, left) if seen and left else None


def _value_at(record: Any, path: str) -> Any:
    """Returns the value at a path (a key, or ``a.b.0`` for what is inside of objects and lists), or ``_MISSING``."""
    if isinstance(record, Mapping) and path in record:
        return record[path]
    for step in path.split("."):
        if isinstance(record, Mapping) and step in record:
            record = record[step]
        elif isinstance(record, list) and step.isascii() and step.isdigit() and int(step[:9]) < len(record):
            record = record[int(step[:9])]
        else:
            return _MISSING
    return record


def _without(record: Any, steps: list[str], path: str = "") -> Any:
    """Returns an object without the value at a path, and without objects that are empty then. Lists stay unchanged."""
    if not isinstance(record, dict):
        return record
    if path in record:
        return {key: value for key, value in record.items() if key != path}
    first, *others = steps
    if first not in record:
        return record
    inner = _without(record[first], others) if others else None
    if inner in (None, {}):
        return {key: value for key, value in record.items() if key != first}
    return {**record, first: inner}


def _would_join(name: str, picked: Mapping[str, Any]) -> bool:
    """Returns whether a column that was not picked would be joined, under its own name, with one that was."""
    known = keys.canonical(name)
    return known is not None and known in picked and (name.lower() == known or known in keys.SEVERAL)
