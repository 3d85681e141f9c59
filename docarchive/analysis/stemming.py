"""Stemming: Snowball's algorithms by language."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final


def primary(language: str) -> str:
    """Returns the language of a tag without region or script, in lower case: ``pt-BR`` is ``pt``."""
    return language.strip().lower().replace("_", "-").partition("-")[0]


@cache
def stemmer(language: str) -> Callable[[str], str]:
    """Returns the stemmer of a language; if Snowball has none, it returns words unchanged. See docs/decisions/0011.

    The language is given as ISO 639-1 (``en``), a tag that begins so, or Snowball's name (``english``).
    """
    import Stemmer

    name = _SNOWBALL.get(primary(language), language.lower())
    if name not in Stemmer.algorithms():
        return lambda word: word
    stem: Callable[[str], str] = Stemmer.Stemmer(name, 0).stemWord
    return _with_short_plurals(stem) if name == "english" else stem


#: Languages whose stemmers change the first letter of some words of ASCII, as of those with a prefix.
_OTHER_INITIALS: Final = frozenset(("nl", "eo", "ga", "id", "sr", "st", "tr"))


def keeps_initials(language: str) -> bool:
    """Returns whether each stem of a word of ASCII, in lower case, begins with the first letter of the word."""
    return len(language) == 2 and language not in _OTHER_INITIALS


#: Words that end in an s without being a plural.
_SINGULAR: Final = frozenset(
    ("bbs", "cbs", "cms", "dns", "gps", "hms", "https", "nhs", "pbs", "pms", "sms", "tls", "vms")
)
#: Plurals that Snowball takes for other words: it keeps ``us`` and an s right after the only vowel.
_PLURALS: Final = frozenset(
    (
        *("bayous", "bureaus", "caribous", "emus", "gnus", "gurus", "haikus", "hindus", "menus", "plateaus", "tutus"),
        *("zulus", "bras", "bros", "pros", "skis", "spas", "twos"),
        *("cfos", "cpus", "ctos", "gmos", "gpus", "hmos", "icus", "lbos", "ngos", "npus", "tpus"),
    )
)
_VOWELS: Final = frozenset("aeiouy")


def _with_short_plurals(stem: Callable[[str], str]) -> Callable[[str], str]:
    """Returns a stemmer of English that also knows plurals without a vowel, ``dlrs``, ``mps``, ``80s``, and others.

    Snowball takes an s for an ending only if a vowel is before it, but not right before it.
    """

    def stem_word(word: str) -> str:
        if word in _PLURALS:
            return stem(word[:-1])
        stemmed = stem(word)
        if stemmed[-1:] != "s" or len(stemmed) < 3 or stemmed[-2] in "s'" or stemmed in _SINGULAR:
            return stemmed
        return stemmed if stemmed != word or _VOWELS.intersection(word) else stemmed[:-1]

    return stem_word


_SNOWBALL: Final = {
    **{"ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "cs": "czech", "da": "danish"},
    **{"nl": "dutch", "fa": "persian"},
    **{"en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german"},
    **{"el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian"},
    **{"lt": "lithuanian", "ne": "nepali", "no": "norwegian", "nb": "norwegian", "nn": "norwegian"},
    **{"pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "es": "spanish"},
    **{"st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish"},
}
