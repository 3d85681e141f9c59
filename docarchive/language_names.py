"""Names of common languages, in English and in their own, and their codes of three letters (ISO 639-2).

Useful for reading what people and databases write for a language, and for showing it. Not useful for deciding in which
language a text is: that is ``language``.
"""

from __future__ import annotations

from functools import cache
from typing import Final

#: The names by code (ISO 639-1): in English, in the language itself, and codes of three letters, without accents.
_NAMES: Final = {
    code: names.split()
    for code, names in {
        **{"ar": "Arabic العربية ara", "bg": "Bulgarian български bul", "bn": "Bengali বাংলা ben bangla"},
        **{"ca": "Catalan catala cat", "cs": "Czech cestina ces cze", "cy": "Welsh cymraeg cym wel"},
        **{"da": "Danish dansk dan", "de": "German deutsch deu ger", "el": "Greek ελληνικα ell gre"},
        **{"en": "English eng", "eo": "Esperanto epo", "es": "Spanish espanol castellano spa"},
        **{"et": "Estonian eesti est", "eu": "Basque euskara eus baq", "fa": "Persian فارسی farsi fas per"},
        **{"fi": "Finnish suomi fin", "fr": "French francais fra fre", "ga": "Irish gaeilge gle"},
        **{"he": "Hebrew עברית heb", "hi": "Hindi हिन्दी hin", "hr": "Croatian hrvatski hrv"},
        **{"hu": "Hungarian magyar hun", "hy": "Armenian հայերեն hye arm", "id": "Indonesian indonesia ind"},
        **{"is": "Icelandic islenska isl ice", "it": "Italian italiano ita", "ja": "Japanese 日本語 jpn"},
        **{"ka": "Georgian ქართული kat geo", "ko": "Korean 한국어 kor", "la": "Latin latina lat"},
        **{"lt": "Lithuanian lietuviu lit", "lv": "Latvian latviesu lav", "mk": "Macedonian македонски mkd mac"},
        **{"nb": "Bokmal nob", "ne": "Nepali नेपाली nep", "nl": "Dutch nederlands nld dut"},
        **{"nn": "Nynorsk nno", "no": "Norwegian norsk nor", "pl": "Polish polski pol"},
        **{"pt": "Portuguese portugues por", "ro": "Romanian romana ron rum", "ru": "Russian русскии rus"},
        **{
            "sk": "Slovak slovencina slk slo",
            "sl": "Slovenian slovenscina slv slovene",
            "sq": "Albanian shqip sqi alb",
        },
        **{"sr": "Serbian српски srpski srp", "sv": "Swedish svenska swe", "ta": "Tamil தமிழ் tam"},
        **{"th": "Thai ไทย tha", "tr": "Turkish turkce tur", "uk": "Ukrainian украінська ukr"},
        **{"ur": "Urdu اردو urd", "vi": "Vietnamese vie", "yi": "Yiddish יידיש yid"},
        **{"zh": "Chinese 中文 zho chi mandarin"},
    }.items()
}


def english_name(code: str) -> str:
    """Returns the English name of a common language, else its code."""
    return _NAMES[code][0] if code in _NAMES else code


def names(code: str) -> list[str]:
    """Returns other names of a language, and its codes of three letters, for the code of two letters."""
    return _NAMES.get(code.lower(), [])


def code_of(name: str) -> str | None:
    """Returns the code of a language for a name of it, or a code of three letters; None if it is none.

    >>> code_of("German"), code_of("Deutsch"), code_of("deu"), code_of("de")
    ('de', 'de', 'de', None)
    """
    return _codes().get(name.lower())


@cache
def _codes() -> dict[str, str]:
    return {name.lower(): code for code, names in _NAMES.items() for name in names}
