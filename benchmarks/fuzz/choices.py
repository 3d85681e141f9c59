"""Choices: numbers, texts and values that are made of an input's bytes, and edits of files that are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

T = TypeVar("T")
_MAX_EDITS: Final = 12
_MAX_TEXT: Final = 4_000
#: Values that programs often handle wrongly.
_NUMBERS: Final = (0, 1, -1, 255, 2**31, 2**32 - 1, 2**62, 2**63 - 1, -(2**63), 7, 1_000_000_000)


class Choices:
    """Takes values from the front of an input; zeros and empty texts once it is used up."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def take(self, count: int) -> bytes:
        """Returns the next bytes, fewer at the end."""
        self._at, start = self._at + count, self._at
        return self._data[start : self._at]

    def below(self, limit: int) -> int:
        """Returns a number from 0 to ``limit - 1``."""
        size = max(1, (max(limit - 1, 1).bit_length() + 7) // 8)
        return int.from_bytes(self.take(size), "big") % max(limit, 1)

    def one(self, values: Sequence[T]) -> T:
        """Returns one of some values."""
        return values[self.below(len(values))]

    def line(self) -> bytes:
        """Returns the bytes up to the next line end, which is taken too."""
        end = self._data.find(b"\n", self._at)
        end = len(self._data) if end < 0 else end
        self._at, start = end + 1, self._at
        return self._data[start : min(end, start + _MAX_TEXT)]

    def value(self) -> str | int | float | bytes | None:
        """Returns a value of any type that SQLite stores."""
        kind = self.below(6)
        if kind == 0:
            return None
        if kind == 1:
            return self.one(_NUMBERS)
        if kind == 2:
            return self.below(256) / 7
        if kind == 3:
            return self.line()
        return self.line().decode("utf-8", "replace")


def edited(files: Mapping[str, bytes], choices: Choices) -> dict[str, bytes]:
    """Returns files with up to twelve edits: bytes replaced, inserted and deleted, files cut, exchanged and removed."""
    result = dict(files)
    names = sorted(files)
    for _ in range(_MAX_EDITS):
        if not choices:
            break
        name, kind = choices.one(names), choices.below(8)
        data = result.get(name, b"")
        at = choices.below(len(data) + 1)
        if kind in (0, 1):
            new = choices.take(1 if kind else 4)
            data = data[:at] + new + data[at + len(new) :]
        elif kind == 2:
            data = data[:at] + bytes([data[at] ^ (1 << choices.below(8))]) + data[at + 1 :] if at < len(data) else data
        elif kind == 3:
            data = data[:at]
        elif kind == 4:
            data = data[:at] + choices.line() + data[at:]
        elif kind == 5:
            data = data[:at] + data[at + 1 + choices.below(256) :]
        elif kind == 6:
            data = result.get(choices.one(names), b"")
        elif choices.below(4) == 0:
            result.pop(name, None)
            continue
        else:
            data = choices.line()
        result[name] = data
    return result
