"""Cursors: where a page of a result ended, so that the next one continues there although articles come and go.

A cursor has the place in the result, and the last articles before it. The next page begins after the last of these that
is still there, wherever it is now. So no article is there twice, and none is left out, unless it changes its own place:
by relevance some may, since every new article changes all scores a little.
Nothing is kept for a cursor: it is good for as long as one of its articles is in the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Final, Protocol, TypeVar

from docarchive.errors import UsageError
from docarchive.regexes import lazy

_ANCHORS: Final = 5
_STEP: Final = 500
#: How many articles are looked through for those of a cursor, in each direction.
_MOST: Final = 20_000
_NAME: Final = 8
_CURSOR = lazy(r"([0-9a-f]{8})-(\d{1,9})((?:\.[a-z0-9]{1,40}){1,5})")


class Expired(Exception):
    """A cursor whose articles are no longer in the result."""


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_HasId)
#: Returns the articles of a result from an offset, at most as many as a limit.
Fetch = Callable[[int, int], Sequence[T]]


def page_after(fetch: Fetch[T], cursor: str | None, limit: int, result: object = "") -> tuple[list[T], str | None]:
    """Returns the page after a cursor, and the cursor of the next one; None if there is none.

    Args:
        fetch: Returns articles of the result.
        cursor: The cursor; None for the first page.
        limit: How many articles a page has.
        result: What the result is of, such as a query and an order: a cursor is of no other result.

    Raises:
        UsageError: It is no cursor, or one of another result.
        Expired: None of its articles is in the result, or they are too far from where they were.
    """
    name = sha256(repr(result).encode("utf-8", "replace")).hexdigest()[:_NAME]
    start, anchors = (0, []) if cursor is None else _start(fetch, cursor, name)
    items = [*fetch(start, limit + 1)]
    page = items[:limit]
    if len(items) <= limit or not page:
        return page, None
    anchors = [item.id for item in page[::-1]][:_ANCHORS] or anchors
    return page, ".".join([f"{name}-{start + len(page)}", *anchors])


def _start(fetch: Fetch[T], cursor: str, name: str) -> tuple[int, list[str]]:
    """Returns the offset at which the page after a cursor begins now."""
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise UsageError("that is no cursor; use the one of the page before")
    if match[1] != name:
        raise UsageError("the cursor is of another query or order; start again without it")
    offset, anchors = int(match[2]), match[3][1:].split(".")
    last = fetch(offset - 1, 1) if offset else []
    if last and last[0].id == anchors[0]:
        return offset, anchors
    ranks: dict[str, int] = {}
    for first in _around(offset):
        ranks |= {item.id: first + at for at, item in enumerate(fetch(first, _STEP)) if item.id in anchors}
        if anchors[0] in ranks:
            break
    for id in anchors:
        if id in ranks:
            return ranks[id] + 1, anchors
    raise Expired("The articles of this cursor are gone. Start again without it.")


def _around(offset: int) -> Iterator[int]:
    """Yields the offsets of the batches to look through: the nearest first, and backward before forward."""
    for distance in range(0, _MOST, _STEP):
        if offset > distance:
            yield max(0, offset - distance - _STEP)
        yield offset + distance
