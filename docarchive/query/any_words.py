"""Any words: the query for any of the words of a query that asks for all of them."""

from __future__ import annotations

from collections.abc import Iterator

from docarchive.analysis import QueryAnalyzer
from docarchive.query.lexer import BARE, QUOTED
from docarchive.query.parser import ParsedQuery
from docarchive.query.tree import And, Every, Like, Node, Or, Phrase, Word


def any_words(parsed: ParsedQuery, analyzer: QueryAnalyzer) -> Node | None:
    """Returns the tree that matches articles with any word of a query of several plain words.

    A word with a hyphen, and a text in a script without spaces, count as the words or pairs that they consist of. A
    phrase between plain words counts as its words, and once more where it is as it is. Everything else in the query is
    required as before: fields, exclusions, saved searches, words with a boost, and what follows a plus.

    Args:
        parsed: The query.
        analyzer: What made its terms.

    Returns:
        The tree; None if the query has operators, or is a single word.
    """
    forms = {id(node): form for node, form in parsed.words if not isinstance(node, Every)}
    if BARE not in forms.values() or (len(forms) == 1 and not _has_pairs(parsed.words[0][0], analyzer)):
        return None
    required: list[Node] = []
    optional: list[Node] = []
    for part in _parts(parsed.tree):
        form = forms.get(id(part))
        if form is None:
            required.append(part)
            continue
        optional += _words(part)
        if form == QUOTED and isinstance(part, Phrase):
            optional.append(part)
    if len(optional) < 2:
        return None
    return And((*required, Or(tuple(optional)))) if required else Or(tuple(optional))


def _parts(node: Node) -> Iterator[Node]:
    """Yields the parts that a query requires, also of brackets around several of them."""
    if isinstance(node, And):
        for part in node.parts:
            yield from _parts(part)
    else:
        yield node


def _has_pairs(node: Node, analyzer: QueryAnalyzer) -> bool:
    """Returns whether a word is a text in a script without spaces, or has such a part."""
    return any(analyzer.has_pairs(term) for word in _words(node) if isinstance(word, Word) for term in word.terms)


def _words(node: Node) -> list[Node]:
    """Returns the words of a word as it was typed: ``co-operation`` is ``co`` and ``operation``."""
    if isinstance(node, Or) and isinstance(node.parts[0], Like):  # a fuzzy word
        return [node]
    if isinstance(node, Or):  # the first reading; the others are the same words, written as one
        return _words(node.parts[0])
    return [Word(terms, node.field) for _, terms in node.slots] if isinstance(node, Phrase) else [node]
