"""Store: the files of one archive, and nothing outside of it."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from docarchive.errors import ArchiveDamaged, NotFoundError
from docarchive.store.layout import ARTICLES, INDEX, LOCK, TEMPORARY, VERSIONS
from docarchive.store.lock import WriteLock
from docarchive.texts import shorten

if TYPE_CHECKING:
    from docarchive.store.batch import Batch
    from docarchive.store.originals import Originals
    from docarchive.store.quarantine import Quarantine

#: Without it, no file can be opened that is surely no link.
_NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0)
_MAX_FOLDERS: Final = 10_000


#: Files as ``FileStat`` has them, but as plain tuples: there are as many as there are articles.
FileRun = list[tuple[str, int, int]]


class FileStat(NamedTuple):
    """A file under ``articles/`` as a listing tells it.

    Attributes:
        path: Relative to the archive, with forward slashes.
        size: Bytes.
        modified: Time of its last change, in nanoseconds.
    """

    path: str
    size: int
    modified: int


class Store:
    """The files of one archive.

    Args:
        root: The archive's folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._temporary = root / TEMPORARY
        self._folders: dict[str, str] = {}  # where folders of articles really are, once that was made sure of
        self.lock = WriteLock(root / LOCK)

    @cached_property
    def originals(self) -> Originals:
        """The originals; what handles them loads hashing, which a search does without."""
        from docarchive.store.originals import Originals

        return Originals(self.root, self._temporary)

    @cached_property
    def quarantine(self) -> Quarantine:
        """The refused inputs."""
        from docarchive.store.quarantine import Quarantine

        return Quarantine(self.root)

    def batch(self) -> Batch:
        """Returns an empty batch of files to be written."""
        from docarchive.store.batch import Batch

        return Batch(self.root, self._temporary)

    def read(self, path: str) -> str:
        """Reads an article's text, line ends as they are.

        Args:
            path: Relative to the archive. It comes from the catalog, which may be a stranger's, so
                what leads out of ``articles/`` is refused.

        Raises:
            NotFoundError: The file is gone.
            ArchiveDamaged: It is no text, or lies outside.
        """
        return self.read_with_stat(path)[0]

    def read_with_stat(self, path: str) -> tuple[str, FileStat]:
        """Reads an article's text, and how its file looked then; see ``read``."""
        try:
            with self._opened(path) as file:
                status = os.fstat(file.fileno())
                text = file.read().decode("utf-8")
            return text, FileStat(path, status.st_size, status.st_mtime_ns)
        except (FileNotFoundError, NotADirectoryError):
            raise NotFoundError(f"{path} is gone; run 'docarchive sync'") from None
        except UnicodeDecodeError as error:
            raise ArchiveDamaged(f"{path} is not UTF-8 text (byte {error.start})") from None
        except OSError as error:
            raise ArchiveDamaged(f"{path} cannot be read: {error.strerror}") from None

    def _opened(self, path: str) -> BinaryIO:
        folder, _, name = path.rpartition("/")
        if _NO_LINKS and name not in ("", ".", ".."):
            if folder not in self._folders:
                if len(self._folders) >= _MAX_FOLDERS:
                    self._folders.clear()
                self._folders[folder] = str(self.resolve(folder))
            with suppress(OSError):  # a link, say: the long way tells where it leads, and whether it is gone
                return open(f"{self._folders[folder]}/{name}", "rb", opener=_without_links)
        return self.resolve(path).open("rb")

    def resolve(self, path: str) -> Path:
        """Returns the full path of an article's file, after making sure that it lies in ``articles/``."""
        full = Path(os.path.realpath(self.root / path))
        home = os.path.realpath(self.root / ARTICLES)
        if not full.is_relative_to(home):
            raise ArchiveDamaged(f"the catalog names {path}, outside of articles/; run 'docarchive rebuild'")
        return full

    def listing(self) -> Iterator[FileRun]:
        """Yields every Markdown file under ``articles/``, in order of path; links are not followed.

        Files that follow each other in one folder come together.
        """
        return _walk(self.root, ARTICLES)

    def exists(self, path: str) -> bool:
        """Tells whether there is anything at a path, relative to the archive."""
        return os.path.exists(f"{self.root}/{path}")

    def stat(self, path: str) -> FileStat:
        """Lists one file."""
        status = os.stat(f"{self.root}/{path}")
        return FileStat(path, status.st_size, status.st_mtime_ns)

    def version_path(self, id_: str, data: bytes) -> str:
        """Returns where an old version of an article goes: where it is already, or a new place.

        Args:
            id_: The article's.
            data: What the old version says. An interrupted update may have kept it before.
        """
        folder = self.root / VERSIONS / id_
        last = max((int(name[:-3]) for name in _names(folder) if name[:-3].isdigit()), default=0)
        if last == 0 or (folder / f"{last:04d}.md").read_bytes() != data:
            last += 1
        return f"{VERSIONS}/{id_}/{last:04d}.md"

    def versions(self) -> Iterator[tuple[str, str]]:
        """Yields id and text of every old version that is kept; what is no text is passed over."""
        for id_ in sorted(_names(self.root / VERSIONS)):
            for name in sorted(_names(self.root / VERSIONS / id_)):
                path = self.root / VERSIONS / id_ / name
                if name.endswith(".md") and path.is_file() and not path.is_symlink():
                    with suppress(OSError, UnicodeDecodeError):
                        yield id_, path.read_bytes().decode("utf-8")

    def versions_of(self, id_: str) -> list[str]:
        """Returns the files of an article's old versions, the oldest first, relative to the archive."""
        names = [name for name in sorted(_names(self.root / VERSIONS / id_)) if name.endswith(".md")]
        return [f"{VERSIONS}/{id_}/{name}" for name in names]

    def clean(self) -> None:
        """Deletes what an interrupted write left under temporary names; hold the lock."""
        if not os.path.exists(self._temporary):
            return
        import shutil

        with suppress(FileNotFoundError):
            shutil.rmtree(self._temporary)

    def delete_other_indexes(self, engine: str) -> None:
        """Deletes the indexes of all engines but one; hold the lock."""
        with suppress(FileNotFoundError):
            for path in (self.root / INDEX).iterdir():
                if path.name != engine:
                    import shutil

                    shutil.rmtree(path, ignore_errors=True)


def _walk(root: Path, top: str) -> Iterator[FileRun]:
    waiting = [iter(_folder(root, top))]  # no recursion: folders may be nested deeper than Python's stack
    while waiting:
        part = next(waiting[-1], None)
        if part is None:
            waiting.pop()
        elif isinstance(part, str):
            waiting.append(iter(_folder(root, part)))
        else:
            yield part


def _folder(root: Path, path: str) -> list[FileRun | str]:
    """Returns what is in a folder in order of path: runs of files, and between them the folders in it.

    What has a dot before its name is passed over, and so is a file that goes away meanwhile.
    """
    files: FileRun = []
    folders: list[str] = []
    try:
        with os.scandir(f"{root}/{path}") as entries:
            for entry in entries:
                name = entry.name
                if name[0] == ".":
                    continue
                if name.endswith(".md") and entry.is_file(follow_symlinks=False):
                    try:
                        status = entry.stat(follow_symlinks=False)
                    except FileNotFoundError:
                        continue
                    files.append((f"{path}/{name}", status.st_size, status.st_mtime_ns))
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(f"{path}/{name}/")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        name = shorten(path, 200)
        raise ArchiveDamaged(f"{name} cannot be read: {error.strerror}; mend that and try again") from None
    files.sort()
    parts: list[FileRun | str] = []
    start = 0
    for folder in sorted(folders):
        end = bisect_left(files, (folder, 0, 0), start)
        parts += ([files[start:end]] if end > start else []) + [folder[:-1]]
        start = end
    return [*parts, files[start:]] if start < len(files) else parts


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _without_links(path: str, flags: int) -> int:
    return os.open(path, flags | _NO_LINKS)
