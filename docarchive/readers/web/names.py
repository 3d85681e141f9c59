"""Names of authors on web pages: without the words around them, and without what is no name of anybody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from docarchive.readers.values.people import are_full_names, names_no_person, people
from docarchive.readers.values.written_dates import leading_date
from docarchive.readers.web.lines import letters

_AROUND = re.compile(
    r"(?:(?:view|see|show|read|browse)\s+)?(?:all|more)\s+(?:posts|articles|stories|entries|content)\s+(?:by|from|of)\s+"
    r"|(?:zeige\s+)?alle\s+(?:beiträge|artikel)\s+(?:von|anzeigen\s+von)\s+"
    r"|(?:voir\s+)?tous\s+les\s+(?:articles|messages)\s+(?:de|par)\s+|(?:ver\s+)?todas?\s+(?:las\s+entradas|os\s+posts)\s+(?:de|por)\s+"
    r"|(?:edited|reviewed|curated|compiled|uploaded|filed|produced|photographed|translated)\s+by\s+"
    r"|(?:interview|interviewed|text|words|story|текст)(?:\s+(?:by|von)\s+|\s*[:：]\s*)"
    r"|(?:authors?|autor(?:in|en|es)?|auteure?s?|autore|author name|posted|published|written)\s*[:：]\s*"
    r"|(?:about|über)\s+(?:the\s+)?(?:author|autor(?:in)?)\s*[:：]?\s*",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"\s*\(?(?<!\w)@\w{2,30}\)?")
_NO_NAME = re.compile(
    r"(?:e-?mail|print|share|follow(?: us| me)?|subscribe|sign ?up|sign ?in|log ?in|register|contact(?: us)?|comments?|"
    r"reply|like|tweet|search|menu|home|about|more|read more|see all|(?:view )?profile|website|by|interview|"
    r"advertis\w+|mehr|teilen|drucken|folgen|anmelden|kommentare?|startseite|suche|compartir|seguir|imprimir|partager|suivre|"
    r"\d+ ?(?:min(?:utes?|uten|utos?)?|comments?|kommentare?|views?|shares?)\b.*)",
    re.IGNORECASE,
)
_MIN_LETTERS: Final = 2
_SIGN = re.compile(r"\s+[|·•–—/-]\s+")
_BEFORE_DATE = re.compile(r"(?:\s+(?:on|at|am|le|el|il|den|op|updated|published))?[\s,:]*\Z", re.IGNORECASE)
_MOST_WORDS: Final = 20
#: How many parts of a byline after commas may be no names, and of how many words each.
_MOST_PARTS: Final = 3
_LONGEST_PLACE: Final = 4


def author_names(text: str, source: str = "") -> list[str]:
    """Returns the names of authors in a text of a page; none if it names nobody.

    >>> author_names("View all posts by Ann Lee (@annlee)"), author_names("4 Minuten"), author_names("Follow")
    (['Ann Lee'], [], [])
    >>> author_names("Ann Lee @annlee · Mar 5, 2024"), author_names("Max Muster und Eva Beispiel, Berlin")
    (['Ann Lee'], ['Max Muster', 'Eva Beispiel'])

    Args:
        text: A byline, a value of metadata, or the text of an element.
        source: The publication; its name after that of an author is no author.
    """
    text = " ".join(_HANDLE.sub(" ", " ".join(text.split())).split())
    while match := _AROUND.match(text):
        text = text[match.end() :]
    names = _names(text, source)
    if not names or not _are_sure(names):
        return next(
            (fewer for part in _beginnings(text) if (fewer := _names(part, source)) and _are_sure(fewer)), names
        )
    return names


def _names(text: str, source: str) -> list[str]:
    return [name for name in people(text.strip(" ·|,–—-"), source) if _may_be_name(name)]


def _are_sure(names: list[str]) -> bool:
    return are_full_names(names) and not any(names_no_person(name) or name.count(",") > 1 for name in names)


def _beginnings(text: str) -> Iterator[str]:
    """Yields a byline without what may follow the names: parts after a sign, a date, a place or an employer."""
    text = _SIGN.split(text, maxsplit=1)[0]
    yield text
    words = text.split()
    for index in range(1, min(len(words), _MOST_WORDS)):
        if leading_date(" ".join(words[index:])) is not None:
            text = _BEFORE_DATE.sub("", " ".join(words[:index]))
            yield text
            break
    for _ in range(_MOST_PARTS):
        text, comma, last = text.rpartition(",")
        if not comma or len(last.split()) > _LONGEST_PLACE:
            return
        yield text


def without_titles(names: Iterable[str], titles: Iterable[str]) -> list[str]:
    """Returns the names that are not also a title of the page."""
    not_names = {letters(title) for title in titles}
    return [name for name in names if letters(name) not in not_names]


def _may_be_name(name: str) -> bool:
    if sum(map(str.isalpha, name)) < _MIN_LETTERS or _NO_NAME.fullmatch(name) or "@" in name:
        return False
    return leading_date(name) is None
