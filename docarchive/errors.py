"""The exceptions that docarchive raises, and the exit code that each means on the command line.

    DocarchiveError
    ├── UsageError                  2  the request itself is wrong
    │   ├── NotInCollection            what only the archives that feed a collection have
    │   ├── QueryError                 a query that cannot be read; has the position
    │   ├── UnsupportedQuery           a query that this engine cannot answer
    │   ├── AmbiguousId                an id prefix that several articles share
    │   └── Overtaken                  a change that a later one keeps from being undone
    ├── NotFoundError               1  nothing matched (an id that no article has)
    │   └── PassageNotFound            a passage that an article does not have
    ├── InputError                  3  an input that was refused
    │   ├── ReaderError                a file or record that a reader cannot read
    │   ├── ArticleError               metadata that is not valid; has the key
    │   ├── DateError                  a text that is no date; a ValueError too
    │   └── EditConflict               an edit of a text that was changed elsewhere meanwhile
    └── ArchiveError                4  the archive cannot be used
        ├── NotAnArchive               no docarchive.toml here
        ├── ArchiveExists              there is an archive here already
        ├── ArchiveLocked              another process is writing
        ├── NoRoom                     no room left on the disk
        ├── IndexUnavailable           the search index is in a cluster that cannot be used now
        ├── ArchiveReadOnly            this user may read it, but not change it
        ├── ArchiveDamaged             something in it cannot be read; says how to fix it
        │   └── IndexDamaged           the search index; it is built again without being asked
        └── OutputClosed               what an export is written to was closed; a BrokenPipeError too

This module owns nothing else, and imports nothing of the package.
"""

from __future__ import annotations

from typing import Any


class DocarchiveError(Exception):
    """Base of all errors of docarchive. Its text is one sentence that says what to do next."""

    exit_code = 4

    def __reduce__(self) -> tuple[Any, ...]:
        # Python would pickle the text alone and give it to the constructor, which may take other arguments. Then a
        # process pool waits for ever for the error that it cannot read.
        return _copy, (type(self), self.args, self.__dict__)


class UsageError(DocarchiveError):
    """The request is wrong: an option, a query, an id."""

    exit_code = 2


class NotInCollection(UsageError):
    """A collection is asked for what only the archives that feed it have; the message names them."""


class QueryError(UsageError):
    """A query that cannot be read.

    Args:
        message: One sentence, without the query.
        query: The whole query as it was given.
        position: Index of the character at fault, 0 to ``len(query)``.
    """

    def __init__(self, message: str, query: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.query = query
        self.position = position

    def caret(self) -> str:
        """Returns two lines: the query around the position, and a caret under the position."""
        start = max(0, self.position - 60)
        line = "".join(c if c.isprintable() else " " for c in self.query[start : start + 78])
        return f"  {line}\n  {' ' * (self.position - start)}^"


class UnsupportedQuery(UsageError):
    """A query that is well formed, but that this engine or command cannot answer."""


class AmbiguousId(UsageError):
    """An id prefix that more than one article has."""


class NotFoundError(DocarchiveError, KeyError):
    """Nothing matched: most often an id that no article has. A ``KeyError``, as ``archive[id]`` must raise."""

    exit_code = 1
    __str__ = Exception.__str__  # that of ``KeyError`` adds quotes


class PassageNotFound(NotFoundError):
    """An article does not have the passage that is to be marked."""


class Overtaken(UsageError):
    """A change that cannot be taken back, since what it changed was changed later."""


class InputError(DocarchiveError):
    """An input that was refused. Its text may quote the input: halves of characters in that (lone surrogates), which
    no file and no terminal can hold, are replaced.
    """

    exit_code = 3

    def __init__(self, reason: object = "") -> None:
        text = str(reason)
        if not text.isascii():
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        super().__init__(text)


class ReaderError(InputError):
    """A file or a record that cannot be read as an article; the text is the reason alone."""


class ArticleError(InputError):
    """Metadata that is not valid.

    Args:
        key: The metadata key at fault.
        message: What is wrong with it and what would be right.
    """

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.key = key


class DateError(InputError, ValueError):
    """A value that is no date. A ``ValueError``, as constructors raise for a wrong value."""


class EditConflict(InputError):
    """An edit of a text that was changed elsewhere meanwhile.

    Args:
        reason: What is the matter.
        text: The edit, with the other keys that were changed elsewhere.
        base: The text as it is now: edit it, or pass it as the base of ``text``.
    """

    def __init__(self, reason: str, text: str, base: str) -> None:
        super().__init__(reason)
        self.text = text
        self.base = base


class ArchiveError(DocarchiveError):
    """The archive cannot be used."""

    exit_code = 4


class NotAnArchive(ArchiveError):
    """The folder holds no archive."""


class ArchiveExists(ArchiveError):
    """The folder holds an archive already."""


class ArchiveLocked(ArchiveError):
    """Another process is writing to the archive."""


class NoRoom(ArchiveError):
    """There is no room left on the disk, or the user's quota of it is used up."""


class IndexUnavailable(ArchiveError):
    """The search index is in a cluster that cannot be used now. Articles can be read and changed."""


class ArchiveReadOnly(ArchiveError):
    """The user may read the archive, but not change it."""


class ArchiveDamaged(ArchiveError):
    """A part of the archive cannot be read."""


class IndexDamaged(ArchiveDamaged):
    """The search index cannot be read. The archive builds it again by itself; the error is raised if that fails."""


class OutputClosed(ArchiveError, BrokenPipeError):
    """What an export is written to was closed before the end, such as a pipe to another program."""


def _copy(kind: type[DocarchiveError], arguments: tuple[Any, ...], attributes: dict[str, Any]) -> DocarchiveError:
    """Returns an error with the same text and attributes as another, without calling the constructor."""
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(attributes)
    return error
