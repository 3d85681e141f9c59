"""Dates and titles in the names of files, as Jekyll and diaries write them."""

from __future__ import annotations

import re

from docarchive.dates import PartialDate

_DATED = re.compile(
    r"(?:(?P<year>\d{4})(?P<part>[-_])(?P<month>\d{1,2})(?P=part)(?P<day>\d{1,2})"
    r"|(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?)"
    r"(?=[-_ .]|\Z)",
    re.ASCII,
)
#: Jekyll accepts a year of two digits too.
_SHORT_YEAR = re.compile(r"(\d\d)-(\d{1,2})-(\d{1,2})(?=-)", re.ASCII)
_THIS_CENTURY = 68
_FOLDERS = re.compile(r"(?:^|/)(\d{4})/(\d{2})/(\d{2})(?:/|\Z)", re.ASCII)
#: Index files of folders, as Hugo, Zola and web servers name them.
_INDEX = re.compile(r"_?index(?:\.[a-z]{2}(?:-[a-z]{2})?)?\.\w+\Z", re.IGNORECASE)
_SUFFIXES = re.compile(r"(?:\.[a-z]{2}(?:-[a-z]{2})?)?\.\w+\Z", re.IGNORECASE)


def date_in_name(name: str, *, post: bool = False) -> PartialDate | None:
    """Returns the date that a file's name begins with, or None; the year of a post of Jekyll may have two digits.

    >>> date_in_name("2024-03-16-visit.md"), date_in_name("202403161020 Visit.md"), date_in_name("visit.md")
    (PartialDate('2024-03-16'), PartialDate('2024-03-16'), None)
    """
    if match := _DATED.match(name):
        year, month, day = (
            match[long] or match[short] for long, short in (("year", "y"), ("month", "m"), ("day", "d"))
        )
        return PartialDate.parse_or_none(f"{year}-{int(month):02d}-{int(day):02d}")
    if post and (match := _SHORT_YEAR.match(name)):
        year, month, day = map(int, match.groups())
        return PartialDate.parse_or_none(f"{(1900 if year > _THIS_CENTURY else 2000) + year}-{month:02d}-{day:02d}")
    return None


def date_in_path(path: str) -> PartialDate | None:
    """Returns the date in the folders of an address or a path, as ``2024/03/16/visit``, or None."""
    match = _FOLDERS.search(path)
    return PartialDate.parse_or_none("-".join(match.groups())) if match else None


def is_index(name: str) -> bool:
    """Returns whether a file is the index of its folder: ``index.md``, ``_index.en.md``."""
    return _INDEX.fullmatch(name) is not None


def title_in_name(name: str) -> str:
    """Returns the title that a file's name makes: without date and ending, each word with a capital.

    >>> title_in_name("2024-03-16-a-visit_to-X.md")
    'A Visit To X'
    """
    stem = _SUFFIXES.sub("", name)
    dated = _DATED.match(stem)
    words = re.split(r"[-_\s]+", stem[dated.end() :] if dated else stem)
    return " ".join(word[:1].upper() + word[1:] for word in words if word)


def title_of_post(name: str) -> str:
    """Returns the title that Jekyll shows for a post that states none.

    >>> title_of_post("2024-03-16-the-Pier_of-ULM.md")
    'The Pier_of Ulm'
    """
    stem = _SUFFIXES.sub("", name)
    dated = _DATED.match(stem) or _SHORT_YEAR.match(stem)
    return " ".join(word.capitalize() for word in (stem[dated.end() :] if dated else stem).split("-") if word)
