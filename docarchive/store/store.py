"""Store: the files of one archive, and nothing outside of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from docarchive import failures
from docarchive.errors import ArchiveDamaged, ArchiveError, NotFoundError
from docarchive.folder import File, Folder, is_regular
from docarchive.records import NamedTuple
from docarchive.store.layout import (
    ARTICLES,
    CATALOG,
    DERIVED,
    FOLDERS,
    GITIGNORE,
    INDEX,
    KEPT,
    LOCK,
    MANIFEST,
    MEANING,
    OF_TRASH,
    OWN,
    QUARANTINE,
    TEMPORARY,
    TRASH,
    VERSIONS,
    is_article_path,
    is_own,
    next_version,
    path_before_trash,
    version_number,
    version_path,
)
from docarchive.store.lock import WAIT, WriteLock

if TYPE_CHECKING:
    from docarchive.store.batch import Batch
    from docarchive.store.deletions import Deletions
    from docarchive.store.log import Log
    from docarchive.store.originals import Originals
    from docarchive.store.quarantine import Quarantine

#: Files in order of path, as plain tuples with the values of ``FileStat``: there is one for every article.
FileRun = list[tuple[str, int, int]]


_SHOWN: Final = 200  # characters


class FileStat(NamedTuple):
    """Path, size and time of a file under ``articles/``."""

    path: str  # the path relative to the archive, with forward slashes
    size: int  # the size in bytes
    modified: int  # the time of its last change, in nanoseconds since 1970


class Known(Protocol):
    """What is known of an article."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def path(self) -> str:
        """The path of its file, relative to the archive."""


class Store:
    """The files of one archive.

    Args:
        root: Its folder.
        wait: How long to wait for another writer, in seconds.

    Raises:
        ArchiveDamaged: One of the folders in it is a link.
    """

    def __init__(self, root: Path, wait: float = WAIT) -> None:
        self.root = root
        self.folder = Folder(root)
        self.folder.refuse_links((DERIVED, *FOLDERS))
        self.lock = WriteLock(self.folder, LOCK, wait)
        #: Folders and files under ``articles/`` that the last ``listing`` could not read, with the reasons.
        self.unlisted: dict[str, str] = {}
        #: The numbers of the changes that were made to their end.
        self.changes: list[int] = []

    def __reduce__(self) -> tuple[type[Store], tuple[Path]]:  # a hit that is pickled can still read its article
        return type(self), (self.root,)

    @cached_property
    def originals(self) -> Originals:
        """The originals. Loaded when first used: a search needs no hashing."""
        from docarchive.store.originals import Originals

        return Originals(self.folder, TEMPORARY)

    @cached_property
    def quarantine(self) -> Quarantine:
        """The refused inputs."""
        from docarchive.store.quarantine import Quarantine

        return Quarantine(self.folder)

    @cached_property
    def deletions(self) -> Deletions:
        """The list of deleted articles."""
        from docarchive.store.deletions import Deletions

        return Deletions(self.folder)

    @cached_property
    def log(self) -> Log:
        """The log of changes."""
        from docarchive.store.log import Log

        return Log(self.folder)

    def batch(self) -> Batch:
        """Returns an empty batch, for files to write."""
        from docarchive.store.batch import Batch

        return Batch(self.folder, TEMPORARY)

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
        if not self.is_readable(path):
            shown = "".join(sign if sign.isprintable() else "?" for sign in path[:_SHOWN])
            raise ArchiveDamaged(f"the catalog names {shown}, outside of articles/; run 'docarchive rebuild'")
        try:
            data, status = self.folder.read_with_status(path)
            return data.decode("utf-8"), FileStat(path, status.st_size, status.st_mtime_ns)
        except (FileNotFoundError, NotADirectoryError):
            if not self.root.is_dir():
                raise NotFoundError(f"{path} cannot be read: there is no archive at {self.root} any more") from None
            raise NotFoundError(f"{path} is gone; run 'docarchive sync'") from None
        except UnicodeDecodeError as error:
            raise ArchiveDamaged(f"{path} is not UTF-8 text (byte {error.start})") from None
        except OSError as error:
            raise ArchiveDamaged(f"{path} cannot be read: {failures.reason(error)}") from error

    def read_known(self, known: Known) -> tuple[str, FileStat]:
        """Reads the text of the file of an article that the catalog has; see ``read_with_stat``."""
        return self.read_with_stat(known.path)

    def is_readable(self, path: str) -> bool:
        """Returns whether a path is that of an article's file."""
        return is_article_path(path)

    def listing(self) -> Iterator[FileRun]:
        """Yields all Markdown files under ``articles/``, in order of path; links are not followed.

        Files that follow one another in a folder are yielded together (decision 0047). What cannot be read is in
        ``unlisted`` at the end.
        """
        self.unlisted = {}
        return self._runs(ARTICLES, self.unlisted, ".md")

    def other_files(self) -> Iterator[FileStat]:
        """Yields the files of quarantine, trash and versions, in order of path; links are not followed.

        What cannot be read is added to ``unlisted``.
        """
        for top in sorted((QUARANTINE, TRASH, VERSIONS)):
            yield from self.files(top)

    def files(self, top: str) -> Iterator[FileStat]:
        """Yields the files in a folder and below it, in order of path, as ``other_files`` does."""
        for run in self._runs(top, self.unlisted, ""):
            yield from (FileStat(*file) for file in run)

    def _runs(self, top: str, unlisted: dict[str, str], ending: str) -> Iterator[FileRun]:
        from docarchive.folder.walking import walk

        return walk(top, lambda path: _list_folder(self.folder, path, unlisted, ending))

    def trashed(self) -> Iterator[FileStat]:
        """Yields the files of removed articles, in order of path; links are not followed.

        Raises:
            ArchiveError: Something in the trash cannot be listed; after what can be.
        """
        self.unlisted = {}
        for run in self._runs(TRASH, self.unlisted, ".md"):
            yield from (FileStat(*file) for file in run if path_before_trash(file[0]))
        self.refuse_unlisted()

    def refuse_unlisted(self) -> None:
        """Raises ``ArchiveError`` if something could not be listed since the last listing began."""
        for path, reason in self.unlisted.items():
            raise ArchiveError(f"{path} {reason}")

    def check_articles(self, *, required: bool) -> None:
        """Raises ``ArchiveDamaged`` if ``articles/`` is a link, cannot be read, or is missing though it is required."""
        try:
            with self.folder.entries(ARTICLES):
                pass
        except FileNotFoundError:
            if required:
                raise ArchiveDamaged(
                    f"{self.root / ARTICLES} is missing; "
                    "put it back, or create an empty folder there to delete all articles"
                ) from None
        except OSError as error:
            raise ArchiveDamaged(f"{self.root / ARTICLES} cannot be read: {failures.reason(error)}") from None

    def obstacle(self, path: str) -> tuple[str, str] | None:
        """Returns why ``listing`` lacks a file that was not deleted; see ``obstacles.obstacle``."""
        from docarchive.store.obstacles import obstacle

        return obstacle(self.root, path, self.unlisted)

    def owns(self, path: Path) -> bool:
        """Returns whether a path belongs to the archive, so that nothing else may be written there."""
        return is_own(self.root, path)

    def exists(self, path: str) -> bool:
        """Returns whether there is anything at a path, relative to the archive."""
        return self.folder.exists(path)

    def existing(self, paths: Iterable[str]) -> Collection[str]:
        """Returns those of many paths at which there is anything."""
        return self.folder.statuses(paths).keys()

    def has_article(self, path: str) -> bool:
        """Returns whether there is an article's file at a path, relative to the archive; it may be a stranger's.

        Raises:
            OSError: The disk reports an error. That the file is gone is not known then.
        """
        with suppress(PermissionError):
            return is_article_path(path) and self.folder.kind(path) == "file"
        return False

    def stat(self, path: str) -> FileStat:
        """Returns path, size and time of one file; the path is relative to the archive."""
        status = self.folder.status(path)
        return FileStat(path, status.st_size, status.st_mtime_ns)

    def stats(self, paths: Iterable[str]) -> dict[str, FileStat]:
        """Returns path, size and time of many files, by path; see ``stat``."""
        paths = [*paths]
        statuses = self.folder.statuses(paths)
        return {
            path: FileStat(path, status.st_size, status.st_mtime_ns)
            if (status := statuses.get(path)) and is_regular(status)
            else self.stat(path)
            for path in paths
        }

    def version_path(self, id_: str, data: bytes) -> str:
        """Returns the path for an old version of an article: a new one, unless the last one stored has these bytes."""
        paths = self.versions_of(id_) if self.folder.exists(f"{VERSIONS}/{id_}") else []
        if paths and self.folder.read(paths[-1]) == data:
            return paths[-1]
        return version_path(id_, next_version(paths))

    def versions(self) -> Iterator[tuple[str, str]]:
        """Yields pairs of id and text for all old versions; files that are not text are skipped."""
        for id_ in self.folder.folders(VERSIONS):
            for path in self.versions_of(id_):
                with suppress(OSError, UnicodeDecodeError):
                    yield id_, self.folder.read(path).decode("utf-8")

    def versions_of(self, id_: str) -> list[str]:
        """Returns the paths of an article's old versions, the oldest first, relative to the archive.

        Files that are not named as docarchive names versions are left out.
        """
        folder = f"{VERSIONS}/{id_}"
        names = [name for name in self.folder.names(folder) if version_number(name)]
        return [f"{folder}/{name}" for name in sorted(names, key=version_number)]

    def read_version(self, path: str) -> str:
        """Reads the text of an old version; for the path see ``versions_of``.

        Raises:
            ArchiveDamaged: It is not UTF-8 text, or cannot be read.
        """
        try:
            return self.folder.read(path).decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ArchiveDamaged(f"{path} cannot be read: {error}") from None

    def original(self, digest: str) -> File | None:
        """Returns the file of an original, or None if the archive has none with that digest."""
        path = self.originals.find(digest)
        return None if path is None else File(self.folder, path)

    def leftovers(self, others: Collection[str]) -> Iterator[str]:
        """Yields the paths of what interrupted processes left; that is what they are only while no process writes.

        Args:
            others: The engines that the archive does not use; their indexes are those of interrupted switches.
        """
        from docarchive.store.leftovers import in_index, own

        folder = self.folder
        yield from own(folder, "", OWN | {GITIGNORE})
        yield from own(folder, DERIVED)
        yield from own(folder, KEPT)
        yield from own(folder, INDEX)
        for name in folder.folders(INDEX):
            path = f"{INDEX}/{name}"
            if name != MEANING:  # whose writer does not hold the archive's lock
                yield from (path,) if name in others else in_index(folder, path)
        yield from own(folder, QUARANTINE)
        yield from own(folder, OF_TRASH)
        yield from in_index(folder, f"{OF_TRASH}/index")
        if folder.kind(TEMPORARY) == "folder":
            yield from (f"{TEMPORARY}/{name}" for name in (*folder.names(TEMPORARY), *folder.folders(TEMPORARY)))

    def clean(self, others: Collection[str]) -> None:
        """Deletes what interrupted processes left; hold the lock. For the argument see ``leftovers``."""
        notes = self.quarantine.left_notes() if self.folder.kind(QUARANTINE) == "folder" else ()
        for path in (*self.leftovers(others), *notes):
            with suppress(OSError):
                self.folder.remove_all(path)
        self.folder.remove_all(TEMPORARY)

    def remove_misplaced(self, engine: str) -> None:
        """Deletes what is in the place of a derived file or folder, but is of the other kind: a folder named ``lock``.

        SQLite and the engines could not say that it is in their way. Links are left: they are refused elsewhere.

        Args:
            engine: The name of the engine.
        """
        kinds = dict.fromkeys((DERIVED, TEMPORARY, INDEX, f"{INDEX}/{engine}"), "folder")
        for path, kind in (kinds | dict.fromkeys((LOCK, CATALOG, MANIFEST), "file")).items():
            if self.folder.kind(path) not in (None, "link", kind):
                self.folder.remove_all(path)

    def delete_indexes(self, engines: Iterable[str]) -> None:
        """Deletes the indexes of engines; hold the lock."""
        for engine in engines:
            with suppress(OSError):
                self.folder.remove_all(f"{INDEX}/{engine}")


class TrashStore(Store):
    """The files of one archive, of which those in the trash are read as those of articles are."""

    def is_readable(self, path: str) -> bool:
        """Returns whether a path is that of a file in the trash."""
        return path_before_trash(path) is not None


def _list_folder(archive: Folder, path: str, unlisted: dict[str, str], ending: str) -> list[FileRun | str]:
    """Returns what is in a folder, in order of path: runs of files, and between them the paths of folders.

    Names that begin with a dot are skipped, and so is a file that is deleted in the meantime. What cannot be read is
    added to ``unlisted``.
    """
    files: FileRun = []
    folders: list[str] = []
    try:
        with archive.entries(path) as entries:
            for entry in entries:
                name = entry.name
                if name[0] == ".":
                    continue
                if name.endswith(ending) and entry.is_file(follow_symlinks=False):
                    try:
                        status = entry.stat(follow_symlinks=False)
                    except FileNotFoundError:
                        continue
                    except OSError as error:
                        unlisted[f"{path}/{name}"] = f"cannot be read: {failures.reason(error)}"
                        continue
                    files.append((f"{path}/{name}", status.st_size, status.st_mtime_ns))
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(f"{path}/{name}/")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        unlisted[path] = f"cannot be read: {failures.reason(error)}"
        return []
    files.sort()
    items: list[FileRun | str] = []
    start = 0
    for folder in sorted(folders):
        end = bisect_left(files, (folder, 0, 0), start)
        items += ([files[start:end]] if end > start else []) + [folder[:-1]]
        start = end
    return [*items, files[start:]] if start < len(files) else items
