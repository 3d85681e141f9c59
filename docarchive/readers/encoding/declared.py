"""Decodes text whose container declares its encoding, rightly or not: mail and feeds.

Always returns a text; ``detect`` is for whole files, and refuses what is no text.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import decode

#: What senders mean by Python's encodings, as browsers read them (https://encoding.spec.whatwg.org).
_MEANT: Final = {
    **{"ascii": "utf-8", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-8-i": "iso8859-8"},
    **{"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"},
    **{"iso8859-11": "cp874", "tis-620": "cp874", "big5": "big5hkscs"},
}
#: The encodings of Windows by those of ISO that have most of the same letters, and controls for the bytes of others.
_OF_WINDOWS: Final = {
    **{"iso8859-2": "cp1250", "iso8859-7": "cp1253", "iso8859-8": "cp1255", "iso8859-13": "cp1257"},
    "iso8859-15": "cp1252",
}
_CONTROL: Final = re.compile(rb"[\x80-\x9f]")
#: Labels of that standard that Python does not know, by its names.
_LABELS: Final = {
    label: codec
    for codec, labels in {
        "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
        "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff",
        "utf-16-be": "unicodefffe",
        "cp874": "dos-874 windows-874",
        "cp932": "windows-31j x-sjis",
        "cp949": "windows-949 ksc_5601 ks_c_5601-1989 iso-ir-149 csksc56011987",
        "cp1250": "x-cp1250",
        "cp1251": "x-cp1251",
        "cp1252": "x-cp1252",
        "cp1253": "x-cp1253",
        "cp1254": "x-cp1254",
        "cp1255": "x-cp1255",
        "cp1256": "x-cp1256",
        "cp1257": "x-cp1257",
        "cp1258": "x-cp1258",
        "iso8859-7": "sun_eu_greek",
        "iso8859-8": "csiso88598e csiso88598i logical visual",
        "iso8859-6": "csiso88596e csiso88596i iso-8859-6-e",
        "iso8859-15": "csisolatin9",
        "gb18030": "x-gbk",
        "big5hkscs": "x-x-big5 cn-big5",
        "euc_jp": "x-euc-jp cseucpkdfmtjapanese",
        "mac-roman": "x-mac-roman csmacintosh mac",
        "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
        "koi8-r": "koi koi8",
        "koi8-u": "koi8-ru",
    }.items()
    for label in labels.split()
}
#: Python's codecs that are no encodings of texts; some take quadratic time.
_NO_ENCODINGS: Final = frozenset(
    ["idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"]
)


_CONTROLS: Final = "docarchive-controls"
_JAPANESE: Final = ("euc_jp", "iso2022_jp")
_EUC_PAIR: Final = re.compile(rb"[\xa1-\xfe][\xa1-\xfe]")
_ESCAPE: Final = re.compile(rb"\x1b(\([BJI]|\$[@B])")


def codec(name: str) -> str | None:
    """Returns Python's name of an encoding, None if there is no such encoding.

    >>> codec("Latin1"), codec("x-sjis"), codec("x-unknown"), codec("rot13")
    ('iso8859-1', 'cp932', None, None)
    """
    label = name.strip().strip("\"'").lower()
    try:
        info = codecs.lookup(_LABELS.get(label) or label.removesuffix("-i"))
    except (LookupError, ValueError):  # a name with a NUL in it
        return None
    if not info._is_text_encoding or info.name.replace("_", "-") in _NO_ENCODINGS:
        return None
    return info.name


def meant(name: str) -> str:
    """Returns Python's name of the encoding that a label means to browsers; an unknown label unchanged.

    >>> meant("shift_jis"), meant("EUC-KR"), meant("utf-8")
    ('cp932', 'cp949', 'utf-8')
    """
    known = codec(name) or name
    return _MEANT.get(known, known)


def of_windows(name: str, data: bytes) -> str:
    r"""Returns the encoding of Windows that bytes are in which have controls in a declared one of ISO; else its name.

    >>> of_windows("iso8859-2", b"\x9eena"), of_windows("iso8859-2", b"\xbeena")
    ('cp1250', 'iso8859-2')
    """
    return _OF_WINDOWS[name] if name in _OF_WINDOWS and _CONTROL.search(data) else name


def decode_declared(data: bytes, declared: str | None) -> str:
    """Decodes bytes as browsers read what is declared, if that is known and right, else in a detected encoding.

    What is in no encoding becomes U+FFFD. The bytes that windows-1252 does not assign are controls, as in browsers.
    """
    known = codec(declared) if declared else None
    known = of_windows(known, data) if known else None
    wanted = meant(known) if known else None
    if wanted in _JAPANESE and (japanese := decode_japanese(data, wanted)) is not None:
        return japanese
    for name in (wanted, "utf-8", *(() if wanted == "cp1252" else (known,))):
        if name:
            with suppress(UnicodeDecodeError):
                return data.decode(name)
    if wanted and wanted.startswith("cp125"):
        return data.decode(wanted, _CONTROLS)
    with suppress(ReaderError):
        return decode(data).text
    return data.decode(known or "utf-8", "replace")


def decode_japanese(data: bytes, name: str) -> str | None:
    r"""Decodes EUC-JP or ISO-2022-JP as browsers do, with the letters that Windows adds; None if that fails.

    >>> decode_japanese(b"\x1b$B-!\x1b(B a", "iso2022_jp"), decode_japanese(b"\xad\xa1", "euc_jp")
    ('① a', '①')
    """
    with suppress(UnicodeDecodeError):
        return data.decode(name)
    with suppress(UnicodeDecodeError):
        if name == "euc_jp":
            return _EUC_PAIR.sub(lambda pair: _shifted(pair[0][0] - 128, pair[0][1] - 128), data).decode("cp932")
        return "".join(_iso_2022_parts(data))
    return None


def _iso_2022_parts(data: bytes) -> Iterator[str]:
    first, *others = _ESCAPE.split(data)
    yield first.decode("ascii")
    for escape, part in zip(others[::2], others[1::2], strict=True):
        if escape in (b"$B", b"$@"):
            lines = part.replace(b"\r", b"").split(b"\n")  # the end of a line ends the letters of two bytes
            pairs = (b"".join(_shifted(*line[at : at + 2]) for at in range(0, len(line) - 1, 2)) for line in lines)
            yield "\n".join(pair.decode("cp932") for pair in pairs)
        elif escape == b"(I":
            yield bytes(byte + 128 if byte > 32 else byte for byte in part).decode("cp932")
        else:
            yield part.decode("ascii")


def _shifted(row: int, cell: int) -> bytes:
    """Returns the bytes in Shift_JIS of a letter of JIS X 0208, given by its two bytes of seven bits."""
    lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
    trail = cell + (0x1F + (cell >= 0x60) if row % 2 else 0x7E)
    return bytes((lead, trail))


def _as_control(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(map(chr, error.object[error.start : error.end])), error.end


codecs.register_error(_CONTROLS, _as_control)
