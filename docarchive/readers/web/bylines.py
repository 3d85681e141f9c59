"""Authors and date from the visible lines below the title, for pages that state them nowhere else (decision 0052).

The lines are those between the title and the first paragraph, and the line ``Posted by …`` if the page has only one.
Only full names of people count.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from docarchive.dates import PartialDate
from docarchive.readers.values.people import BEFORE_BY, BY, are_full_names, people
from docarchive.readers.values.written_dates import leading_date
from docarchive.readers.web.lines import letters, lines_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MAX_LINES: Final = 2_000
#: How many lines below the title may be bylines, and the length in characters from which a line is a paragraph.
_LINES_BELOW_TITLE: Final = 12
_SHORTEST_PARAGRAPH: Final = 200
_LONGEST_BYLINE: Final = 160
_BY = re.compile(
    rf"(?:(?:{BEFORE_BY})\s+)?(?:{BY})(?:\s*[:：]\s*|\s+)(?P<names>\S.*)|"
    r"(?:authors?|autor(?:en|in|es)?|auteure?s?|autore|interview|text|words|tekst|testo|texte|texto)\s*[:：]\s*(?P<called>\S.*)",
    re.IGNORECASE,
)
_HAN = re.compile(r"(?:记者|記者|作者|撰文|文)\s*[:：/ ]\s*(?P<names>[\u4e00-\u9fff]{2,4})(?![\u4e00-\u9fff])")
_POSTED = re.compile(r"(?:posted|written|published|submitted)\s+by\s", re.IGNORECASE)
_END = re.compile(
    r"\s+(?:on|at|am|um|le|el|il|den|op|for)\s+.*|\s*[|·•–—(/].*|\s+-\s.*|,?\s+\d.*|,\s+(?:\w+day|[A-Z][a-z]{2,8}\.?\s\d).*|\s*\.\Z"
)
_WORDS_BEFORE_DATE: Final = 8


class Signature(NamedTuple):
    """The authors and the date in the lines of a page.

    Attributes:
        authors: Full names; may be empty.
        date: A day; None if there is none.
    """

    authors: list[str]
    date: PartialDate | None


def signature(tree: HtmlElement, title: str) -> Signature:
    """Returns the authors and the date in the lines below the title of a page.

    Args:
        tree: The page.
        title: Its title; if no line is the title, only ``Posted by …`` is used.
    """
    lines = [*islice(lines_of(tree), _MAX_LINES)]
    title_letters = letters(title)
    title_index = next(
        (index for index, line in enumerate(lines) if title_letters and letters(line) == title_letters), None
    )
    authors: list[str] = []
    date = None
    for line in [] if title_index is None else lines[title_index + 1 : title_index + 1 + _LINES_BELOW_TITLE]:
        if len(line) >= _SHORTEST_PARAGRAPH:
            break
        authors = authors or _names(line)
        date = date or _date(line)
    posted_by_lines = [line for line in lines if _POSTED.match(line) and len(line) <= _LONGEST_BYLINE]
    if not authors and len(posted_by_lines) == 1:
        authors = _names(posted_by_lines[0])
    return Signature(authors, date)


def _names(line: str) -> list[str]:
    if len(line) > _LONGEST_BYLINE:
        return []
    if match_in_han := _HAN.search(line):
        return [match_in_han["names"]]
    match = _BY.fullmatch(line)
    if not match:
        return []
    names = people(_END.sub("", match["names"] or match["called"]))
    return names if names and are_full_names(names) else []


def _date(line: str) -> PartialDate | None:
    """Returns the day at the beginning of a short line, or after a few words."""
    if len(line) > _LONGEST_BYLINE:
        return None
    words = line.split()
    for first in range(min(len(words), _WORDS_BEFORE_DATE)):
        match = leading_date(" ".join(words[first:]))
        if match and match.date.precision not in ("year", "month"):
            return match.date
    return None
