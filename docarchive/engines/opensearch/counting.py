"""Counting: how many of the matches have each term of a field, by aggregations, in one request for all facets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from docarchive.engines.counting import MOST, prefixes
from docarchive.engines.opensearch.queries import Query, all_of, any_term, expression, unscored
from docarchive.engines.opensearch.view import View
from docarchive.engines.terms import VALUE
from docarchive.query.facets import Facet

_LONGEST: Final = 400  # characters of a key; OpenSearch takes expressions of up to 1,000


class Matches:
    """The documents that match a query; see ``engines.counting``."""

    def __init__(self, query: Query, view: View, facets: Sequence[Facet]) -> None:
        self._query = unscored(query)
        self._view = view
        wanted = [(field, prefix) for facet in facets for field, prefix in prefixes(facet) if len(prefix) < _LONGEST]
        self._marked = {VALUE + prefix[: -len(VALUE)]: 0 for field, prefix in wanted if field == "values"}
        self._numbers: dict[str, dict[str, int] | None] = {}
        self._count(wanted)

    def values(self, prefix: str) -> Mapping[str, int] | None:
        """See ``engines.counting``."""
        return self._numbers.get(prefix)

    def dates(self, prefix: str) -> Mapping[str, int] | None:
        """See ``engines.counting``."""
        return self._numbers.get(prefix)

    def with_any(self, values: Sequence[str]) -> int:
        """See ``engines.counting``."""
        if len(values) == 1 and values[0] in self._marked:
            return self._marked[values[0]]
        return self._view.count(all_of(self._query, any_term("values", values)))

    def _count(self, wanted: Sequence[tuple[str, str]]) -> None:
        aggregations: dict[str, Any] = {}
        for number, (field, prefix) in enumerate(wanted):
            terms = {"field": field, "include": expression(prefix) + ".*", "size": MOST + 1}
            aggregations[str(number)] = {"terms": terms}
        if self._marked:
            terms = {"field": "values", "include": [*self._marked], "size": len(self._marked)}
            aggregations["marked"] = {"terms": terms}
        if not aggregations:
            return
        answer = self._view.aggregated(self._query, aggregations)
        for bucket in answer.pop("marked", {}).get("buckets", ()):
            self._marked[bucket["key"]] = bucket["doc_count"]
        for number, counted in answer.items():
            own = {bucket["key"]: bucket["doc_count"] for bucket in counted["buckets"]}
            self._numbers[wanted[int(number)][1]] = None if len(own) > MOST else own
