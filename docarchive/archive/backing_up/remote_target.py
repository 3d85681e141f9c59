"""RemoteTarget: backups in any store that fsspec reaches, such as S3, SFTP or another machine's folder."""

from __future__ import annotations

import json
import os
import socket
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial, wraps
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final, ParamSpec, TypeVar

from docarchive.archive.backing_up.copying import StagingWriter, chunks_of
from docarchive.archive.backing_up.lists import order
from docarchive.archive.backing_up.locking import busy
from docarchive.archive.backing_up.target import (
    BACKUPS,
    MIRROR,
    README,
    UNFINISHED,
    Staged,
    StoredFile,
    Target,
    earlier_path,
)
from docarchive.dates import utc_now
from docarchive.errors import ArchiveError, ArchiveLocked, DocarchiveError, UsageError
from docarchive.folder.walking import walk

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_MAX_NOTE: Final = 1 << 12
_ZIP: Final = ".zip"
#: The ending of a file that is not complete yet.
_NEW: Final = ".new"
_P = ParamSpec("_P")
_R = TypeVar("_R")


def remote_target(address: str, check_local: Callable[[Path], None]) -> Target:
    """Returns the target at an address with ``://``: a ZIP file if it ends in ``.zip`` or begins with ``zip://``.

    Args:
        address: The address.
        check_local: Called with the path of a target that is in a file system of this machine.

    Raises:
        UsageError: fsspec, or what it needs for this address, is not installed; or there is no such kind of address.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise UsageError(f"{address} needs fsspec; install it with: pip install 'docarchive[backup]'") from None
    inner = address.removeprefix("zip://").removeprefix("::") if address.startswith("zip://") else address
    try:
        fs, root = url_to_fs(inner)
    except ImportError as error:
        raise UsageError(f"{address} needs another package: {error}") from None
    except ValueError as error:
        raise UsageError(f"{address} is no address of a backup: {error}") from None
    if "file" in ((fs.protocol,) if isinstance(fs.protocol, str) else fs.protocol):
        check_local(Path(root))
    if address.startswith("zip://") or root.lower().endswith(_ZIP):
        from docarchive.archive.backing_up.zip_target import ZipTarget

        return ZipTarget(RemotePlace(fs, root, address), address)
    return RemoteTarget(fs, root, address)


def _translated(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Returns a method of ``_Store`` that raises what is wrong with a store as ``OSError`` or ``ArchiveError``."""

    @wraps(function)
    def call(*arguments: _P.args, **options: _P.kwargs) -> _R:
        try:
            return function(*arguments, **options)
        except (OSError, DocarchiveError):
            raise
        except Exception as error:  # each kind of store has errors of its own
            store: Any = arguments[0]
            raise ArchiveError(f"{store.name} cannot be used: {error or type(error).__name__}") from error

    return call


class _Store:
    """A folder in a store, and what is done in it. Listings are not cached: others write to it, too."""

    def __init__(self, fs: AbstractFileSystem, root: str, name: str) -> None:
        self.name = name
        self._fs = fs
        self._root = root.rstrip("/")
        self._made: set[str] = set()

    def full(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root

    @_translated
    def list(self, path: str) -> list[tuple[str, bool, int]]:
        """Returns name, whether it is a folder, and size of what is in a folder; nothing if there is none."""
        self._fs.invalidate_cache()
        try:
            entries = self._fs.ls(self.full(path) or "/", detail=True)
        except (FileNotFoundError, NotADirectoryError):
            return []
        named = (
            (str(entry["name"]).rstrip("/").rpartition("/")[2], entry["type"] == "directory", int(entry["size"] or 0))
            for entry in entries
            if str(entry["name"]).rstrip("/") != self.full(path).rstrip("/")
        )
        return [item for item in named if item[0]]

    @_translated
    def size(self, path: str) -> int | None:
        self._fs.invalidate_cache()
        try:
            entry = self._fs.info(self.full(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        return int(entry["size"] or 0) if entry["type"] == "file" else None

    @_translated
    def open(self, path: str) -> BinaryIO:
        file: BinaryIO = self._fs.open(self.full(path), "rb")
        return file

    @_translated
    def write(self, path: str, chunks: Iterable[bytes]) -> None:
        self._make(path)
        with self._fs.open(self.full(path), "wb") as file:
            for chunk in chunks:
                file.write(chunk)

    @_translated
    def move(self, path: str, new_path: str) -> None:
        self._make(new_path)
        try:
            self._fs.mv(self.full(path), self.full(new_path))
        except FileExistsError:  # not every kind of store replaces a file
            self._fs.rm_file(self.full(new_path))
            self._fs.mv(self.full(path), self.full(new_path))

    @_translated
    def remove(self, path: str) -> None:
        with suppress(FileNotFoundError):
            self._fs.rm_file(self.full(path))

    def _make(self, path: str) -> None:
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            self._fs.makedirs(self.full(folder), exist_ok=True)
            self._made.add(folder)


class RemoteTarget:
    """Backups in a store; see ``Target``.

    Args:
        fs: The store.
        root: The path of the folder in it, which may be missing.
        name: Its address, for messages.
    """

    def __init__(self, fs: AbstractFileSystem, root: str, name: str) -> None:
        self.name = name
        self._store = _Store(fs, root, name)

    def names(self, folder: str) -> list[str]:
        return sorted(name for name, _, _ in self._store.list(folder))

    def files(self, folder: str) -> Iterator[StoredFile]:
        return walk("", partial(self._listed, folder))

    def _listed(self, top: str, path: str) -> Iterator[StoredFile | str]:
        """Yields the files in a folder and the paths of the folders in it, in order."""
        listed = self._store.list(f"{top}/{path}" if path else top)
        for name, is_folder, size in sorted(listed, key=lambda item: order(item[0] + "/" * item[1])):
            inner = f"{path}/{name}" if path else name
            yield inner if is_folder else StoredFile(inner, size)

    def size(self, path: str) -> int | None:
        return self._store.size(path)

    def modified(self, path: str) -> int | None:
        return None

    def open(self, path: str) -> BinaryIO:
        return self._store.open(path)

    @contextmanager
    def writing(self) -> Iterator[RemoteWriter]:
        with (
            _noted(self._store, UNFINISHED, self.name) as is_unfinished,
            closing(RemoteWriter(self._store, is_unfinished=is_unfinished)) as writer,
        ):
            yield writer

    def close(self) -> None:
        pass


class RemoteWriter(StagingWriter):
    """Adds a backup to a store; see ``TargetWriter``. A copy is complete in a file of this machine first."""

    def __init__(self, store: _Store, *, is_unfinished: bool) -> None:
        super().__init__()
        self.is_unfinished = is_unfinished
        self._store = store
        self._retired: list[tuple[str, str]] = []  # pairs of path and digest
        self._put: list[tuple[int, str]] = []  # pairs of number and path
        self._removed: list[str] = []

    def begin(self, readme: bytes) -> None:
        if self._store.size(README) != len(readme):
            self._store.write(README, [readme])
        for name, _, _ in self._store.list(BACKUPS):
            if name.endswith(_NEW):
                self._store.remove(f"{BACKUPS}/{name}")

    def keep(self, path: str) -> None:
        pass

    def retire(self, path: str, digest: str) -> None:
        self._retired.append((path, digest))

    def put(self, staged: Staged, path: str) -> None:
        self._put.append((staged.number, path))

    def remove(self, path: str) -> None:
        self._removed.append(path)

    def flush(self) -> None:
        for path, digest in self._retired:
            self._store.move(f"{MIRROR}/{path}", earlier_path(digest))
        for number, path in self._put:
            with self._staged.taken(number) as chunks:
                self._store.write(f"{MIRROR}/{path}", chunks)
        for path in self._removed:
            self._store.remove(f"{MIRROR}/{path}")
        self._retired, self._put, self._removed = [], [], []

    def finish(self, name: str, chunks: Iterable[bytes]) -> None:
        self.flush()
        temporary = f"{BACKUPS}/.{name}{_NEW}"  # a store that is no object store may leave a part of it
        self._store.write(temporary, chunks)
        self._store.move(temporary, f"{BACKUPS}/{name}")


class RemotePlace:
    """A ZIP file in a store; see ``zip_place.Place``."""

    def __init__(self, fs: AbstractFileSystem, path: str, name: str) -> None:
        folder, _, self._file = path.rpartition("/")
        self._name = name
        self._store = _Store(fs, folder, name)

    def exists(self) -> bool:
        return self._store.size(self._file) is not None

    def open(self) -> IO[bytes]:
        return self._store.open(self._file)

    @contextmanager
    def replacing(self) -> Iterator[IO[bytes]]:
        new = f".{self._file}{_NEW}"
        with _noted(self._store, f".{self._file}.unfinished", self._name), SpooledTemporaryFile[bytes](1 << 24) as file:
            yield file
            file.seek(0)
            self._store.write(new, chunks_of(file))
            self._store.move(new, self._file)


@contextmanager
def _noted(store: _Store, path: str, name: str) -> Iterator[bool]:
    """Locks a target with a note about this process, which stores without locks have, too.

    A note of a process of this machine that has ended is replaced. The note stays after an error.

    Yields:
        Whether there was such a note: the backup before this one was interrupted.

    Raises:
        ArchiveLocked: There is a note of another process.
    """
    was_interrupted = store.size(path) is not None
    if was_interrupted:
        with store.open(path) as file:
            _check_ended(file.read(_MAX_NOTE), f"{path} in {name}", name)
    note = {
        "host": socket.gethostname(),
        "process": os.getpid(),
        "since": utc_now(),
        "token": uuid.uuid4().hex,
    }
    content = json.dumps(note).encode()
    store.write(path, [content])
    _own.add(note["token"])
    try:
        with store.open(path) as file:
            if file.read(_MAX_NOTE) != content:
                raise ArchiveLocked(busy(name, ""))
        yield was_interrupted
        store.remove(path)
    finally:
        _own.discard(note["token"])


#: The tokens of notes of backups that this process is writing.
_own: set[object] = set()


def _check_ended(note: bytes, where: str, name: str) -> None:
    """Raises ``ArchiveLocked`` for a note, unless its process has ended."""
    from docarchive.store.leftovers import is_alive

    try:
        values = json.loads(note)
        host, process, since, token = (values[key] for key in ("host", "process", "since", "token"))
        if host == socket.gethostname() and ((process == os.getpid() and token not in _own) or not is_alive(process)):
            return
    except (ValueError, RecursionError, KeyError, TypeError):
        return  # it was not written to its end
    holder = f" by process {process} of {host} since {since}"
    raise ArchiveLocked(f"{busy(name, holder)}, or delete {where} if that was killed")
