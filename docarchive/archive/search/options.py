"""The options of a search, and what is checked of them. Commands that only write load these, but not searching."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from docarchive.errors import UsageError
from docarchive.records import NamedTuple
from docarchive.texts import did_you_mean, shorten

#: The default for the number of values of a facet.
FACET_LIMIT: Final = 10
#: How many articles with the words of a query get new ranks by their meaning; the others follow as they are.
DEPTH: Final = 1_000
#: What a search looks for: the words of the query, its meaning, or both.
WORDS, MEANING, BOTH = MODES = ("words", "meaning", "both")


class SearchOptions(NamedTuple):
    """Options of a search; see ``Archive.search``."""

    limit: int | None = 10
    offset: int = 0
    sort: str = "relevance"
    facets: tuple[str, ...] = ()
    facet_limit: int = FACET_LIMIT
    language: str | None = None
    now: datetime | None = None
    freshness: float | None = None
    explain: bool = False
    all_words: bool = False
    mode: str | None = None

    def deep(self) -> SearchOptions:
        """Returns the options for the articles that get new ranks by their meaning, up to the end of the page."""
        return self._replace(limit=None if self.limit is None else max(DEPTH, self.offset + self.limit), offset=0)

    def checked(self) -> SearchOptions:
        """Returns the options; raises ``UsageError`` if a value is not valid."""
        check_page(self.sort, self.limit, self.offset)
        if self.mode is not None and self.mode not in MODES:
            raise UsageError(f"there is no mode {shorten(repr(self.mode))}; {did_you_mean(self.mode, MODES)}")
        if self.mode in (MEANING, BOTH) and self.sort != "relevance":
            raise UsageError(f"the mode {self.mode} sorts by relevance; use the mode words for another order")
        if self.freshness is not None and not self.freshness > 0:
            raise UsageError("freshness must be a number of days above 0")
        return self


def check_page(sort: str, limit: int | None, offset: int, unranked: str = "") -> None:
    """Raises ``UsageError`` for an order by relevance where there is none, or a negative limit or offset.

    ``unranked`` says in words what it is that cannot be sorted by relevance; it is empty if it can.
    """
    if unranked and sort == "relevance":
        raise UsageError(f"{unranked} cannot be sorted by relevance; use date, title or another key")
    if (limit or 0) < 0 or offset < 0:
        raise UsageError(f"limit and offset cannot be negative{'; limit=None is no limit' if offset >= 0 else ''}")
