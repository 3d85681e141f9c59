"""Batch: many files written as one durable step. See docs/decisions/0007.

The files are written under temporary names and flushed together, then renamed, then their folders are
flushed. After an interruption a file is either complete or missing. Articles are renamed after all others are in place
and flushed: an article that is there has its original, and the version that it replaces is kept. Many small files share
one flush of the file system (``syncfs``) where the system has it, and so do many folders.

A version that is kept is no copy: until the article is replaced, it is a second name (a hard link) of its file, where
the file system has such. See docs/decisions/0087.
"""

from __future__ import annotations

import os
from contextlib import suppress
from operator import itemgetter

from docarchive.folder import Folder
from docarchive.store.layout import ARTICLES
from docarchive.store.store import FileStat


class Batch:
    """A set of files to write together, first under temporary names.

    Args:
        folder: The archive's folder.
        temporary: The path in it of the folder of temporary files.
    """

    def __init__(self, folder: Folder, temporary: str) -> None:
        self._folder = folder
        self._temporary = temporary
        self._files: dict[str, bytes | str] = {}
        self._replaced: dict[str, tuple[str, int, int]] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._files

    def add(self, path: str, data: bytes | str) -> None:
        """Adds a file at a path relative to the archive, with forward slashes.

        ``data`` is its bytes, or the path of a finished file in the archive, which is moved.
        """
        self._files[path] = data

    def keep(self, path: str, data: bytes, replaced: tuple[str, int, int]) -> None:
        """Adds a file with the bytes of another one that the batch replaces, given its path, size and time."""
        self._files[path] = data
        self._replaced[path] = replaced

    def commit(self) -> dict[str, FileStat]:
        """Writes all files and empties the batch.

        Returns:
            Path, size and time of the versions that are second names, by path.

        Raises:
            OSError: A file could not be written. Then no file is in place, unless renaming failed, which leaves
                some in place and deletes the others.
            ArchiveDamaged: A path leads out of the archive, or through a link.
        """
        if not self._files:
            return {}
        folder = self._folder
        of_versions = {path.rpartition("/")[0] for path in self._replaced}  # most are new: ``make`` checks the others
        folders = {path.rpartition("/")[0] for path in self._files} - of_versions
        folder.check_folders(folders)  # before anything is written
        folder.make(self._temporary)
        changed = of_versions.union(*map(folder.make, of_versions))
        linked = folder.link_all(self._replaced)
        stem = f"{self._temporary}/{os.getpid()}-"
        #: The path of each file, by its temporary path; in order, so that files of a folder follow one another.
        staged = {
            f"{stem}{number}" if isinstance(data, bytes) else data: path
            for number, (path, data) in enumerate(sorted(self._files.items(), key=itemgetter(0)))
            if path not in linked
        }
        contents = ((temporary, self._files[path]) for temporary, path in staged.items())
        try:
            folder.create_all({temporary: data for temporary, data in contents if isinstance(data, bytes)})
            folder.sync_files([*staged])
            changed = changed.union(folders, *map(folder.make, folders))
            articles = f"{ARTICLES}/"
            for are_articles in (False, True):
                folder.rename_all(
                    {temporary: path for temporary, path in staged.items() if path.startswith(articles) == are_articles}
                )
                folder.sync_folders({path for path in changed if path.startswith(articles) == are_articles})
        except BaseException:
            for temporary in staged:
                with suppress(OSError):
                    folder.remove(temporary)
            for path in linked:
                with suppress(OSError):
                    if folder.status(path).st_nlink > 1:  # what it is a version of was not replaced
                        folder.remove(path)
            raise
        stats = {path: FileStat(path, *self._replaced[path][1:]) for path in linked}
        self._files.clear()
        self._replaced.clear()
        return stats
