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
    return stem


_SNOWBALL: Final = {
    **{"ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "cs": "czech", "da": "danish"},
    **{"nl": "dutch", "fa": "persian"},
    **{"en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german"},
    **{"el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian"},
    **{"lt": "lithuanian", "ne": "nepali", "no": "norwegian", "nb": "norwegian", "nn": "norwegian"},
    **{"pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "es": "spanish"},
    **{"st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish"},
}
