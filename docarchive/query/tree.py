"""The query tree: one class a kind of node, each with its plain meaning in ``matches()``.

A memory engine runs ``matches()`` alone, and every other engine is tested against it. Nodes are
immutable and compare by value; ``position`` (where in the query text a node began) takes no part
in that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as attribute

from docarchive.analysis import fold_word
from docarchive.query.document import TEXT_FIELDS, AnalyzedArticle


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all nodes."""

    def matches(self, document: AnalyzedArticle) -> bool:
        """Tells whether an article satisfies this node."""
        raise NotImplementedError

    def children(self) -> tuple[Node, ...]:
        """Returns the nodes below this one, in order."""
        return ()


@dataclass(frozen=True, slots=True)
class Every(Node):
    """Matches every article: the empty query, and ``*``."""

    def matches(self, document: AnalyzedArticle) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A word: in any text field, or in the one named; compared by stem."""

    text: str
    field: str | None = None
    position: int = attribute(default=0, compare=False)

    def matches(self, document: AnalyzedArticle) -> bool:
        term = document.analyzer.term(self.text)
        return any(term in document.terms[name] for name in _fields(self.field))


@dataclass(frozen=True, slots=True)
class Phrase(Node):
    """Words one after the other in one text field; compared by stem."""

    words: tuple[str, ...]
    field: str | None = None
    position: int = attribute(default=0, compare=False)

    def matches(self, document: AnalyzedArticle) -> bool:
        terms = [document.analyzer.term(word) for word in self.words]
        return any(contains_run(document.terms[name], terms) for name in _fields(self.field))


@dataclass(frozen=True, slots=True)
class Prefix(Node):
    """A word in a text field that starts so; folded, but not stemmed."""

    text: str
    field: str | None = None
    position: int = attribute(default=0, compare=False)

    def matches(self, document: AnalyzedArticle) -> bool:
        start = fold_word(self.text)
        return any(word.startswith(start) for name in _fields(self.field) for word in document.words[name])


@dataclass(frozen=True, slots=True)
class Label(Node):
    """Terms one after the other in one value of a metadata key.

    Attributes:
        key: The known key, or the key as the articles have it.
        terms: Label terms as ``analysis.label_terms`` makes them; none means: any value at all.
        prefix: True if the last term is only the start of one.
    """

    key: str
    terms: tuple[str, ...]
    prefix: bool = False
    position: int = attribute(default=0, compare=False)

    def matches(self, document: AnalyzedArticle) -> bool:
        return any(contains_run(value, list(self.terms), self.prefix) for value in document.labels(self.key))


@dataclass(frozen=True, slots=True)
class DateRange(Node):
    """A date that touches a range; both ends are inclusive, None is open.

    Attributes:
        field: A date field.
        start: First instant, in the form of ``PartialDate.start``.
        end: Last instant, in the form of ``PartialDate.end``.
    """

    field: str
    start: str | None
    end: str | None
    position: int = attribute(default=0, compare=False)

    def matches(self, document: AnalyzedArticle) -> bool:
        date = document.date(self.field)
        if date is None:
            return False
        return (self.start is None or date.end >= self.start) and (self.end is None or date.start <= self.end)


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Everything that its child does not match."""

    child: Node

    def matches(self, document: AnalyzedArticle) -> bool:
        return not self.child.matches(document)

    def children(self) -> tuple[Node, ...]:
        return (self.child,)


@dataclass(frozen=True, slots=True)
class And(Node):
    """What all of its parts match."""

    parts: tuple[Node, ...]

    def matches(self, document: AnalyzedArticle) -> bool:
        return all(part.matches(document) for part in self.parts)

    def children(self) -> tuple[Node, ...]:
        return self.parts


@dataclass(frozen=True, slots=True)
class Or(Node):
    """What any of its parts matches."""

    parts: tuple[Node, ...]

    def matches(self, document: AnalyzedArticle) -> bool:
        return any(part.matches(document) for part in self.parts)

    def children(self) -> tuple[Node, ...]:
        return self.parts


def walk(node: Node, *, positive: bool = False) -> Iterator[Node]:
    """Yields a node and all below it.

    Args:
        node: Where to begin.
        positive: Leave out what stands under an odd number of ``Not``, and the ``Not`` nodes themselves.
    """
    stack = [(node, True)]
    while stack:
        current, wanted = stack.pop()
        negated = isinstance(current, Not)
        if not positive or (wanted and not negated):
            yield current
        stack.extend((child, wanted != negated) for child in reversed(current.children()))


def contains_run(terms: list[str], run: list[str], prefix: bool = False) -> bool:
    """Tells whether run stands in terms as it is; with prefix, its last term need only start one."""
    if not run:
        return True
    first, length = run[0], len(run)
    if length == 1:
        return any(term.startswith(first) for term in terms) if prefix else first in terms
    for start in range(len(terms) - length + 1):
        if terms[start] != first:
            continue
        found = terms[start : start + length]
        if found == run or (prefix and found[:-1] == run[:-1] and found[-1].startswith(run[-1])):
            return True
    return False


def _fields(name: str | None) -> tuple[str, ...]:
    return TEXT_FIELDS if name is None else (name,)
