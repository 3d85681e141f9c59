"""Who wrote a page and when, as stands in lines round its title: for pages that state it in no other way.

Looks at the lines between the title and the first paragraph, and at a line ``Posted by …`` wherever it stands,
if there is one alone. Only full names of people count.
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

_MOST_LINES: Final = 2_000
#: Lines below the title in which a byline may stand, and how long what begins the text is.
_BELOW: Final = 12
_TEXT: Final = 200
_LONGEST: Final = 160
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
    """Who wrote a page and when, as far as its lines say."""

    authors: list[str]
    date: PartialDate | None


def signature(tree: HtmlElement, title: str) -> Signature:
    """Reads the lines round the title of a page.

    Args:
        tree: The page.
        title: Its title; without a line that is it, only ``Posted by …`` is looked for.
    """
    lines = [*islice(lines_of(tree), _MOST_LINES)]
    wanted = letters(title)
    at = next((index for index, line in enumerate(lines) if wanted and letters(line) == wanted), None)
    authors: list[str] = []
    date = None
    for line in [] if at is None else lines[at + 1 : at + 1 + _BELOW]:
        if len(line) >= _TEXT:
            break
        authors = authors or _names(line)
        date = date or _date(line)
    posted = [line for line in lines if _POSTED.match(line) and len(line) <= _LONGEST]
    if not authors and len(posted) == 1:
        authors = _names(posted[0])
    return Signature(authors, date)


def _names(line: str) -> list[str]:
    if len(line) > _LONGEST:
        return []
    if han := _HAN.search(line):
        return [han["names"]]
    found = _BY.fullmatch(line)
    if not found:
        return []
    names = people(_END.sub("", found["names"] or found["called"]))
    return names if names and are_full_names(names) else []


def _date(line: str) -> PartialDate | None:
    """Returns the day that stands in a short line, at its beginning or behind a few words."""
    if len(line) > _LONGEST:
        return None
    words = line.split()
    for first in range(min(len(words), _WORDS_BEFORE_DATE)):
        found = leading_date(" ".join(words[first:]))
        if found and found.date.precision not in ("year", "month"):
            return found.date
    return None
