"""From the lines of PDF pages to Markdown: paragraphs, headings, lists; no running heads and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from docarchive.readers.documents.pdfpages import HYPHEN, Line, Page

_DIGITS: Final = re.compile(r"\d+|\b[ivxlc]{1,6}\b")
_BULLET: Final = re.compile(r"(?:[•●▪■◦‣∙·–—*]|[\uf0b7\uf0a7\uf076])\s+(?=\S)")
_NUMBERED: Final = re.compile(r"(?:\(?\d{1,3}[.)]|\(?[a-z][.)]|\[\d{1,3}\])\s+\S")
_CONTENTS: Final = re.compile(r"\d[\d.]*\s.{0,200}[\s.]\d+\Z")
_LEADER: Final = re.compile(r"\s?(?:\.\s?){5,}")
_MARKUP: Final = re.compile(r"(?=#{1,6}\s|>|\+\s|(?:```|~~~))")
_STOPS: Final = (".", "!", "?", ":", "。", "！", "？", ".”", '."', ".)", "…")
_STAMP: Final = re.compile(r"arXiv:|https?://|doi:|\d[\d\s./:-]*\Z", re.IGNORECASE)
_EDGE: Final = 2  # lines at the head and the foot of a page that may be running heads
_LONGEST_TITLE: Final = 250
_NEAR: Final = 20  # points
_LARGER: Final = 1.15


class Text(NamedTuple):
    """What a file says: its Markdown, and the largest text on its first page, or nothing."""

    body: str
    title: str


class _Sizes(NamedTuple):
    """The size of most of the type, and those of headings from the largest down."""

    body: float
    headings: list[float]


def to_text(pages: list[Page]) -> Text:
    """Makes the text of a document."""
    kept = _without_running_heads(pages)
    sizes = _sizes(kept)
    parts = [part for lines in kept if (part := _page(lines, sizes))]
    return Text("\n\n".join(parts), _title(kept[0] if kept else [], sizes))


def _without_running_heads(pages: list[Page]) -> list[list[Line]]:
    """Leaves out what stands at the same height on a third of the pages and is the same but for numbers.

    Where that would be most of the text, it is the text.
    """
    seen: Counter[tuple[str, int]] = Counter()
    for page in pages:
        seen.update({key for line in _edges(page) for key in _keys(line)})
    enough = max(3, len(pages) / 3)
    kept: list[list[Line]] = []
    for page in pages:
        edges = {id(line) for line in _edges(page) if max(seen[key] for key in _keys(line)) >= enough}
        kept.append([line for line in page.lines if id(line) not in edges])
    whole = [page.lines for page in pages]
    return kept if 2 * _length(kept) > _length(whole) else whole


def _length(pages: list[list[Line]]) -> int:
    return sum(len(line.text) for lines in pages for line in lines)


def _edges(page: Page) -> list[Line]:
    """Returns the highest and the lowest lines that stand near the edge of a page."""
    placed = sorted((line for line in page.lines if line.size), key=lambda line: -line.bottom)
    head = [line for line in placed[:_EDGE] if line.bottom > page.height * 0.85]
    return head + [line for line in placed[-_EDGE:] if line.bottom < page.height * 0.15]


def _keys(line: Line) -> list[tuple[str, int]]:
    """Returns what a line is counted as; its height is told within some points."""
    text, height = _DIGITS.sub("#", line.text.lower()), int(line.bottom // 6)
    return [(text, height), (text, height + 1)]


def _sizes(pages: list[list[Line]]) -> _Sizes:
    """Finds the size of the body, and those larger ones in which little is set."""
    count: Counter[float] = Counter()
    for line in (line for lines in pages for line in lines if line.size):
        count[_rounded(line.size)] += len(line.text)
    if not count:
        return _Sizes(0, [])
    body = count.most_common(1)[0][0]
    total = sum(count.values())
    larger = sorted((size for size in count if size >= body * _LARGER), reverse=True)
    return _Sizes(body, [size for size in larger if count[size] < total * 0.15])


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _title(lines: list[Line], sizes: _Sizes) -> str:
    """Returns the largest text of the first page if it is larger than the rest, and long enough to be a title."""
    for size in sizes.headings:
        found: list[str] = []
        for line in lines:
            if _rounded(line.size) == size and not _STAMP.match(line.text):
                found.append(line.text)
            elif found:
                break
        title = _run_together(found)
        if sum(character.isalpha() for character in title) >= 4:
            return title if len(title) <= _LONGEST_TITLE else ""
    return ""


def _page(lines: list[Line], sizes: _Sizes) -> str:
    layout = _Layout(lines)
    paragraphs: list[list[Line]] = []
    for line in lines:
        begins = layout.begins_heading if _rounded(line.size) in sizes.headings else layout.begins
        if paragraphs and not begins(paragraphs[-1], line):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    blocks: list[str] = []
    for paragraph in paragraphs:
        block = _markdown(paragraph, sizes)
        tight = blocks and block.startswith("- ") and blocks[-1].startswith("- ")
        blocks.append(f"{blocks.pop()}\n{block}" if tight else block)
    return "\n\n".join(block for block in blocks if block)


class _Layout:
    """How the lines of a page are set, by which it is told where paragraphs begin."""

    def __init__(self, lines: list[Line]) -> None:
        self._step = _step(lines)
        self._edges: dict[int, tuple[float, float]] = {}  # of the lines that begin near each other, left and right
        for line in lines:
            for place in range(int(line.left // _NEAR) - 1, int(line.left // _NEAR) + 2):
                left, right = self._edges.get(place, (line.left, line.right))
                self._edges[place] = min(left, line.left), max(right, line.right)

    def begins(self, paragraph: list[Line], line: Line) -> bool:
        """Tells whether a line begins another paragraph."""
        last = paragraph[-1]
        if not line.size or not last.size:
            return last.text.endswith(_STOPS)
        if _is_beside(last, line):
            return False
        if last.is_row or line.is_row or (_CONTENTS.match(last.text) and _CONTENTS.match(line.text)):
            return True
        down = last.bottom - line.bottom
        if last.text.endswith(HYPHEN):
            return down > 3 * last.size
        if abs(line.size - last.size) > 0.12 * last.size or _BULLET.match(line.text) or _NUMBERED.match(line.text):
            return True
        ended = last.text.endswith(_STOPS)
        if down < -last.size:  # the next column
            return ended or self._is_short(last, 0.1)
        if down > max(self._step * 1.25, self._step + 0.2) * last.size:
            return True
        if 0.7 * last.size < line.left - last.left < 6 * last.size and (ended or len(paragraph) > 1):
            return True
        return self._is_short(last, 0.08 if ended else 0.25)

    def begins_heading(self, paragraph: list[Line], line: Line) -> bool:
        """Tells whether a line of large type begins another heading; the lines of one are of any length."""
        last = paragraph[-1]
        down = last.bottom - line.bottom
        return abs(line.size - last.size) > 0.12 * last.size or not 0 <= down < 1.6 * last.size or line.is_row

    def _is_short(self, line: Line, share: float) -> bool:
        """Tells whether a line ends long before those that begin where it does, as the last of a paragraph."""
        left, right = self._edges[int(line.left // _NEAR)]
        return line.right < right - share * (right - left)


def _step(lines: list[Line]) -> float:
    """Returns how far apart, in sizes of the type, lines of a paragraph stand on this page."""
    steps = [
        (one.bottom - other.bottom) / one.size
        for one, other in pairwise(lines)
        if one.size and 0 < one.bottom - other.bottom < 3 * one.size
    ]
    return median(steps) if steps else 1.2


def _is_beside(last: Line, line: Line) -> bool:
    """Tells whether it goes on right behind it, as a number set a little higher."""
    size = max(last.size, line.size)
    return abs(last.bottom - line.bottom) < 0.6 * size and -size / 4 < line.left - last.right < size / 2


def _markdown(paragraph: list[Line], sizes: _Sizes) -> str:
    text = _LEADER.sub(" … ", _run_together([line.text for line in paragraph]))
    size = _rounded(paragraph[0].size)
    if size in sizes.headings and len(paragraph) <= 4 and len(text) <= _LONGEST_TITLE and any(map(str.isalpha, text)):
        return f"{'#' * min(sizes.headings.index(size) + 1, 4)} {text}"
    if bullet := _BULLET.match(text):
        return f"- {text[bullet.end() :]}"
    return _MARKUP.sub(r"\\", text, count=1) if _MARKUP.match(text) else text


def _run_together(lines: list[str]) -> str:
    """Joins lines to one; a word that is parted at the end of one becomes whole."""
    text = ""
    for line in lines:
        if text.endswith(HYPHEN):
            text = text[:-1] + ("" if line[:1].islower() else "-") + line
        elif text and not (_is_cjk(text[-1]) and _is_cjk(line[:1])):
            text = f"{text} {line}"
        else:
            text += line
    return text.replace(HYPHEN, "-") if text.endswith(HYPHEN) else text.replace(HYPHEN, "")


def _is_cjk(character: str) -> bool:
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
