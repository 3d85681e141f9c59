"""The parameters of an address: read, checked against the limits, and written into links."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote_plus

from docarchive.errors import UsageError
from docarchive.query import joined, quote
from docarchive.records import NamedTuple
from docarchive.regexes import lazy
from docarchive.web.options import MAX_OFFSET, MAX_QUERY, PER_PAGE

_KEY = lazy(r"[^\W\d][\w.-]{0,80}")
_MAX_FILTERS: Final = 20
_MAX_FACETS: Final = 5


class SearchPage(NamedTuple):
    """A page of a search, as its address has it.

    Attributes:
        text: The query as it was typed.
        filters: Queries that must match too, such as those of the facets.
        sort: The order; empty for the default.
        facets: Further keys whose values are counted.
        number: The number of the page, from 1.
        mode: What to look for; empty for the default.
    """

    text: str = ""
    filters: tuple[str, ...] = ()
    sort: str = ""
    facets: tuple[str, ...] = ()
    number: int = 1
    mode: str = ""

    @property
    def query(self) -> str:
        """The whole query; raises ``QueryError`` if a quote or a bracket in a part of it is not closed."""
        return joined((self.text, *self.filters))

    @property
    def order(self) -> str:
        """The order of the articles: without words the newest first."""
        return self.sort or ("relevance" if self.text else "-date")

    @property
    def offset(self) -> int:
        """How many articles are before this page."""
        return (self.number - 1) * PER_PAGE

    def link(self, **changes: Any) -> str:
        """Returns the parameters of another page of the search, from ``?``; of its first one without ``number``."""
        page = self._replace(**{"number": 1, **changes})
        pairs = [
            ("q", page.text),
            *(("filter", query) for query in page.filters),
            ("sort", page.sort),
            ("mode", page.mode),
        ]
        pairs += [*(("facet", key) for key in page.facets), ("page", str(page.number) if page.number > 1 else "")]
        return "?" + "&".join(_parameter(name, value) for name, value in pairs if value)

    def with_filter(self, query: str, *, instead_of: str = "") -> str:
        """Returns a link to the search with another filter, instead of those that begin in some way."""
        kept = [known for known in self.filters if not (instead_of and known.startswith(instead_of))]
        return self.link(filters=tuple(dict.fromkeys([*kept, query])))

    def without_filter(self, query: str) -> str:
        """Returns a link to the search without a filter."""
        return self.link(filters=tuple(known for known in self.filters if known != query))


@lru_cache(maxsize=1_024)
def _parameter(name: str, value: str) -> str:
    """Returns a parameter as an address has it; the links of a page have most in common."""
    return f"{name}={quote_plus(value)}"


def filter_of(key: str, value: str) -> str:
    """Returns the filter for a value of a key.

    >>> filter_of("tags", "free trade")
    'tags:"free trade"'
    """
    return f"{key}:{quote(value)}"


def search_page(parameters: Mapping[str, Any], filters: list[str], facets: list[str]) -> SearchPage:
    """Reads the parameters of a search.

    Args:
        parameters: The parameters that have one value.
        filters: The filters.
        facets: The further keys.

    Raises:
        UsageError: One of them is too long, too many, or not what it must be.
    """
    page = SearchPage(
        " ".join(str(parameters.get("q", "")).split()),
        tuple(dict.fromkeys(filter(None, (" ".join(query.split()) for query in filters)))),
        parameters.get("sort", ""),
        tuple(dict.fromkeys(filter(None, facets))),
        number(parameters, "page", 1, 1, MAX_OFFSET // PER_PAGE),
        parameters.get("mode", ""),
    )
    if sum(map(len, (page.text, *page.filters))) > MAX_QUERY:
        raise UsageError(f"the query is longer than {MAX_QUERY:,} characters; shorten it")
    if len(page.filters) > _MAX_FILTERS or len(page.facets) > _MAX_FACETS:
        raise UsageError(f"use at most {_MAX_FILTERS} filters and {_MAX_FACETS} keys")
    for key in page.facets:
        if not _KEY.fullmatch(key):
            raise UsageError(f"{key!r} is no key; use one such as rating")
    return page


def number(parameters: Mapping[str, Any], name: str, default: int, least: int, most: int) -> int:
    """Returns a whole number of the parameters; raises ``UsageError`` if it is none, or outside of its bounds."""
    value = whole(str(parameters.get(name, "") or default))
    if value is None or not least <= value <= most:
        raise UsageError(f"{name} must be a whole number from {least:,} to {most:,}")
    return value


def whole(text: str) -> int | None:
    """Returns the whole number that a text is, of up to nine digits; None if it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
