"""The query tree: one class per kind of node, with its plain meaning in ``matches()``.

All engines are tested against it. Nodes are immutable and compare by value. Words are analyzed to terms, in all
languages of the query, and dates to instants, so that a tree means the same wherever and whenever it is run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, dataclass_transform

from docarchive.analysis import Slot, Term
from docarchive.dates import PartialDate
from docarchive.query.document import TEXT_FIELDS, AnalyzedArticle
from docarchive.query.patterns import BELOW, EXACT, Pattern, one_line, regex
from docarchive.query.phrases import merge_positions, phrase_occurs


@dataclass_transform(frozen_default=True)
class Node:
    """Base of all nodes; the annotations of a subclass are its fields.

    It is like a frozen dataclass, but importing ``dataclasses`` takes as long as a search.
    """

    _fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)

    def __init__(self, *values: Any, **named: Any) -> None:
        given = dict(zip(self._fields, values, strict=False), **named)
        if len(given) != len(values) + len(named) or any(
            name not in given and not hasattr(type(self), name) for name in self._fields
        ):
            raise TypeError(f"{type(self).__name__} takes {', '.join(self._fields) or 'no values'}")
        self.__dict__.update(given)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self._fields)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node) or type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__name__}({shown})"

    def matches(self, document: AnalyzedArticle) -> bool:
        """Returns whether an article matches this node."""
        raise NotImplementedError

    def children(self) -> tuple[Node, ...]:
        """Returns the nodes below this one, in order."""
        return ()


class Every(Node):
    """Matches all articles: the empty query, and ``*``."""

    def matches(self, document: AnalyzedArticle) -> bool:
        return True


class Word(Node):
    """A word, as one or more terms (its stems in the archive's languages), in a text field.

    A ``Term`` with languages counts only in articles of these languages, here and in ``Phrase``.

    Attributes:
        terms: The terms, of which one must be there.
        field: A text field, or None for any.
    """

    terms: Slot
    field: str | None = None

    def matches(self, document: AnalyzedArticle) -> bool:
        terms = terms_in_language(self.terms, document.analyzer.language)
        return any(term in document.positions(name) for name in text_fields(self.field) for term in terms)


class Phrase(Node):
    """Terms in order in one text field.

    Attributes:
        slots: The positions of the phrase: the distance from the first, and the terms of which one must be there.
        field: A text field, or None for any.
        slop: The maximum number of other words between the terms, in total.
    """

    slots: tuple[tuple[int, Slot], ...]
    field: str | None = None
    slop: int = 0

    def matches(self, document: AnalyzedArticle) -> bool:
        language = document.analyzer.language
        for name in text_fields(self.field):
            positions = document.positions(name)
            lists = [
                merge_positions([positions.get(term, ()) for term in terms_in_language(terms, language)])
                for _, terms in self.slots
            ]
            if phrase_occurs(lists, [offset for offset, _ in self.slots], self.slop):
                return True
        return False


class Like(Node):
    """A word of a text field, folded but not stemmed, that matches a pattern; in any text field if field is None."""

    pattern: Pattern
    field: str | None = None

    def matches(self, document: AnalyzedArticle) -> bool:
        test = self.pattern.test()
        return any(test(word) for name in text_fields(self.field) for word in document.words(name))


class Label(Node):
    """Terms in a row in one value of a metadata key. See docs/decisions/0009.

    Attributes:
        key: The known key, or another key as articles have it.
        patterns: One pattern per term, as ``analysis.label_terms`` makes terms.
    """

    key: str
    patterns: tuple[Pattern, ...]

    def matches(self, document: AnalyzedArticle) -> bool:
        return any(self.accepts(terms) for terms in document.labels(self.key))

    def accepts(self, terms: Sequence[str]) -> bool:
        """Returns whether the terms of one value match."""
        tests = [pattern.test() for pattern in self.patterns]
        count = len(tests)
        return any(
            all(test(term) for test, term in zip(tests, terms[start : start + count], strict=True))
            for start in range(len(terms) - count + 1)
        )

    @property
    def exact(self) -> bool:
        """Whether all patterns are plain terms."""
        return all(pattern.kind == EXACT for pattern in self.patterns)

    def with_below(self) -> Label:
        """Returns the label that also matches those below this one, as ``reading/books`` is below ``reading``."""
        *first, last = self.patterns
        return Label(self.key, (*first, Pattern(BELOW, last.text)))


class Regex(Node):
    """A value of a metadata key in which a regular expression matches."""

    key: str
    pattern: str

    def matches(self, document: AnalyzedArticle) -> bool:
        test = regex(self.pattern)
        return any(test(one_line(value)) for value in document.values(self.key))


class Has(Node):
    """Any value of a metadata key or text field."""

    key: str

    def matches(self, document: AnalyzedArticle) -> bool:
        return document.has(self.key)


class DateRange(Node):
    """A date that overlaps a range; both ends are inclusive, None is open.

    Attributes:
        key: A date field, or another key whose values are dates.
        start: The first instant, in the form of ``PartialDate.start``.
        end: The last instant, in the form of ``PartialDate.end``.
    """

    key: str
    start: str | None
    end: str | None

    def matches(self, document: AnalyzedArticle) -> bool:
        return any(self.accepts(date) for date in document.dates(self.key))

    def accepts(self, date: PartialDate) -> bool:
        """Returns whether one date overlaps the range."""
        return (self.start is None or date.end >= self.start) and (self.end is None or date.start <= self.end)


class NumberRange(Node):
    """A number from low to high; both ends are inclusive, None is open."""

    key: str
    low: float | None
    high: float | None

    def matches(self, document: AnalyzedArticle) -> bool:
        return any(self.accepts(number) for number in document.numbers(self.key))

    def accepts(self, number: float) -> bool:
        """Returns whether one number is in the range."""
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)


class Boost(Node):
    """Matches what its child matches; the child's score is multiplied by a factor."""

    child: Node
    factor: float

    def matches(self, document: AnalyzedArticle) -> bool:
        return self.child.matches(document)

    def children(self) -> tuple[Node, ...]:
        return (self.child,)


class Not(Node):
    """Matches what its child does not match."""

    child: Node

    def matches(self, document: AnalyzedArticle) -> bool:
        return not self.child.matches(document)

    def children(self) -> tuple[Node, ...]:
        return (self.child,)


class And(Node):
    """Matches what all of its parts match."""

    parts: tuple[Node, ...]

    def matches(self, document: AnalyzedArticle) -> bool:
        return all(node.matches(document) for node in self.parts)

    def children(self) -> tuple[Node, ...]:
        return self.parts


class Or(Node):
    """Matches what at least one of its parts matches."""

    parts: tuple[Node, ...]

    def matches(self, document: AnalyzedArticle) -> bool:
        return any(node.matches(document) for node in self.parts)

    def children(self) -> tuple[Node, ...]:
        return self.parts


def any_node(nodes: Sequence[Node]) -> Node:
    """Returns an ``Or`` of nodes, or the only node as it is."""
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))


def walk(node: Node, *, positive: bool = False) -> Iterator[Node]:
    """Yields a node and all nodes below it, in order; if ``positive``, without those below an odd number of ``Not``."""
    stack = [(node, True)]
    while stack:
        current, is_positive = stack.pop()
        negated = isinstance(current, Not)
        if not positive or (is_positive and not negated):
            yield current
        stack.extend((child, is_positive != negated) for child in reversed(current.children()))


def terms_in_language(terms: Slot, language: str) -> list[str]:
    """Returns the terms that count in a language."""
    return [term for term in terms if language in (languages_of(term) or (language,))]


def languages_of(term: str) -> frozenset[str]:
    """Returns the languages in which a term counts; empty for all languages."""
    return term.languages if isinstance(term, Term) else frozenset()


def text_fields(name: str | None) -> tuple[str, ...]:
    """Returns the text fields that a node's field means: all for None."""
    return TEXT_FIELDS if name is None else (name,)
