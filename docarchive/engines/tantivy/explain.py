"""The explanation of a score."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tantivy import DocAddress, Query

from docarchive.engines.base import score_parts
from docarchive.engines.protocol import ScorePart
from docarchive.engines.tantivy.compile import matching, scoring
from docarchive.engines.tantivy.view import View, all_of, unscored
from docarchive.query import Node


def explained(node: Node, id_: str, address: DocAddress, view: View, factor: float = 1.0) -> Iterator[ScorePart]:
    """Yields the summands of a node in the score of a document."""
    same = unscored(view.term("id", id_))

    def matches(child: Node) -> bool:
        return view.count(all_of(matching(child, view), same)) > 0

    def value(child: Node) -> tuple[float, float]:
        return _value(scoring(child, view), address, view)

    yield from score_parts(node, matches, value, lambda child: view.count(matching(child, view)), factor)


def _value(query: Query, address: DocAddress, view: View) -> tuple[float, float]:
    """Returns the score of a document, and how often it has the word, weighted."""
    explanation = json.loads(query.explain(view.searcher, address).to_json())
    return float(explanation["value"]), max(_frequencies(explanation), default=0.0)


def _frequencies(explanation: dict[str, Any]) -> Iterator[float]:
    if explanation["description"].startswith("freq, "):
        yield float(explanation["value"])
    for detail in explanation.get("details") or ():
        yield from _frequencies(detail)
