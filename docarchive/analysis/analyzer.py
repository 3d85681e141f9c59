"""Analyzer: the terms of articles in one language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain, product
from typing import Final

from docarchive.analysis.chunks import COMMON, Piece, chunk_pattern, pieces
from docarchive.analysis.folding import MAX_WORD, fold
from docarchive.analysis.stemming import primary, stemmer
from docarchive.analysis.terms import PreToken, Run, Slot, Token, slots_of, words_of

_CACHE_SIZE: Final = 300_000
_MAX_CACHED: Final = 40
_MAX_RUNS: Final = 16
#: A longer text is not split all at once: as a list of words it takes twenty times its size.
_LONG: Final = 200_000
_SPACE: Final = re.compile(r"\s")


class _Known(dict[str, PreToken]):
    """What is known of pre-tokens; what is not is learned when it is asked for."""

    def __init__(self, learn: Callable[[str], PreToken]) -> None:
        super().__init__()
        self._learn = learn

    def __missing__(self, text: str) -> PreToken:
        return self._learn(text)


class Analyzer:
    """Makes terms of text in one language.

    Words are folded and stemmed by Snowball. An accented word has two terms where the stem with
    accents and the stem without them differ, so that it is found either way.

    Args:
        language: ISO 639-1 (``en``), or a tag that begins so; words of a language without a
            Snowball stemmer are folded alone.
    """

    def __init__(self, language: str = "en") -> None:
        self.language = primary(language)
        self._stem = stemmer(language)
        self._known = _Known(self._learn)

    def pretokens(self, text: str) -> list[PreToken]:
        """Returns a text split at white space, analyzed."""
        return [*map(self._known.__getitem__, _split(text))]

    def slots(self, text: str) -> list[Slot]:
        """Returns the terms of a text, position by position."""
        return slots_of(self.pretokens(text))

    def words(self, text: str) -> set[str]:
        """Returns the words of a text, folded but not stemmed."""
        return words_of(self.pretokens(text))

    def tokens(self, text: str) -> Iterator[Token]:
        """Yields the positions of a text with their places in it."""
        for match in chunk_pattern(text).finditer(text):
            base, chunk = match.start(), match[0]
            if chunk.isascii() and chunk.isalnum():
                slots, words, *_ = self._known[chunk]
                yield Token(slots[0], words, base, match.end(), 0)
                continue
            for piece in pieces(match[0], self.language):
                yield Token(self._terms(piece), _plain(piece), base + piece.start, base + piece.end, piece.unit)

    def runs(self, text: str) -> list[Run]:
        """Returns the ways in which a text stands in articles, each a run of terms.

        ``co-operation`` is ``co`` with ``oper`` behind it, or ``cooper``.
        """
        ways = []
        for match in chunk_pattern(text).finditer(text):
            found = pieces(match[0], self.language)
            if found:
                ways.append(self._ways(found))
        count = 1
        for each in ways:
            count *= len(each)
        if count > _MAX_RUNS:
            ways = [each[:1] for each in ways]
        runs = [_in_a_row(parts) for parts in product(*ways)] if ways else []
        return list(dict.fromkeys(run for run in runs if run))

    def _ways(self, found: list[Piece]) -> list[tuple[Run, int]]:
        """Returns runs for the pieces of one chunk, each with its width in positions."""
        apart: list[tuple[int, Slot]] = []
        for index, piece in enumerate(found):
            last_of_run = piece.unit and len(piece.text) == piece.unit
            if last_of_run and index and found[index - 1].unit and found[index - 1].end == piece.end:
                continue  # the pair before it holds it
            apart.append((index, self._alone(piece)))
        ways: list[tuple[Run, int]] = [(tuple(apart), len(found))]
        joined = found[0].joined
        if joined and all(piece.joined == joined for piece in found):
            ways.append((((0, self._stems(joined)),), 1))
        return ways

    def _learn(self, text: str) -> PreToken:
        """Analyzes what stands between white space: a chunk with what is around it, or several."""
        found = chunk_pattern(text).findall(text)
        if len(found) == 1:
            (chunk,) = found
            made = self._analyze(chunk) if chunk == text else self._known[chunk]
        else:
            each = [*map(self._known.__getitem__, found)]
            made = PreToken.of(
                tuple(slots_of(each)), tuple(dict.fromkeys(word for known in each for word in known.words))
            )
        if len(text) <= _MAX_CACHED:
            if len(self._known) >= _CACHE_SIZE:
                self._known.clear()
            self._known[text] = made
        return made

    def _analyze(self, chunk: str) -> PreToken:
        if chunk.isascii() and chunk.isalnum():  # what most are; as below, by the shortest way
            word = chunk.lower()
            return PreToken.of((self._with_acronym(chunk, (self._stemmed(word),)),), (word[:MAX_WORD],))
        found = pieces(chunk, self.language)
        slots = tuple(self._terms(piece) for piece in found)
        return PreToken.of(slots, tuple(dict.fromkeys(word for piece in found for word in _plain(piece))))

    def _terms(self, piece: Piece) -> Slot:
        terms = self._alone(piece)
        if piece.joined:
            terms += tuple(term for term in self._stems(piece.joined) if term not in terms)
        return terms

    def _alone(self, piece: Piece) -> Slot:
        """Returns the terms of a piece by itself."""
        if piece.unit:
            return _pair(piece.text)
        terms = self._stems(piece.text)
        return terms if piece.joined else self._with_acronym(piece.text, terms)

    def _with_acronym(self, word: str, terms: Slot) -> Slot:
        """Returns the terms of a word, and those of the acronym that it may be: ``US`` is also ``U.S.``."""
        if word.isupper() and word.isalpha() and word.lower() in COMMON:
            return (*terms, ".".join(word.lower()))
        return terms

    def _stems(self, word: str) -> Slot:
        """Returns the terms of one word."""
        if word.isascii():
            plain = _undotted(word.lower())
            return (plain[:MAX_WORD] if "." in plain else self._stemmed(plain),)
        lowered = unicodedata.normalize("NFC", word.replace("I", "ı") if self.language == "tr" else word)
        lowered = lowered.replace("İ", "i").replace("’", "'").lower().replace("\u200c", "").replace("\u00ad", "")
        return tuple(dict.fromkeys((self._stemmed(lowered), self._stemmed(_bare(lowered)))))

    def _stemmed(self, word: str) -> str:
        """Returns the stem of a word in lower case, folded; what is too long for a word is only cut."""
        stem = self._stem(word) if len(word) <= MAX_WORD else word
        return (_bare(stem) or _bare(word)).replace("'", "")[:MAX_WORD]


def _split(text: str) -> Iterable[str]:
    """Returns a text split at white space, which no chunk holds; of a long text a piece at a time, to spare memory."""
    return text.split() if len(text) <= _LONG else chain.from_iterable(map(str.split, _in_pieces(text)))


def _in_pieces(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        space = _SPACE.search(text, start + _LONG)
        end = space.end() if space else len(text)
        yield text[start:end]
        start = end


@lru_cache(maxsize=64)
def analyzer(language: str) -> Analyzer:
    """Returns the analyzer of a language, made once."""
    return Analyzer(language)


def _plain(piece: Piece) -> tuple[str, ...]:
    """Returns the words of a piece, folded but not stemmed."""
    if piece.unit:
        return _pair(piece.text)
    word = folded_word(piece.text)
    return (word, folded_word(piece.joined)) if piece.joined else (word,)


def _in_a_row(parts: tuple[tuple[Run, int], ...]) -> Run:
    base = 0
    found: list[tuple[int, Slot]] = []
    for run, width in parts:
        found.extend((base + offset, slot) for offset, slot in run)
        base += width
    first = found[0][0] if found else 0
    return tuple((offset - first, slot) for offset, slot in found)


def _undotted(word: str) -> str:
    """Returns an acronym without its dots, unless it would then be a common word."""
    if len(word) > 2 and word[1] == "." and word[0].isalpha() and word[2].isalpha():
        plain = word.replace(".", "")
        return word if plain.strip("*?") in COMMON else plain
    return word


def _bare(word: str) -> str:
    """Returns a word folded; it stays as it is where nothing would be left of it, and holds no white space."""
    return word if word.isascii() else "".join(fold(word).split()) or word


@lru_cache(maxsize=_CACHE_SIZE)
def _pair(text: str) -> Slot:
    """Returns the one term of characters of a script without spaces, which have no stem."""
    return (_bare(text)[:MAX_WORD],)


def folded_word(word: str) -> str:
    """Returns a word folded but not stemmed, without apostrophes and the dots of an acronym."""
    folded = _undotted(_bare(word.replace("’", "'").lower()))
    return folded.removesuffix("'s").replace("'", "")[:MAX_WORD]
