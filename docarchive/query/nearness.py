"""Nearness: from ``a NEAR/5 b`` and ``a BEFORE/5 b`` to the phrases that they stand for.

So every engine answers them as it answers phrases.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from docarchive.analysis import Slot
from docarchive.query.tree import Boost, Node, Or, Phrase, Word, any_node

MAX_NEAR: Final = 100
#: The phrases that one operator may stand for.
_MAX_PHRASES: Final = 2_000

_Slots = tuple[tuple[int, Slot], ...]


def near(left: Node, right: Node, most: int, *, ordered: bool) -> Node:
    """Returns the node for two words or phrases of one text field that are near each other.

    Args:
        left: A word, a phrase, or an ``Or`` of these.
        right: Another.
        most: The maximum number of other words between them.
        ordered: Whether the left one must come first.

    Raises:
        ValueError: One is no word and no phrase, they are in different fields, or there are too many of them.
    """
    phrases: dict[Node, None] = {}
    for field, slots in _phrases(left):
        for other_field, other_slots in _phrases(right):
            if field and other_field and field != other_field:
                raise ValueError("words that are near each other are in one field: title:(a NEAR/5 b)")
            pairs = [(slots, other_slots)] if ordered else [(slots, other_slots), (other_slots, slots)]
            for first, second in pairs:
                phrases.update(dict.fromkeys(_joined(first, second, field or other_field, most)))
            if len(phrases) > _MAX_PHRASES:
                raise ValueError("too many words are near each other; use a smaller number")
    return any_node([*phrases])


def _phrases(node: Node) -> list[tuple[str | None, _Slots]]:
    """Returns the fields and the slots of words and phrases."""
    if isinstance(node, Word):
        return [(node.field, ((0, node.terms),))]
    if isinstance(node, Phrase) and not node.slop:
        return [(node.field, node.slots)]
    if isinstance(node, Boost):
        return _phrases(node.child)
    if isinstance(node, Or):
        return [phrase for part in node.parts for phrase in _phrases(part)]
    raise ValueError('NEAR and BEFORE take words and phrases: gas NEAR/5 "price rise"')


def _joined(first: _Slots, second: _Slots, field: str | None, most: int) -> Sequence[Phrase]:
    """Returns the phrases in which two phrases follow one another with up to ``most`` words between."""
    if len(first) == len(second) == 1:
        return [Phrase((*first, (1, second[0][1])), field, most)]
    start = first[-1][0] + 1
    return [
        Phrase((*first, *((start + gap + offset, terms) for offset, terms in second)), field) for gap in range(most + 1)
    ]
