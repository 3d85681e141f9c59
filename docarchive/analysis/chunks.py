"""From text to pieces: where words begin and end.

A chunk is a run of letters and digits with single joiners inside: ``co-operation``, ``U.S``, ``1.5bn``,
``Stoltenberg's``. It is split into pieces, one per position. Scripts that are written without spaces
(Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) are split into overlapping pairs of characters. In those of them
in which a space ends no word (all but Korean), the end of a line ends none either: ``港湾`` at the end of a line and
``評議会`` at the start of the next are one chunk. A blank line ends it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from docarchive.records import NamedTuple
from docarchive.texts import WRAPPED

JOINERS: Final = "-'.,&’‐‑"  # noqa: RUF100
_ASCII = re.compile(rf"\w+(?:[{JOINERS}]\w+)*", re.ASCII)
_APOSTROPHES: Final = ("'", "’")
_HYPHENS: Final = ("-", "&", "‐", "‑")
_CONTRACTED: Final = frozenset({"s", "t", "re", "ve", "ll", "d", "m"})
_MAX_JOINED_PIECES: Final = 3
_MAX_JOINED: Final = 40


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Articles and pronouns that are written together with the next word, by language; they are dropped.
_ELIDED: Final = {
    "fr": _word_set("l d j m t s c n qu jusqu lorsqu puisqu quoiqu"),
    "it": _word_set("l un d c s m t v n dell all dall nell sull coll gl quest quell sant bell nessun"),
    "ca": _word_set("l d m t s n"),
    "pt": _word_set("d"),
}
#: Acronyms that are also common words, distinguished by their dots or capitals.
COMMON: Final = _word_set("us it is as in on or so am me my we he at by do go if of to up no an be who was all")
#: With Korean, all scripts that are split into pairs.
UNSPACED = WRAPPED + "\u1100-\u11ff\uac00-\ud7af"
#: The end of a line within a sentence of such a script, between two of its characters.
_LINE_END = rf"(?<=[{WRAPPED}])[ \t\u3000]*(?:\r\n?|\n)[ \t\u3000]*(?=[{WRAPPED}])"
#: Signs that are words of their own: emoji, arrows, paragraph and similar signs. Currency is not: ``€4`` is found by 4.
SIGNS: Final = "§¶†‡©®™№℠\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
#: A sign with what changes or joins it: the style of emoji, colours of skin, zero-width joiners.
_COLOURS: Final = "\U0001f3fb-\U0001f3ff"
_SIGN: Final = f"[{SIGNS}](?:[\ufe0e\ufe0f{_COLOURS}]|\u200d[{SIGNS}])*"
_ASCII_WORDS = re.compile(r"[^\W_]+", re.ASCII)


class Piece(NamedTuple):
    """The piece of a chunk at one position."""

    text: str  # the word as it is written, or two characters of a script without spaces
    start: int  # the index of its first character in the chunk
    end: int  # the index after its last character
    #: The whole word that it is part of, without joiners: ``cooperation``; empty if it is not part of one.
    joined: str = ""
    #: In a number with several points such as ``3.10.2``, this part and the next, ``3.10``; else empty.
    pair: str = ""
    unit: int = 0  # for scripts without spaces, the length of its first character with its combining marks; else 0


class _Segment(NamedTuple):
    """A part of a chunk without joiners, or several that belong together, with the joiner before it."""

    text: str
    start: int
    end: int
    before: str  # the joiner


def chunk_pattern(text: str) -> re.Pattern[str]:
    """Returns the pattern that finds the chunks of a text."""
    return _ASCII if text.isascii() else _wide()


@cache
def _wide() -> re.Pattern[str]:
    return re.compile(rf"[\w{marks()}]+(?:(?:[{JOINERS}]|{_LINE_END})[\w{marks()}]+)*|{_SIGN}")


@cache
def _colour() -> re.Pattern[str]:
    """Returns the pattern of a colour of skin behind a sign, which makes no other word of it: 👍🏽 is 👍."""
    return re.compile(f"(?<!^)[{_COLOURS}]")


@cache
def _sign() -> re.Pattern[str]:
    return re.compile(f"[{SIGNS}]")


def is_sign(text: str) -> bool:
    """Returns whether a text begins with a sign that is a word of its own, such as an emoji."""
    return not text[:1].isascii() and _sign().match(text) is not None


def without_line_ends(text: str) -> str:
    r"""Returns a text without the ends of lines that end no word.

    >>> without_line_ends("港湾\n評議会 met\nthere")
    '港湾評議会 met\nthere'
    """
    if text.isascii() or ("\n" not in text and "\r" not in text):
        return text
    if "\r" not in text and not _line_start().search(text):
        return text
    return _line_end().sub(r"\1", text)


@cache
def _line_start() -> re.Pattern[str]:
    """Returns a pattern that most texts without a ``_LINE_END`` do not match, and are searched for quickly."""
    return re.compile(rf"\n[ \t\u3000]*[{WRAPPED}]")


@cache
def _line_end() -> re.Pattern[str]:
    return re.compile(rf"([{WRAPPED}]){_LINE_END}")


@cache
def marks() -> str:
    """Returns the marks that combine with letters, for use in a character class."""
    marks = (chr(code) for code in range(0x300, 0x20D0) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
    return "".join(marks) + "\u00ad\u200c\u200d\u3099\u309a\uff9e\uff9f"


@cache
def _units() -> re.Pattern[str]:
    """Returns the pattern of one character with its combining marks; a Korean syllable may be written as letters."""
    syllable = "[\u1100-\u115f][\u1160-\u11a7]+[\u11a8-\u11ff]*"
    return re.compile(f"{syllable}|[^\\s{marks()}][{marks()}]*|[{marks()}]+")


@cache
def _words() -> re.Pattern[str]:
    """Returns the pattern of a segment; a script without spaces is a segment of its own."""
    unspaced = f"(?=[{UNSPACED}])[^\\W_](?:[{UNSPACED}{marks()}]|{_LINE_END})*"
    return re.compile(rf"{unspaced}|[^\W_](?:(?![{UNSPACED}])[^\W_]|[{marks()}])*")


@cache
def _wordlike() -> re.Pattern[str]:
    return re.compile(rf"(?:[^\W_]|[{marks()}'’&.‐‑*?-])+")


def wordlike(text: str) -> bool:
    """Returns whether a text could be one word, perhaps with wildcards."""
    return _wordlike().fullmatch(text) is not None


def searchable(text: str) -> bool:
    """Returns whether a text has anything to search for: a letter, a digit, or a sign such as an emoji."""
    return any(map(str.isalnum, text)) or (not text.isascii() and _sign().search(text) is not None)


@cache
def _unspaced_start() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]")


def unspaced(text: str) -> bool:
    """Returns whether a text begins with a script that is written without spaces."""
    return not text[:1].isascii() and _unspaced_start().match(text) is not None


def has_unspaced(text: str) -> bool:
    """Returns whether a text has characters of a script that is written without spaces."""
    return not text.isascii() and _unspaced_start().search(text) is not None


@cache
def _plain_number() -> re.Pattern[str]:
    """Returns the pattern of numbers from which ``_number`` would only remove commas."""
    return re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?", re.ASCII)


def pieces(chunk: str, language: str) -> list[Piece]:
    """Splits a chunk; the language, ISO 639-1, decides how apostrophes are read."""
    if chunk.isascii():
        if chunk.isalnum():
            return [Piece(chunk, 0, len(chunk))]
        if _plain_number().fullmatch(chunk):
            return [Piece(chunk.replace(",", ""), 0, len(chunk))]
    if is_sign(chunk):
        return [Piece(_colour().sub("", chunk), 0, len(chunk))]
    merged = list(_merged(_segments(chunk)))
    merged = _without_elided(merged, language)
    result: list[Piece] = []
    for group in _groups(merged):
        joined = "".join(segment.text.replace(".", "") for segment in group) if _joinable(group) else ""
        for segment in group:
            if result and segment.before == "." and segment.text[0].isdecimal() and result[-1].text.isdecimal():
                result[-1] = result[-1]._replace(pair=f"{result[-1].text}.{segment.text}")
            if unspaced(segment.text):
                result.extend(_pairs(segment))
            else:
                result.append(Piece(segment.text, segment.start, segment.end, joined))
    return result


def _segments(chunk: str) -> list[_Segment]:
    segments: list[_Segment] = []
    last = 0
    for match in (_ASCII_WORDS if chunk.isascii() else _words()).finditer(chunk):
        segments.append(_Segment(match[0], match.start(), match.end(), chunk[last : match.start()][-1:]))
        last = match.end()
    return segments


def _merged(segments: list[_Segment]) -> Iterator[_Segment]:
    """Merges the segments of a word that has joiners: acronyms, numbers, ``don't``."""
    index = 0
    while index < len(segments):
        segment, after = segments[index], index + 1
        text = segment.text
        if _is_letter(text):
            while after < len(segments) and segments[after].before == "." and _is_letter(segments[after].text):
                text += "." + segments[after].text
                after += 1
        elif text.isdecimal() and not unspaced(text):
            after = _digits_end(segments, index)
            number = _number(segments[index:after])
            if number is None:
                yield from segments[index:after]
                index = after
                continue
            text = number
        if after == index + 1 and after < len(segments) and segments[after].before in _APOSTROPHES:
            following = segments[after].text
            last = after + 1 == len(segments) or segments[after + 1].before not in _APOSTROPHES
            if following.lower() in _CONTRACTED and last and not unspaced(text):
                text += "'" + following
                after += 1
        yield _Segment(text, segment.start, segments[after - 1].end, segment.before)
        index = after


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isalpha() and not unspaced(text)


def _digits_end(segments: list[_Segment], index: int) -> int:
    """Returns the end of a run of digits with points or commas between; letters may follow the digits: ``1.5bn``."""
    after = index + 1
    while after < len(segments) and segments[after].before in (".", ",") and segments[after].text[0].isdecimal():
        after += 1
        if not segments[after - 1].text.isdecimal():
            break
    return after


def _number(segments: list[_Segment]) -> str | None:
    """Returns a number without commas between thousands, and a point before decimals; None for ``1.2.3``."""
    first, *rest = segments
    if not rest:
        return first.text
    *thousands, last = rest
    if any(segment.before != "," or len(segment.text) != 3 for segment in thousands):
        return None
    if last.before == "," and _leading_digits(last.text) == 3:
        return "".join(segment.text for segment in segments)
    if thousands and last.before == ",":
        return None
    return "".join(segment.text for segment in segments[:-1]) + "." + last.text


def _leading_digits(text: str) -> int:
    return next((index for index, character in enumerate(text) if not character.isdecimal()), len(text))


def _without_elided(segments: list[_Segment], language: str) -> list[_Segment]:
    if language == "tr":  # an apostrophe separates an ending from a name
        return [segment for segment in segments if segment.before not in _APOSTROPHES or _is_name(segment.text)]
    elided = _ELIDED.get(language)
    if not elided:
        return segments
    kept: list[_Segment] = []
    for index, segment in enumerate(segments):
        apostrophe = index + 1 < len(segments) and segments[index + 1].before in _APOSTROPHES
        if apostrophe and segment.text.lower() in elided:
            continue
        if index and segments[index - 1].text.lower() in elided and segment.before in _APOSTROPHES:
            segment = segment._replace(before="")
        kept.append(segment)
    return kept


def _is_name(text: str) -> bool:
    """Returns whether text after an apostrophe begins like a name, as in ``O'Brien``."""
    return len(text) > 1 and text[0].isupper() and text[1].islower()


def _groups(segments: list[_Segment]) -> Iterator[list[_Segment]]:
    """Yields runs of segments with hyphens or apostrophes between."""
    group: list[_Segment] = []
    for segment in segments:
        if group and segment.before not in (*_HYPHENS, *_APOSTROPHES):
            yield group
            group = []
        group.append(segment)
    if group:
        yield group


def _joinable(group: list[_Segment]) -> bool:
    size = sum(len(segment.text) for segment in group)
    return (
        1 < len(group) <= _MAX_JOINED_PIECES
        and size <= _MAX_JOINED
        and any(segment.text[0].isalpha() for segment in group)
        and not any(unspaced(segment.text) for segment in group)
    )


def _pairs(segment: _Segment) -> Iterator[Piece]:
    """Yields overlapping pairs of characters, then the last character."""
    units = [match.span() for match in _units().finditer(segment.text)]
    for index, (start, end) in enumerate(units):
        next_start, until = units[index + 1] if index + 1 < len(units) else (end, end)
        pair = segment.text[start:end] + segment.text[next_start:until]  # a line may end between them
        yield Piece(pair, segment.start + start, segment.start + until, unit=end - start)
