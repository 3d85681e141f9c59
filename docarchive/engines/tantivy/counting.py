"""Matches: the documents that match a query, as ``engines.counting`` counts them."""

from __future__ import annotations

from collections.abc import Sequence

from tantivy import Query

from docarchive.engines.counting import MOST
from docarchive.engines.tantivy.view import View, all_of


class Matches:
    """See ``engines.counting.Matches``."""

    def __init__(self, query: Query, view: View) -> None:
        self._query = query
        self._view = view

    def values(self, prefix: str) -> dict[str, int] | None:
        """See ``engines.counting.Matches``."""
        return self._numbers("values", prefix)

    def dates(self, prefix: str) -> dict[str, int] | None:
        """See ``engines.counting.Matches``."""
        return self._numbers("dates", prefix)

    def with_any(self, values: Sequence[str]) -> int:
        """See ``engines.counting.Matches``."""
        return self._view.count(all_of(self._query, self._view.any_term("values", values)))

    def _numbers(self, field: str, prefix: str) -> dict[str, int] | None:
        if self._view.distinct(field, prefix) > MOST:
            return None
        return self._view.numbers_by_term(self._query, field, prefix)
