"""Plain values: metadata as bounded values of JSON's types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any, Final

from docarchive.dates import PartialDate
from docarchive.errors import ArticleError
from docarchive.regexes import lazy

MAX_VALUES: Final = 20_000
MAX_DEPTH: Final = 32
MAX_BITS: Final = 13_287  # 4,000 digits; Python refuses to write or read much longer integers in decimal
_YEAR: Final = lazy("[1-9][0-9]{3}")
#: Types of plain values, and of dates; a union would be made for each value.
_NUMBERS: Final = (bool, int, float)
_DATES: Final = (PartialDate, date, time)
_UNSAFE = lazy("[\x00\ud800-\udfff]")
_BYTES: Final = (bytes, bytearray, memoryview)


class Literal(str):
    """Text that a format would read as another type (``1.10``, a time stamp). It is written exactly as it was read."""

    __slots__ = ()


def clean(text: str) -> str:
    """Returns text without characters that a text file cannot hold: NUL and lone surrogates become U+FFFD."""
    if text.isascii():
        return text.replace("\0", "\ufffd") if "\0" in text else text
    return _UNSAFE.sub("\ufffd", text) if _UNSAFE.search(text) else text


class _Budget:
    """How many values may still follow, and whether those without a text of their own are mistakes of the caller."""

    __slots__ = ("left", "strict")

    def __init__(self, strict: bool) -> None:
        self.left = MAX_VALUES
        self.strict = strict


def plain_mapping(mapping: Mapping[Any, Any], *, strict: bool = False) -> dict[str, Any]:
    """Returns a deep copy with values of JSON's types only, and texts as keys.

    Args:
        mapping: Keys and values.
        strict: Refuse bytes, and objects of which ``str`` shows only what they are, such as functions.

    Raises:
        TypeError: A value is refused; it names the key.
        ArticleError: It holds more than ``MAX_VALUES`` values, or is nested more than ``MAX_DEPTH`` deep. Repeated
            references are counted as often as they are used, so that a bomb of them is refused.
    """
    budget = _Budget(strict)
    plain = {}
    for key, value in mapping.items():
        name = clean(str(key))
        plain[name] = _plain(name, value, budget, 0)
    return plain


def _plain(key: str, value: Any, budget: _Budget, depth: int) -> Any:
    budget.left -= 1
    if budget.left < 0:
        raise ArticleError(key, f"the metadata holds more than {MAX_VALUES:,} values")
    if depth > MAX_DEPTH:
        raise ArticleError(key, f"the metadata is nested more than {MAX_DEPTH} deep")
    if type(value) is str:
        return clean(value)
    if type(value) is list:
        return [_plain(key, v, budget, depth + 1) for v in value]
    return _plain_other(key, value, budget, depth)


def _plain_other(key: str, value: Any, budget: _Budget, depth: int) -> Any:
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, _NUMBERS):
        return _plain_number(key, value)
    if isinstance(value, _DATES):
        text = value.text if isinstance(value, PartialDate) else value.isoformat()
        return int(text) if _YEAR.fullmatch(text) else Literal(text)  # a year is a number where it is written
    if isinstance(value, Mapping):
        return {clean(str(k)): _plain(key, v, budget, depth + 1) for k, v in value.items()}
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)  # because the order of a set is not the same in every run
    if budget.strict:
        _refuse(key, value)
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return [_plain(key, v, budget, depth + 1) for v in value]
    return clean(str(value))


def _refuse(key: str, value: Any) -> None:
    """Raises ``TypeError`` for a value that is neither a list nor has a text of its own."""
    is_bytes = isinstance(value, _BYTES)
    if is_bytes or (not isinstance(value, Iterable) and getattr(type(value), "__str__", None) is object.__str__):
        hint = "; decode it" if is_bytes else ""
        wanted = "a str, a number, True or False, a date, a list, a dict or None"
        raise TypeError(f"{key} must be {wanted}, not {type(value).__name__}{hint}")


def _plain_number(key: str, value: float | None) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else str(value)  # JSON has neither NaN nor infinity
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise ArticleError(key, "the number has more digits than can be kept; write it in quotes")
    return value
