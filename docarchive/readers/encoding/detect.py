"""From bytes to text, for the readers of text formats.

Bytes without a byte order mark that are not UTF-8 go to charset-normalizer. Before that, encodings of Latin letters are
tried, as short texts in them look alike: one is chosen if the decoded text is in a language that is written in it.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Final
from unicodedata import category, name

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.language import detect
from docarchive.readers.protocol import Source
from docarchive.records import NamedTuple

#: Larger files of one article are refused.
MAX_SIZE: Final = 50_000_000

_CONTROLS = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_WESTERN: Final = frozenset(["ca", "da", "de", "en", "es", "eu", "fi", "fr", "ga", "is", "it", "nl", "no", "pt", "sv"])
_CENTRAL: Final = frozenset(["cs", "hr", "hu", "pl", "ro", "sk", "sl"])
#: Encodings and their languages, in the order in which they are tried.
_LATIN: Final = ((("cp1252",), _WESTERN), (("cp1254",), frozenset(["tr"])), (("cp1250", "iso8859_2"), _CENTRAL))
#: Letters of each language of Central Europe: windows-1250 and ISO 8859-2 differ in few, such as š and ž.
_ALPHABETS: Final = tuple(
    frozenset("abcdefghijklmnopqrstuvwxyz" + letters)
    for letters in "áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž ąćęłńóśźż áéíóöőúüű ăâîşţșț čćđšž äöüß".split()  # noqa: SIM905
)
#: Supersets that charset-normalizer names, and the smaller encodings that are reported where these suffice.
_SMALLER: Final = {
    **{"euc_jis_2004": "euc_jp", "euc_jisx0213": "euc_jp", "big5hkscs": "big5"},
    **{"shift_jis_2004": "cp932", "shift_jisx0213": "cp932"},
}
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_FEWEST_WIDE: Final = 8
#: What charset-normalizer takes short texts of Western Europe for.
_LIKE_WESTERN: Final = frozenset(
    ["cp1252", "cp1254", "cp1257", "cp1258", "latin_1", "iso8859_9", "iso8859_13", "iso8859_15", "mac_roman", "cp850"]
)
#: charset-normalizer's names are Python's; these are the usual ones.
_USUAL: Final = {
    **{f"cp{number}": f"windows-{number}" for number in range(1250, 1259)},
    **{"cp932": "shift_jis", "cp949": "euc-kr", "koi8_r": "koi8-r", "koi8_u": "koi8-u", "latin_1": "iso-8859-1"},
    **{f"iso8859_{number}": f"iso-8859-{number}" for number in range(2, 17)},
    **{"euc_jp": "euc-jp", "utf_16_le": "utf-16-le", "utf_16_be": "utf-16-be"},
}
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Decoded(NamedTuple):
    """A decoded text.

    Attributes:
        text: The text, without a byte order mark.
        encoding: Usual name of the encoding of its bytes, in lower case: ``windows-1252``.
    """

    text: str
    encoding: str


def read_text(source: Source) -> Decoded:
    """Reads a whole source as text, line ends as they are; CR alone, the line end of old Macs, becomes LF.

    Raises:
        ReaderError: It is too large, empty, or no text.
    """
    decoded = decode(source.read(MAX_SIZE, advice=", too large for one article"))
    if not decoded.text.strip():
        raise ReaderError("the file is empty")
    if "\r" in decoded.text and "\n" not in decoded.text:
        return decoded._replace(text=decoded.text.replace("\r", "\n"))
    return decoded


def has_old_line_ends(head: bytes) -> bool:
    r"""Returns whether the lines of a text end in CR alone, by its first bytes.

    >>> has_old_line_ends(b"a\rb\r"), has_old_line_ends(b"a\r\nb"), has_old_line_ends(b"a")
    (True, False, False)
    """
    return b"\r" in head and b"\n" not in head and b"\0" not in head


def load_text(source: Source, read: Callable[[str, str, str], Article]) -> Article:
    """Makes an article of a source that is one text; notes its encoding under ``encoding`` if that is not UTF-8.

    Args:
        source: The input.
        read: Makes an article of the text, the name of its file, and its folders below what the user named. The name
            and the folders are asked where the text states no date, title or section.

    Raises:
        ReaderError: It is too large, empty, or no text; or what ``read`` raises.
    """
    text, encoding = read_text(source)
    article = read(text, source.name, source.folder)
    if encoding != "utf-8":
        article.extra.setdefault("encoding", encoding)
    return article


def decode(data: bytes) -> Decoded:
    """Decodes bytes by their byte order mark, as UTF-8, or in the encoding that is most likely.

    Raises:
        ReaderError: They are no text, or damaged text.
    """
    decoded = _marked(data) or _unmarked(data)
    if "\0" in decoded.text or len(_CONTROLS.findall(decoded.text[:8000])) > 8:
        raise ReaderError("the file is not text")
    return decoded


def _marked(data: bytes) -> Decoded | None:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return Decoded(data.decode(encoding), encoding.removesuffix("-sig"))
            except UnicodeDecodeError as error:
                raise _damaged(data, error, encoding.removesuffix("-sig")) from None
    return None


def _unmarked(data: bytes) -> Decoded:
    head = data[:8000]
    if b"\0" in head:
        return _wide(data, head)
    if _ISO_2022_JP.search(head) and data.isascii():
        with suppress(UnicodeDecodeError):
            return Decoded(data.decode("iso2022_jp"), "iso-2022-jp")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if _nearly_utf_8(data):
            raise _damaged(data, error, "utf-8") from None
        return _guessed(data, error)


def _wide(data: bytes, head: bytes) -> Decoded:
    """Decodes UTF-16 and UTF-32 without a byte order mark.

    UTF-32 is hardly ever valid by chance. In UTF-16 of Latin letters, nearly every other byte is zero; other UTF-16
    must be assigned characters only, nearly all of one script, with spaces or ends of sentences.
    """
    for encoding in ("utf-32-le", "utf-32-be"):
        if len(data) % 4 == 0 and (text := _decoded(data, encoding)) and not _has_unassigned(text):
            return Decoded(text, encoding)
    if len(data) % 2 == 0:
        for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
            if zeros.count(0) * 10 > len(zeros) * 7 and (text := _decoded(data, encoding)):
                return Decoded(text, encoding)
        for encoding in ("utf-16-le", "utf-16-be"):
            if (text := _decoded(data, encoding)) and _like_one_script(text):
                return Decoded(text, encoding)
    raise ReaderError("the file is not text")


def _decoded(data: bytes, encoding: str) -> str | None:
    with suppress(UnicodeDecodeError):
        text = data.decode(encoding)
        if "\0" not in text and not _CONTROLS.search(text[:8000]):
            return text
    return None


def _like_one_script(text: str) -> bool:
    head = text[:2000]
    if len(head) < _FEWEST_WIDE or not re.search("[\\s。、.,]", head) or _has_unassigned(head):
        return False
    scripts = Counter(_script(character) for character in head if character.isalpha())
    return bool(scripts) and scripts.most_common(1)[0][1] * 10 >= 9 * scripts.total()


def _has_unassigned(text: str) -> bool:
    return any(category(character) in ("Cn", "Co", "Cs") for character in text[:2000])


def _script(character: str) -> str:
    """Returns the script of a letter by the first word of its Unicode name; the scripts of Japanese count as one."""
    script = name(character, "").partition(" ")[0].partition("-")[0]
    return "CJK" if script in ("HIRAGANA", "KATAKANA", "IDEOGRAPHIC") else script


def _nearly_utf_8(data: bytes) -> bool:
    """Returns whether bytes are damaged UTF-8: no other encoding looks so much like it."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(character > "\x7f" for character in text) - wrong
    return right > 4 * wrong


def _guessed(data: bytes, error: UnicodeDecodeError) -> Decoded:
    from charset_normalizer import from_bytes

    for encodings, languages in _LATIN:
        if decoded := _of_languages(data, encodings, languages):
            return decoded
    for encoding in ("euc_jp", "cp932"):  # short texts are taken for Korean, of whose letters these would be rare ones
        with suppress(UnicodeDecodeError):
            japanese = data.decode(encoding)
            if len(_KANA.findall(japanese)) * 5 > sum(map(str.isalpha, japanese)):
                return Decoded(japanese, _USUAL[encoding])
    best = from_bytes(data).best()
    if best is None:
        raise _damaged(data, error, "utf-8")
    encoding = "cp1252" if best.encoding in _LIKE_WESTERN else best.encoding
    with suppress(UnicodeDecodeError, KeyError):
        smaller = _SMALLER[encoding]
        return Decoded(data.decode(smaller), _USUAL.get(smaller, smaller))
    try:
        return Decoded(data.decode(encoding), _USUAL.get(encoding, encoding))
    except (UnicodeDecodeError, LookupError):
        raise _damaged(data, error, "utf-8") from None


def _of_languages(data: bytes, encodings: tuple[str, ...], languages: frozenset[str]) -> Decoded | None:
    """Decodes bytes in the best of similar encodings; returns None if the text is in none of the languages."""
    texts: dict[str, str] = {}
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            texts[encoding] = data.decode(encoding)
    if not texts:
        return None
    best = max(texts, key=lambda encoding: _fit(texts[encoding]))
    repeated = " ".join([texts[best]] * (1 + 200 // len(data)))  # the detector needs some length
    return Decoded(texts[best], _USUAL.get(best, best)) if detect(repeated, "") in languages else None


def _fit(text: str) -> int:
    """Returns how well a text fits: its letters, less those in lower case right before a capital.

    Letters that are in no alphabet of Central Europe with the others of the text count as none.
    """
    head = text[:8000]
    letters = Counter(filter(str.isalpha, head.lower()))
    fewest = min(sum(count for letter, count in letters.items() if letter not in own) for own in _ALPHABETS)
    return letters.total() - fewest - 2 * sum(a.islower() and b.isupper() for a, b in pairwise(head))


def _damaged(data: bytes, error: UnicodeDecodeError, encoding: str) -> ReaderError:
    place = f"byte 0x{data[error.start]:02x} at offset {error.start:,}"
    return ReaderError(f"the text is not {encoding.upper()} ({place}); fix or convert it first")
