"""Folding: removes the differences that do not count when words and values are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

MAX_WORD: Final = 100
_MAX_LABEL: Final = 400
_MAX_KEPT: Final = 32
_EDGES = " \t.,;:!?\"'()[]{}<>«»“”‘’"
#: Apostrophes and dashes, which people and programs write in many ways.
_PLAIN_SIGNS = str.maketrans(dict.fromkeys("‘’‛ʻʼ′´＇", "'") | dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"))
_PLAIN_LATIN = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
# Accents of Latin, Greek and Cyrillic, points of Hebrew, vowels of Arabic, dots below in India; and invisible signs
# that join or separate letters. Vowel signs of India and of South-East Asia are letters, and are kept.
_IGNORED = (
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u093c\u09bc\u0a3c\u0abc\u0b3c\u0610-\u061a\u0640\u064b-\u065f\u0670\u00ad\u200b-\u200d\u2060\ufe0e\ufe0f\ufeff]"
)
_CONTROLS = re.compile("[\x00-\x1f\x7f]+")


def fold(text: str) -> str:
    """Returns text in lower case and without accents.

    >>> fold("Erdoğan, İstanbul, Straße")
    'erdogan, istanbul, strasse'
    """
    if text.isascii():
        return text.lower()
    # Most of a text in Latin letters is ASCII. No mark that is kept joins such a letter: the rest is folded apart.
    lowered = text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")  # of ASCII alone
    return re.sub("[^\x00-\x7f]+", _folded_run, lowered)


def _folded_run(run: re.Match[str]) -> str:
    return _folded_word(run[0]) if len(run[0]) <= _MAX_KEPT else _folded(run[0])


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()  # in this order: a letterlike sign may hide a capital
    decomposed = unicodedata.normalize("NFKD", plain)
    return unicodedata.normalize("NFC", re.sub(_IGNORED, "", decomposed)).translate(_PLAIN_LATIN)


_folded_word: Final = lru_cache(maxsize=8_192)(_folded)


def label_terms(value: str) -> list[str]:
    """Returns the terms of a metadata value: folded, split at white space, without punctuation at their edges.

    All apostrophes are one, and so are all dashes.
    """
    plain = fold(value) if value.isascii() else fold(value.translate(_PLAIN_SIGNS)).translate(_PLAIN_SIGNS)
    return [term[:_MAX_LABEL] for term in (word.strip(_EDGES) for word in plain.split()) if term]


@lru_cache(maxsize=4_096)
def label_key(key: str) -> str:
    """Returns a metadata key as it is in the terms of engines: without control characters."""
    return _CONTROLS.sub(" ", key)
