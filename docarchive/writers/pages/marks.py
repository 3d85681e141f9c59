"""Passages of a text that a reader has marked: finds them as the page shows the text, and marks them there.

White space is folded, and markup is not seen: a passage may go across emphasis, links and paragraphs. If the text has a
passage several times, what comes before and after it decides.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final
from xml.etree import ElementTree as ET

from docarchive.article import Highlight
from docarchive.formats.pages import BACK_ROLE, MARK_ROLE
from docarchive.records import NamedTuple

#: How many characters before and after a passage are kept, as Hypothesis does.
CONTEXT: Final = 32
#: How many places of one passage are looked at.
_MAX_PLACES: Final = 1_000
_IN_LINE: Final = frozenset(
    "a abbr b cite code del dfn em i ins kbd mark q rp rt ruby s samp small span strong sub sup time u var wbr".split()  # noqa: SIM905
)
#: The mark of a note, such as ``[^1]``, which a snippet does not show; or a word, which is the group.
_RUN: Final = re.compile(r"\[\^[^\]\s]{1,40}\]|((?:(?!\[\^[^\]\s]{1,40}\])\S)+)")
#: Characters that people and programs write in several ways.
_ALIKE: Final = str.maketrans("‘’‚‛“”„‟«»‐‑‒–—―−", '\'\'\'\'""""""-------')


class _Slot(NamedTuple):
    element: ET.Element
    parent: ET.Element | None  # whose child the element is, for the text after it; None for the text at its beginning
    text: str


class _Run(NamedTuple):
    start: int  # its index in the text of the page
    end: int
    slot: int  # the number of its slot
    offset: int  # its index there


class PageText:
    """The text of a page on one line, and where its words are in the tree.

    Attributes:
        text: The text, with single spaces.
    """

    def __init__(self, root: ET.Element) -> None:
        self._slots: list[_Slot] = []
        self._runs: list[_Run] = []
        parts: list[str] = []
        length, is_apart = 0, False
        for slot in _slots(root):
            end = 0
            for word in _RUN.finditer(slot.text) if slot else ():
                if word[1] is None:
                    continue
                if length and (is_apart or word.start() > end):
                    parts.append(" ")
                    length += 1
                self._runs.append(_Run(length, length + len(word[0]), len(self._slots), word.start()))
                parts.append(word[0])
                length, is_apart, end = length + len(word[0]), False, word.end()
            if slot is None or end < len(slot.text):
                is_apart = True
            if slot is not None:
                self._slots.append(slot)
        self.text = "".join(parts)
        self._alike: str | None = None

    def places(self, passage: str) -> list[int]:
        """Returns the indexes of a passage in the text: as it is written, or else in any case and kind of quotes."""
        wanted = on_one_line(passage)
        if not wanted:
            return []
        if places := [*_places(self.text, wanted)]:
            return places
        if self._alike is None:
            self._alike = _alike(self.text)
        return [*_places(self._alike, _alike(wanted))]

    def place(self, highlight: Highlight) -> tuple[int, int] | None:
        """Returns start and end of a highlight in the text; None if the text does not have it."""
        places = self.places(highlight.text)
        if not places:
            return None
        length = len(on_one_line(highlight.text))
        before, after = on_one_line(highlight.prefix)[::-1], on_one_line(highlight.suffix)

        def agreement(start: int) -> int:
            end = start + length
            own = self.text[max(0, start - len(before) - 1) : start].strip()[::-1]
            return _common(own, before) + _common(self.text[end : end + len(after) + 1].strip(), after)

        start = max(places, key=agreement) if len(places) > 1 and (before or after) else places[0]
        return start, start + length

    def around(self, start: int, end: int) -> tuple[str, str]:
        """Returns what comes before and after a place in the text."""
        return self.text[max(0, start - CONTEXT) : start].strip(), self.text[end : end + CONTEXT].strip()

    def mark(self, places: Iterable[tuple[int, int, str]]) -> None:
        """Puts ``mark`` elements around places in the text, each with a title; where two overlap, the first is marked.

        Call it once: the tree is changed.
        """
        pieces: dict[int, list[tuple[int, int, str]]] = {}
        last = 0
        for start, end, title in sorted(places):
            for slot, piece_start, piece_end in self._pieces(max(start, last), end):
                pieces.setdefault(slot, []).append((piece_start, piece_end, title))
            last = max(last, end)
        for number, parts in pieces.items():
            _insert(self._slots[number], parts)

    def _pieces(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Yields a place in the text as parts of slots: the number of the slot, start and end in it."""
        number = max(0, bisect_right(self._runs, start, key=lambda run: run.start) - 1)
        slot, first, last = -1, 0, 0
        for run in islice(self._runs, number, None):
            if run.start >= end:
                break
            if run.end <= start:
                continue
            offset = run.offset - run.start
            if run.slot != slot:
                if slot >= 0:
                    yield slot, first, last
                slot, first = run.slot, max(start, run.start) + offset
            last = min(end, run.end) + offset
        if slot >= 0:
            yield slot, first, last


def marked(root: ET.Element, highlights: Sequence[Highlight]) -> list[Highlight]:
    """Marks highlights in the tree of a page; returns those to list below it: with a note, or not in the text."""
    if not highlights:
        return []
    page = PageText(root)
    places = [(highlight, page.place(highlight)) for highlight in highlights]
    page.mark([(*place, " ".join(highlight.note.split())) for highlight, place in places if place])
    return [highlight for highlight, place in places if highlight.text and (highlight.note or place is None)]


def _slots(element: ET.Element) -> Iterator[_Slot | None]:
    """Yields the texts in a tree, in order, without marks of footnotes; None between blocks."""
    if element.text:
        yield _Slot(element, None, element.text)
    for child in element:
        if child.tag not in _IN_LINE:
            yield None
        if child.get("role") not in (MARK_ROLE, BACK_ROLE):
            yield from _slots(child)
        if child.tag not in _IN_LINE:
            yield None
        if child.tail:
            yield _Slot(child, element, child.tail)


def on_one_line(text: str) -> str:
    """Returns a text with single spaces and without marks of notes, as the text of a page is."""
    return " ".join(word[1] for word in _RUN.finditer(text) if word[1])


def _places(text: str, passage: str) -> Iterator[int]:
    start = text.find(passage)
    for _ in range(_MAX_PLACES):
        if start < 0:
            return
        yield start
        start = text.find(passage, start + len(passage))


def _alike(text: str) -> str:
    """Returns a text in small letters with plain quotes and dashes; as long as before."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(letter if len(letter := character.lower()) == 1 else character for character in text)
    return lower.translate(_ALIKE)


def _common(one: str, other: str) -> int:
    """Returns how many characters two texts begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _insert(slot: _Slot, parts: Sequence[tuple[int, int, str]]) -> None:
    """Puts ``mark`` elements around parts of a slot's text, which are in order."""
    element, parent, text = slot
    marks: list[ET.Element] = []
    for number, (start, end, title) in enumerate(parts):
        mark = ET.Element("mark", {"title": title} if title else {})
        mark.text = text[start:end]
        mark.tail = text[end : parts[number + 1][0] if number + 1 < len(parts) else len(text)]
        marks.append(mark)
    if parent is None:
        element.text = text[: parts[0][0]]
        element[:0] = marks
    else:
        element.tail = text[: parts[0][0]]
        position = [*parent].index(element) + 1
        parent[position:position] = marks
