"""The pictures of exported articles: copied into the export, or embedded in a page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from docarchive.formats.picture_kinds import is_shown
from docarchive.pictures import MEDIA_TYPES
from docarchive.writers.protocol import Document, Files

#: Returns the address by which a page shows a picture, by its path in the archive; None if it cannot show it.
Address = Callable[[str], str | None]

#: Bytes of the pictures that are embedded in one page.
_MAX_EMBEDDED: Final = 50_000_000


class CopiedPictures:
    """Copies pictures into an export, each one once.

    Args:
        files: The export.
        folder: The folder for the pictures in it, without a final slash.
        kinds: The kinds that are copied: keys of ``MEDIA_TYPES``.
    """

    def __init__(self, files: Files, folder: str, kinds: frozenset[str] = frozenset(MEDIA_TYPES)) -> None:
        self._files = files
        self._folder = folder
        self._kinds = kinds
        self._written: dict[bytes, str | None] = {}  # digests, and the kinds of what is copied

    def address_from(self, document: Document, way: str) -> Address:
        """Returns what copies a picture of an article and returns its address.

        Args:
            document: The article.
            way: The path from the article's page to the root of the export, such as ``../``; may be empty.
        """

        def address(path: str) -> str | None:
            name = path.rpartition("/")[2]
            digest = bytes.fromhex(name.partition(".")[0])
            if digest not in self._written:
                file = document.picture(path)
                kind = is_shown(file) if file is not None else None
                self._written[digest] = kind = kind if kind in self._kinds else None
                if file is not None and kind is not None:
                    self._files.copy(self._path(digest, kind), file)
            kind = self._written[digest]
            return f"{way}{self._path(digest, kind)}" if kind is not None else None

        return address

    def media_types(self) -> Iterator[tuple[str, str]]:
        """Yields the path and the media type of each copied picture."""
        for digest, kind in self._written.items():
            if kind is not None:
                yield self._path(digest, kind), MEDIA_TYPES[kind]

    def _path(self, digest: bytes, kind: str) -> str:
        name = digest.hex()
        return f"{self._folder}/{name[:2]}/{name}.{kind}"


def embedded(document: Document) -> Address:
    """Returns what returns the address of a picture that holds the picture itself (``data:``)."""
    remaining = _MAX_EMBEDDED

    def address(path: str) -> str | None:
        nonlocal remaining
        file = document.picture(path)
        kind = is_shown(file) if file is not None else None
        data = _read(file, remaining) if file is not None and kind is not None else None
        if data is None or kind is None:
            return None
        remaining -= len(data)
        return f"data:{MEDIA_TYPES[kind]};base64,{b64encode(data).decode()}"

    return address


def _read(file: Path, limit: int) -> bytes | None:
    """Returns the bytes of a file; None if there are more than ``limit``, or it cannot be read."""
    try:
        with open(file, "rb") as stream:
            data = stream.read(limit + 1)
    except OSError:
        return None
    return data if len(data) <= limit else None
