"""Mutations: inputs that are made of others at random, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

_MAX_CHANGES: Final = 4
_MAX_SIZE: Final = 8_192
_BYTES: Final = (
    *(b"\0", b"\xff", b"\n", b"\r", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"9" * 20, b"(" * 60),
    *(b"[" * 300, "\u0130ß\u0301".encode(), "\u202e".encode()),
)


class Mutator:
    """Makes inputs of a start corpus and of parts of inputs."""

    def __init__(self, seeds: Sequence[bytes], tokens: Sequence[str]) -> None:
        self.seeds = seeds or [b""]
        self._parts = [token.encode() for token in tokens]
        self._pieces = [*_BYTES, *self._parts]

    def inputs(self, count: int, seed: str) -> Iterator[bytes]:
        """Yields so many inputs; ``seed`` decides which."""
        pick = Random(seed)
        for _ in range(count):
            yield self.mutated(pick.choice(self.seeds), pick)

    def mutated(self, data: bytes, pick: Random) -> bytes:
        """Returns an input with some changes. A third has only parts of the format between elements or lines, so that
        files that must be well-formed still are.
        """
        change = self._grown if self._parts and pick.randrange(3) == 0 else self._changed
        for _ in range(pick.randint(1, _MAX_CHANGES)):
            data = change(data, pick)[:_MAX_SIZE]
        return data

    def _grown(self, data: bytes, pick: Random) -> bytes:
        start = pick.randint(0, len(data))
        start = max(data.rfind(b">", 0, start), data.rfind(b"\n", 0, start)) + 1
        return data[:start] + pick.choice(self._parts) * pick.choice([1, 1, 2, 20]) + data[start:]

    def _changed(self, data: bytes, pick: Random) -> bytes:
        start = pick.randint(0, len(data))
        end = min(len(data), start + pick.choice([0, 1, 2, 4, 16, 64, 256]))
        kind = pick.randrange(7)
        if kind == 0 and data:
            start = min(start, len(data) - 1)
            return data[:start] + bytes([data[start] ^ 1 << pick.randrange(8)]) + data[start + 1 :]
        if kind == 1:
            return data[:start] + data[end:]
        if kind == 2:
            return data[:end] + data[start:end] * pick.choice([1, 2, 30]) + data[end:]
        if kind == 3:
            return data[:start] + bytes(pick.randrange(256) for _ in range(pick.randint(1, 8))) + data[end:]
        if kind == 4:
            other = pick.choice(self.seeds)
            cut = pick.randint(0, len(other))
            return data[:start] + other[cut : cut + pick.choice([8, 64, 1_024])] + data[end:]
        if kind == 5 and data:
            cut = pick.randint(0, len(data))
            return data[:start] + data[cut : cut + 32] + data[end:]
        return data[:start] + pick.choice(self._pieces) + data[end:]
