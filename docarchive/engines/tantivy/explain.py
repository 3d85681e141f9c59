"""Taking a score apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tantivy import DocAddress, Query

from docarchive.engines.protocol import Part
from docarchive.engines.ranking import scored_leaves
from docarchive.engines.tantivy.compile import matching, scoring
from docarchive.engines.tantivy.view import View, all_of, unscored
from docarchive.query import Like, Node, Word


def explained(node: Node, id_: str, address: DocAddress, view: View, factor: float = 1.0) -> Iterator[Part]:
    """Yields the parts of what a node adds to the score of a document."""
    here = unscored(view.term("id", id_))

    def matches(part: Node) -> bool:
        return view.count(all_of(matching(part, view), here)) > 0

    for leaf, times in scored_leaves(node, matches, factor):
        if isinstance(leaf, Like):
            what = f"{leaf.pattern.text} ({leaf.pattern.kind})"
            yield Part(what, _value(scoring(leaf, view), address, view)[0] * times)
            continue
        for terms in [leaf.terms] if isinstance(leaf, Word) else [terms for _, terms in leaf.slots]:
            word = Word(terms, leaf.field)
            if matches(word):
                score, frequency = _value(scoring(word, view), address, view)
                documents = view.count(matching(Word(terms), view))
                yield Part("|".join(terms), score * times, frequency, documents)


def _value(query: Query, address: DocAddress, view: View) -> tuple[float, float]:
    """Returns the score of a document, and how often it has the word, weighted."""
    told = json.loads(query.explain(view.searcher, address).to_json())
    return float(told["value"]), max(_frequencies(told), default=0.0)


def _frequencies(told: dict[str, Any]) -> Iterator[float]:
    if told["description"].startswith("freq, "):
        yield float(told["value"])
    for part in told.get("details") or ():
        yield from _frequencies(part)
