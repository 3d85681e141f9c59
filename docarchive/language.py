"""Detects the language of a text. Owns when a guess is good enough; ``analysis`` owns what follows from the language.

A wrong guess loses stems, so the default is returned unless the evidence is plain (decision 0014). Where only one
language is written in a script, the script decides, even in a short text. Otherwise CLD2 decides, if it reports to be
reliable, on a text that is long enough and nearly all in one language. Without CLD2, only scripts decide.
"""

import re
from bisect import bisect_right
from collections import Counter
from functools import cache
from importlib import import_module
from typing import Protocol

SAMPLE = 4_000
"""How many characters of a text are examined."""

CODES = frozenset(
    """aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee
    el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io
    is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk
    ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc
    sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve
    vi vo wa wo xh yi yo za zh zu""".split()  # noqa: SIM905 - shorter than a list
)
"""The codes of two letters that ISO 639-1 assigns to languages, with those that it has retired."""

_FEWEST_LETTERS = {"Latn": 100}
"""With fewer letters, CLD2 is sure of a wrong language: of a title, or the name of a company."""
_FEWEST_LETTERS_ELSEWHERE = 12
_LEAST_PERCENT = 70
"""Percent of a text in its main language; a text with less is mixed."""

_SCRIPTS = (
    (0x0041, 0x024F, "Latn"),
    (0x0370, 0x03FF, "el"),
    (0x0400, 0x052F, "Cyrl"),
    (0x0531, 0x058F, "hy"),
    (0x0590, 0x05FF, "Hebr"),
    (0x0600, 0x06FF, "Arab"),
    (0x0750, 0x077F, "Arab"),
    (0x08A0, 0x08FF, "Arab"),
    (0x0900, 0x097F, "Deva"),
    (0x0980, 0x09FF, "bn"),
    (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"),
    (0x0B00, 0x0B7F, "or"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"),
    (0x0C80, 0x0CFF, "kn"),
    (0x0D00, 0x0D7F, "ml"),
    (0x0D80, 0x0DFF, "si"),
    (0x0E00, 0x0E7F, "th"),
    (0x0E80, 0x0EFF, "lo"),
    (0x0F00, 0x0FFF, "bo"),
    (0x1000, 0x109F, "my"),
    (0x10A0, 0x10FF, "ka"),
    (0x1100, 0x11FF, "Hang"),
    (0x1200, 0x139F, "am"),
    (0x1780, 0x17FF, "km"),
    (0x1C90, 0x1CBF, "ka"),
    (0x1E00, 0x1EFF, "Latn"),
    (0x1F00, 0x1FFF, "el"),
    (0x3005, 0x3007, "Hani"),
    (0x3041, 0x30FF, "Kana"),
    (0x3130, 0x318F, "Hang"),
    (0x31F0, 0x31FF, "Kana"),
    (0x3400, 0x4DBF, "Hani"),
    (0x4E00, 0x9FFF, "Hani"),
    (0xA960, 0xA97F, "Hang"),
    (0xAC00, 0xD7FF, "Hang"),
    (0xF900, 0xFAFF, "Hani"),
    (0xFB1D, 0xFB4F, "Hebr"),
    (0xFB50, 0xFDFF, "Arab"),
    (0xFE70, 0xFEFF, "Arab"),
    (0xFF21, 0xFF5A, "Latn"),
    (0xFF66, 0xFF9F, "Kana"),
    (0x20000, 0x323AF, "Hani"),
)
"""First and last character of a range, and its script (ISO 15924), or the only language of that (in lower case)."""
_FIRSTS = [first for first, _, _ in _SCRIPTS]

_DETECTED = frozenset(
    (
        *("ar", "be", "bg", "ca", "cs", "da", "de", "en", "eo", "es", "et", "eu", "fa", "fi", "fr", "ga", "hi", "hr"),
        *("hu", "id", "is", "it", "lt", "lv", "mk", "mr", "ne", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr"),
        *("sv", "tr", "uk", "ur", "vi"),
    )
)
"""The languages in which CLD2 is trusted: those that Snowball stems, and others with many readers."""
_CODES = {"iw": "he", "nn": "no"}

_UNREADABLE = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
"""Characters that CLD2 refuses: controls, lone surrogates and noncharacters. Seldom needed."""
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_ENGLISH = frozenset(
    (
        *("the", "and", "that", "this", "with", "from", "which", "have", "been", "were", "would", "not", "but", "its"),
        *("their", "they", "said", "than"),
    )
)
"""Words that are frequent in English, and in no other of these languages."""
_ADDRESS = re.compile(r"https?://\S+")


class _Detector(Protocol):
    """The signature of `pycld2.detect`: reliable or not, bytes of text, (name, code, percent, score) by language."""

    def __call__(
        self,
        utf8_bytes: bytes,
        *,
        isPlainText: bool,  # noqa: N803 - the name is CLD2's
    ) -> tuple[bool, int, tuple[tuple[str, str, int, float], ...]]: ...


def detect(text: str, default: str) -> str:
    """Returns the language of a text as ISO 639-1, or the default where it is not sure.

    Args:
        text: Any text; its first `SAMPLE` characters are examined.
        default: Returned if the text is too short, mixed, or in none of the known languages.

    Returns:
        A code of two letters such as `en`, or `default` unchanged.
    """
    sample = text[:SAMPLE]
    if "://" in sample:
        sample = _ADDRESS.sub(" ", sample)
    if sample.isascii():
        return _by_words(sample, "Latn", len(sample.encode().translate(None, _NO_LETTERS)), default)
    scripts = _scripts(sample)
    letters = scripts.total()
    if letters < 2:
        return default
    if 2 * (scripts["Hani"] + scripts["Kana"] + scripts["Hang"]) > letters:
        return _east_asian(scripts, default)
    script, count = scripts.most_common(1)[0]
    if 2 * count <= letters:
        return default
    if script.islower():
        return script
    if script == "Hebr":
        return "yi" if _guess(sample) == "yi" else "he"
    return _by_words(sample, script, count, default)


def _by_words(sample: str, script: str, count: int, default: str) -> str:
    """Returns the language of a text by its words, if it has enough letters of its script."""
    if count < _FEWEST_LETTERS.get(script, _FEWEST_LETTERS_ELSEWHERE):
        return default
    if script == "Latn" and default == "en" and _is_plainly_english(sample):
        return default
    guess = _guess(sample) or _guess_without_names(sample, script)
    return guess if guess in _DETECTED else default


def _guess_without_names(sample: str, script: str) -> str:
    """Returns the language that CLD2 is sure of without the words that have capitals: names may be in any language."""
    words = " ".join(filter(str.islower, sample.split()))
    return _guess(words) if len(words) >= _FEWEST_LETTERS.get(script, _FEWEST_LETTERS_ELSEWHERE) else ""


def _scripts(sample: str) -> Counter[str]:
    """Counts the letters of each script."""
    counts: Counter[str] = Counter()
    for letter, count in Counter(sample).items():
        if letter.isalpha():
            code = ord(letter)
            _, last, script = _SCRIPTS[bisect_right(_FIRSTS, code) - 1]
            counts[script if code <= last else "Zzzz"] += count
    return counts


def _east_asian(scripts: Counter[str], default: str) -> str:
    """Returns Chinese, Japanese or Korean, by the characters among those that they share."""
    han, kana, hangul = scripts["Hani"], scripts["Kana"], scripts["Hang"]
    if 10 * hangul > han + kana:
        return "ko"
    if 20 * kana > han:
        return "ja"
    # A headline may be all kanji; an article is not.
    return default if default == "ja" and han < 40 else "zh"


def _is_plainly_english(sample: str) -> bool:
    """Returns whether enough words are English that CLD2, which takes longer, could find no other main language.

    In English prose, about a sixth of the words are in `_ENGLISH`; in a text that is to 70 percent in another language,
    at most a twentieth.
    """
    words = sample.lower().split()
    return 10 * sum(map(_ENGLISH.__contains__, words)) >= len(words)


def _guess(sample: str) -> str:
    """Returns the language that CLD2 is sure of, or an empty text."""
    detector = _detector()
    if detector is None:
        return ""
    sample = sample.replace("\n", " ")
    if not sample.isprintable():  # costs a tenth of a search for them
        sample = re.sub(_UNREADABLE, " ", sample)
    reliable, _, details = detector(sample.encode(), isPlainText=True)
    _, code, percent, _ = details[0]
    return _CODES.get(code, code) if reliable and percent >= _LEAST_PERCENT else ""


@cache
def _detector() -> _Detector | None:
    """Returns CLD2's function, None where it is not installed; imports it with the first call."""
    try:
        detector: _Detector = import_module("pycld2").detect  # by name, since mypy may not find it
    except ImportError:
        return None
    return detector
