"""Nearest: where a text has the words of a quote with the fewest changes, and what these are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from docarchive.archive.quoting.wording import Wording
from docarchive.records import NamedTuple

#: Of so many words of a quote, one may be changed.
_WORDS_A_CHANGE: Final = 3


class Change(NamedTuple):
    """Words of a quote, and those that the text has in their place: the indexes of each, from the first to the last."""

    quoted: tuple[int, int]
    archived: tuple[int, int]


def most_changes(words: int) -> int:
    """Returns how many words of a quote may be changed."""
    return words // _WORDS_A_CHANGE


def nearest(part: Wording, text: Wording, most: int) -> tuple[int, int, int] | None:
    """Returns the passage of a text that a part of a quote is nearest to.

    Args:
        part: The part.
        text: The text.
        most: How many words may be changed.

    Returns:
        How many words are changed, missing or added; and the indexes of the passage's first word and of the one after
        its last. None if more are than may be.
    """
    end, changes = _end(part.words, text.words)
    if changes > most or not end:
        return None
    before, _ = _end(part.words[::-1], text.words[max(0, end - len(part.words) - changes) : end][::-1])
    return (changes, end - before, end) if before else None


def _end(words: Sequence[str], text: Sequence[str]) -> tuple[int, int]:
    """Returns the index after the last word of the passage of a text with the fewest changes, and how many these are.

    The distances to all passages are kept as the bits of two numbers (Myers, "A fast bit-vector algorithm for
    approximate string matching", 1999; Hyyrö 2003). Of passages with equally few changes, the first counts; a changed
    last word is part of it.
    """
    masks: dict[str, int] = {}
    for index, word in enumerate(words):
        masks[word] = masks.get(word, 0) | 1 << index
    full = (1 << len(words)) - 1
    last = 1 << len(words) - 1
    more, less = full, 0
    changes = fewest = len(words)
    end = 0
    for index, word in enumerate(text, start=1):
        equal = masks.get(word, 0)
        vertical = equal | less
        horizontal = (((equal & more) + more) ^ more) | equal
        up = (less | ~(horizontal | more)) & full
        down = more & horizontal
        if up & last:
            changes += 1
        elif down & last:
            changes -= 1
        up, down = up << 1 & full, down << 1 & full
        more = (down | ~(vertical | up)) & full
        less = up & vertical
        if changes < fewest or (changes == fewest and end == index - 1):
            fewest, end = changes, index
    return end, fewest


def changes(part: Wording, text: Wording, first: int, last: int) -> list[Change]:
    """Returns what differs between a part of a quote and a passage of a text; not what only hyphens divide otherwise.

    Args:
        part: The part.
        text: The text.
        first: The index of the first word of the passage.
        last: The index after its last word.
    """
    from rapidfuzz.distance import Levenshtein

    archived = text.words[first:last]
    differing: list[Change] = []
    for operation in Levenshtein.opcodes(part.words, archived):
        if operation.tag == "equal":
            continue
        quoted, own = (operation.src_start, operation.src_end), (operation.dest_start, operation.dest_end)
        if differing and (differing[-1].quoted[1], differing[-1].archived[1]) == (quoted[0], own[0]):
            differing[-1] = Change((differing[-1].quoted[0], quoted[1]), (differing[-1].archived[0], own[1]))
        else:
            differing.append(Change(quoted, own))
    trimmed = (_trimmed(change, part.words, archived) for change in differing)
    return [
        Change(quoted, (own[0] + first, own[1] + first))
        for quoted, own in trimmed
        if quoted[0] < quoted[1] or own[0] < own[1]
    ]


def _trimmed(change: Change, quoted: Sequence[str], archived: Sequence[str]) -> Change:
    """Returns a change without the words at its ends that have the same letters, divided by hyphens otherwise."""
    (a, b), (c, d) = change
    before = _common(quoted[a:b], archived[c:d])
    a, c = a + before[0], c + before[1]
    after = _common([word[::-1] for word in quoted[a:b][::-1]], [word[::-1] for word in archived[c:d][::-1]])
    return Change((a, b - after[0]), (c, d - after[1]))


def _common(words: Sequence[str], others: Sequence[str]) -> tuple[int, int]:
    """Returns how many first words of both have the same letters."""
    letters, other_letters = "".join(words), "".join(others)
    same = next((at for at, pair in enumerate(zip(letters, other_letters, strict=False)) if pair[0] != pair[1]), None)
    if same is None:
        same = min(len(letters), len(other_letters))
    lengths = {length: count for count, length in enumerate(accumulate(map(len, words)), start=1) if length <= same}
    counts = {length: count for count, length in enumerate(accumulate(map(len, others)), start=1) if length <= same}
    longest = max(lengths.keys() & counts.keys(), default=0)
    return lengths.get(longest, 0), counts.get(longest, 0)
