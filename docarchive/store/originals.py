"""Originals: the bytes of everything that was ever imported, named by their SHA-256. See docs/decisions/0008.

An original is written once and never changed: ``originals/ab/abcdef….txt``, with the ending of the file that it came
from. Whether it exists is checked by its path, not by listing its folder: with a million originals, a folder holds
thousands. So the same bytes with two endings may be stored twice.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import BytesIO
from itertools import chain
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO, Final

from docarchive import failures
from docarchive.errors import ArchiveDamaged, InputError, ReaderError
from docarchive.folder import File, Folder
from docarchive.formats.folders import original_path
from docarchive.pictures import path_of
from docarchive.records import NamedTuple
from docarchive.store.batch import Batch
from docarchive.store.layout import ORIGINALS

#: What is wrong with an original that has other bytes: a part of a sentence.
NOT_OF_ITS_NAME: Final = "its bytes are not those that its name says"
_CHUNK: Final = 1 << 20
_SMALL: Final = 1 << 22
_MAX_ENDINGS: Final = 16
_MAX_CHECKED: Final = 10_000
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}")


class Original(NamedTuple):
    """The bytes of an input, held while it is imported."""

    digest: str  # SHA-256, 64 hex digits
    size: int  # the number of bytes
    path: str  # its path in the archive, relative to it, whether it is stored yet or not
    data: bytes | None  # the bytes of a small input; else None
    copy: str | None  # the path of a temporary file with a large input's bytes, until it is moved to ``path``; or None
    stored: bool  # whether the archive has it already, whole, under this path
    folder: Folder  # the archive's folder

    def content(self) -> bytes | File:
        """Returns the bytes, or the file that holds them now."""
        if self.data is not None:
            return self.data
        is_copied = self.copy is not None and self.folder.is_file(self.copy)
        return File(self.folder, self.copy if self.copy is not None and is_copied else self.path)

    def open(self) -> BinaryIO:
        """Opens the bytes for reading."""
        content = self.content()
        if isinstance(content, bytes):
            return BytesIO(content)
        return content.open()


class Originals:
    """The originals of one archive; large inputs that are being read are copied to a temporary folder.

    Args:
        folder: The archive's folder.
        temporary: The path in it of the folder of temporary files.
    """

    def __init__(self, folder: Folder, temporary: str) -> None:
        self._folder = folder
        self._temporary = temporary
        self._copies = 0  # of pictures
        self._checked: set[str] = set()  # paths
        self._endings: dict[str, None] = {}  # those seen so far, which are tried before a folder is listed

    def read(self, source: BinaryIO, name: str) -> Original:
        """Reads an input once: computes its digest and, if it is large, copies it to a temporary file.

        The copy is what is read from then on, so that it does not matter if the input changes. It has the ending of the
        name. Pass the result to ``keep`` or ``drop``.

        Raises:
            ReaderError: The input cannot be read to its end.
            OSError: The copy cannot be written.
        """
        digest = sha256()
        head = _read_up_to(source, _SMALL)
        digest.update(head)
        if len(head) < _SMALL:
            return self._original(digest.hexdigest(), len(head), name, head, None)
        self._folder.make(self._temporary)
        copy = f"{self._temporary}/original-{os.getpid()}-{id(source):x}"
        size = len(head)
        try:
            with self._folder.create(copy) as file:
                file.write(head)
                while chunk := _read(source, _CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
        except BaseException:
            with suppress(OSError):
                self._folder.remove(copy)
            raise
        return self._original(digest.hexdigest(), size, name, None, copy)

    def read_picture(self, source: BinaryIO, limit: int, *, copied: bool) -> Original | None:
        """Reads a picture once: checks its kind, computes its digest, and copies it to a temporary file.

        Args:
            source: The open picture.
            limit: Its largest size in bytes.
            copied: Whether it is copied, unless the archive has it. Then pass the result to ``keep`` or ``drop``.

        Returns:
            None if it is no picture (``formats.picture_kinds``), is too large, or cannot be read.

        Raises:
            OSError: The copy cannot be written.
        """
        from docarchive.formats.picture_kinds import HEAD, MAX_SVG, is_passive, kind_of

        try:
            head = _read_up_to(source, HEAD)
            kind = kind_of(head)
            if kind == "svg":
                limit = min(limit, MAX_SVG)
                head += _read_up_to(source, limit + 1 - len(head))
            if kind is None or (kind == "svg" and not (len(head) <= limit and is_passive(head))):
                return None
            digest, size = sha256(), 0
            with self._picture_copy(copied) as (out, copy):
                chunk = head
                while chunk:
                    size += len(chunk)
                    if size > limit:
                        raise ReaderError("it is too large")
                    digest.update(chunk)
                    out.write(chunk)
                    chunk = _read(source, _CHUNK)
        except InputError:
            return None
        path = original_path(f"{digest.hexdigest()}.{kind}")
        stored = self._has(path, digest.hexdigest(), size, None)
        original = Original(digest.hexdigest(), size, path, None, copy, stored, self._folder)
        if original.stored:
            self.drop(original)
        return original

    @contextmanager
    def _picture_copy(self, copied: bool) -> Iterator[tuple[IO[bytes], str | None]]:
        """Opens a temporary file that is deleted after an error; if nothing is to be copied, one that keeps nothing."""
        if not copied:
            yield _Nowhere(), None
            return
        self._folder.make(self._temporary)
        self._copies += 1
        copy = f"{self._temporary}/picture-{os.getpid()}-{self._copies}"
        try:
            with self._folder.create(copy) as file:
                yield file, copy
        except BaseException:
            with suppress(OSError):
                self._folder.remove(copy)
            raise

    def keep(self, original: Original, batch: Batch) -> None:
        """Adds an original to a batch, unless the archive has it."""
        if original.path in batch or original.stored:
            return
        if original.data is not None:
            batch.add(original.path, original.data)
        elif original.copy is not None and self._folder.is_file(original.copy):
            batch.add(original.path, original.copy)

    def drop(self, original: Original) -> None:
        """Deletes the copy of a large input, if it was not moved into the archive."""
        if original.copy is not None:
            with suppress(OSError):
                self._folder.remove(original.copy)

    def find(self, digest: str) -> str | None:
        """Returns the path of an original in the archive, or None; its digest may have ``sha256:`` before it."""
        digest = digest.removeprefix("sha256:")
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            return None
        candidates = filter(self._folder.is_file, (original_path(digest + ending) for ending in self._endings))
        path = next(chain(candidates, self.paths(digest)), None)
        if path is not None and len(self._endings) < _MAX_ENDINGS:
            self._endings[path.removeprefix(original_path(digest))] = None
        return path

    def paths(self, digest: str) -> Iterator[str]:
        """Yields the paths of an original's files, of any ending, from the list of their folder."""
        for name in self._folder.names(f"{ORIGINALS}/{digest[:2]}"):
            if name.partition(".")[0] == digest:
                yield original_path(name)

    def check(self, path: str) -> None:
        """Checks that an original has the bytes that its name says, before somebody gets them; once per path.

        Raises:
            ArchiveDamaged: It does not, or cannot be read.
        """
        if path in self._checked:
            return
        try:
            found = self._digest_of(path)
        except OSError as error:
            raise ArchiveDamaged(f"{path} cannot be read: {failures.reason(error)}") from None
        if found != PurePosixPath(path).name.partition(".")[0]:
            raise ArchiveDamaged(f"{path} is damaged: {NOT_OF_ITS_NAME}; import the same file again to restore it")
        if len(self._checked) >= _MAX_CHECKED:
            self._checked.clear()
        self._checked.add(path)

    def _digest_of(self, path: str) -> str:
        return self._folder.digest(path)[0].hex()

    def _has(self, path: str, digest: str, size: int, data: bytes | None) -> bool:
        """Returns whether the archive has an original, with its bytes: a damaged one is stored again."""
        if not self._folder.is_file(path):
            return False
        try:
            if self._folder.status(path).st_size != size:
                return False
            return self._folder.read(path) == data if data is not None else self._digest_of(path) == digest
        except OSError:
            return False

    def has_picture(self, path: str) -> bool:
        """Returns whether there is a picture at a path (``folders.original_path``)."""
        return path_of(path) == path and self._folder.is_file(path)

    def _original(self, digest: str, size: int, name: str, data: bytes | None, copy: str | None) -> Original:
        suffix = os.path.splitext(name)[1].lower()
        suffix = suffix if _SUFFIX.fullmatch(suffix) else ""
        path = original_path(digest + suffix)
        return Original(digest, size, path, data, copy, self._has(path, digest, size, data), self._folder)


def _read(source: BinaryIO, size: int) -> bytes:
    """Reads from an input; its errors are raised as ``ReaderError``, to distinguish them from those of the archive."""
    try:
        return source.read(size)
    except OSError as error:
        raise ReaderError(f"it cannot be read: {error.strerror or error}") from None


def _read_up_to(source: BinaryIO, size: int) -> bytes:
    """Reads until there are so many bytes, or the input ends: an unbuffered pipe may return fewer at a time."""
    data = b""
    while len(data) < size and (chunk := _read(source, size - len(data))):
        data += chunk
    return data


class _Nowhere(BytesIO):
    """Takes bytes, and keeps none."""

    def write(self, data: Any) -> int:
        return len(data)
