"""The query tree: one class a kind of node, each with its plain meaning in ``matches()``.

A memory engine runs ``matches()`` alone, and every other engine is tested against it. Nodes are
immutable and compare by value. Words are terms already, in each language that the query is for; dates
are instants. So a tree means the same wherever and whenever it is run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final, dataclass_transform

from docarchive.analysis import Slot, Term
from docarchive.dates import PartialDate
from docarchive.query.document import TEXT_FIELDS, AnalyzedArticle
from docarchive.query.patterns import EXACT, Pattern, regex
from docarchive.query.phrases import merge_positions, phrase_occurs

#: How much of a value a regular expression looks at, in characters.
MAX_VALUE: Final = 400


@dataclass_transform(frozen_default=True)
class Node:
    """Base of all nodes: a subclass is made of the parts that it annotates.

    Frozen dataclasses are this too, but loading ``dataclasses`` takes as long as a search.
    """

    _parts: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls._parts = tuple(cls.__annotations__)

    def __init__(self, *values: Any, **named: Any) -> None:
        found = dict(zip(self._parts, values, strict=False), **named)
        if len(found) != len(values) + len(named) or any(
            part not in found and not hasattr(type(self), part) for part in self._parts
        ):
            raise TypeError(f"{type(self).__name__} is made of {', '.join(self._parts) or 'nothing'}")
        self.__dict__.update(found)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, part) for part in self._parts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node) or type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __repr__(self) -> str:
        shown = ", ".join(f"{part}={getattr(self, part)!r}" for part in self._parts)
        return f"{type(self).__name__}({shown})"

    def matches(self, document: AnalyzedArticle) -> bool:
        """Tells whether an article satisfies this node."""
        raise NotImplementedError

    def children(self) -> tuple[Node, ...]:
        """Returns the nodes below this one, in order."""
        return ()


class Every(Node):
    """Matches every article: the empty query, and ``*``."""

    def matches(self, document: AnalyzedArticle) -> bool:
        return True


class Word(Node):
    """One of some terms (a word's stems in each language) in any text field, or in the one named.

    A term that is a ``Term`` of some languages counts only in articles of those; likewise in a ``Phrase``.
    """

    terms: Slot
    field: str | None = None

    def matches(self, document: AnalyzedArticle) -> bool:
        terms = terms_in_language(self.terms, document.analyzer.language)
        return any(term in document.positions(name) for name in text_fields(self.field) for term in terms)


class Phrase(Node):
    """Terms in order in one text field.

    Attributes:
        slots: Each place's distance from the first, and the terms of which one must stand there.
        field: A text field, or None for any.
        slop: How many other words may stand between them, all in all.
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
    """A word of a text field, folded but not stemmed, that passes a pattern."""

    pattern: Pattern
    field: str | None = None

    def matches(self, document: AnalyzedArticle) -> bool:
        test = self.pattern.test()
        return any(test(word) for name in text_fields(self.field) for word in document.words(name))


class Label(Node):
    """Terms one after the other in one value of a metadata key.

    Attributes:
        key: The known key, or the key as the articles have it.
        patterns: One a term, as ``analysis.label_terms`` makes them.
    """

    key: str
    patterns: tuple[Pattern, ...]

    def matches(self, document: AnalyzedArticle) -> bool:
        return any(self.accepts(terms) for terms in document.labels(self.key))

    def accepts(self, terms: Sequence[str]) -> bool:
        """Tells whether the terms of one value pass."""
        tests = [pattern.test() for pattern in self.patterns]
        count = len(tests)
        return any(
            all(test(term) for test, term in zip(tests, terms[start : start + count], strict=True))
            for start in range(len(terms) - count + 1)
        )

    @property
    def exact(self) -> bool:
        """Whether no pattern is wild."""
        return all(pattern.kind == EXACT for pattern in self.patterns)


class Regex(Node):
    """A value of a metadata key in which a regular expression is found."""

    key: str
    pattern: str

    def matches(self, document: AnalyzedArticle) -> bool:
        test = regex(self.pattern)
        return any(test(one_line(value)) for value in document.values(self.key))


class Has(Node):
    """Any value at all of a key, a text field among them."""

    key: str

    def matches(self, document: AnalyzedArticle) -> bool:
        return document.has(self.key)


class DateRange(Node):
    """A date that touches a range; both ends are inclusive, None is open.

    Attributes:
        key: A date field, or another key whose values are dates.
        start: First instant, in the form of ``PartialDate.start``.
        end: Last instant, in the form of ``PartialDate.end``.
    """

    key: str
    start: str | None
    end: str | None

    def matches(self, document: AnalyzedArticle) -> bool:
        return any(self.accepts(date) for date in document.dates(self.key))

    def accepts(self, date: PartialDate) -> bool:
        """Tells whether one date passes."""
        return (self.start is None or date.end >= self.start) and (self.end is None or date.start <= self.end)


class NumberRange(Node):
    """A number from low to high, both included, None is open."""

    key: str
    low: float | None
    high: float | None

    def matches(self, document: AnalyzedArticle) -> bool:
        return any(self.accepts(number) for number in document.numbers(self.key))

    def accepts(self, number: float) -> bool:
        """Tells whether one number passes."""
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)


class Boost(Node):
    """What its child matches; its score counts factor times."""

    child: Node
    factor: float

    def matches(self, document: AnalyzedArticle) -> bool:
        return self.child.matches(document)

    def children(self) -> tuple[Node, ...]:
        return (self.child,)


class Not(Node):
    """Everything that its child does not match."""

    child: Node

    def matches(self, document: AnalyzedArticle) -> bool:
        return not self.child.matches(document)

    def children(self) -> tuple[Node, ...]:
        return (self.child,)


class And(Node):
    """What all of its parts match."""

    parts: tuple[Node, ...]

    def matches(self, document: AnalyzedArticle) -> bool:
        return all(part.matches(document) for part in self.parts)

    def children(self) -> tuple[Node, ...]:
        return self.parts


class Or(Node):
    """What any of its parts matches."""

    parts: tuple[Node, ...]

    def matches(self, document: AnalyzedArticle) -> bool:
        return any(part.matches(document) for part in self.parts)

    def children(self) -> tuple[Node, ...]:
        return self.parts


def any_node(nodes: Sequence[Node]) -> Node:
    """Returns the node for what any of some nodes matches: ``Or``, or the only one as it is."""
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))


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


def one_line(value: str) -> str:
    """Returns a value as regular expressions see it: on one line, its first ``MAX_VALUE`` characters."""
    return " ".join(value.split())[:MAX_VALUE]


def terms_in_language(terms: Slot, language: str) -> list[str]:
    """Returns those of some terms that count in a language."""
    return [term for term in terms if language in (languages_of(term) or (language,))]


def languages_of(term: str) -> frozenset[str]:
    """Returns the languages in which a term counts; none means any."""
    return term.languages if isinstance(term, Term) else frozenset()


def text_fields(name: str | None) -> tuple[str, ...]:
    """Returns the text fields that a node's field stands for."""
    return TEXT_FIELDS if name is None else (name,)
