"""Block YAML for the values that most articles have, written and read without PyYAML, which takes twenty times as long.

Owns which texts need neither quotes nor PyYAML. The result is what PyYAML would write, character by character, or what
it would read; for anything else, ``line`` and ``read`` return None.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from docarchive.article import Literal
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


def read(raw: str) -> dict[str, Any] | None:
    """Returns the metadata in block YAML that has nothing but what ``line`` writes; None for any other."""
    metadata: dict[str, Any] = {}
    for text in raw.strip("\n").split("\n"):
        if text.startswith("- "):
            items, item = next(reversed(metadata.values()), None), _read_scalar(text[2:])
            if not isinstance(items, list) or item is None:
                return None
            items.append(item)
        else:
            key, colon, rest = f"{text} ".partition(": ")
            value: str | bool | list[str | bool] | None = _read_scalar(rest[:-1]) if rest else []
            if not colon or value is None or key in metadata or _cached_scalar(key) != key:
                return None
            metadata[key] = value
    return None if [] in metadata.values() else metadata


def _read_scalar(text: str) -> str | bool | None:
    if text in ("true", "false"):
        return text == "true"
    if text[:1] == "'" == text[-1:] and _DIGITS.fullmatch(text[1:-1]):
        return text[1:-1]
    if _DATE.fullmatch(text):
        return Literal(text)
    return text if scalar(text) == text else None


@lru_cache(maxsize=1_000)
def _cached_scalar(key: str) -> str | None:
    return scalar(key) if len(key) <= 100 else None  # a longer key is written in two lines
