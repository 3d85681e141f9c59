"""Terms: the results of analyzing texts and queries."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from operator import itemgetter
from typing import Final

from docarchive.records import NamedTuple

#: The terms of one position of a text.
Slot = tuple[str, ...]
_slots_of: Final = itemgetter(0)
_words_of: Final = itemgetter(1)


class Term(str):
    """A term of a query that counts only in articles of some languages, because a stem belongs to a language.

    Attributes:
        languages: The languages, ISO 639-1; empty for all languages.
    """

    languages: frozenset[str]

    def __new__(cls, text: str, languages: frozenset[str] = frozenset()) -> Term:
        """Makes a term."""
        term = super().__new__(cls, text)
        term.languages = languages
        return term


#: Terms to match in a text: pairs of an offset from the first position, and terms of which one must be there.
Run = tuple[tuple[int, Slot], ...]


class Token(NamedTuple):
    """A position of a text."""

    terms: Slot
    words: tuple[str, ...]  # its words, folded but not stemmed
    start: int  # the index of its first character in the text
    end: int  # the index after its last character
    unit: int  # for scripts without spaces, the length of its first character with its combining marks; else 0


class PreToken(NamedTuple):
    """Text between white space, analyzed. Texts repeat it, so everything that is needed of it is computed once."""

    slots: tuple[Slot, ...]  # its terms, position by position
    words: tuple[str, ...]  # its words, folded but not stemmed, without repetitions
    terms: str  # all its terms, joined by spaces
    length: int  # the number of these terms
    spelled: str  # its words, joined by spaces
    plain: bool  # whether every position has exactly one term, so that ``terms`` has them in order of position

    @classmethod
    def of(cls, slots: tuple[Slot, ...], words: tuple[str, ...]) -> PreToken:
        """Makes a pre-token from its terms and words."""
        if len(slots) == 1 and len(slots[0]) == 1 and len(words) == 1:  # as of most words; the same as below, but fast
            (term,), (word,) = slots[0], words
            return cls(slots, words, term, 1, word, term.split() == [term])
        terms = [*chain.from_iterable(slots)]
        joined = " ".join(terms)
        plain = joined.split() == terms and all(len(slot) == 1 for slot in slots)
        return cls(slots, words, joined, len(terms), " ".join(words), plain)

    def is_without(self, terms: frozenset[str]) -> bool:
        """Returns whether it has none of some terms."""
        return terms.isdisjoint(self.slots[0] if len(self.slots) == 1 else chain.from_iterable(self.slots))


def slots_of(pretokens: Iterable[PreToken]) -> list[Slot]:
    """Returns the terms of pre-tokens, position by position."""
    return list(chain.from_iterable(map(_slots_of, pretokens)))


def words_of(pretokens: Iterable[PreToken]) -> set[str]:
    """Returns the words of pre-tokens, folded but not stemmed."""
    return set(chain.from_iterable(map(_words_of, pretokens)))
