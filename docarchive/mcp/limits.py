"""Limits: how long an answer is, in tokens that no tokenizer has to count.

A token of any tokenizer that reads bytes is at least one byte. So an answer of 2,000 bytes of UTF-8 has at most 2,000
tokens, whatever its text is; usually it has a third of that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

#: How many tokens an answer has at most: if the client says nothing, the fewest that it can ask for, and the most.
USUAL: Final = 2_000
FEWEST: Final = 600
MOST: Final = 8_000
#: What is kept of a text that is shortened, at least.
_LEAST: Final = 8
#: What names an article or a place is of no use in part: it is shortened only if it is longer than any that we write.
_NAMES: Final = frozenset({"id", "uri", "original", "date", "cursor"})
_NAME: Final = 100

Answer = dict[str, Any]


def size(value: Any) -> int:
    """Returns how many tokens a value has at most: the number of bytes of its JSON."""
    return len(encoded(value).encode("utf-8", "replace"))


def encoded(value: Any) -> str:
    """Returns a value as JSON, as it is sent."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def fitted(
    answer: Answer, name: str, items: Iterable[Answer], most: int, cursor: Callable[[int], str | None] | None = None
) -> Answer:
    """Returns an answer with as many items as fit, and a cursor for the others.

    Args:
        answer: The answer without the items.
        name: The key of the items.
        items: The items.
        most: How many tokens the answer has at most.
        cursor: Returns the cursor for what follows so many items, None if nothing does. Without it, items that do not
            fit are left out.
    """
    kept: list[Answer] = []
    answer = shortened({**answer, name: kept, "cursor": None}, most // 2)
    kept = answer[name]
    room = most - size(answer) - 60  # for a cursor
    left_out = False
    for item in items:
        item = item if kept else shortened(item, room)  # the first one always fits, or nothing would ever be answered
        room -= size(item) + 1
        if room < 0:
            left_out = True
            break
        kept.append(item)
    if cursor is not None:
        answer["cursor"] = cursor(len(kept))
    elif left_out:
        answer["left_out"] = True
    return answer


def shortened(value: Answer, most: int) -> Answer:
    """Returns an object whose longest texts and lists are cut until it has at most so many tokens."""
    value = json.loads(json.dumps(value, default=str))
    while size(value) > most:
        longest = max(_texts(value), key=lambda text: size(text[0][text[1]]), default=None)
        if longest is None or len(longest[0][longest[1]]) <= _LEAST:
            if not _without_last(value):
                break
            continue
        holder, key = longest
        text = holder[key]
        excess = size(value) - most
        kept = max(len(text) - max(excess, 1) - 3, len(text) // 2, _LEAST - 1)
        holder[key] = text[: min(kept, len(text) - 2)] + "…"
    return value


def _texts(value: Any) -> Iterable[tuple[Any, Any]]:
    """Yields where the texts are in an object: what holds each, and its key there."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, str):
            if key not in _NAMES or len(inner) > _NAME:
                yield value, key
        elif isinstance(inner, dict | list):
            yield from _texts(inner)


def _without_last(value: Any) -> bool:
    """Removes the last item of the longest list in an object; returns whether there was one."""
    lists = [*_lists(value)]
    if not lists:
        return False
    max(lists, key=size).pop()
    return True


def _lists(value: Any) -> Iterable[list[Any]]:
    if isinstance(value, list) and value:
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from _lists(inner)
