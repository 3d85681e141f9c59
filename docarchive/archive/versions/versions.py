"""Versions: those of one article, by number: listed, read and compared."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from docarchive import keys
from docarchive.archive import lookup
from docarchive.archive.figures import Version
from docarchive.archive.indexing.recording import damage
from docarchive.archive.versions.diff import Diff, added_lines, compared, removed_lines
from docarchive.digests import sha256
from docarchive.errors import ArchiveDamaged, DocarchiveError, NotFoundError
from docarchive.failures import reason
from docarchive.store import FileStat
from docarchive.store.layout import next_version, version_number
from docarchive.writers import Document

if TYPE_CHECKING:
    from docarchive.archive.session import Session
    from docarchive.article import Article

#: What an import changes in any case says nothing about the article.
_UNSAID = frozenset({*keys.PROVENANCE, "id", "title_derived"})


class Versions:
    """The versions of an article.

    Args:
        session: The session of the archive.
        id_: The id of an article that the archive has.
    """

    def __init__(self, session: Session, id_: str) -> None:
        self._session = session
        self._id = id_

    @cached_property
    def earlier(self) -> dict[int, str]:
        """The paths of the earlier versions by number, in order."""
        return {version_number(path): path for path in self._session.store.versions_of(self._id)}

    @cached_property
    def current(self) -> int:
        """The number of the current version."""
        return next_version([*self.earlier.values()])

    @cached_property
    def _replaced(self) -> dict[str, str]:
        """When each earlier version was replaced by the next one, in UTC, by path, as far as it is in the log."""
        changes = self._session.store.log.of_article(self._id)
        return {article.before.path: change.time for change, article in changes if article.before is not None}

    def number(self, version: int) -> int:
        """Returns the number of a version that may be counted back from the current one, which is 0.

        Raises:
            NotFoundError: There is no such version.
        """
        numbers = [*self.earlier, self.current]
        if version <= 0 and len(numbers) + version > 0:
            return numbers[version - 1]
        if version in numbers:
            return version
        if len(numbers) == 1:
            raise NotFoundError(f"{self._id} has no earlier versions")
        raise NotFoundError(f"{self._id} has no version {version}; 'docarchive versions {self._id}' lists them")

    def path(self, version: int) -> str:
        """Returns the path of a version's file, relative to the archive; raises as ``number`` does."""
        number = self.number(version) if version else 0
        return self.earlier.get(number) or lookup.path_of(self._session.catalog, self._id)

    def text(self, version: int) -> str:
        """Returns the text of a version's file.

        Raises:
            NotFoundError: There is no such version, or the file is gone.
            ArchiveDamaged: The file cannot be read, or its bytes are not those that were recorded.
        """
        path = self.path(version)
        if path not in self.earlier.values():
            return lookup.text(self._session.store, self._session.catalog, self._id)
        try:
            data, status = self._session.store.folder.read_with_status(path)
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ArchiveDamaged(f"{path} is not UTF-8 text (byte {error.start})") from None
        except OSError as error:
            raise _unread(path, error) from None
        recorded = self._session.catalog.recorded_at(path)
        file = FileStat(path, status.st_size, status.st_mtime_ns)
        if recorded is not None and (what := damage(recorded, file, sha256(data).digest())):
            raise ArchiveDamaged(f"{path} {what}; run 'docarchive verify'")
        return text

    def article(self, version: int) -> Article:
        """Returns a version as an article; raises as ``text`` does."""
        return Document(self._id, self.path(version), self.text(version)).article

    def diff(self, a: int, b: int) -> Diff:
        """Returns what differs between two versions; raises as ``text`` does."""
        before, after = self.text(a), self.text(b)
        numbers = (self.number(a), self.number(b))
        return Diff(self._id, *numbers, self.path(a), self.path(b), before, after, compared(before, after))

    def listed(self) -> list[Version]:
        """Returns the versions, the current one last."""
        versions: list[Version] = []
        readable: Article | None = None  # the last one
        for number in (*self.earlier, self.current):
            fault = None
            try:
                article = self.article(number)
            except DocarchiveError as error:
                article, fault = None, str(error)
            versions.append(self._version(number, article, readable, fault, versions))
            readable = article or readable
        return versions

    def _version(
        self, number: int, article: Article | None, before: Article | None, fault: str | None, earlier: list[Version]
    ) -> Version:
        """Returns what is listed of a version.

        Args:
            number: Its number.
            article: What is in its file; None if that cannot be read.
            before: The last version before it whose file can be read.
            fault: Why its file cannot be read.
            earlier: The versions before it.
        """
        path, is_current = self.path(number), number == self.current
        written, digest, size = None, b"", 0
        try:
            if is_current:
                written = self._time_of(path)
            elif earlier:  # before there was a log, a version was a copy that was made when the next one was written
                written = self._replaced.get(earlier[-1].path) or self._time_of(earlier[-1].path)
            elif article and article.archived:
                written = str(article.archived)
            digest, size = self._session.store.folder.digest(path)
        except (OSError, ArchiveDamaged) as error:
            fault = fault or str(_unread(path, error))
        keys_ = _changed_keys(before, article) if before and article else ()
        changes = compared(f"{before.body}\n", f"{article.body}\n") if before and article else ()
        title = article.title if article else ""
        lines = (added_lines(changes), removed_lines(changes))
        return Version(self._id, number, is_current, written, title, size, digest.hex(), path, keys_, *lines, fault)

    def _time_of(self, path: str) -> str | None:
        """Returns the time of a file in UTC; None if it is gone or is a link: its own version says so.

        Raises:
            OSError: The disk reports an error.
        """
        with suppress(FileNotFoundError, OverflowError, ValueError, ArchiveDamaged):
            time = self._session.store.folder.status(path).st_mtime
            return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return None


def _unread(path: str, error: OSError | ArchiveDamaged) -> DocarchiveError:
    """Returns the error to raise in place of one of a file that cannot be read."""
    if isinstance(error, ArchiveDamaged):
        return error
    if isinstance(error, FileNotFoundError):
        return NotFoundError(f"{path} is gone")
    return ArchiveDamaged(f"{path} cannot be read: {reason(error)}")


def _changed_keys(before: Article, after: Article) -> tuple[str, ...]:
    old, new = _said(before), _said(after)
    return tuple(key for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key))


def _said(article: Article) -> dict[str, Any]:
    return {key: value for key, value in article.metadata().items() if key not in _UNSAID}
