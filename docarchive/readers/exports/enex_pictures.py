"""The pictures in an export of Evernote, by the MD5 of their bytes, with which its notes show them."""

from __future__ import annotations

import re
import tempfile
import weakref
from base64 import b64decode
from hashlib import md5
from typing import BinaryIO, Final, cast

from docarchive.errors import ReaderError
from docarchive.formats.picture_kinds import HEAD, kind_of
from docarchive.readers.html.elements import elements
from docarchive.readers.protocol import Source

_START: Final = re.compile(rb"<data\b[^<>]*>")
_END: Final = b"</data>"
_MAX_FILE: Final = 200_000_000
#: Bytes of all pictures of an export that are kept while it is read.
_MAX_TOTAL: Final = 4_000_000_000


class EnexPictures:
    """Opens the pictures of an export; they are copied to a temporary file once the first one is asked for."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._file: BinaryIO | None = None
        self._places: dict[str, tuple[int, int]] = {}  # where each is in the file, and its size

    def __call__(self, name: str) -> Source | None:
        """Returns a picture by the MD5 of its bytes; None if there is none.

        Raises:
            OSError: There is no room for the copies.
        """
        if self._file is None:
            self._file = self._copied()
        if name not in self._places:
            return None
        offset, size = self._places[name]
        self._file.seek(offset)
        return Source.in_memory(self._file.read(size))

    def _copied(self) -> BinaryIO:
        copies = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115
        weakref.finalize(self, copies.close)
        offset = 0
        try:
            with self._source.open() as file:
                for element in elements(file, _START, _END, _MAX_FILE, "file"):
                    data = _decoded(element)
                    if data and offset + len(data) <= _MAX_TOTAL:
                        self._places[md5(data, usedforsecurity=False).hexdigest()] = offset, len(data)
                        copies.write(data)
                        offset += len(data)
        except ReaderError:  # the file that is too large, and those after it, are not shown
            pass
        return copies


def _decoded(element: bytes) -> bytes:
    """Returns the bytes of a file if it is a picture; none for any other."""
    try:
        data = b64decode(element[element.index(b">") + 1 :].removesuffix(_END))
    except ValueError:
        return b""
    return data if kind_of(data[:HEAD]) else b""
