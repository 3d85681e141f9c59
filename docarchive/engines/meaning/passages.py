"""Passages: divides a text into parts that a model can read at once, at the ends of sentences where it can."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from docarchive.records import NamedTuple
from docarchive.regexes import lazy

#: The length of a passage in characters: some 120 words, and some 160 of a model's tokens.
LENGTH: Final = 700
#: The largest number of passages of one article; what follows them has no vector.
MOST: Final = 200
_LEAST: Final = LENGTH // 4
_ENDS = lazy(r"[.!?…][\"'”’»)\]]*\s+|[。！？]\s*|\n\s*\n\s*")
_SPACE = lazy(r"\s+")


class Passage(NamedTuple):
    """A part of a text: the indexes of its first character, and after its last one."""

    start: int
    end: int


def passages(text: str) -> Iterator[Passage]:
    """Yields the passages of a text, in order: at least one, even of an empty text, and at most ``MOST``."""
    start = 0
    for _ in range(MOST):
        if len(text) - start <= LENGTH + _LEAST:  # a short rest belongs to the passage before it
            yield Passage(start, len(text))
            return
        end = _end(text, start)
        yield Passage(start, end)
        start = end


def _end(text: str, start: int) -> int:
    """Returns where a passage ends: after a sentence, else after a word, else where it is too long."""
    least, most = start + _LEAST, start + LENGTH
    for pattern in (_ENDS, _SPACE):
        ends = [match.end() for match in pattern.finditer(text, least, most)]
        if ends:
            return ends[-1]
    return most
