"""The tree of hashes over the files of an archive, after RFC 6962, section 2.1. See docs/decisions/0074.

A leaf is hashed as ``00 digest path``, a node as ``01 left right``: no node can pass for a leaf.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

_SIZE: Final = 32  # bytes of a hash


def leaf_hash(path: str, digest: bytes) -> bytes:
    """Returns the hash of a leaf: of a file's path and the SHA-256 of its bytes."""
    return sha256(b"\0" + digest + os.fsencode(path)).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


class Root:
    """Computes the root over leaves that are added one by one; keeps one hash for each level of the tree.

    Attributes:
        leaves: How many leaves were added.
    """

    def __init__(self) -> None:
        self.leaves = 0
        self._whole: list[bytes] = []  # the roots of the whole trees so far, the largest first

    def add(self, leaf: bytes) -> None:
        """Adds the hash of the next leaf."""
        hash_, rest = leaf, self.leaves
        while rest & 1:
            hash_ = _node_hash(self._whole.pop(), hash_)
            rest >>= 1
        self._whole.append(hash_)
        self.leaves += 1

    def digest(self) -> bytes:
        """Returns the root over the leaves so far."""
        if not self._whole:
            return sha256().digest()
        *others, hash_ = self._whole
        for left in reversed(others):
            hash_ = _node_hash(left, hash_)
        return hash_


class Tree:
    """All hashes of a tree: 64 bytes for each leaf.

    Args:
        leaves: The hashes of the leaves, in order.
    """

    def __init__(self, leaves: Iterable[bytes]) -> None:
        level = bytearray().join(leaves)
        self._levels = [level]
        while len(level) > _SIZE:
            level = _level_above(level)
            self._levels.append(level)

    def __len__(self) -> int:
        return len(self._levels[0]) // _SIZE

    @property
    def root(self) -> bytes:
        """The root."""
        return bytes(self._levels[-1]) or sha256().digest()

    def siblings(self, index: int) -> list[bytes]:
        """Returns the hashes that the root is computed from together with a leaf's, from the leaf upward."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        siblings = []
        for level in self._levels[:-1]:
            start = (index ^ 1) * _SIZE
            if start < len(level):  # else it is the last one of an odd number, and moves up as it is
                siblings.append(bytes(level[start : start + _SIZE]))
            index >>= 1
        return siblings


def _level_above(level: bytearray) -> bytearray:
    pairs = range(0, len(level) - _SIZE, 2 * _SIZE)
    above = bytearray().join(sha256(b"\1" + level[start : start + 2 * _SIZE]).digest() for start in pairs)
    return above + level[-_SIZE:] if len(level) // _SIZE % 2 else above
