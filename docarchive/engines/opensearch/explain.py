"""The explanation of a score."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from docarchive.engines.base import score_parts
from docarchive.engines.opensearch.compile import matching, scoring
from docarchive.engines.opensearch.queries import Query, all_of, term, unscored
from docarchive.engines.opensearch.view import View
from docarchive.engines.protocol import ScorePart
from docarchive.query import Node


def explained(node: Node, id_: str, view: View, factor: float = 1.0) -> Iterator[ScorePart]:
    """Yields the summands of a node in the score of a document."""
    same = unscored(term("id", id_))

    @cache  # a leaf and its only word are the same, and are asked for twice
    def matches(child: Node) -> bool:
        return view.count(all_of(matching(child, view), same)) > 0

    def value(child: Node) -> tuple[float, float]:
        return _value(scoring(child, view), same, view)

    yield from score_parts(node, matches, value, lambda child: view.count(matching(child, view)), factor)


def _value(query: Query, same: Query, view: View) -> tuple[float, float]:
    """Returns the score of a document, and how often it has the word, weighted."""
    body = {"query": all_of(query, same), "size": 1, "_source": False, "explain": True}
    hits = view.search(body)["hits"]["hits"]
    if not hits:
        return 0.0, 0.0
    return float(hits[0]["_score"]), max(_frequencies(hits[0].get("_explanation") or {}), default=0.0)


def _frequencies(explanation: dict[str, Any]) -> Iterator[float]:
    if str(explanation.get("description", "")).startswith("freq, "):
        yield float(explanation["value"])
    for detail in explanation.get("details") or ():
        yield from _frequencies(detail)
