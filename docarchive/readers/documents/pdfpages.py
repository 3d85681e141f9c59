"""The lines of the pages of a PDF file: what PDFium reads, in its order, with where and how large it stands."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final, NamedTuple

from docarchive.errors import ReaderError

#: Characters in a file; more are refused.
MAX_TEXT: Final = 20_000_000
#: How PDFium writes a hyphen at the end of a line that goes on in the next one.
HYPHEN: Final = "\x02"

_MAX_PAGES: Final = 20_000
_ODD: Final = re.compile("[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff\ufffe\uffff]")
_LIGATURES: Final = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\xa0": " ", "\xad": ""}
)
#: A gap wider than this times the size of the type parts two columns.
_GAP: Final = 1.2
#: Words of lines that are set to the same width do not stand so far apart.
_WIDE: Final = 2.5


class Line(NamedTuple):
    """A line, or the part of one that stands in one column.

    Attributes:
        text: Its text; it ends with ``HYPHEN`` if its last word goes on in the next line.
        size: The height of its type in points; 0 if that is not known.
        left: Where it begins.
        right: Where it ends.
        bottom: How far its base is from the foot of the page.
        is_row: Whether it has wide gaps, as the row of a table.
    """

    text: str
    size: float
    left: float
    right: float
    bottom: float
    is_row: bool = False


class Page(NamedTuple):
    """The lines of a page, and its height."""

    lines: list[Line]
    height: float


def read_pages(document: Any) -> list[Page]:
    """Returns the pages of a ``pypdfium2.PdfDocument``.

    Raises:
        ReaderError: There is too much in it, or none of its pages can be read.
    """
    from pypdfium2 import PdfiumError

    if len(document) > _MAX_PAGES:
        raise ReaderError(f"the PDF file has more than {_MAX_PAGES:,} pages")
    pages: list[Page] = []
    left, broken = MAX_TEXT, 0
    for number in range(len(document)):
        try:
            page = document[number]
            lines = list(_lines(page.get_textpage(), left))
            pages.append(Page(_in_columns(lines), page.get_height()))
            page.close()
        except PdfiumError:
            broken += 1
            pages.append(Page([], 0))
        left -= sum(len(line.text) for line in pages[-1].lines)
    if broken == len(pages):
        raise ReaderError("the PDF file is damaged: none of its pages can be read")
    return pages


def has_pictures(document: Any) -> bool:
    """Tells whether there is a picture on the first pages."""
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
        yield from _parts(text_page, text, start, end)
        start = match.end()


def _character(code: int) -> str:
    return chr(code) if code < 0x110000 else "\ufffd"


def _parts(text_page: Any, text: str, start: int, end: int) -> Iterator[Line]:
    """Yields the parts of a line between wide gaps."""
    first = start
    for index in range(start + 1, end - 1):
        if text[index] == " " and text[index + 1] != " ":
            before, after = _box(text_page, index - 1), _box(text_page, index + 1)
            if before and after and after[0] - before[2] > _GAP * max(after[3] - after[1], 4):
                yield from _part(text_page, text, first, index)
                first = index + 1
    yield from _part(text_page, text, first, end)


def _part(text_page: Any, text: str, start: int, end: int) -> Iterator[Line]:
    seen = [index for index in range(start, end) if text[index] > " "]
    line = clean_line(text[start:end])
    if not seen or not line:
        return
    boxes = [box for index in (seen[0], seen[len(seen) // 2], seen[-1]) if (box := _box(text_page, index))]
    if not boxes:
        yield Line(line, 0, 0, 0, 0)
        return
    size = _size(text_page, seen[len(seen) // 2]) or sorted(box[3] - box[1] for box in boxes)[len(boxes) // 2]
    yield Line(line, round(size, 1), boxes[0][0], boxes[-1][2], _base(text_page, seen[0], boxes[0][1]))


def clean_line(text: str) -> str:
    """Returns a line as it should have been written: whole letters, single blanks, no controls."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return " ".join(_ODD.sub("", text).translate(_LIGATURES).split(" ")).strip()


def _box(text_page: Any, index: int) -> tuple[float, float, float, float] | None:
    """Returns left, bottom, right and top of a character, with the room that its font has above and below."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(box)):
        return None
    found = (box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top))
    return found if all(map(math.isfinite, found)) else None


def _size(text_page: Any, index: int) -> float:
    """Returns the size of a character's type; some programs write it into the font, others into a matrix."""
    from pypdfium2 import raw

    matrix = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(text_page, index, ctypes.byref(matrix)):
        return 0
    size = raw.FPDFText_GetFontSize(text_page, index) * math.hypot(matrix.c, matrix.d)
    return size if math.isfinite(size) and 0 < size < 10_000 else 0


def _base(text_page: Any, index: int, bottom: float) -> float:
    """Returns the height of the base of a character, or else of its box."""
    from pypdfium2 import raw

    across, height = ctypes.c_double(), ctypes.c_double()
    found = raw.FPDFText_GetCharOrigin(text_page, index, ctypes.byref(across), ctypes.byref(height))
    return height.value if found and math.isfinite(height.value) else bottom


def _in_columns(parts: list[Line]) -> list[Line]:
    """Puts what was written line by line across two columns into the order of the columns; joins other parts again.

    Most programs write one column after the other, so that nothing is to be done.
    """
    rows: list[list[Line]] = []
    for part in parts:
        last = rows[-1][-1] if rows else Line("", 0, 0, 0, 0)
        beside = abs(last.bottom - part.bottom) < 1 and part.left > last.right
        if beside and part.size and last.size and abs(part.size - last.size) < 0.12 * last.size:
            rows[-1].append(part)
        else:
            rows.append([part])
    ordered: list[Line] = []
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and _goes_on(rows[start : end + 1]):
            end += 1
        run = rows[start:end]
        if _are_columns(run):
            ordered += [row[0] for row in run] + [row[1] for row in run]
            start = end
        else:
            ordered.append(_joined(rows[start]))
            start += 1
    return ordered


def _goes_on(run: list[list[Line]]) -> bool:
    """Tells whether the last of some rows has two parts, and the same gutter as the first."""
    first, last = run[0], run[-1]
    return (
        len(last) == 2 and len(first) == 2 and last[0].right < first[1].left and abs(last[1].left - first[1].left) < 9
    )


def _are_columns(run: list[list[Line]]) -> bool:
    """Tells columns of prose from those of a table, whose cells are short."""
    return len(run) >= 4 and all(sum(len(row[side].text) for row in run) > 24 * len(run) for side in (0, 1))


def _joined(row: list[Line]) -> Line:
    text = " ".join(part.text for part in row)
    gaps = [other.left - one.right for one, other in pairwise(row)]
    return row[0]._replace(text=text, right=row[-1].right, is_row=max(gaps, default=0) > _WIDE * row[0].size)
