"""Text analysis: from text to the terms that are compared.

Owns what a word is, how words are folded and stemmed, and the terms of metadata values. Defined
once; each engine takes its terms from here, so that all give the same answers.

A word is a run of letters and digits, with apostrophes inside it. Words are lower-cased, accents
removed (``Erdoğan`` is ``erdogan``), then stemmed by Snowball, the language's own algorithm.
Metadata values are folded, but neither stemmed nor split at hyphens: ``nat-gas`` is one label.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final, NamedTuple

WORD: Final = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+(?:['’](?:[^\W_][\u0300-\u036f]*)+)*")
MAX_WORD: Final = 100
_CACHE_SIZE: Final = 500_000
_EDGES = " \t.,;:!?\"'()[]{}<>«»“”‘’"
_PLAIN_LATIN = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


class Token(NamedTuple):
    """A term with its place in the text: ``text[start:end]`` is the word that it came from."""

    term: str
    start: int
    end: int


class Analyzer:
    """Makes terms of text in one language.

    Args:
        language: A language with a Snowball stemmer, as ISO 639-1 (``en``) or by name; for any
            other, words are folded but not stemmed.
    """

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self._stem = _stemmer(language)
        self._terms: dict[str, str] = {}

    def terms(self, text: str) -> list[str]:
        """Returns the terms of a text in order; a term's index is its position."""
        known = self._terms
        return [known.get(word) or self.term(word) for word in WORD.findall(text)]

    def tokens(self, text: str) -> Iterator[Token]:
        """Yields the terms of a text with their places in it."""
        for match in WORD.finditer(text):
            yield Token(self.term(match[0]), match.start(), match.end())

    def term(self, word: str) -> str:
        """Returns the term for one word: folded and stemmed."""
        term = self._terms.get(word)
        if term is None:
            folded = fold_word(word)
            term = self._stem(folded) or folded
            if len(self._terms) >= _CACHE_SIZE:
                self._terms.clear()
            self._terms[word] = term
        return term


def words(text: str) -> list[str]:
    """Returns the words of a text, folded but not stemmed."""
    return [fold_word(word) for word in WORD.findall(text)]


def fold_word(word: str) -> str:
    """Returns one word folded, and cut to ``MAX_WORD`` characters."""
    return fold(word.replace("’", "'"))[:MAX_WORD]


def fold(text: str) -> str:
    """Returns text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold()  # plain first: a letterlike sign may hide a capital
    decomposed = unicodedata.normalize("NFKD", plain)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).translate(_PLAIN_LATIN)


def label_terms(value: str) -> list[str]:
    """Returns the terms of a metadata value: folded, split at white space, bare of edge punctuation."""
    return [term[:MAX_WORD] for term in (part.strip(_EDGES) for part in fold(value).split()) if term]


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    import Stemmer

    name = _SNOWBALL.get(language.lower().replace("_", "-").partition("-")[0], language.lower())
    if name not in Stemmer.algorithms():
        return lambda word: word
    stem: Callable[[str], str] = Stemmer.Stemmer(name, 0).stemWord
    return stem


_SNOWBALL: Final = {
    **{"ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish", "nl": "dutch"},
    **{"en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german"},
    **{"el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian"},
    **{"lt": "lithuanian", "ne": "nepali", "no": "norwegian", "nb": "norwegian", "nn": "norwegian"},
    **{"pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "es": "spanish"},
    **{"sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish"},
}
