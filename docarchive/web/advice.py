"""What messages advise, in the words of pages and of the API: the library's name commands and their options.

Only the words change. What no page can do is advice for whoever serves the archive.
"""

from __future__ import annotations

from collections.abc import Callable
from re import Match
from typing import Final

from markupsafe import Markup, escape

from docarchive.records import NamedTuple
from docarchive.regexes import lazy


class _Place(NamedTuple):
    """Where a server does what a command does."""

    page: str  # the name of the page, or of the button
    path: str  # of the page; empty if it has no link
    route: str  # below /api/v1


#: By command.
_PLACES: Final = {
    "undo": _Place("the page Changes", "/log", "/undo"),
    "log": _Place("the page Changes", "/log", "/changes"),
    "list --trash": _Place("the page Trash", "/trash", "/trash"),
    "restore": _Place("the page Trash", "/trash", "/articles/ID/restore"),
    "quarantine": _Place("the page Quarantine", "/quarantine", "/quarantine"),
    "saved": _Place("the page Search", "/", "/saved"),
    "list": _Place("the page Search", "/", "/articles"),
    "search": _Place("the page Search", "/", "/search"),
    "stats": _Place("the page Statistics", "/statistics", "/statistics"),
    "versions": _Place("the page of its versions", "", "/articles/ID/versions"),
    "remove": _Place("the button Remove", "", "/articles/ID/remove"),
}
_BOTH = lazy(r"'docarchive list' and 'docarchive search' show")
_COMMAND = lazy(r"(run )?'docarchive ([a-z]+(?: --trash)?)([^']*)'")
_OPTION = lazy(r"use --([a-z]+), such as --\1 (\S+)")
_PAGE = lazy("the page (?:Changes|Trash|Quarantine|Search|Statistics)")
#: A change that is in the way of another.
_CHANGE = lazy(r"(?<=\bby )change (\d{1,9})\b")
_LINKS: Final = {place.page: place.path for place in _PLACES.values() if place.path}


def for_programs(sentence: str) -> str:
    """Returns a message for a program that asks the API.

    >>> for_programs("it was removed; 'docarchive undo' takes that back")
    'it was removed; /undo takes that back'
    """
    text = _COMMAND.sub(_command(lambda place: place.route), sentence)
    return _OPTION.sub(r"use \1=\2", text)


def for_pages(sentence: str, url: Callable[[str], str]) -> Markup:
    """Returns a message for a page, with links to the pages and the changes that it names.

    Args:
        sentence: The message.
        url: Returns the address of a page.
    """
    text = _BOTH.sub("the page Search shows", sentence)
    text = _COMMAND.sub(_command(lambda place: place.page), text)
    shown = str(escape(_OPTION.sub(r"choose the \1, such as \2", text)))
    shown = _CHANGE.sub(lambda match: _link(f"{url('/log')}#change-{match[1]}", match[0]), shown)
    return Markup(_PAGE.sub(lambda match: _link(url(_LINKS[match[0]]), match[0]), shown))  # noqa: S704 - escaped


def _link(address: str, text: str) -> str:
    return f'<a href="{escape(address)}">{text}</a>'


def _command(name_of: Callable[[_Place], str]) -> Callable[[Match[str]], str]:
    """Returns what replaces a command; ``--version`` and the like, which pages have no place for, are left."""

    def replaced(match: Match[str]) -> str:
        place = None if "--" in match[3] else _PLACES.get(match[2])
        if place is None:
            return f"{match[0]} on the machine of the archive"
        return ("use " if match[1] else "") + name_of(place)

    return replaced
