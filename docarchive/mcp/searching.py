"""Searching: the tools that find and count articles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from docarchive.mcp.cutting import after, clipped, position
from docarchive.mcp.limits import Answer, fitted, size

if TYPE_CHECKING:
    from docarchive import Archive, Hit, Results

_TITLE: Final = 120
#: How many tokens the passages of a hit have.
_PASSAGES: Final = 400


def search(archive: Archive, given: dict[str, Any]) -> Answer:
    """Finds articles."""
    start = position(given)
    query = given.get("query", "")
    results = archive.search(query, limit=given["limit"], offset=start, sort=given["sort"], mode=given.get("mode"))
    answer = {"query": clipped(query, _TITLE), "total": results.total}
    answer |= {"mode": results.mode, "answered": results.answered, "total_all_words": results.total_all_words}
    if results.suggestion:
        answer["suggestion"] = results.suggestion
    return _with_hits(answer, results, start, given["max_tokens"])


def similar(archive: Archive, given: dict[str, Any]) -> Answer:
    """Finds similar articles."""
    start = position(given)
    results = archive.similar(given["id"], limit=given["limit"], offset=start)
    return _with_hits({"total": results.total}, results, start, given["max_tokens"])


def count(archive: Archive, given: dict[str, Any]) -> Answer:
    """Counts articles, by values if there are facets."""
    query, facets = given.get("query", ""), given.get("facets", [])
    results = archive.search(query, limit=0, facets=facets, facet_limit=given["facet_limit"], all_words=True)
    answer: Answer = {"query": clipped(query, _TITLE), "total": results.total}
    room = given["max_tokens"] // max(len(facets), 1) - 100
    counted = (_facet(key, results, room) for key in results.facets)
    return fitted(answer, "facets", counted, given["max_tokens"])


def _facet(key: str, results: Results, room: int) -> Answer:
    values = results.facets[key]
    items = ({"value": clipped(value, _TITLE), "count": number} for value, number in values)
    facet = fitted({"key": key, "more": 0}, "values", items, room)
    more = results.more[key] + len(values) - len(facet["values"])
    return {"key": facet["key"], "values": facet["values"], "more": more}


def _with_hits(answer: Answer, results: Results, start: int, most: int) -> Answer:
    return fitted(answer, "hits", map(_hit, results), most, after(start, results.total))


def _hit(hit: Hit) -> Answer:
    passages = [*_cut_passages(hit)]
    values: Answer = {
        "id": hit.id,
        "title": clipped(hit.title, _TITLE),
        "date": hit.date,
        "score": round(hit.score, 2),
        "original": hit.metadata.get("original"),
        "passages": passages,
    }
    return values | ({"damage": clipped(hit.damage, _TITLE)} if hit.damage else {})


def _cut_passages(hit: Hit) -> Iterator[Answer]:
    """Yields the passages of a hit, cut at their ends so that they fit together."""
    room = _PASSAGES
    for passage in hit.passages:
        text = clipped(passage.text, room)
        if text:
            yield {"text": text, "start": passage.start, "end": passage.start + len(text)}
        room -= size(text)
