"""Terms: what texts and queries are analyzed to."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from operator import itemgetter
from typing import Final, NamedTuple

#: The terms of one position.
Slot = tuple[str, ...]
_slots_of: Final = itemgetter(0)
_words_of: Final = itemgetter(1)


class Term(str):
    """A term of a query, which counts only in articles of some languages: a stem is a stem of its language.

    Attributes:
        languages: ISO 639-1; none means any.
    """

    languages: frozenset[str]

    def __new__(cls, text: str, languages: frozenset[str] = frozenset()) -> Term:
        """Makes a term."""
        term = super().__new__(cls, text)
        term.languages = languages
        return term


#: Terms to be found in a text: pairs of (position from the first, terms of which one must be there).
Run = tuple[tuple[int, Slot], ...]


class Token(NamedTuple):
    """A position of a text.

    Attributes:
        terms: What it is found by.
        words: Its words, folded but not stemmed.
        start: Where it begins in the text, in characters.
        end: Where it ends.
        unit: For scripts without spaces, how many characters its first one takes; else 0.
    """

    terms: Slot
    words: tuple[str, ...]
    start: int
    end: int
    unit: int


class PreToken(NamedTuple):
    """What stands between white space, analyzed. Texts repeat them, so all that is asked of one is made once.

    Attributes:
        slots: Its terms, position by position.
        words: Its words, folded but not stemmed, each once.
        terms: All its terms, joined by spaces.
        length: How many terms these are.
        spelled: Its words, joined by spaces.
        plain: Whether each position has one term, so that ``terms`` tells where they stand.
    """

    slots: tuple[Slot, ...]
    words: tuple[str, ...]
    terms: str
    length: int
    spelled: str
    plain: bool

    @classmethod
    def of(cls, slots: tuple[Slot, ...], words: tuple[str, ...]) -> PreToken:
        """Makes one of its terms and words."""
        terms = [*chain.from_iterable(slots)]
        joined = " ".join(terms)
        plain = joined.split() == terms and all(len(slot) == 1 for slot in slots)
        return cls(slots, words, joined, len(terms), " ".join(words), plain)


def slots_of(pretokens: Iterable[PreToken]) -> list[Slot]:
    """Returns the terms of pre-tokens, position by position."""
    return list(chain.from_iterable(map(_slots_of, pretokens)))


def words_of(pretokens: Iterable[PreToken]) -> set[str]:
    """Returns the words of pre-tokens, folded but not stemmed."""
    return set(chain.from_iterable(map(_words_of, pretokens)))
