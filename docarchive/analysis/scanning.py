"""Scanning: the chunks of a text that may have one of some terms, without a look at each of its words.

Owns the regular expression that finds them. Where the words of a language begin as their stems do, a chunk with a term
has a word that begins with the term's first letter, or a character outside of ASCII. Useful for marking words in texts.
Not useful where all words of a text are needed: ``chunks`` divides it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from docarchive.analysis.chunks import JOINERS, SIGNS, chunk_pattern, has_unspaced, marks


def chunks_with(text: str, initials: frozenset[str]) -> Iterator[re.Match[str]]:
    """Yields the chunks of a text that may have a term, in order.

    Args:
        text: The text.
        initials: The first letters of the terms. Each stem must begin as its word does; see ``keeps_initials``.
    """
    chunk = chunk_pattern(text)
    if has_unspaced(text):  # a line may end within a chunk
        yield from chunk.finditer(text)
        return
    begins = _may_begin(initials)
    end = 0
    while spot := begins.search(text, end):
        match = chunk.match(text, _chunk_start(text, spot.start(), end))
        end = match.end() if match else spot.end()
        if match:
            yield match


@lru_cache(maxsize=256)
def _may_begin(initials: frozenset[str]) -> re.Pattern[str]:
    """Returns the pattern of a character that may begin a word with a term, or a sign."""
    letters = {*initials, *(initial.upper() for initial in initials)}
    # What it is not: Python takes milliseconds to compile a class that goes up to the last character.
    others = re.escape("".join(character for character in map(chr, range(0x80)) if character not in letters))
    # A class before what may not be in front of it: so texts are searched quickly.
    return re.compile(f"[^{others}](?:(?<![0-9A-Za-z].)|(?<=[{SIGNS}]))")


def _chunk_start(text: str, index: int, end: int) -> int:
    """Returns the start of the chunk that a character is in, or that ends there, not before the end of the last."""
    if index == end or text[index - 1] in " \n":
        return index
    while index > end:
        before = text[index - 1]
        if not _is_in_word(before) and not (before in JOINERS and index - 1 > end and _is_in_word(text[index - 2])):
            break
        index -= 1
    return index


def _is_in_word(character: str) -> bool:
    return character.isalnum() or character == "_" or (character > "\x7f" and character in _marks())


@cache
def _marks() -> frozenset[str]:
    return frozenset(marks())
