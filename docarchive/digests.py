"""SHA-256 of bytes that are in memory, without OpenSSL as long as they are few.

``hashlib`` loads OpenSSL, which takes as long as it takes to hash half a megabyte without it: longer than to show an
article, and a thirtieth of the time of a tag. OpenSSL is four times as fast. Useful for files of articles and the like.
Not useful for what is read in pieces: that may be large, and is left to ``hashlib``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from hashlib import _Hash

#: How many bytes a process hashes before it loads OpenSSL.
_FEW: Final = 500_000


class _Hashing:
    """Chooses who hashes, by how much was hashed."""

    def __init__(self) -> None:
        self._left = _FEW
        self._hash: Callable[[bytes], Any] | None = None  # without OpenSSL

    def __call__(self, data: bytes) -> _Hash:
        """Returns the SHA-256 of bytes, as ``hashlib.sha256`` does."""
        self._left -= len(data)
        if self._left < 0 or "_hashlib" in sys.modules:
            from hashlib import sha256

            return sha256(data)
        if self._hash is None:
            self._hash = _built_in()
        hashed: _Hash = self._hash(data)
        return hashed


def _built_in() -> Callable[[bytes], Any]:
    """Returns Python's own SHA-256; that of ``hashlib`` if it was built without."""
    for name in ("_sha2", "_sha256"):  # since Python 3.12, and before
        with suppress(ImportError):
            function: Callable[[bytes], Any] = import_module(name).sha256
            return function
    from hashlib import sha256

    return sha256


#: Returns the SHA-256 of bytes.
sha256: Final = _Hashing()
