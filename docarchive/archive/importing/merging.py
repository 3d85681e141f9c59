"""Merging: what a new version of an article keeps of the file that it replaces.

A new version is merged three ways, as in version control: what the last import said, what the file says, and what is
imported now. Values that were edited in the file since the last import are kept (decision 0061). The catalog has
digests of what the last import said.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article, is_bare
from docarchive.dates import PartialDate
from docarchive.digests import sha256

#: What an import said of an article: for each key the digest of its value, for a list those of its items.
Said = dict[str, str | list[str]]

_BODY: Final = "body"
_DIGITS: Final = 10
#: Keys of which an import says nothing that could be edited.
_UNSAID: Final = frozenset({_BODY, "id", "title_derived", *keys.PROVENANCE})
#: Keys whose values are items in any order. Authors are in order, so they are one value.
SETS: Final = keys.SEVERAL - {"authors"}
_encode: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode


def said_of(article: Article, metadata: Mapping[str, Any] | None = None) -> Said:
    """Returns the digests of an article's values by key; ``body`` is its text.

    Args:
        article: The article.
        metadata: Its metadata, if the caller has them.
    """
    said: Said = {
        key: [_digest(item) for item in value] if key in SETS else _digest(value)
        for key, value in (metadata or article.metadata()).items()
        if key not in _UNSAID
    }
    said[_BODY] = _digest(article.body)
    return said


def with_overrides(said: Said, overrides: Article) -> Said:
    """Returns what an import says if it also says the values of another article, which has no text."""
    more = {key: value for key, value in said_of(overrides).items() if key != _BODY}
    lists = {key: [*dict.fromkeys([*said.get(key, []), *value])] for key, value in more.items() if key in SETS}
    return {**said, **more, **lists}


def merge(old: Article, new: Article, said: Said | None, chosen: Collection[str] = ()) -> tuple[list[str], Said]:
    """Adds to a new version what only the old one has, and what was edited in its file.

    Args:
        old: The article as its file has it.
        new: The article as it is imported now; it is changed.
        said: What the last import said; None if that is not known. Then nothing counts as edited.
        chosen: Keys that the user sets in this import; their new values replace edited ones.

    Returns:
        The keys of which an edited value was kept although the import says another new one; and what this import says,
        for the next one.
    """
    if is_bare(new) and not is_bare(old):
        new.body = old.body  # a bookmark replaces no text
    mine, theirs = said_of(old), said_of(new)
    if new.title_derived and said is not None and "title" in said:
        theirs["title"] = said["title"]  # made from the text, so the import says nothing of it
    _carry_over(old, new)
    now = {**said_of(new), **{key: theirs[key] for key in keys.ANNOTATIONS if key in theirs}}
    if old.highlights or old.notes or new.highlights or new.notes:
        _merge_annotations(old, new, said or {})
    conflicts: list[str] = []
    if said is None:
        return conflicts, now
    for key in (key for key in dict.fromkeys([*mine, *said]) if key not in keys.ANNOTATIONS):
        before, own, other = said.get(key), mine.get(key), theirs.get(key)
        if own in (before, other):
            continue
        if key in SETS:
            _merge_items(key, old, new, before or [])
            now[key] = [item for item in now.get(key, []) if item in (before or []) or item in (other or [])]
            continue
        if other in (None, before):  # the import says nothing new; what it lacks it does not take away either
            now.pop(key, None) if before is None else now.update({key: before})
        elif key in chosen:
            continue
        else:
            conflicts.append(key)
        _copy(key, old, new)
    return conflicts, now


def _carry_over(old: Article, new: Article) -> None:
    """Adds to a new version the values that only the old one has; lists but the authors get the items of both."""
    for key, kind in keys.KNOWN.items():
        before, now = getattr(old, key), getattr(new, key)
        if kind == keys.OBJECTS or (key == "authors" and now):
            continue  # annotations are merged one by one, and the source says who wrote it
        if kind == keys.LIST:
            now.extend(item for item in before if item not in now)
        elif before and (key == "archived" or (not now and key not in (*keys.PROVENANCE, "title_derived"))):
            setattr(new, key, before)
    if new.title_derived and not old.title_derived:
        new.title, new.title_derived = old.title, False
    new.extra = {**{key: value for key, value in old.extra.items() if key not in new.extra}, **new.extra}


def _merge_items(key: str, old: Article, new: Article, said: Collection[str]) -> None:
    """Removes the items that were deleted from the file; those that were added to it are carried over already."""
    kept = getattr(old, key)
    setattr(new, key, [item for item in getattr(new, key) if item in kept or _digest(item) not in said])


def _merge_annotations(old: Article, new: Article, said: Said) -> None:
    from docarchive.archive.importing.merging_annotations import merged

    for key in keys.ANNOTATIONS:
        setattr(new, key, merged(getattr(old, key), getattr(new, key), said.get(key, []), _digest))


def _copy(key: str, old: Article, new: Article) -> None:
    if key == _BODY:
        new.body = old.body
    elif key in keys.KNOWN:
        setattr(new, key, getattr(old, key))
        if key == "title":
            new.title_derived = old.title_derived
    elif key in old.extra:
        new.extra[key] = old.extra[key]
    else:
        new.extra.pop(key, None)


def _digest(value: Any) -> str:
    text = value if isinstance(value, str) else f'"{value}"' if type(value) is PartialDate else _encode(value)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
