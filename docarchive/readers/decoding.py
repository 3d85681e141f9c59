"""From bytes to text, for the readers of text formats.

Bytes without a byte order mark that are not UTF-8 go to charset-normalizer; windows-1252 is tried first,
as short texts of Western Europe look alike in many encodings, and is taken where the language of what
comes out is one of theirs.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from typing import Final, NamedTuple

from docarchive.errors import ReaderError
from docarchive.language import detect
from docarchive.readers.protocol import Source

#: Larger files of one article are refused.
MAX_SIZE: Final = 50_000_000

_CONTROLS = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_WESTERN: Final = frozenset(["ca", "da", "de", "en", "es", "eu", "fi", "fr", "ga", "is", "it", "nl", "no", "pt", "sv"])
#: What short texts of Western Europe are taken for.
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
    """A text, and the encoding that its bytes were in, by its usual name."""

    text: str
    encoding: str


def read_text(source: Source) -> Decoded:
    """Reads a whole source as text, line ends as they are.

    Raises:
        ReaderError: It is too large, empty, or no text.
    """
    if source.size > MAX_SIZE:
        raise ReaderError(f"the file is larger than {MAX_SIZE // 1_000_000} MB, too large for one article")
    with source.open() as file:
        found = decode(file.read(MAX_SIZE + 1))
    if not found.text.strip():
        raise ReaderError("the file is empty")
    return found


def decode(data: bytes) -> Decoded:
    """Decodes bytes: by their byte order mark, as UTF-8, or else in the encoding that they look most like.

    Raises:
        ReaderError: They are no text, or damaged text.
    """
    found = _marked(data) or _unmarked(data)
    if "\0" in found.text or len(_CONTROLS.findall(found.text[:8000])) > 8:
        raise ReaderError("the file is not text")
    return found


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
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if _nearly_utf_8(data):
            raise _damaged(data, error, "utf-8") from None
        return _guessed(data, error)


def _wide(data: bytes, head: bytes) -> Decoded:
    """Decodes UTF-16 without a mark: nearly every other byte of a text in Latin letters is zero."""
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(data) % 2 == 0 and zeros.count(0) * 10 > len(zeros) * 7:
            with suppress(UnicodeDecodeError):
                text = data.decode(encoding)
                if not _CONTROLS.search(text[:8000]):
                    return Decoded(text, encoding)
    raise ReaderError("the file is not text")


def _nearly_utf_8(data: bytes) -> bool:
    """Tells whether so much of it is right that the rest must be damage: no other encoding looks like UTF-8."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(character > "\x7f" for character in text) - wrong
    return right > 4 * wrong


def _guessed(data: bytes, error: UnicodeDecodeError) -> Decoded:
    from charset_normalizer import from_bytes

    with suppress(UnicodeDecodeError):
        western = data.decode("windows-1252")
        if detect(" ".join([western] * (1 + 200 // len(data))), "") in _WESTERN:  # a detector wants some length
            return Decoded(western, "windows-1252")
    best = from_bytes(data).best()
    if best is None:
        raise _damaged(data, error, "utf-8")
    encoding = "cp1252" if best.encoding in _LIKE_WESTERN else best.encoding
    try:
        return Decoded(data.decode(encoding), _USUAL.get(encoding, encoding))
    except (UnicodeDecodeError, LookupError):
        raise _damaged(data, error, "utf-8") from None


def _damaged(data: bytes, error: UnicodeDecodeError, encoding: str) -> ReaderError:
    name = encoding.upper()
    return ReaderError(
        f"the text is not {name} (byte 0x{data[error.start]:02x} at offset {error.start:,}); mend or convert it first"
    )
