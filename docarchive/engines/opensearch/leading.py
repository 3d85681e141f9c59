"""Leading: which document is the article, of those with one id that several archives have (decision 0131).

Owns the rule, and how documents are read for it. It compares nothing but documents, so every archive comes to the same
result.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from docarchive.batches import batched
from docarchive.engines.opensearch.connection import Connection
from docarchive.engines.opensearch.queries import Query, term
from docarchive.engines.opensearch.view import MOST_HITS
from docarchive.records import NamedTuple

#: How many ids one search asks for.
TOGETHER: Final = 2_000
#: How many ids one step of a sweep looks at.
LOOKED_AT: Final = MOST_HITS
_FIELDS: Final = ("id", "archive", "edition", "content", "length", "bare", "updated_key", "archived_key", "leading")
#: A part of the collection that does not answer is an error: what is not seen cannot be compared.
_WHOLE: Final = {"allow_partial_search_results": "false"}


class Copy(NamedTuple):
    """The document that one archive has of an article.

    Attributes:
        id: The article's id.
        archive: The archive's name in the cluster.
        edition: The edition that the article comes from.
        content: The digest of its content.
        length: The characters of its content.
        bare: Whether it has no text of its own, as a bookmark.
        updated: When it was updated, as an ``instant``.
        archived: When it was archived, as an ``instant``.
        leading: Whether the document says that it leads.
        index_name: The index that it is in; empty if it is not in one yet.
        revision: Which state of the document this is: its sequence number and primary term.
    """

    id: str
    archive: str
    edition: str
    content: str
    length: int
    bare: bool
    updated: int
    archived: int
    leading: bool
    index_name: str = ""
    revision: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, values: Mapping[str, Any], index_name: str = "", revision: tuple[int, int] = (0, 0)) -> Copy:
        """Returns the copy that a document is, given its fields as ``schema.document`` makes them."""
        return cls(
            str(values.get("id", "")),
            str(values.get("archive", "")),
            str(values.get("edition", "")),
            str(values.get("content", "")),
            int(values.get("length", 0)),
            bool(values.get("bare", False)),
            int(values.get("updated_key", 0)),
            int(values.get("archived_key", 0)),
            bool(values.get("leading", False)),
            index_name,
            revision,
        )


def leader(copies: Collection[Copy]) -> Copy:
    """Returns the document that leads, of those with one id.

    The newest edition leads: one that has a text, then by when it was updated and archived. Of its documents the
    longest one does, as it is likely to have what somebody has added; then the one that was archived first, which
    probably leads already.
    """
    ages: dict[str, tuple[bool, int, int]] = {}
    for copy in copies:
        age = (not copy.bare, copy.updated, copy.archived)
        ages[copy.edition] = max(age, ages.get(copy.edition, age))
    newest = max(ages, key=lambda edition: (ages[edition], edition))
    return min(
        (copy for copy in copies if copy.edition == newest),
        key=lambda copy: (-copy.length, copy.content, copy.archived, copy.archive),
    )


def copies_of(connection: Connection, alias: str, ids: Sequence[str], but: str = "") -> dict[str, list[Copy]]:
    """Returns the documents of articles, by id, in all archives of a collection.

    Args:
        connection: The cluster.
        alias: The name of the collection.
        ids: The articles.
        but: An archive that is left out.

    Raises:
        IndexUnavailable: A part of the collection does not answer.
    """
    copies: dict[str, list[Copy]] = {}
    for batch in batched(ids, TOGETHER):
        query: Query = {"bool": {"filter": [{"terms": {"id": batch}}]}}
        if but:
            query["bool"]["must_not"] = [term("archive", but)]
        for hit in _hits(connection, alias, query):
            with suppress(TypeError, ValueError):  # an index of another program has joined the collection
                fields = {name: values[0] for name, values in hit.get("fields", {}).items()}
                copy = Copy.of(fields, hit["_index"], (hit["_seq_no"], hit["_primary_term"]))
                copies.setdefault(copy.id, []).append(copy)
    return copies


def _hits(connection: Connection, alias: str, query: Query) -> Iterator[dict[str, Any]]:
    body: dict[str, Any] = {
        "query": query,
        "size": MOST_HITS,
        "sort": [{"id": "asc"}, {"archive": "asc"}, {"_index": "asc"}],
        "_source": False,
        "docvalue_fields": [*_FIELDS],
        "seq_no_primary_term": True,
        "track_total_hits": False,
    }
    while True:
        answer = connection.ask("POST", f"/{alias}/_search", body, _WHOLE, missing=True, attempts=1)
        hits = answer["hits"]["hits"] if answer else []
        yield from hits
        if len(hits) < MOST_HITS:
            return
        body["search_after"] = hits[-1]["sort"]


def shared_ids(connection: Connection, alias: str, after: str) -> tuple[list[str], str | None]:
    """Returns the next ids that several documents have, or that none leads or several do, and the last id looked at.

    Args:
        connection: The cluster.
        alias: The name of the collection.
        after: The id to continue after; empty to begin.

    Returns:
        The ids, and where to continue; None at the end.

    Raises:
        IndexUnavailable: A part of the collection does not answer.
    """
    composite: dict[str, Any] = {"size": LOOKED_AT, "sources": [{"id": {"terms": {"field": "id"}}}]}
    if after:
        composite["after"] = {"id": after}
    leads = {"leads": {"filter": {"term": {"leading": True}}}}
    body = {"size": 0, "track_total_hits": False, "aggs": {"ids": {"composite": composite, "aggs": leads}}}
    answer = connection.ask("POST", f"/{alias}/_search", body, _WHOLE, missing=True, attempts=1)
    buckets = answer["aggregations"]["ids"]["buckets"] if answer else []
    ids = [bucket["key"]["id"] for bucket in buckets if bucket["doc_count"] > 1 or bucket["leads"]["doc_count"] != 1]
    return ids, buckets[-1]["key"]["id"] if len(buckets) == LOOKED_AT else None
