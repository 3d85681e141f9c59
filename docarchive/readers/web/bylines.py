"""Authors and date from the visible lines below the title, for pages that state them nowhere else (decision 0052).

The lines are those between the title and the first paragraph, and the line ``Posted by …`` if the page has only one.
Only full names of people count.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from docarchive.dates import PartialDate
from docarchive.readers.values.people import BEFORE_BY, BY, are_full_names
from docarchive.readers.values.written_dates import leading_date
from docarchive.readers.web.date_words import at_change, date_of, is_label
from docarchive.readers.web.lines import letters, lines_of
from docarchive.readers.web.marked import is_data, is_other
from docarchive.readers.web.moments import could_be_two, with_day_first
from docarchive.readers.web.names import author_names
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MAX_LINES: Final = 2_000
#: How many lines below the title may be bylines, and the length in characters from which a line is a paragraph.
_LINES_BELOW_TITLE: Final = 12
_SHORTEST_PARAGRAPH: Final = 200
_LONGEST_BYLINE: Final = 160
_BY = re.compile(
    rf"(?:(?:{BEFORE_BY})\s+)?(?:{BY})(?:\s*[:：]\s*|\s+)(?P<names>\S.*)|"
    r"(?:authors?|autor(?:en|in|es)?|auteure?s?|autore|autork[ai]|автор[ыи]?|текст|بقلم|كتبت?|interview|text"
    r"|words|tekst|testo|texte|texto)\s*[:：]\s*(?P<called>\S.*)",
    re.IGNORECASE,
)
_HAN = re.compile(r"(?:记者|記者|作者|撰文|文)\s*[:：/・＝ ]\s*(?P<names>[\u4e00-\u9fff]{2,4})(?![\u4e00-\u9fff])")
_POSTED = re.compile(r"(?:posted|written|published|submitted)\s+by\s", re.IGNORECASE)
_END = re.compile(
    r"\s+(?:on|at|am|um|le|el|il|den|op|for)\s+.*|\s*[|·•–—(/].*|\s+-\s.*|,?\s+\d.*"
    r"|,\s+(?:desde|depuis|aus|from|da|vanuit)\s.*|,\s+(?:\w+day|[A-Z][a-z]{2,8}\.?\s\d).*|\s*\.\Z"
)
_BEFORE_DIGITS = re.compile(r"\D*")
_BETWEEN_PARTS = re.compile(r"\s+[|·•]\s+")
_WORDS_BEFORE_DATE: Final = 8
#: So many words before a date may end with a full stop: ``Published on March 3, 2024.``
_WORDS_AROUND_DATE: Final = 2
#: So many words that end with one for a publication are before its date, and no sentence.
_LONGEST_LABEL: Final = 3
_WORDS_DIRECTLY_BEFORE_DATES: Final = (
    "on at am um le el il den del der vom op på i published posted updated created added written date publié "
    "veröffentlicht erstellt publicado pubblicato gepubliceerd since by est edt pm"
)
_BEFORE_DATES: Final = frozenset(_WORDS_DIRECTLY_BEFORE_DATES.split())


class Signature(NamedTuple):
    """The authors and the date in the lines of a page.

    Attributes:
        authors: Full names; may be empty.
        date: A day; None if there is none.
        unclear: What is a date, but could be of two days, as it is written; may be empty.
        updated: The day of a change; None if there is none.
    """

    authors: list[str]
    date: PartialDate | None
    unclear: str
    updated: PartialDate | None


def signature(tree: HtmlElement, title: str, language: str = "") -> Signature:
    """Returns the authors and the date in the lines below the title of a page.

    Args:
        tree: The page.
        title: Its title; if no line is the title, only ``Posted by …`` is used.
        language: Its language, as it states it; may be empty.
    """
    lines = [*islice(lines_of(tree, lambda element: is_other(element) or is_data(element)), _MAX_LINES)]
    title_letters = letters(title)
    title_index = next(
        (index for index, line in enumerate(lines) if title_letters and letters(line) == title_letters), None
    )
    authors: list[str] = []
    date, unclear, updated, label = None, "", None, ""
    for line in [] if title_index is None else lines[title_index + 1 : title_index + 1 + _LINES_BELOW_TITLE]:
        if len(line) >= _SHORTEST_PARAGRAPH:
            break
        authors = authors or _names(line)
        own, change = at_change(f"{label} {line}" if label else line)
        label = line if is_label(line) else ""
        updated = updated or date_in_line(change, language).date
        in_line = date_in_line(own, language)
        date = date or in_line.date
        unclear = unclear or in_line.unclear
    published = [line for line in lines if len(line) <= _LONGEST_BYLINE and line[-1] != "." and _says_published(line)]
    if date is None and len(set(published)) == 1:
        date = date_in_line(published[0], language).date
    posted_by_lines = [line for line in lines if _POSTED.match(line) and len(line) <= _LONGEST_BYLINE]
    if not authors and len(posted_by_lines) == 1:
        authors = _names(posted_by_lines[0])
    return Signature(authors, date, "" if date else unclear, updated)


def _names(line: str) -> list[str]:
    if len(line) > _LONGEST_BYLINE:
        return []
    if match_in_han := _HAN.search(line):
        return [match_in_han["names"]]
    match = _BY.fullmatch(line)
    if not match:
        return []
    names = author_names(_END.sub("", match["names"] or match["called"]))
    if match["names"] and len(names) == 1 and are_full_names([name := names[0].partition(",")[0]]):
        return [name]  # after "by", a comma is before a place, not before a first name
    return names if names and are_full_names(names) else []


class DateInLine(NamedTuple):
    """The date that a line of a page has.

    Attributes:
        date: A day; None if there is none.
        unclear: What is a date, but could be of two days, as it is written; may be empty.
    """

    date: PartialDate | None
    unclear: str


def date_in_line(line: str, language: str = "") -> DateInLine:
    """Returns the day at the beginning of a short line, or after a few words; dates in sentences are none.

    Args:
        line: The line.
        language: The language of the page, as it states it; may be empty.
    """
    if len(line) > _LONGEST_BYLINE:
        return DateInLine(None, "")
    for part in _BETWEEN_PARTS.split(line):
        if any(date := _date_in_part(part, language)):
            return date
    return DateInLine(None, "")


def _date_in_part(line: str, language: str) -> DateInLine:
    if date_of(_BEFORE_DIGITS.match(line)[0]) == "other":  # type: ignore[index]
        return DateInLine(None, "")
    words = with_day_first(line, language).replace("：", ": ").split()
    for first in range(min(len(words), _WORDS_BEFORE_DATE)):
        rest = " ".join(words[first:])
        match = leading_date(rest)
        if match and match.date.precision not in ("year", "month"):
            after = rest[match.end :].split()
            is_sentence = (
                line.endswith(".") and not line.endswith("m.") and (len(after) > 1 or first > _WORDS_AROUND_DATE)
            )
            return DateInLine(None if is_sentence or not _may_precede(words[:first]) else match.date, "")
        if could_be_two(rest):
            return DateInLine(None, re.split(r"\s+[|·•–—-]\s+|,\s", rest)[0])
    return DateInLine(None, "")


def _may_precede(words: list[str]) -> bool:
    """Returns whether words may be before the date of an article, as ``Posted on`` and names may; not ``a fire of``."""
    last = words[-1] if words else ""
    return (
        not last.islower()
        or (len(words) <= _LONGEST_LABEL and date_of(" ".join(words)) == "publication")
        or last.endswith((",", ":", ".", ";", "|"))
        or last.lower() in _BEFORE_DATES
    )


def _says_published(line: str) -> bool:
    return date_of(line) == "publication"
