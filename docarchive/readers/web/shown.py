"""The date and the authors that a page shows as its own: in elements marked as such, and in lines around its title."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from docarchive.dates import PartialDate
from docarchive.readers.values.people import are_full_names
from docarchive.readers.web.bylines import DateInLine, Signature, date_in_line, signature
from docarchive.readers.web.marked import Marked, marked
from docarchive.readers.web.moments import read_moment
from docarchive.readers.web.names import author_names, without_titles

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MOST_WORDS: Final = 4


class Shown:
    """What a page shows of its date and its authors; it is looked for when it is asked for.

    Args:
        tree: The page.
        title: Its title.
        language: Its language, as it states it; may be empty.
        event_days: The days of the events that it is about; see ``events``.
    """

    def __init__(self, tree: HtmlElement, title: str, language: str, event_days: frozenset[str] = frozenset()) -> None:
        self._tree = tree
        self.title = title
        self.language = language
        self._event_days = event_days

    @cached_property
    def _marked(self) -> Marked:
        return marked(self._tree, self.title, self._event_days)

    @cached_property
    def _signature(self) -> Signature:
        return signature(self._tree, self.title, self.language)

    @cached_property
    def _dates(self) -> list[DateInLine]:
        """The dates that it shows, the surest first."""
        lines = DateInLine(self._signature.date, self._signature.unclear)
        less_sure = [lines, *map(self._read, self._marked.maybe_dates)]
        others = [shown for shown in less_sure if str(shown.date)[:10] not in self._event_days]
        return [*map(self._read, self._marked.dates), *others]

    def _read(self, text: str) -> DateInLine:
        moment = read_moment(text, self.language)
        return DateInLine(moment, "") if moment else date_in_line(text, self.language)

    @property
    def date(self) -> PartialDate | None:
        """The date; None if the page shows none."""
        dates = [shown.date for shown in self._dates if shown.date]
        moments = (date for date in dates if str(date).startswith(f"{dates[0]}T"))
        return next(moments, dates[0]) if dates else None

    @property
    def unclear_date(self) -> str:
        """What is a date, but could be of two days, as it is written; may be empty."""
        return next((shown.unclear for shown in self._dates if shown.unclear), "")

    @property
    def updated(self) -> PartialDate | None:
        """The date of the last change; None if the page shows none."""
        marked = (date for text in self._marked.updates if (date := read_moment(text, self.language)))
        return next(marked, self._signature.updated)

    @property
    def authors(self) -> list[str]:
        """Its authors: full names, else what is marked as a name; may be empty."""
        lists = [without_titles(author_names(text), [self.title]) for text in self._marked.authors]
        full = self._signature.authors or next((names for names in lists if names and are_full_names(names)), [])
        if full:
            better = [names for names in lists if _is_read_better(names, full)]
            return min(better, key=lambda names: sum(map(len, names)), default=full)
        return next((names for names in lists if len(names) == 1 and _may_be_pen_name(names[0])), [])


def _is_read_better(marked_names: list[str], names: list[str]) -> bool:
    """Returns whether a name of a line is one that is marked in it and more: ``Ann Lee Travel``."""
    if len(marked_names) != len(names) or marked_names == names or not are_full_names(marked_names):
        return False
    return all(name.startswith(marked) for marked, name in zip(marked_names, names, strict=True))


def _may_be_pen_name(name: str) -> bool:
    """Returns whether a text that is marked as a name may be one: ``Vortex``, ``Harbour Desk``."""
    words = name.split()
    return len(words) <= _MOST_WORDS and name[0].isupper() and not any(map(str.isdigit, name))
