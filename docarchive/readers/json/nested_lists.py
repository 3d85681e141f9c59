"""Lists of articles inside other JSON: what ``--map articles=PATH`` reads, and the paths that a refusal suggests.

A step ``*`` of a path stands for all values of an object, as in a file that has its articles by their ids; a value gets
its key as ``id``, if it has none.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from docarchive import keys
from docarchive.errors import ReaderError
from docarchive.readers.protocol import ReadOptions
from docarchive.texts import shorten

#: The key of a user's mapping that says where the list is.
ARTICLES: Final = "articles"
_ALL: Final = "*"
_SUGGESTED: Final = 3
_DEPTH: Final = 8
#: Values of one record that are looked at for lists, and items of each list.
_VISITED: Final = 1_000
_LOOKED_AT: Final = 5


def named_list(options: ReadOptions) -> tuple[str, ReadOptions]:
    """Returns the path of the list of articles that a user named, or nothing, and the options for its items."""
    path = options.mapping.get(ARTICLES, "")
    if not path:
        return "", options
    return path, options._replace(mapping={key: other for key, other in options.mapping.items() if key != ARTICLES})


def items_at(value: object, path: str) -> list[Any]:
    """Returns the items of the lists at a path; a list on the way is passed through, too.

    >>> items_at({"pages": [{"docs": [{"n": 1}, {"n": 2}]}, {"docs": [{"n": 3}]}]}, "pages.docs")
    [{'n': 1}, {'n': 2}, {'n': 3}]
    >>> items_at({"posts": {"a1": {"n": 1}, "a2": {"n": 2}}}, "posts.*")
    [{'id': 'a1', 'n': 1}, {'id': 'a2', 'n': 2}]

    Raises:
        ReaderError: There is no list of JSON objects.
    """
    items = _items(value, path)
    if not _have_objects(items):
        raise no_list(path)
    return items


def has_list(value: object, path: str) -> bool:
    """Returns whether there is a list of JSON objects at a path."""
    return _have_objects(_items(value, path))


def no_list(path: str) -> ReaderError:
    """Returns the error for a path at which there is no list of articles."""
    return ReaderError(f"--map {ARTICLES}={path}: there is no list of JSON objects")


def suggestion(record: Mapping[str, Any]) -> str:
    """Returns the options that read the lists that the articles of a record may be in; empty if there are none."""
    paths = [*_lists_of_articles(record, _has_text)] or [*_lists_of_articles(record, _like_article)]
    return " or ".join(f"--map {shlex.quote(f'{ARTICLES}={shorten(path)}')}" for path in paths[:_SUGGESTED])


def _items(value: object, path: str) -> list[Any]:
    items = _flat([value])
    for step in path.split("."):
        objects = [item for item in items if isinstance(item, dict)]
        if step == _ALL:
            items = [_with_id(key, value) for item in objects for key, value in item.items()]
        else:
            items = _flat([item[step] for item in objects if step in item])
    return items


def _with_id(key: str, value: object) -> object:
    return {"id": key, **value} if isinstance(value, dict) else value


def _have_objects(items: list[Any]) -> bool:
    return any(isinstance(item, dict) for item in items)


def _flat(values: list[Any]) -> list[Any]:
    return [item for value in values for item in (value if isinstance(value, list) else [value])]


def _lists_of_articles(record: Mapping[str, Any], is_like: Callable[[Mapping[str, Any]], bool]) -> Iterator[str]:
    """Yields the paths of lists whose items look like articles, without what is inside of these.

    Args:
        record: What the lists are in.
        is_like: Returns whether an object looks like one.
    """
    waiting = [(key, value, 1) for key, value in reversed([*record.items()])]
    seen: set[str] = set()
    if _are_articles(record, is_like):
        yield _ALL
        return
    for _ in range(_VISITED):
        if not waiting:
            return
        path, value, depth = waiting.pop()
        items = value[:_LOOKED_AT] if isinstance(value, list) else [value]
        objects = [item for item in items if isinstance(item, dict)]
        if isinstance(value, list) and any(map(is_like, objects)):
            if path not in seen:
                yield path
            seen.add(path)
        elif isinstance(value, dict) and _are_articles(value, is_like):
            yield f"{path}.{_ALL}"
        elif depth < _DEPTH:
            inner = [(f"{path}.{key}", part, depth + 1) for item in objects for key, part in item.items()]
            waiting += reversed(inner)


def _are_articles(value: Mapping[str, Any], is_like: Callable[[Mapping[str, Any]], bool]) -> bool:
    """Returns whether the values of an object look like articles."""
    parts = [*islice(value.values(), _LOOKED_AT)]
    return len(parts) > 1 and all(isinstance(part, dict) and is_like(part) for part in parts)


def _has_text(item: Mapping[str, Any]) -> bool:
    """Returns whether an object, or one in it, has a text; a tag or a folder has only a name."""
    from docarchive.readers.values.texts import TEXT_NAMES, letters_of  # which imports the readers of HTML

    return any(
        isinstance(value, str) and bool(value) and letters_of(key) in TEXT_NAMES
        for part in (item, *(inner for inner in item.values() if isinstance(inner, dict)))
        for key, value in part.items()
    )


def _like_article(item: Mapping[str, Any]) -> bool:
    """Returns whether an object has a title or a text."""
    return _has_text(item) or any(bool(value) and keys.canonical(key) == "title" for key, value in item.items())
