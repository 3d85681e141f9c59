"""What the change did that led to a page, in words, with what takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request

from docarchive.article import ID_FORM
from docarchive.records import NamedTuple
from docarchive.texts import shorten
from docarchive.web.parameters import whole
from docarchive.web.site import Site

if TYPE_CHECKING:
    from docarchive import LogEntry

_LOOKED_AT: Final = 100  # changes, the last first
_WORDS: Final = 100  # characters of what a command was asked to do
#: What commands did to articles.
_DONE: Final = {
    "import": "Imported {articles}",
    "tag": "Tagged {articles}: {words}",
    "set": "Set {words} in {articles}",
    "note": "Changed the notes of {articles}",
    "highlight": "Changed the highlights of {articles}",
    "edit": "Edited {articles}",
    "remove": "Removed {articles}",
    "restore": "Restored {articles}",
}


class Notice(NamedTuple):
    """What a page says of the change that led to it."""

    words: str  # what was done, without a full stop
    change: int = 0  # the number of the change that can be undone; 0 if there is none


def notice_of(site: Site, request: Request) -> Notice | None:
    """Returns what to say of the change in the address of a page; None if no change led to it."""
    number = whole(request.query_params.get("changed", ""))
    if number is None or not site.can_write:
        return None
    return notice(site, number) if number else Notice("Nothing had to be changed")


def notice(site: Site, number: int) -> Notice | None:
    """Returns what to say of a change; None if it is not one of the last."""
    changes = site.archive.log(limit=_LOOKED_AT)
    entry = next((entry for entry in changes if entry.change == number), None)
    if entry is None:
        return None
    if entry.undone is not None:
        return Notice(f"Change {number} is undone, by change {entry.undone}")
    if entry.undoes is not None:
        undone = next((earlier for earlier in changes if earlier.change == entry.undoes), None)
        said = f"Took back change {entry.undoes}"
        if undone is not None:
            said += f": {shorten(f'{undone.command} {undone.words}'.strip(), _WORDS)}"
    else:
        said = _done(entry)
    return Notice(f"{said} (change {number})", number)


def _done(entry: LogEntry) -> str:
    """Returns what a change did, which takes none back."""
    articles = f"{entry.articles:,} article" + "s" * (entry.articles != 1)
    words = [word for word in entry.words.split(" ") if not ID_FORM.fullmatch(word)]
    said = shorten(" ".join(words), _WORDS)
    form = _DONE.get(entry.command)
    return form.format(articles=articles, words=said) if form else f"{entry.command} {said}, {articles}"
