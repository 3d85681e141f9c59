"""Block YAML for the values that most articles have, written without PyYAML, which takes twenty times as long.

Owns which texts need neither quotes nor PyYAML. The result is what PyYAML would write, character by character; for any
other value, ``line`` returns None.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from docarchive.dates import PartialDate

#: A letter or a slash, then printable ASCII without anything that begins a comment or another key.
_PLAIN: Final = re.compile(r"[A-Za-z/][!-9;-~]*+(?:(?::(?=[!-~])| (?![ #]*#| *\Z))[!-9;-~]*+)*+")
#: Words that are not text in YAML 1.1 or 1.2.
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
#: Dates and moments as ``PartialDate`` writes them; a year alone is a number, and a month alone is text.
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_DIGITS: Final = re.compile(r"[1-9][0-9]*")
#: Ids and digests that cannot be read as a number: no number has these letters, except a hexadecimal one.
_DIGEST: Final = re.compile(r"(?!0x)(?=[0-9a-z]*[acdf-np-wyz])[0-9a-z]+")


def line(key: str, value: Any) -> str | None:
    """Returns a key and its value as lines of block YAML, or None if PyYAML must write them."""
    kind = type(value)
    if kind is list:
        items = [scalar(item) if type(item) is str else None for item in value]
        name = _cached_scalar(key)
        if name is None or None in items or not items:
            return None
        return f"{name}:\n" + "\n".join([f"- {item}" for item in items])
    if kind is str:
        text = scalar(value)
    elif kind is PartialDate:
        text = value.text if _DATE.fullmatch(value.text) else None
    elif kind is bool:
        text = "true" if value else "false"
    else:
        return None
    name = _cached_scalar(key)
    return None if text is None or name is None else f"{name}: {text}"


def scalar(text: str) -> str | None:
    """Returns a text as a YAML scalar on one line, or None if PyYAML must write it."""
    if _PLAIN.fullmatch(text):
        return None if len(text) <= 5 and text.lower() in _WORDS else text
    if _DIGITS.fullmatch(text):
        return f"'{text}'"
    return text if _DIGEST.fullmatch(text) else None


@lru_cache(maxsize=1_000)
def _cached_scalar(key: str) -> str | None:
    return scalar(key) if len(key) <= 100 else None  # a longer key is written in two lines
