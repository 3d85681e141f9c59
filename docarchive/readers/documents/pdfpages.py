"""The lines on the pages of a PDF file, with position and size, in the order in which PDFium returns them."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from docarchive.errors import ReaderError
from docarchive.records import NamedTuple

#: Characters in a file; more are refused.
MAX_TEXT: Final = 20_000_000
#: What PDFium returns for a hyphen in a word that continues on the next line.
HYPHEN: Final = "\x02"

_MAX_PAGES: Final = 20_000
_UNWANTED: Final = re.compile("[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff\ufffe\uffff]")
_LIGATURES: Final = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\xa0": " ", "\xad": ""}
)
#: A gap wider than this times the font size separates two columns.
_COLUMN_GAP: Final = 1.2
#: A gap wider than this times the font size is one between cells; in justified text, gaps between words are smaller.
_ROW_GAP: Final = 2.5


class Line(NamedTuple):
    """A line, or the segment of one that is in one column. Lengths are in points.

    Attributes:
        text: Its text; it ends with ``HYPHEN`` if its last word continues on the next line.
        size: The font size; 0 if it is not known.
        left: The left edge, from the left of the page.
        right: The right edge, from the left of the page.
        bottom: The baseline, from the bottom of the page.
        is_row: Whether it has wide gaps, as the row of a table.
    """

    text: str
    size: float
    left: float
    right: float
    bottom: float
    is_row: bool = False


class Page(NamedTuple):
    """The lines of a page, and its height in points."""

    lines: list[Line]
    height: float


def read_pages(document: Any) -> list[Page]:
    """Returns the pages of a ``pypdfium2.PdfDocument``.

    Raises:
        ReaderError: It has too many pages or characters, or none of its pages can be read.
    """
    from pypdfium2 import PdfiumError

    if len(document) > _MAX_PAGES:
        raise ReaderError(f"the PDF file has more than {_MAX_PAGES:,} pages")
    pages: list[Page] = []
    remaining, unreadable = MAX_TEXT, 0
    for number in range(len(document)):
        try:
            page = document[number]
            lines = list(_lines(page.get_textpage(), remaining))
            pages.append(Page(_in_columns(lines), page.get_height()))
            page.close()
        except PdfiumError:
            unreadable += 1
            pages.append(Page([], 0))
        remaining -= sum(len(line.text) for line in pages[-1].lines)
    if unreadable == len(pages):
        raise ReaderError("the PDF file is damaged: none of its pages can be read")
    return pages


def has_pictures(document: Any) -> bool:
    """Returns whether there is a picture on the first five pages."""
    from pypdfium2 import PdfiumError, raw

    for number in range(min(len(document), 5)):
        try:
            if next(iter(document[number].get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)), None):
                return True
        except PdfiumError:
            continue
    return False


def _lines(text_page: Any, limit: int) -> Iterator[Line]:
    from pypdfium2 import raw

    count = text_page.count_chars()
    if count > limit:
        raise ReaderError(f"there is more text in the PDF file than {MAX_TEXT // 1_000_000} million characters")
    unicode = raw.FPDFText_GetUnicode
    text = "".join(map(_character, (unicode(text_page, index) for index in range(count))))
    start = 0
    for match in re.finditer(f"\r\n|[\r\n{HYPHEN}]|\\Z", text):
        end = match.end() if match[0] == HYPHEN else match.start()
        yield from _split_at_gaps(text_page, text, start, end)
        start = match.end()


def _character(code: int) -> str:
    return chr(code) if code < 0x110000 else "\ufffd"


def _split_at_gaps(text_page: Any, text: str, start: int, end: int) -> Iterator[Line]:
    """Yields the segments of a line between wide gaps."""
    part_start = start
    for index in range(start + 1, end - 1):
        if text[index] == " " and text[index + 1] != " ":
            before, after = _box(text_page, index - 1), _box(text_page, index + 1)
            if before and after and after[0] - before[2] > _COLUMN_GAP * max(after[3] - after[1], 4):
                yield from _line_of(text_page, text, part_start, index)
                part_start = index + 1
    yield from _line_of(text_page, text, part_start, end)


def _line_of(text_page: Any, text: str, start: int, end: int) -> Iterator[Line]:
    visible = [index for index in range(start, end) if text[index] > " "]
    line = clean_line(text[start:end])
    if not visible or not line:
        return
    boxes = [box for index in (visible[0], visible[len(visible) // 2], visible[-1]) if (box := _box(text_page, index))]
    if not boxes:
        yield Line(line, 0, 0, 0, 0)
        return
    size = _size(text_page, visible[len(visible) // 2]) or sorted(box[3] - box[1] for box in boxes)[len(boxes) // 2]
    yield Line(line, round(size, 1), boxes[0][0], boxes[-1][2], _baseline(text_page, visible[0], boxes[0][1]))


def clean_line(text: str) -> str:
    """Returns a line without ligatures, control characters and repeated spaces."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return " ".join(_UNWANTED.sub("", text).translate(_LIGATURES).split(" ")).strip()


def _box(text_page: Any, index: int) -> tuple[float, float, float, float] | None:
    """Returns left, bottom, right and top of a character, in points, with the font's space above and below."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(box)):
        return None
    edges = (box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top))
    return edges if all(map(math.isfinite, edges)) else None


def _size(text_page: Any, index: int) -> float:
    """Returns the font size of a character in points; some programs write it into the font, others into a matrix."""
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(text_page, index, ctypes.byref(matrix)):
        return 0
    size = raw.FPDFText_GetFontSize(text_page, index) * math.hypot(matrix.c, matrix.d)
    return size if math.isfinite(size) and 0 < size < 10_000 else 0


def _baseline(text_page: Any, index: int, bottom: float) -> float:
    """Returns the baseline of a character, or else the bottom of its box."""
    from pypdfium2 import raw

    x, y = ctypes.c_double(), ctypes.c_double()
    is_known = raw.FPDFText_GetCharOrigin(text_page, index, ctypes.byref(x), ctypes.byref(y))
    return y.value if is_known and math.isfinite(y.value) else bottom


def _in_columns(parts: list[Line]) -> list[Line]:
    """Returns lines in reading order: text that was written line by line across two columns, column by column.

    Most programs write one column after the other; their lines stay as they are. Segments of other lines are joined.
    """
    rows: list[list[Line]] = []
    for part in parts:
        last = rows[-1][-1] if rows else Line("", 0, 0, 0, 0)
        is_next = abs(last.bottom - part.bottom) < 1 and part.left > last.right
        if is_next and part.size and last.size and abs(part.size - last.size) < 0.12 * last.size:
            rows[-1].append(part)
        else:
            rows.append([part])
    ordered: list[Line] = []
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and _is_same_gutter(rows[start : end + 1]):
            end += 1
        run = rows[start:end]
        if _are_columns(run):
            ordered += [row[0] for row in run] + [row[1] for row in run]
            start = end
        else:
            ordered.append(_join(rows[start]))
            start += 1
    return ordered


def _is_same_gutter(run: list[list[Line]]) -> bool:
    """Returns whether the last of some rows has two segments, and the same gutter between them as the first row."""
    first, last = run[0], run[-1]
    return (
        len(last) == 2 and len(first) == 2 and last[0].right < first[1].left and abs(last[1].left - first[1].left) < 9
    )


def _are_columns(run: list[list[Line]]) -> bool:
    """Returns whether rows are lines of two columns of prose; the cells of a table are shorter."""
    return len(run) >= 4 and all(sum(len(row[side].text) for row in run) > 24 * len(run) for side in (0, 1))


def _join(row: list[Line]) -> Line:
    text = " ".join(part.text for part in row)
    gaps = [right.left - left.right for left, right in pairwise(row)]
    return row[0]._replace(text=text, right=row[-1].right, is_row=max(gaps, default=0) > _ROW_GAP * row[0].size)
