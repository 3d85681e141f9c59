"""Merging of notes and highlights: what a person has added is never lost, and what an import adds is there."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from docarchive.article import Highlight, Note
from docarchive.records import replace

_Annotation = TypeVar("_Annotation", Highlight, Note)


def merged(
    old: Sequence[_Annotation],
    new: Sequence[_Annotation],
    said: Collection[str],
    digest: Callable[[dict[str, Any]], str],
) -> list[_Annotation]:
    """Returns the annotations of a file and of an import: those of the file first, in its order.

    Two are the same if they have the same text. Of a pair, what only one side has changed since the last import is
    taken; if both have, the notes of both are kept.

    Args:
        old: What the file has.
        new: What the import has.
        said: The digests of what the last import had.
        digest: Returns the digest of one, as an object.
    """
    imported: dict[str, deque[_Annotation]] = {}
    for item in new:
        imported.setdefault(_key(item), deque()).append(item)
    kept = [
        _of_both(item, same.popleft(), said, digest) if (same := imported.get(_key(item))) else item for item in old
    ]
    # One that the last import had, and the file has not, was removed by hand.
    return kept + [item for items in imported.values() for item in items if not _is_said(item, said, digest)]


def _key(item: Highlight | Note) -> str:
    text = " ".join(item.text.split()) or repr(item)
    return f"{text}\n{item.prefix}" if isinstance(item, Highlight) and item.prefix else text


def _is_said(item: Highlight | Note, said: Collection[str], digest: Callable[[dict[str, Any]], str]) -> bool:
    return digest(item.to_dict()) in said


def _of_both(
    old: _Annotation, new: _Annotation, said: Collection[str], digest: Callable[[dict[str, Any]], str]
) -> _Annotation:
    if old == new or _is_said(new, said, digest):
        return old
    if _is_said(old, said, digest):
        return new
    values: dict[str, Any] = {"created": old.created or new.created, "extra": {**new.extra, **old.extra}}
    if isinstance(old, Note):
        return replace(old, **values)
    assert isinstance(new, Highlight)
    notes = [old.note, *([new.note] if new.note not in old.note else [])]
    values |= {name: getattr(old, name) or getattr(new, name) for name in ("color", "prefix", "suffix")}
    return replace(old, note="\n\n".join(filter(None, notes)), **values)
