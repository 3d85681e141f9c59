"""Layout: how many cells of a terminal a text takes, and where its lines end.

Widths are those of Unicode: wide characters take two cells, combining ones none, and what is joined to one emoji (by
U+200D, or with a variation selector or the colour of a skin) takes two. Rich measures alike, but importing that takes
longer than a search.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from docarchive.records import NamedTuple

_JOINER: Final = "\u200d"
_EMOJI: Final = "\ufe0f"
#: Characters that take no cells, besides combining ones.
_INVISIBLE: Final = frozenset(
    map(chr, (*range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF, *range(0x1160, 0x1200)))
)
_NOT_FIRST: Final = frozenset("、。，．・：；？！）」』】〉》〕］｝〟’”…‥ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々")
_SEPARATORS: Final = ("· ", "/ ", "…")  # between cells, rows and passages, and at the end of a passage
_NOT_LAST: Final = frozenset("（「『【〈《〔［｛‘“〝")


class Cluster(NamedTuple):
    """What a terminal shows in one place: a character, and what combines with it."""

    start: int  # its first index in the text
    end: int
    cells: int


def clusters(text: str) -> Iterator[Cluster]:
    """Yields the characters of a text, each with those that combine with it."""
    if text.isascii():
        for index in range(len(text)):
            yield Cluster(index, index + 1, 1)
        return
    start, width = 0, 0
    before = ""
    for index, character in enumerate(text):
        own = _width(character)
        if index == start:
            width = own
        elif own == 0:
            width = max(width, 2) if character == _EMOJI else width
        elif before == _JOINER or _is_skin(character) or (_is_flag(before) and _is_flag(character) and width == 1):
            width = max(width, own, 2)
        else:
            yield Cluster(start, index, width)
            start, width = index, own
        before = character
    if text:
        yield Cluster(start, len(text), width)


def cells(text: str) -> int:
    """Returns the width of a text in cells of a terminal."""
    return len(text) if text.isascii() else sum(cluster.cells for cluster in clusters(text))


def cut(text: str, width: int) -> str:
    """Returns a text that takes at most so many cells, with an ellipsis if it was cut."""
    if cells(text) <= width:
        return text
    used = 0
    for cluster in clusters(text):
        used += cluster.cells
        if used > width - 1:
            return text[: cluster.start].rstrip() + "…" * (width > 0)
    return text


def wrapped(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yields start and end of the lines of a text, in order, without the spaces between them.

    Lines end between words, or between wide characters. A word that is longer than a line is cut.

    Args:
        text: The text, without line breaks.
        width: The width of a line in cells, 2 or more.
    """
    start = end = used = 0  # of the line; it is empty if both are equal
    for piece in _pieces(text):
        if start < end and used + piece.gap + piece.cells <= width:
            end, used = piece.end, used + piece.gap + piece.cells
            continue
        if start < end:
            yield start, end
        start, end, used = piece.start, piece.end, piece.cells
        if used > width:
            *whole, (start, end) = _cut_up(text, start, end, width)
            yield from whole
            used = cells(text[start:end])
    if start < end:
        yield start, end


class _Piece(NamedTuple):
    """A part of a text in which no line ends, if it fits one."""

    start: int
    end: int
    cells: int
    gap: int  # the number of spaces before it


def _pieces(text: str) -> Iterator[_Piece]:
    start = width = gap = 0
    before: Cluster | None = None  # the last of the piece; None before its first
    for cluster in clusters(text):
        is_space = text[cluster.start] == " "
        if is_space and text[cluster.end : cluster.end + 2] not in _SEPARATORS:
            if before is not None:
                yield _Piece(start, cluster.start, width, gap)
                before, gap = None, 0
            gap += 1
            continue
        if before is not None and not is_space and _breaks(text, before, cluster):
            yield _Piece(start, cluster.start, width, gap)
            before, gap = None, 0
        if before is None:
            if is_space:
                gap += 1
                continue
            start, width = cluster.start, 0
        width += cluster.cells
        before = cluster
    if before is not None:
        yield _Piece(start, len(text), width, gap)


def _cut_up(text: str, start: int, end: int, width: int) -> list[tuple[int, int]]:
    """Returns start and end of the lines of a piece that is longer than a line; none begins or ends with a space."""
    lines: list[tuple[int, int]] = []
    line, used = start, 0
    for cluster in clusters(text[start:end]):
        if used + cluster.cells > width:
            lines.append((line, start + cluster.start))
            line, used = start + cluster.start, 0
        used += cluster.cells
    stripped = []
    for first, last in [*lines, (line, end)]:
        shown = text[first:last].strip(" ")
        begin = first + len(text[first:last]) - len(text[first:last].lstrip(" "))
        if shown:
            stripped.append((begin, begin + len(shown)))
    return stripped


def _breaks(text: str, before: Cluster, cluster: Cluster) -> bool:
    """Returns whether a line may end between two characters: one is wide, and punctuation stays with its text."""
    last, first = text[before.start], text[cluster.start]
    return (before.cells == 2 or cluster.cells == 2) and last not in _NOT_LAST and first not in _NOT_FIRST


def _width(character: str) -> int:
    if character.isascii():
        return 1
    import unicodedata

    category = unicodedata.category(character)
    if character in _INVISIBLE or category in ("Mn", "Me"):
        return 0
    if category == "Cn":  # a terminal may know more of Unicode than this Python does
        return 2
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _is_skin(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
