"""Names of languages in LaTeX, those of babel, for BibLaTeX (https://ctan.org/pkg/babel)."""

from __future__ import annotations

from typing import Final

#: Names by ISO 639-1 code.
BABEL: Final = {
    **{"ar": "arabic", "bg": "bulgarian", "ca": "catalan", "cs": "czech", "da": "danish", "de": "ngerman"},
    **{"el": "greek", "en": "english", "es": "spanish", "et": "estonian", "fi": "finnish", "fr": "french"},
    **{"he": "hebrew", "hr": "croatian", "hu": "magyar", "it": "italian", "ja": "japanese", "lt": "lithuanian"},
    **{"lv": "latvian", "nb": "norsk", "nl": "dutch", "nn": "nynorsk", "no": "norsk", "pl": "polish"},
    **{"pt": "portuguese", "ro": "romanian", "ru": "russian", "sk": "slovak", "sl": "slovenian", "sv": "swedish"},
    **{"tr": "turkish", "uk": "ukrainian"},
}
#: Codes by name, with the other names that babel or databases use.
CODES: Final[dict[str, str]] = {
    **{name: code for code, name in BABEL.items() if code != "no"},
    **{"german": "de", "naustrian": "de", "nswissgerman": "de", "american": "en-US", "usenglish": "en-US"},
    **{"british": "en-GB", "ukenglish": "en-GB", "francais": "fr", "brazilian": "pt-BR", "portuges": "pt"},
    **{"austrian": "de-AT", "norwegian": "no", "hungarian": "hu", "chinese": "zh", "korean": "ko"},
}
