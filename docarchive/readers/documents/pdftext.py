"""From the lines of PDF pages to Markdown: paragraphs, headings and lists, without running heads and page numbers.

PDF has no paragraphs: they are found by size, position and distance of lines (decision 0021).
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from statistics import median
from typing import Final

from docarchive.markdown import escape, escaped
from docarchive.readers.documents.pdfpages import HYPHEN, Line, Page
from docarchive.records import NamedTuple

_DIGITS: Final = re.compile(r"\d+|\b[ivxlc]{1,6}\b")
_BULLET: Final = re.compile(r"(?:[•●▪■◦‣∙·–—*]|[\uf0b7\uf0a7\uf076])\s+(?=\S)")
_NUMBERED: Final = re.compile(r"(?:\(?\d{1,3}[.)]|\(?[a-z][.)]|\[\d{1,3}\])\s+\S")
_CONTENTS: Final = re.compile(r"\d[\d.]*\s.{0,200}[\s.]\d+\Z")
_LEADER: Final = re.compile(r"\s?(?:\.\s?){5,}")
_STOPS: Final = (".", "!", "?", ":", "。", "！", "？", ".”", '."', ".)", "…")
_STAMP: Final = re.compile(r"arXiv:|https?://|doi:|\d[\d\s./:-]*\Z", re.IGNORECASE)
_EDGE: Final = 2  # lines at the head and the foot of a page that may be running heads
_LONGEST_TITLE: Final = 250
_BUCKET_WIDTH: Final = 20  # points
_LARGER: Final = 1.15


class Text(NamedTuple):
    """The text of a file.

    Attributes:
        body: Its Markdown.
        title: The largest text on the first page; may be empty.
    """

    body: str
    title: str


class _Sizes(NamedTuple):
    """The font sizes of the body and of headings, the largest first, in points."""

    body: float
    headings: list[float]


def to_text(pages: list[Page]) -> Text:
    """Returns the text of a document."""
    lines_of_pages = _without_running_heads(pages)
    sizes = _sizes(lines_of_pages)
    blocks = [block for lines in lines_of_pages if (block := _page(lines, sizes))]
    return Text("\n\n".join(blocks), _title(lines_of_pages[0] if lines_of_pages else [], sizes))


def _without_running_heads(pages: list[Page]) -> list[list[Line]]:
    """Returns the lines of each page without running heads: text that is at the same height on a third of the pages.

    Numbers may differ. If most of the text would be left out, all of it is kept.
    """
    seen: Counter[tuple[str, int]] = Counter()
    for page in pages:
        seen.update({key for line in _edges(page) for key in _counting_keys(line)})
    threshold = max(3, len(pages) / 3)
    remaining: list[list[Line]] = []
    for page in pages:
        edges = {id(line) for line in _edges(page) if max(seen[key] for key in _counting_keys(line)) >= threshold}
        remaining.append([line for line in page.lines if id(line) not in edges])
    all_lines = [page.lines for page in pages]
    return remaining if 2 * _length(remaining) > _length(all_lines) else all_lines


def _length(pages: list[list[Line]]) -> int:
    return sum(len(line.text) for lines in pages for line in lines)


def _edges(page: Page) -> list[Line]:
    """Returns the highest and the lowest lines near the edges of a page."""
    by_height = sorted((line for line in page.lines if line.size), key=lambda line: -line.bottom)
    head = [line for line in by_height[:_EDGE] if line.bottom > page.height * 0.85]
    return head + [line for line in by_height[-_EDGE:] if line.bottom < page.height * 0.15]


def _counting_keys(line: Line) -> list[tuple[str, int]]:
    """Returns the text of a line without numbers, with its height rounded in two ways, to find equal lines."""
    text, height = _DIGITS.sub("#", line.text.lower()), int(line.bottom // 6)
    return [(text, height), (text, height + 1)]


def _sizes(pages: list[list[Line]]) -> _Sizes:
    """Returns the most frequent font size, and larger ones that less than 15% of the text has."""
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
    """Returns the text in the largest heading size on the first page, if it has the length of a title."""
    for size in sizes.headings:
        lines_of_title: list[str] = []
        for line in lines:
            if _rounded(line.size) == size and not _STAMP.match(line.text):
                lines_of_title.append(line.text)
            elif lines_of_title:
                break
        title = _join_lines(lines_of_title)
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
    """The layout of a page, which decides where paragraphs begin."""

    def __init__(self, lines: list[Line]) -> None:
        self._line_spacing = _line_spacing(lines)
        self._edges: dict[int, tuple[float, float]] = {}  # left and right edge of lines that begin near each other
        for line in lines:
            for bucket in range(int(line.left // _BUCKET_WIDTH) - 1, int(line.left // _BUCKET_WIDTH) + 2):
                left, right = self._edges.get(bucket, (line.left, line.right))
                self._edges[bucket] = min(left, line.left), max(right, line.right)

    def begins(self, paragraph: list[Line], line: Line) -> bool:
        """Returns whether a line begins another paragraph."""
        last = paragraph[-1]
        if not line.size or not last.size:
            return last.text.endswith(_STOPS)
        if _continues_line(last, line):
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
        if down > max(self._line_spacing * 1.25, self._line_spacing + 0.2) * last.size:
            return True
        if 0.7 * last.size < line.left - last.left < 6 * last.size and (ended or len(paragraph) > 1):
            return True
        return self._is_short(last, 0.08 if ended else 0.25)

    def begins_heading(self, paragraph: list[Line], line: Line) -> bool:
        """Returns whether a line in a heading size begins another heading; a heading's lines may have any length."""
        last = paragraph[-1]
        down = last.bottom - line.bottom
        return abs(line.size - last.size) > 0.12 * last.size or not 0 <= down < 1.6 * last.size or line.is_row

    def _is_short(self, line: Line, share: float) -> bool:
        """Returns whether a line ends long before others that begin near it, as the last line of a paragraph does."""
        left, right = self._edges[int(line.left // _BUCKET_WIDTH)]
        return line.right < right - share * (right - left)


def _line_spacing(lines: list[Line]) -> float:
    """Returns the usual distance between lines on a page, in font sizes."""
    steps = [
        (upper.bottom - lower.bottom) / upper.size
        for upper, lower in pairwise(lines)
        if upper.size and 0 < upper.bottom - lower.bottom < 3 * upper.size
    ]
    return median(steps) if steps else 1.2


def _continues_line(last: Line, line: Line) -> bool:
    """Returns whether a line continues the last one directly, as a superscript number does."""
    size = max(last.size, line.size)
    return abs(last.bottom - line.bottom) < 0.6 * size and -size / 4 < line.left - last.right < size / 2


def _markdown(paragraph: list[Line], sizes: _Sizes) -> str:
    text = _LEADER.sub(" … ", _join_lines([line.text for line in paragraph]))
    size = _rounded(paragraph[0].size)
    if size in sizes.headings and len(paragraph) <= 4 and len(text) <= _LONGEST_TITLE and any(map(str.isalpha, text)):
        return f"{'#' * min(sizes.headings.index(size) + 1, 4)} {escaped([text], inside=True)}"
    if bullet := _BULLET.match(text):
        return f"- {escape(text[bullet.end() :])}"
    return escape(text)


def _join_lines(lines: list[str]) -> str:
    """Joins lines; words that are hyphenated at the end of a line become whole."""
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
