"""Way: finds the way to a path inside of an archive, folder by folder. No link is followed."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, NoReturn

from docarchive.errors import ArchiveDamaged
from docarchive.folder.open_folder import OpenFolder, is_link
from docarchive.regexes import lazy
from docarchive.texts import shorten

_MAX_PATH: Final = 4096  # bytes; without it, a stranger's folders could be nested so deep that opening takes minutes
_MAX_OPEN: Final = 64
_SHOWN: Final = 200  # characters
#: The folder of what is derived from the others.
_DERIVED: Final = ".docarchive"
#: What is wrong with a link, and what to do about that of a folder: parts of a sentence.
LINKED: Final = "is a link, and links in an archive are not followed"
MOVE: Final = "put a folder there, or move the whole archive and link that"
#: What no part of a path is or has; Windows also takes these signs for separators.
_NO_NAME: Final = lazy(r"\.{0,2}\Z|.*[\0\\:]" if os.name == "nt" else r"\.{0,2}\Z|.*\0", re.DOTALL)


class Way:
    """Opens the folders of one archive, and keeps some of them open.

    Args:
        root: The archive's folder.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self._open: dict[str, OpenFolder] = {}  # by path; one is used again only if its path still leads to it

    def place(self, path: str) -> tuple[OpenFolder, str]:
        """Returns the open folder that a path is in, and its name there."""
        folder, _, name = path.rpartition("/")
        _check_name(name, path)
        return self.folder(folder), name

    def places(self, paths: Iterable[str]) -> Iterator[tuple[OpenFolder, str]]:
        """Yields the place of each path, with one look at the way to those that follow one another in a folder."""
        last, above = None, None
        for path in paths:
            folder, _, name = path.rpartition("/")
            _check_name(name, path)
            if folder != last or above is None or not above.lasts:
                last, above = folder, self.folder(folder)
            yield above, name

    def folder(self, path: str) -> OpenFolder:
        """Opens a folder, or returns the open one, which must not be listed: others may list it at the same time."""
        known = self._known(path)
        if known is None:
            parent, _, name = path.rpartition("/")
            known = self._next(self._walked(parent), path, name) if parent else self._walk(path)
            self._keep(path, known)
        return known

    def open_folder(self, path: str) -> OpenFolder:
        """Opens a folder for the caller alone."""
        parent, _, name = path.rpartition("/")
        return self._next(self.folder(parent), path, name) if parent else self._walk(path)

    def _walked(self, path: str) -> OpenFolder:
        """Returns an open folder, or opens it from the archive's folder on: the folders in it are opened from there."""
        known = self._known(path)
        if known is None:
            known = self._walk(path)
            self._keep(path, known)
        return known

    def _keep(self, path: str, opened: OpenFolder) -> None:
        if len(self._open) >= _MAX_OPEN:
            self._open.clear()
        if opened.lasts:
            self._open[path] = opened

    def make(self, path: str) -> set[str]:
        """Creates a folder and those above it that are missing; returns the folders whose entries changed."""
        changed: set[str] = set()
        above, _, name = path.rpartition("/")
        try:
            if above and path not in self._open:  # most are new, and in a folder that is there
                _check_name(name, path)
                with suppress(FileExistsError):
                    self.folder(above).make(name)
                    return {above}
            self.folder(path)
        except FileNotFoundError:
            self._walk(path, changed)
        return changed

    def refuse(self, path: str, status: os.stat_result, wanted: str = "file") -> NoReturn:
        """Raises ``ArchiveDamaged`` for what is in the place of a file or a folder."""
        shown = "".join(sign if sign.isprintable() else "?" for sign in shorten(path, _SHOWN))
        hint = "delete it, then run 'docarchive rebuild'" if path.split("/")[0] == _DERIVED else None
        if not is_link(status):
            raise ArchiveDamaged(f"{shown} is not a {wanted}; {hint or 'move it away'}")
        hint = hint or (MOVE if wanted == "folder" else "put the file itself there")
        raise ArchiveDamaged(f"{shown} {LINKED}; {hint}")

    def _known(self, path: str) -> OpenFolder | None:
        """Returns an open folder if its path still leads to it: it may have been moved or replaced."""
        known = self._open.get(path)
        if known is not None:
            with suppress(OSError):
                status = os.stat(f"{self.root}{os.sep}{path}", follow_symlinks=not path)
                if (status.st_dev, status.st_ino) == known.identity:
                    return known
            self._open.pop(path, None)
        return None

    def _walk(self, path: str, made: set[str] | None = None) -> OpenFolder:
        """Opens a folder from the archive's folder on; with ``made``, missing ones are created and noted there."""
        opened, way = OpenFolder.top(self.root), ""
        for name in path.split("/") if path else ():
            above, way = way, f"{way}/{name}" if way else name
            try:
                opened = self._next(opened, way, name)
            except FileNotFoundError:
                if made is None:
                    raise
                with suppress(FileExistsError):
                    opened.make(name)
                made.add(above)
                opened = self._next(opened, way, name)
        return opened

    def _next(self, above: OpenFolder, path: str, name: str) -> OpenFolder:
        """Opens a folder in one that is open."""
        _check_name(name, path)
        if len(path) >= _MAX_PATH:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), path)
        try:
            return above.folder(name)
        except OSError as error:
            if error.errno in (errno.ENOTDIR, errno.ELOOP, errno.EMLINK):
                self.refuse(path, above.stat(name), "folder")
            raise


def is_folder(status: os.stat_result) -> bool:
    """Returns whether a status is that of a folder."""
    return stat.S_ISDIR(status.st_mode) and not is_link(status)


def _check_name(name: str, path: str) -> None:
    """Raises ``ArchiveDamaged`` for a part of a path that is no name."""
    if _NO_NAME.match(name) or not (name.isascii() or _is_encodable(name)):
        shown = ascii(shorten(path, _SHOWN))
        raise ArchiveDamaged(f"the archive names {shown}, which is no path inside of it; run 'docarchive rebuild'")


def _is_encodable(name: str) -> bool:
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return False
    return True
