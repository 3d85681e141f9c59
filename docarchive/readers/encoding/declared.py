"""Decodes text whose container declares its encoding, rightly or not: mail and feeds.

Always returns a text; ``detect`` is for whole files, and refuses what is no text.
"""

from __future__ import annotations

import codecs
from contextlib import suppress
from typing import Final

from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import decode

#: What senders mean by these names, as browsers read them (https://encoding.spec.whatwg.org).
_MEANT: Final = {
    **{"ascii": "utf-8", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-8-i": "iso8859-8"},
    **{"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"},
}
#: Python's codecs that are no encodings of texts; some take quadratic time.
_NO_ENCODINGS: Final = frozenset(
    ["idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"]
)


def codec(name: str) -> str | None:
    """Returns Python's name of an encoding, None if there is no such encoding.

    >>> codec("Latin1"), codec("x-unknown"), codec("rot13")
    ('iso8859-1', None, None)
    """
    try:
        info = codecs.lookup(name.strip().strip("\"'").lower().removesuffix("-i"))
    except (LookupError, ValueError):  # a name with a NUL in it
        return None
    if not info._is_text_encoding or info.name.replace("_", "-") in _NO_ENCODINGS:
        return None
    return info.name


def decode_declared(data: bytes, declared: str | None) -> str:
    """Decodes bytes as declared, if that is known and right, else in a detected encoding, else with U+FFFD."""
    known = codec(declared) if declared else None
    for name in (_MEANT.get(known or "", known), known, "utf-8"):
        if name:
            with suppress(UnicodeDecodeError):
                return data.decode(name)
    with suppress(ReaderError):
        return decode(data).text
    return data.decode(known or "utf-8", "replace")
