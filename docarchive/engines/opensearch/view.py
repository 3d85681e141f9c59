"""View: the index as one search sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from functools import cached_property
from typing import Any, Final, Self

from docarchive.engines.opensearch.connection import Connection
from docarchive.engines.opensearch.queries import EVERY, Query, unscored
from docarchive.engines.ranking import K1

#: How many hits one answer may have: OpenSearch's own limit.
MOST_HITS: Final = 10_000
_KEPT: Final = "5m"
_OLD: Final = 2  # the last version of OpenSearch whose scores have the factor k1 + 1
_ROWS: Final = [{"row": "asc"}, {"id": "asc"}]


class View:
    """An index of a cluster, and its statistics.

    Attributes:
        total: The number of documents.
        scale: The factor that makes the scores of the cluster those of BM25.
    """

    def __init__(self, connection: Connection, index: str) -> None:
        self._connection = connection
        self._index = index
        self._point = ""  # the point in time that is searched; empty for the present
        self._frequencies: dict[str, int] = {}
        self._documents = self._lengths = 0
        self.total = self.count(EVERY)
        version = str(connection.ask("GET", "/")["version"]["number"])
        self.scale = 1.0 if int(version.partition(".")[0]) <= _OLD else K1 + 1

    def search(self, body: dict[str, Any], **params: Any) -> Any:
        """Returns the answer to a search; words count by their frequencies in all parts of the index."""
        params = {"search_type": "dfs_query_then_fetch", **params}
        body = {**body, "query": self._own(body.get("query", EVERY))}
        if self._point:
            body |= {"pit": {"id": self._point, "keep_alive": _KEPT}}
            return self._connection.ask("POST", "/_search", body, params)
        return self._connection.ask("POST", f"/{self._index}/_search", body, params)

    def count(self, query: Query) -> int:
        """Returns how many documents match."""
        if self._point:
            body = {"query": query, "size": 0, "track_total_hits": True}
            answer = self.search(body, search_type="query_then_fetch", filter_path="hits.total,_shards")
            return int(answer["hits"]["total"]["value"])
        return int(self._connection.ask("POST", f"/{self._index}/_count", {"query": self._own(query)})["count"])

    def _own(self, query: Query) -> Query:
        """Returns a query for those of its matches that this view shows."""
        return query

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """Returns how many documents match each of several queries."""
        lines: list[dict[str, Any]] = []
        for query in queries:
            lines += [{}, {"query": self._own(query), "size": 0, "track_total_hits": True}]
        if not lines:
            return []
        answer = self._connection.ask("POST", f"/{self._index}/_msearch", lines_of(lines))
        return [one["hits"]["total"]["value"] for one in answer["responses"]]

    def first(
        self, query: Query, limit: int, sort: Sequence[Any], *, count: bool = True
    ) -> tuple[int, list[list[Any]]]:
        """Returns the number of matches, 0 without ``count``, and what the first ones are sorted by."""
        if limit > MOST_HITS:
            total = self.count(query) if count else 0
            return total, [hit for page in self._pages(query, limit, sort) for hit in page]
        body = {"query": query, "size": limit, "sort": sort, "_source": False, "track_total_hits": count}
        hits = self.search(body, filter_path="hits.total,hits.hits.sort,_shards").get("hits", {})
        return hits.get("total", {}).get("value", 0), [hit["sort"] for hit in hits.get("hits", ())]

    def scored_by_id(self, query: Query, least: float, together: int) -> Iterator[tuple[float, str]]:
        """Yields the scores and the ids of the matches with at least a score, in order of id, so many together."""
        body = {"query": query, "size": together, "sort": [{"id": "asc"}], "_source": False, "track_scores": True}
        body |= {"min_score": max(least, 0.0), "track_total_hits": False}
        while True:
            answer = self.search(body, filter_path="hits.hits.sort,hits.hits._score,_shards")
            hits = answer.get("hits", {}).get("hits", ())
            yield from ((hit["_score"], hit["sort"][0]) for hit in hits)
            if len(hits) < together:
                return
            body["search_after"] = hits[-1]["sort"]

    def all(self, query: Query) -> Iterator[tuple[int, str]]:
        """Yields the rows and the ids of all matches, as they are when the first is asked for."""
        for page in self._pages(query, None, _ROWS):
            yield from ((row, id_) for row, id_ in page)

    def _pages(
        self, query: Query, limit: int | None, sort: Sequence[Any], most: int = MOST_HITS
    ) -> Iterator[list[list[Any]]]:
        """Yields what matches are sorted by, in pages of up to ``most``, of the index at one point in time."""
        with self.at_one_time() as view:
            after: list[Any] | None = None
            while limit is None or limit > 0:
                size = most if limit is None else min(limit, most)
                body = {"query": query, "size": size, "sort": sort, "_source": False, "track_total_hits": False}
                body |= {"search_after": after} if after else {}
                answer = view.search(body, filter_path="hits.hits.sort,_shards")
                page = [hit["sort"] for hit in answer.get("hits", {}).get("hits", ())]
                if page:
                    yield page
                if len(page) < size:
                    return
                after = page[-1]
                limit = None if limit is None else limit - len(page)

    @contextmanager
    def at_one_time(self) -> Iterator[Self]:
        """Gives this view as it is now: what is asked of that does not see later changes."""
        if self._point:
            yield self
            return
        path, params = f"/{self._index}/_search/point_in_time", {"keep_alive": _KEPT}
        view = copy(self)
        view._point = self._connection.ask("POST", path, params=params)["pit_id"]
        try:
            yield view
        finally:
            self._connection.ask("DELETE", "/_search/point_in_time", {"pit_id": [view._point]}, missing=True)

    def frequency(self, term: str) -> tuple[int, int]:
        """Returns how many documents have a term in their text, in any language, and how many documents there are."""
        if term not in self._frequencies:
            self.learn([term])
        return self._frequencies[term], self._documents

    def learn(self, terms: Iterable[str]) -> None:
        """Asks for the frequencies of terms at once, one request for each part of the index."""
        unknown = [term for term in dict.fromkeys(terms) if term not in self._frequencies]
        if not unknown:
            return
        body = {
            "doc": {"text": " ".join(unknown)},
            "fields": ["text"],
            "term_statistics": True,
            "positions": False,
            "offsets": False,
            "payloads": False,
        }
        frequencies = dict.fromkeys(unknown, 0)
        self._documents = self._lengths = 0
        for index, shard in self._shards:
            path, params = f"/{index}/_termvectors", {"preference": f"_shards:{shard}"}
            answer = self._connection.ask("POST", path, body, params, part=True) or {}
            field = answer.get("term_vectors", {}).get("text", {})
            statistics = field.get("field_statistics", {})
            self._documents += max(statistics.get("doc_count", 0), 0)
            self._lengths += max(statistics.get("sum_ttf", 0), 0)
            for term, values in field.get("terms", {}).items():
                if term in frequencies:
                    frequencies[term] += values.get("doc_freq", 0)
        self._frequencies |= frequencies

    @cached_property
    def _shards(self) -> list[tuple[str, int]]:
        """The parts of the index, by the name of the index that they are in and their number there."""
        settings = self._connection.ask("GET", f"/{self._index}/_settings")
        numbers = {name: int(values["settings"]["index"]["number_of_shards"]) for name, values in settings.items()}
        return [(name, shard) for name in sorted(numbers) for shard in range(numbers[name])]

    @property
    def average(self) -> float:
        """The average number of terms of a document."""
        if not self._documents:
            self.learn(["."])
        return self._lengths / self._documents if self._documents else 0.0

    def vocabulary(self, field: str, prefix: str = "", query: Query = EVERY) -> list[tuple[str, int]]:
        """Returns the terms of a field that begin with a prefix, in order, with their numbers of documents."""
        return [*self.terms(field, prefix, query)]

    def terms(
        self, field: str, prefix: str = "", query: Query = EVERY, *, descending: bool = False
    ) -> Iterator[tuple[str, int]]:
        """Yields the terms of the matches that begin with a prefix, in order, with their numbers of documents."""
        terms = {"field": field, "order": "desc" if descending else "asc"}
        # The place before the first term that has the prefix, or behind the last.
        before = f"{prefix[:-1]}{chr(ord(prefix[-1]) - 1)}\U0010ffff" if prefix else None
        after = f"{prefix}\U0010ffff" if descending else before
        while True:
            source = {"size": MOST_HITS, "sources": [{"term": {"terms": terms}}]}
            source |= {"after": {"term": after}} if after is not None else {}
            body = {"query": query, "size": 0, "aggs": {"terms": {"composite": source}}}
            answer = self.search(body, search_type="query_then_fetch")
            buckets = answer["aggregations"]["terms"]["buckets"]
            own = [(bucket["key"]["term"], bucket["doc_count"]) for bucket in buckets]
            yield from ((term, count) for term, count in own if term.startswith(prefix))
            if len(own) < MOST_HITS or not own[-1][0].startswith(prefix):
                return
            after = own[-1][0]

    def aggregated(self, query: Query, aggregations: dict[str, Any]) -> Any:
        """Returns what aggregations have of the matches."""
        body = {"query": unscored(query), "size": 0, "aggs": aggregations}
        return self.search(body, search_type="query_then_fetch", filter_path="aggregations,_shards")["aggregations"]


def lines_of(objects: Iterable[Any]) -> bytes:
    """Returns objects as lines of JSON."""
    import json

    return b"".join(json.dumps(value, separators=(",", ":")).encode() + b"\n" for value in objects)
