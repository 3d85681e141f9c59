"""Store: the files of one archive, and nothing outside of it."""

from __future__ import annotations

import os
import stat
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from docarchive.errors import ArchiveDamaged, NotFoundError
from docarchive.store.layout import (
    ARTICLES,
    CATALOG,
    INDEX,
    LOCK,
    QUARANTINE,
    SETTINGS,
    TEMPORARY,
    VERSIONS,
    linked,
)
from docarchive.store.lock import WAIT, WriteLock

if TYPE_CHECKING:
    from docarchive.store.batch import Batch
    from docarchive.store.deletions import Deletions
    from docarchive.store.originals import Originals
    from docarchive.store.quarantine import Quarantine

#: The flag of open(2) that refuses links; 0 on systems without it.
_NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0)
_MAX_FOLDERS: Final = 10_000


#: Files in order of path, as plain tuples with the values of ``FileStat``: there is one for every article.
FileRun = list[tuple[str, int, int]]


class FileStat(NamedTuple):
    """Path, size and time of a file under ``articles/``."""

    path: str  # the path relative to the archive, with forward slashes
    size: int  # the size in bytes
    modified: int  # the time of its last change, in nanoseconds since 1970


class Store:
    """The files of one archive.

    Args:
        root: Its folder.
        wait: How long to wait for another writer, in seconds.
    """

    def __init__(self, root: Path, wait: float = WAIT) -> None:
        self.root = root
        self._temporary = root / TEMPORARY
        #: Folders and files under ``articles/`` that the last ``listing`` could not read, with the reasons.
        self.unlisted: dict[str, str] = {}
        self._folders: dict[str, str] = {}  # the real paths of folders that are known to be in articles/
        self.lock = WriteLock(root / LOCK, wait)

    def __reduce__(self) -> tuple[type[Store], tuple[Path]]:  # a hit that is pickled can still read its article
        return Store, (self.root,)

    @cached_property
    def originals(self) -> Originals:
        """The originals. Loaded when first used: a search needs no hashing."""
        from docarchive.store.originals import Originals

        return Originals(self.root, self._temporary)

    @cached_property
    def quarantine(self) -> Quarantine:
        """The refused inputs."""
        from docarchive.store.quarantine import Quarantine

        return Quarantine(self.root)

    @cached_property
    def deletions(self) -> Deletions:
        """The list of deleted articles."""
        from docarchive.store.deletions import Deletions

        return Deletions(self.root)

    def batch(self) -> Batch:
        """Returns an empty batch, for files to write."""
        from docarchive.store.batch import Batch

        return Batch(self.root, self._temporary)

    def read(self, path: str) -> str:
        """Reads the text of an article's file, without changing line ends.

        The path is relative to the archive. It may be a stranger's, so one that leads out of ``articles/`` is refused.

        Raises:
            NotFoundError: There is no such file.
            ArchiveDamaged: It is not UTF-8 text, cannot be read, or is not in ``articles/``.
        """
        return self.read_with_stat(path)[0]

    def read_with_stat(self, path: str) -> tuple[str, FileStat]:
        """Reads the text of an article's file, with the size and time that the file had then; see ``read``."""
        try:
            with self._opened(path) as file:
                status = os.fstat(file.fileno())
                text = file.read().decode("utf-8")
            return text, FileStat(path, status.st_size, status.st_mtime_ns)
        except (FileNotFoundError, NotADirectoryError):
            if not self.root.is_dir():
                raise NotFoundError(f"{path} cannot be read: there is no archive at {self.root} any more") from None
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
            with suppress(OSError):  # such as a link: resolve() raises the right error
                return open(f"{self._folders[folder]}/{name}", "rb", opener=_without_links)
        return self.resolve(path).open("rb")

    def resolve(self, path: str) -> Path:
        """Returns the full path of an article's file; raises ``ArchiveDamaged`` if it is not in ``articles/``."""
        if os.path.islink(self.root / ARTICLES):
            raise ArchiveDamaged(linked(ARTICLES))
        full = Path(os.path.realpath(self.root / path))
        articles = os.path.realpath(self.root / ARTICLES)
        if not full.is_relative_to(articles):
            raise ArchiveDamaged(f"the catalog names {path}, outside of articles/; run 'docarchive rebuild'")
        return full

    def listing(self) -> Iterator[FileRun]:
        """Yields all Markdown files under ``articles/``, in order of path; links are not followed.

        Files that follow one another in a folder are yielded together (decision 0047). What cannot be read is in
        ``unlisted`` at the end.
        """
        self.unlisted = {}
        return _walk(self.root, ARTICLES, self.unlisted)

    def check_articles(self, *, required: bool) -> None:
        """Raises ``ArchiveDamaged`` if ``articles/`` is a link, cannot be read, or is missing though it is required."""
        folder = self.root / ARTICLES
        if os.path.islink(folder):
            raise ArchiveDamaged(linked(ARTICLES))
        try:
            os.scandir(folder).close()
        except FileNotFoundError:
            if required:
                raise ArchiveDamaged(
                    f"{folder} is missing; put it back, or create an empty folder there to delete all articles"
                ) from None
        except OSError as error:
            raise ArchiveDamaged(f"{folder} cannot be read: {error.strerror}; fix that and try again") from None

    def obstacle(self, path: str) -> tuple[str, str] | None:
        """Returns why ``listing`` lacks a file that was not deleted; see ``obstacles.obstacle``."""
        from docarchive.store.obstacles import obstacle

        return obstacle(self.root, path, self.unlisted)

    def exists(self, path: str) -> bool:
        """Returns whether a file or folder exists at a path, relative to the archive."""
        return os.path.exists(f"{self.root}/{path}")

    def stat(self, path: str) -> FileStat:
        """Returns path, size and time of one file; the path is relative to the archive."""
        status = os.stat(f"{self.root}/{path}")
        return FileStat(path, status.st_size, status.st_mtime_ns)

    def version_path(self, id_: str, data: bytes) -> str:
        """Returns the path for an old version of an article: a new one, unless the last one stored has these bytes."""
        folder = self.root / VERSIONS / id_
        last = max((int(name[:-3]) for name in _names(folder) if name[:-3].isdigit()), default=0)
        if last == 0 or (folder / f"{last:04d}.md").read_bytes() != data:
            last += 1
        return f"{VERSIONS}/{id_}/{last:04d}.md"

    def versions(self) -> Iterator[tuple[str, str]]:
        """Yields pairs of id and text for all old versions; files that are not text are skipped."""
        for id_ in sorted(_names(self.root / VERSIONS)):
            for name in sorted(_names(self.root / VERSIONS / id_)):
                path = self.root / VERSIONS / id_ / name
                if name.endswith(".md") and path.is_file() and not path.is_symlink():
                    with suppress(OSError, UnicodeDecodeError):
                        yield id_, path.read_bytes().decode("utf-8")

    def versions_of(self, id_: str) -> list[str]:
        """Returns the paths of an article's old versions, the oldest first, relative to the archive."""
        names = [name for name in sorted(_names(self.root / VERSIONS / id_)) if name.endswith(".md")]
        return [f"{VERSIONS}/{id_}/{name}" for name in names]

    def read_version(self, path: str) -> str:
        """Reads the text of an old version; for the path see ``versions_of``.

        Raises:
            ArchiveDamaged: It is not UTF-8 text, or cannot be read.
        """
        try:
            with open(self.root / path, "rb", opener=_without_links) as file:
                return file.read().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ArchiveDamaged(f"{path} cannot be read: {error}") from None

    def clean(self) -> None:
        """Deletes the temporary files that an interrupted write left; hold the lock."""
        from docarchive.store import leftovers

        leftovers.delete_own(self.root, SETTINGS)
        leftovers.delete_own(self.root / QUARANTINE)
        if not os.path.exists(self._temporary):
            return
        import shutil

        with suppress(FileNotFoundError):
            shutil.rmtree(self._temporary)

    def remove_misplaced(self, index: Path) -> None:
        """Deletes what is in the place of a derived file or folder, but is of the other kind: a folder named ``lock``.

        SQLite and the engines could not say that it is in their way. Links are left: they are refused elsewhere.

        Args:
            index: The folder of the index.
        """
        temporary = self.root / TEMPORARY
        kinds = dict.fromkeys((temporary.parent, temporary, index.parent, index), stat.S_ISDIR)
        for path, is_right in (kinds | dict.fromkeys((self.root / LOCK, self.root / CATALOG), stat.S_ISREG)).items():
            try:
                mode = os.lstat(path).st_mode
            except (FileNotFoundError, NotADirectoryError):
                continue
            if is_right(mode) or stat.S_ISLNK(mode):
                continue
            if stat.S_ISDIR(mode):
                import shutil

                shutil.rmtree(path)
            else:
                path.unlink()

    def delete_other_indexes(self, engine: str) -> None:
        """Deletes the indexes of all engines but one; hold the lock."""
        with suppress(FileNotFoundError):
            for path in (self.root / INDEX).iterdir():
                if path.name != engine:
                    import shutil

                    shutil.rmtree(path, ignore_errors=True)


def _walk(root: Path, top: str, unlisted: dict[str, str]) -> Iterator[FileRun]:
    stack = [iter(_list_folder(root, top, unlisted))]  # no recursion: folders may be nested deeper than Python's stack
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
        elif isinstance(item, str):
            stack.append(iter(_list_folder(root, item, unlisted)))
        else:
            yield item


def _list_folder(root: Path, path: str, unlisted: dict[str, str]) -> list[FileRun | str]:
    """Returns what is in a folder, in order of path: runs of files, and between them the paths of folders.

    Names that begin with a dot are skipped, and so is a file that is deleted in the meantime. What cannot be read is
    added to ``unlisted``.
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
                    except OSError as error:
                        unlisted[f"{path}/{name}"] = f"cannot be read: {error.strerror}"
                        continue
                    files.append((f"{path}/{name}", status.st_size, status.st_mtime_ns))
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(f"{path}/{name}/")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        unlisted[path] = f"cannot be read: {error.strerror}"
        return []
    files.sort()
    items: list[FileRun | str] = []
    start = 0
    for folder in sorted(folders):
        end = bisect_left(files, (folder, 0, 0), start)
        items += ([files[start:end]] if end > start else []) + [folder[:-1]]
        start = end
    return [*items, files[start:]] if start < len(files) else items


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _without_links(path: str, flags: int) -> int:
    return os.open(path, flags | _NO_LINKS)
