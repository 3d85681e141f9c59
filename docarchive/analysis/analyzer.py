"""Analyzer: the terms of articles in one language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache
from itertools import chain, product
from typing import Final

from docarchive.analysis.chunks import COMMON, Piece, chunk_pattern, is_sign, pieces, without_line_ends
from docarchive.analysis.folding import MAX_WORD, fold
from docarchive.analysis.stemming import keeps_initials, primary, stemmer
from docarchive.analysis.terms import PreToken, Run, Slot, Token, slots_of, words_of

_CACHE_SIZE: Final = 300_000
_MAX_CACHED: Final = 40
_MAX_RUNS: Final = 16
#: The number of characters up to which a text is split at once: a list of its words takes twenty times its size.
_LONG: Final = 200_000
_SPACE: Final = re.compile(r"\s")


class _Cache(dict[str, PreToken]):
    """Pre-tokens by text; a text that is not cached is analyzed when it is looked up."""

    def __init__(self, analyze: Callable[[str], PreToken]) -> None:
        super().__init__()
        self._analyze = analyze

    def __missing__(self, text: str) -> PreToken:
        return self._analyze(text)


class Analyzer:
    """Makes the terms of text in one language, given as ISO 639-1 (``en``) or a tag that begins so.

    Words are folded and stemmed by Snowball; if it has no stemmer for the language, they are only folded. An accented
    word has two terms if the stems with and without accents differ, so that both spellings match it.
    """

    def __init__(self, language: str = "en") -> None:
        self.language = primary(language)
        self._stem = stemmer(language)
        self._cache = _Cache(self._pretoken)

    def pretokens(self, text: str) -> list[PreToken]:
        """Returns a text split at white space that ends words, analyzed."""
        return [*map(self._cache.__getitem__, _split(without_line_ends(text)))]

    def slots(self, text: str) -> list[Slot]:
        """Returns the terms of a text, position by position."""
        return slots_of(self.pretokens(text))

    def words(self, text: str) -> set[str]:
        """Returns the words of a text, folded but not stemmed."""
        return words_of(self.pretokens(text))

    def tokens(self, text: str) -> Iterator[Token]:
        """Yields the tokens of a text, one per position, with start and end."""
        for match in chunk_pattern(text).finditer(text):
            yield from self._tokens(match, self._cache[match[0]])

    def tokens_with(self, text: str, terms: Collection[str]) -> Iterator[Token]:
        """Yields the tokens of the chunks that have one of some terms; most other words are not even looked at."""
        wanted = frozenset(terms)
        if keeps_initials(self.language):
            from docarchive.analysis.scanning import chunks_with  # an import marks no words

            chunks = chunks_with(text, frozenset(term[:1] for term in wanted))
        else:
            chunks = chunk_pattern(text).finditer(text)
        for match in chunks:
            pretoken = self._cache[match[0]]
            if not pretoken.is_without(wanted):
                yield from self._tokens(match, pretoken)

    def numbered_tokens(self, text: str, is_wanted: Callable[[PreToken], bool]) -> Iterator[tuple[int, Token]]:
        """Yields the tokens of the chunks that pass a test, with the numbers of their positions."""
        position = 0
        unwanted: dict[str, int] = {}  # chunks that do not pass, and their positions
        for match in chunk_pattern(text).finditer(text):
            chunk = match[0]
            if chunk in unwanted:
                position += unwanted[chunk]
                continue
            pretoken = self._cache[chunk]
            if is_wanted(pretoken):
                yield from enumerate(self._tokens(match, pretoken), position)
            else:
                unwanted[chunk] = len(pretoken.slots)
            position += len(pretoken.slots)

    def _tokens(self, chunk: re.Match[str], pretoken: PreToken) -> Iterator[Token]:
        """Yields the tokens of a chunk, which was analyzed."""
        start, text = chunk.start(), chunk[0]
        if text.isascii() and text.isalnum():
            yield Token(pretoken.slots[0], pretoken.words, start, chunk.end(), 0)
            return
        for slot, piece in zip(pretoken.slots, pieces(text, self.language), strict=True):
            yield Token(slot, _folded_words(piece), start + piece.start, start + piece.end, piece.unit)

    def runs(self, text: str) -> list[Run]:
        """Returns the runs of terms that a text can be in articles.

        ``co-operation`` is ``co`` followed by ``oper``, or ``cooper``.
        """
        readings = []
        for match in chunk_pattern(text).finditer(text):
            chunk_pieces = pieces(match[0], self.language)
            if chunk_pieces:
                readings.append(self._readings(chunk_pieces))
        count = 1
        for alternatives in readings:
            count *= len(alternatives)
        if count > _MAX_RUNS:
            readings = [alternatives[:1] for alternatives in readings]
        runs = [_joined_run(sequence) for sequence in product(*readings)] if readings else []
        return list(dict.fromkeys(run for run in runs if run))

    def _readings(self, chunk_pieces: list[Piece]) -> list[tuple[Run, int]]:
        """Returns the runs that the pieces of one chunk can be, with their widths in positions."""
        separate: list[tuple[int, Slot]] = []
        for index, piece in enumerate(chunk_pieces):
            last_of_run = piece.unit and len(piece.text) == piece.unit
            if last_of_run and index and chunk_pieces[index - 1].unit and chunk_pieces[index - 1].end == piece.end:
                continue  # it is in the pair before it
            separate.append((index, self._own_terms(piece)))
        readings: list[tuple[Run, int]] = [(tuple(separate), len(chunk_pieces))]
        joined = chunk_pieces[0].joined
        if joined and all(piece.joined == joined for piece in chunk_pieces):
            readings.append((((0, self._stems(joined)),), 1))
        return readings

    def _pretoken(self, text: str) -> PreToken:
        """Analyzes text between white space: one chunk, perhaps with other characters around it, or several."""
        chunks = chunk_pattern(text).findall(text)
        if len(chunks) == 1:
            (chunk,) = chunks
            pretoken = self._analyze(chunk) if chunk == text else self._cache[chunk]
        else:
            pretokens = [*map(self._cache.__getitem__, chunks)]
            words = dict.fromkeys(word for pretoken in pretokens for word in pretoken.words)
            pretoken = PreToken.of(tuple(slots_of(pretokens)), tuple(words))
        if len(text) <= _MAX_CACHED:
            if len(self._cache) >= _CACHE_SIZE:
                self._cache.clear()
            self._cache[text] = pretoken
        return pretoken

    def _analyze(self, chunk: str) -> PreToken:
        if chunk.isascii() and chunk.isalnum():  # most chunks; the same as below, but fast
            word = chunk.lower()
            return PreToken.of((self._with_acronym(chunk, self._stems(chunk)),), (word[:MAX_WORD],))
        chunk_pieces = pieces(chunk, self.language)
        slots = tuple(self._terms(piece) for piece in chunk_pieces)
        return PreToken.of(slots, tuple(dict.fromkeys(word for piece in chunk_pieces for word in _folded_words(piece))))

    def _terms(self, piece: Piece) -> Slot:
        terms = self._own_terms(piece)
        if piece.joined:
            terms += tuple(term for term in self._stems(piece.joined) if term not in terms)
        return (*terms, piece.pair) if piece.pair else terms

    def _own_terms(self, piece: Piece) -> Slot:
        """Returns the terms of a piece without those of the whole word that it is part of."""
        if piece.unit:
            return _folded_pair(piece.text)
        if is_sign(piece.text):
            return (folded_word(piece.text),)
        terms = self._stems(piece.text)
        return terms if piece.joined else self._with_acronym(piece.text, terms)

    def _with_acronym(self, word: str, terms: Slot) -> Slot:
        """Returns the terms of a word, and that of the acronym that it may be: ``US`` is also ``U.S.``."""
        if word.isupper() and word.isalpha() and word.lower() in COMMON:
            return (*terms, ".".join(word.lower()))
        return terms

    def _with_singular(self, word: str, terms: Slot) -> Slot:
        """Returns the terms of a word, and those of its singular if it is in capitals: ``NGOs`` is also ``NGO``."""
        if word[-1:] == "s" and len(word) > 2 and word[:-1].isupper() and word.isalnum():
            return tuple(dict.fromkeys((*terms, *self._stems(word[:-1]))))
        return terms

    def _stems(self, word: str) -> Slot:
        """Returns the terms of one word."""
        if word.isascii():
            plain = _without_dots(word.lower())
            return self._with_singular(word, (plain[:MAX_WORD] if "." in plain else self._stemmed(plain),))
        lower = unicodedata.normalize("NFC", word)
        if self.language == "tr":
            lower = lower.replace("I", "ı")  # after normalizing: an I with an accent is another letter
        lower = lower.replace("İ", "i").replace("’", "'").lower().replace("\u200c", "").replace("\u00ad", "")
        return self._with_singular(word, tuple(dict.fromkeys((self._stemmed(lower), self._stemmed(_folded(lower))))))

    def _stemmed(self, word: str) -> str:
        """Returns the folded stem of a word in lower case; a word longer than ``MAX_WORD`` is cut, not stemmed."""
        stem = self._stem(word) if len(word) <= MAX_WORD else word
        return (_folded(stem) or _folded(word)).replace("'", "")[:MAX_WORD]


def _split(text: str) -> Iterable[str]:
    """Returns a text split at white space, which is never in a chunk; a long text in pieces, to save memory."""
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


def _folded_words(piece: Piece) -> tuple[str, ...]:
    """Returns the words of a piece, folded but not stemmed."""
    if piece.unit:
        return _folded_pair(piece.text)
    word = folded_word(piece.text)
    if piece.joined:
        return (word, folded_word(piece.joined))
    return (word, piece.pair) if piece.pair else (word,)


def _joined_run(runs: tuple[tuple[Run, int], ...]) -> Run:
    base = 0
    slots: list[tuple[int, Slot]] = []
    for run, width in runs:
        slots.extend((base + offset, slot) for offset, slot in run)
        base += width
    first = slots[0][0] if slots else 0
    return tuple((offset - first, slot) for offset, slot in slots)


def _without_dots(word: str) -> str:
    """Returns an acronym without its dots, unless it would then be a common word."""
    if len(word) > 2 and word[1] == "." and word[0].isalpha() and word[2].isalpha():
        plain = word.replace(".", "")
        return word if plain.strip("*?") in COMMON else plain
    return word


def _folded(word: str) -> str:
    """Returns a word folded, without white space; or unchanged if nothing would be left of it."""
    return word if word.isascii() else "".join(fold(word).split()) or word


@lru_cache(maxsize=_CACHE_SIZE)
def _folded_pair(text: str) -> Slot:
    """Returns the only term of a pair of characters of a script without spaces; it has no stem."""
    return (_folded(text)[:MAX_WORD],)


def folded_word(word: str) -> str:
    """Returns a word folded but not stemmed, without apostrophes and the dots of an acronym."""
    folded = _without_dots(_folded(word.replace("’", "'").lower()))
    return folded.removesuffix("'s").replace("'", "")[:MAX_WORD]
