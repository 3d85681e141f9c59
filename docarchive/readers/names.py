"""What a file's name says: a date at its beginning, as Jekyll and diaries write it, and a title."""

from __future__ import annotations

import re

from docarchive.dates import PartialDate

_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})(?=[-_ .]|\Z)")
_FOLDERS = re.compile(r"(?:^|/)(\d{4})/(\d{2})/(\d{2})(?:/|\Z)", re.ASCII)
#: Files that stand for their folder, as Hugo, Zola and web servers have it.
_INDEX = re.compile(r"_?index(?:\.[a-z]{2}(?:-[a-z]{2})?)?\.\w+\Z", re.IGNORECASE)
_SUFFIXES = re.compile(r"(?:\.[a-z]{2}(?:-[a-z]{2})?)?\.\w+\Z", re.IGNORECASE)


def date_in_name(name: str) -> PartialDate | None:
    """Returns the date that a file's name begins with, or None.

    >>> date_in_name("2024-03-16-visit.md"), date_in_name("visit.md")
    (PartialDate('2024-03-16'), None)
    """
    match = _DATED.match(name)
    return _date(match[1]) if match else None


def date_in_path(path: str) -> PartialDate | None:
    """Returns the date in the folders of an address or a path, as ``2024/03/16/visit``, or None."""
    match = _FOLDERS.search(path)
    return _date("-".join(match.groups())) if match else None


def is_index(name: str) -> bool:
    """Tells whether a file stands for its folder: ``index.md``, ``_index.en.md``."""
    return _INDEX.fullmatch(name) is not None


def title_in_name(name: str) -> str:
    """Returns a name as a title, as Jekyll makes it: without date and ending, each word with a capital.

    >>> title_in_name("2024-03-16-a-visit_to-X.md")
    'A Visit To X'
    """
    stem = _SUFFIXES.sub("", name)
    dated = _DATED.match(stem)
    words = re.split(r"[-_\s]+", stem[dated.end() :] if dated else stem)
    return " ".join(word[:1].upper() + word[1:] for word in words if word)


def _date(text: str) -> PartialDate | None:
    try:
        return PartialDate(text)
    except ValueError:
        return None
