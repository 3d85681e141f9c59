"""Documents: what can be read back from the indexes of a collection: articles' files, and which archives have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final

from docarchive.batches import batched
from docarchive.engines.opensearch.queries import EVERY, NONE, Query, all_of, any_term, term
from docarchive.engines.opensearch.view import MOST_HITS, View
from docarchive.records import NamedTuple

#: How many articles are asked for at once, and how many bytes of them.
TOGETHER: Final = 500
TOGETHER_SIZE: Final = 1_000_000
#: How many terms are counted at once.
_COUNTED: Final = 500
#: How many values' articles are put in order at once, at least.
_RANKED: Final = 1_000
#: How many articles are put in order at once, at most.
_ORDERED: Final = MOST_HITS
#: How many ids are kept in memory while articles are read.
_PAGE: Final = 2_000
_READ: Final = ["id", "archive", "language", "path", "file"]
#: The order of ids.
BY_ID: Final[list[Any]] = [{"id": {"order": "asc"}}]
_BY_SIZE: Final[dict[str, Any]] = {"size": {"order": "asc", "missing": 0}}


class StoredArticle(NamedTuple):
    """An article as its document has it. Any program may have written it: check what you use."""

    id: str
    archive: str  # the archive's name in the cluster
    language: str  # the language that its text is analyzed in
    path: str  # of its file, relative to the archive
    text: str  # of its file


class Holder(NamedTuple):
    """An archive that has an article."""

    archive: str  # its name in the cluster
    content: str  # the digest of the article's content; empty if the document does not say it


class CollectionView(View):
    """The articles of a collection: of each id, the document that leads."""

    def _own(self, query: Query) -> Query:
        return {"bool": {"must": [query], "filter": [{"term": {"leading": True}}]}}

    def learn(self, terms: Iterable[str]) -> None:
        """Asks for the frequencies of terms; articles that several archives have are counted once.

        The cluster's own statistics count each document. Where none is a second one, they are right, and sooner there.
        """
        unknown = [word for word in dict.fromkeys(terms) if word not in self._frequencies]
        super().learn(unknown)
        if unknown and self._has_several:
            for batch in batched(unknown, _COUNTED):
                self._frequencies.update(zip(batch, self.counts([term("text", word) for word in batch]), strict=True))
            self._lengths = round(self._lengths * self.total / max(self._documents, 1))
            self._documents = self.total

    @cached_property
    def _has_several(self) -> bool:
        """Whether there are documents that do not lead."""
        answer = self._connection.ask("POST", f"/{self._index}/_count", {"query": term("leading", "false")})
        return bool(answer["count"])

    def articles(self, ids: Sequence[str]) -> dict[str, StoredArticle]:
        """Returns articles by id; unknown ids are left out."""
        articles: dict[str, StoredArticle] = {}
        for batch in batched(ids, TOGETHER):
            body = {"query": any_term("id", batch), "size": MOST_HITS, "_source": _READ, "sort": BY_ID}
            answer = self.search(body, search_type="query_then_fetch", filter_path="hits.hits._source,_shards")
            read = map(_stored, answer.get("hits", {}).get("hits", ()))
            for article in sorted(filter(None, read), reverse=True):  # of two that lead, the same one each time
                articles[article.id] = article
        return articles

    def holders(self, ids: Sequence[str], archives: int) -> dict[str, list[Holder]]:
        """Returns which of a number of archives have articles, by id, in order of the archives' names."""
        holders: dict[str, list[Holder]] = {}
        for batch in batched(ids, max(min(TOGETHER, MOST_HITS // archives), 1)):
            body = {
                "query": any_term("id", batch),
                "size": MOST_HITS,
                "_source": False,
                "docvalue_fields": ["id", "archive", "content"],
            }
            params = {"filter_path": "hits.hits.fields,_shards"}
            answer = self._connection.ask("POST", f"/{self._index}/_search", body, params)
            for hit in answer.get("hits", {}).get("hits", ()):
                id_, archive, content = (_first(hit, name) for name in ("id", "archive", "content"))
                holders.setdefault(id_, []).append(Holder(archive, content))
        return {id_: sorted({*those}) for id_, those in holders.items()}

    def ids_with_prefix(self, prefix: str, limit: int) -> list[str]:
        """Returns the first ids that begin with a prefix, in order."""
        query: Query = {"prefix": {"id": {"value": prefix}}} if prefix else NONE
        return [id_ for (id_,) in self.first(query, limit, BY_ID, count=False)[1]]

    def first_ids(self, count: int) -> list[str]:
        """Returns the first ids in order."""
        return [*self.ids_in_order(EVERY, BY_ID, count)]

    def articles_by_archive(self) -> dict[str, int]:
        """Returns how many articles each archive has."""
        terms = {"terms": {"field": "archive", "size": MOST_HITS}}
        params = {"filter_path": "aggregations,_shards"}
        answer = self._connection.ask("POST", f"/{self._index}/_search", {"size": 0, "aggs": {"own": terms}}, params)
        return {str(own["key"]): int(own["doc_count"]) for own in answer["aggregations"]["own"]["buckets"]}

    def names_of_keys(self) -> list[str]:
        """Returns the metadata keys that articles have, in order."""
        return [key for key, _ in self.terms("has")]

    def ids_in_order(self, query: Query, sort: Sequence[Any], limit: int | None) -> Iterator[str]:
        """Yields the ids of matches in an order of columns, of which the last one is the id."""
        return (hit[-1] for page in self._pages(query, limit, sort) for hit in page)

    def sized_in_order(self, query: Query, sort: Sequence[Any], limit: int | None) -> Iterator[tuple[str, int]]:
        """Yields ids, as ``ids_in_order`` does, with the bytes of the articles' files."""
        pages = self._pages(query, limit, [*sort, _BY_SIZE], _PAGE)  # an answer has what it is sorted by
        return ((hit[-2], hit[-1]) for page in pages for hit in page)

    def ids_by_key(self, query: Query, field: str, prefix: str, *, descending: bool) -> Iterator[str]:
        """Yields the ids of matches in the order of those terms of a field that begin with a prefix.

        The cluster cannot sort by a part of a field. So its terms are read in order, and the documents of some terms at
        a time. Those without such a term are last.
        """
        terms: list[str] = []
        size = 0
        for value, count in self.terms(field, prefix, query, descending=descending):
            if terms and size + count > _ORDERED:  # one answer has no more
                yield from self._ids_of_terms(query, field, terms)
                terms, size = [], 0
            terms.append(value)
            size += count
            if size >= _RANKED:
                yield from self._ids_of_terms(query, field, terms)
                terms, size = [], 0
        yield from self._ids_of_terms(query, field, terms)
        without = {"bool": {"filter": [query], "must_not": [{"prefix": {field: {"value": prefix}}}]}}
        yield from self.ids_in_order(without, BY_ID, None)

    def _ids_of_terms(self, query: Query, field: str, terms: Sequence[str]) -> Iterator[str]:
        """Yields the ids of the matches that have one of some terms, in the order of the terms."""
        if len(terms) <= 1:
            for value in terms:
                yield from self.ids_in_order(all_of(query, term(field, value)), BY_ID, None)
            return
        ranks = {value: rank for rank, value in enumerate(terms)}
        body = {
            "query": all_of(query, any_term(field, terms)),
            "size": _ORDERED,
            "sort": BY_ID,
            "_source": False,
            "docvalue_fields": [field],
        }
        answer = self.search(body, search_type="query_then_fetch", filter_path="hits.hits.sort,hits.hits.fields")
        hits = answer.get("hits", {}).get("hits", ())
        ranked = [(min(ranks.get(value, len(ranks)) for value in hit["fields"][field]), hit["sort"][0]) for hit in hits]
        yield from (id_ for _, id_ in sorted(ranked))


def _stored(hit: dict[str, Any]) -> StoredArticle | None:
    source = hit.get("_source")
    values = [source.get(name) for name in _READ] if isinstance(source, dict) else [None]
    return StoredArticle(*values) if all(isinstance(value, str) for value in values) else None


def _first(hit: dict[str, Any], field: str) -> str:
    """Returns the first value of a field that was asked for; empty if there is none."""
    values = hit.get("fields", {}).get(field)
    return str(values[0]) if values else ""
