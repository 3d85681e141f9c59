"""From text to pieces: where words begin and end.

A chunk is a run of letters and digits with single joiners inside: ``co-operation``, ``U.S``, ``1.5bn``,
``Stoltenberg's``. It is split into pieces, one a position. Scripts that are written without spaces
(Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) are split into overlapping pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

_JOINERS = "-'.,&’‐‑"  # noqa: RUF100
_ASCII = re.compile(rf"\w+(?:[{_JOINERS}]\w+)*", re.ASCII)
_APOSTROPHES: Final = ("'", "’")
_HYPHENS: Final = ("-", "&", "‐", "‑")
_CONTRACTED: Final = frozenset({"s", "t", "re", "ve", "ll", "d", "m"})
_MAX_JOINED_PIECES: Final = 3
_MAX_JOINED: Final = 40


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Articles and pronouns that lean on the next word, by language; they are left out.
_ELIDED: Final = {
    "fr": _word_set("l d j m t s c n qu jusqu lorsqu puisqu quoiqu"),
    "it": _word_set("l un d c s m t v n dell all dall nell sull coll gl quest quell sant bell nessun"),
    "ca": _word_set("l d m t s n"),
    "pt": _word_set("d"),
}
#: Acronyms that are also common words: they are told apart by their dots or capitals.
COMMON: Final = _word_set("us it is as in on or so am me my we he at by do go if of to up no an be who was all")
_UNSPACED = (
    "\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff\u1100-\u11ff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
_ASCII_WORDS = re.compile(r"[^\W_]+", re.ASCII)


class Piece(NamedTuple):
    """What stands at one position of a text.

    Attributes:
        text: The word as it is written, or two characters of a script without spaces.
        start: Where it begins in the chunk.
        end: Where it ends.
        joined: The whole word that it is a part of, without its joiners.
        unit: For scripts without spaces, how many characters its first one takes; else 0.
    """

    text: str
    start: int
    end: int
    joined: str = ""
    unit: int = 0


class _Part(NamedTuple):
    text: str
    start: int
    end: int
    before: str  # the joiner


def chunk_pattern(text: str) -> re.Pattern[str]:
    """Returns the pattern that finds the chunks of a text."""
    return _ASCII if text.isascii() else _wide()


@cache
def _wide() -> re.Pattern[str]:
    return re.compile(rf"[\w{_marks()}]+(?:[{_JOINERS}][\w{_marks()}]+)*")


@cache
def _marks() -> str:
    """Returns the signs that stand on or beside letters, as part of a character class."""
    found = (chr(code) for code in range(0x300, 0x20D0) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
    return "".join(found) + "\u00ad\u200c\u200d\u3099\u309a\uff9e\uff9f"


@cache
def _units() -> re.Pattern[str]:
    """Returns the pattern of one character with its signs; a Korean syllable may come in its letters."""
    syllable = "[\u1100-\u115f][\u1160-\u11a7]+[\u11a8-\u11ff]*"
    return re.compile(f"{syllable}|[^{_marks()}][{_marks()}]*|[{_marks()}]+")


@cache
def _words() -> re.Pattern[str]:
    """Returns the pattern of what is no joiner, parted where a script without spaces begins or ends."""
    unspaced = f"(?=[{_UNSPACED}])[^\\W_][{_UNSPACED}{_marks()}]*"
    return re.compile(rf"{unspaced}|[^\W_](?:(?![{_UNSPACED}])[^\W_]|[{_marks()}])*")


@cache
def _wordlike() -> re.Pattern[str]:
    return re.compile(rf"(?:[^\W_]|[{_marks()}'’&.‐‑*?-])+")


def wordlike(text: str) -> bool:
    """Tells whether a text could be one word, or one with wildcards."""
    return _wordlike().fullmatch(text) is not None


@cache
def _unspaced_start() -> re.Pattern[str]:
    return re.compile(f"[{_UNSPACED}]")


def unspaced(text: str) -> bool:
    """Tells whether a text begins in a script that is written without spaces."""
    return not text[:1].isascii() and _unspaced_start().match(text) is not None


@cache
def _plain_number() -> re.Pattern[str]:
    """Returns the pattern of numbers of which ``_number`` takes the commas and nothing else."""
    return re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?", re.ASCII)


def pieces(chunk: str, language: str) -> list[Piece]:
    """Splits a chunk.

    Args:
        chunk: A match of ``chunk_pattern``.
        language: ISO 639-1; it decides about what apostrophes set off.
    """
    if chunk.isascii():
        if chunk.isalnum():
            return [Piece(chunk, 0, len(chunk))]
        if _plain_number().fullmatch(chunk):
            return [Piece(chunk.replace(",", ""), 0, len(chunk))]
    merged = list(_merged(_parts(chunk)))
    merged = _without_elided(merged, language)
    found: list[Piece] = []
    for group in _groups(merged):
        joined = "".join(part.text.replace(".", "") for part in group) if _joinable(group) else ""
        for part in group:
            if unspaced(part.text):
                found.extend(_pairs(part))
            else:
                found.append(Piece(part.text, part.start, part.end, joined))
    return found


def _parts(chunk: str) -> list[_Part]:
    found: list[_Part] = []
    last = 0
    for match in (_ASCII_WORDS if chunk.isascii() else _words()).finditer(chunk):
        found.append(_Part(match[0], match.start(), match.end(), chunk[last : match.start()][-1:]))
        last = match.end()
    return found


def _merged(parts: list[_Part]) -> Iterator[_Part]:
    """Puts together what is one word in spite of its joiners: acronyms, numbers, ``don't``."""
    index = 0
    while index < len(parts):
        part, after = parts[index], index + 1
        text = part.text
        if _is_letter(text):
            while after < len(parts) and parts[after].before == "." and _is_letter(parts[after].text):
                text += "." + parts[after].text
                after += 1
        elif text.isdecimal() and not unspaced(text):
            after = _digits_end(parts, index)
            number = _number(parts[index:after])
            if number is None:
                yield from parts[index:after]
                index = after
                continue
            text = number
        if after == index + 1 and after < len(parts) and parts[after].before in _APOSTROPHES:
            following = parts[after].text
            last = after + 1 == len(parts) or parts[after + 1].before not in _APOSTROPHES
            if following.lower() in _CONTRACTED and last and not unspaced(text):
                text += "'" + following
                after += 1
        yield _Part(text, part.start, parts[after - 1].end, part.before)
        index = after


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isalpha() and not unspaced(text)


def _digits_end(parts: list[_Part], index: int) -> int:
    """Returns where a run of digits with points or commas between them ends; letters may end it: ``1.5bn``."""
    after = index + 1
    while after < len(parts) and parts[after].before in (".", ",") and parts[after].text[0].isdecimal():
        after += 1
        if not parts[after - 1].text.isdecimal():
            break
    return after


def _number(parts: list[_Part]) -> str | None:
    """Writes a number in one way: no commas between thousands, a point before decimals; None for ``1.2.3``."""
    first, *rest = parts
    if not rest:
        return first.text
    *thousands, last = rest
    if any(part.before != "," or len(part.text) != 3 for part in thousands):
        return None
    if last.before == "," and _leading_digits(last.text) == 3:
        return "".join(part.text for part in parts)
    if thousands and last.before == ",":
        return None
    return "".join(part.text for part in parts[:-1]) + "." + last.text


def _leading_digits(text: str) -> int:
    return next((index for index, character in enumerate(text) if not character.isdecimal()), len(text))


def _without_elided(parts: list[_Part], language: str) -> list[_Part]:
    if language == "tr":  # endings are set off from names
        return [part for part in parts if part.before not in _APOSTROPHES or _is_name(part.text)]
    elided = _ELIDED.get(language)
    if not elided:
        return parts
    kept: list[_Part] = []
    for index, part in enumerate(parts):
        apostrophe = index + 1 < len(parts) and parts[index + 1].before in _APOSTROPHES
        if apostrophe and part.text.lower() in elided:
            continue
        if index and parts[index - 1].text.lower() in elided and part.before in _APOSTROPHES:
            part = part._replace(before="")
        kept.append(part)
    return kept


def _is_name(text: str) -> bool:
    """Tells whether what stands behind an apostrophe begins like a name, as in ``O'Brien``."""
    return len(text) > 1 and text[0].isupper() and text[1].islower()


def _groups(parts: list[_Part]) -> Iterator[list[_Part]]:
    """Yields runs of parts with hyphens or apostrophes between them."""
    group: list[_Part] = []
    for part in parts:
        if group and part.before not in (*_HYPHENS, *_APOSTROPHES):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _joinable(group: list[_Part]) -> bool:
    size = sum(len(part.text) for part in group)
    return (
        1 < len(group) <= _MAX_JOINED_PIECES
        and size <= _MAX_JOINED
        and any(part.text[0].isalpha() for part in group)
        and not any(unspaced(part.text) for part in group)
    )


def _pairs(part: _Part) -> Iterator[Piece]:
    """Yields overlapping pairs of characters, and the last character alone."""
    units = [match.span() for match in _units().finditer(part.text)]
    for index, (start, end) in enumerate(units):
        until = units[index + 1][1] if index + 1 < len(units) else end
        yield Piece(part.text[start:until], part.start + start, part.start + until, unit=end - start)
