"""What a change did, and the changes in the log, as ``Archive`` returns them."""

from __future__ import annotations

from docarchive.archive.reports import Conflict, Refusal, Report
from docarchive.records import NamedTuple, dataclass, field


@dataclass(slots=True, repr=False)
class ChangeReport(Report):
    """What a change did.

    Attributes:
        change: Its number, with which it can be undone; None if nothing was changed.
        changed: How many articles were changed, removed or restored.
        unchanged: How many have the wanted values already.
        refused: The articles that cannot be changed.
        conflicts: Articles with the keys of which there was another value, which was not taken: of an edit, that of
            another process, and of a merge, that of another article.
        ids: The ids of the changed articles, in order; the first 1,000.
        undoes: The number of the change that it takes back; None if it takes none back.
    """

    change: int | None = None
    changed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    undoes: int | None = None


@dataclass(slots=True, repr=False)
class UnionReport(Report):
    """What the union with another archive did, or would do.

    Attributes:
        change: Its number, with which the changes of articles can be undone; None if nothing was changed.
        new: How many articles were added.
        changed: How many articles of both archives were changed here, or became a part of another one.
        unchanged: How many articles of the other archive say nothing new.
        back: How many of the new articles had been removed here.
        refused: The files of the other archive that are damaged or cannot be read, and articles that cannot be changed.
        conflicts: Articles with the keys that both archives have changed in different ways; ``body`` is the text. The
            first 1,000.
        ids: The ids of the new and changed articles, in order; the first 1,000.
        versions: How many earlier texts were added.
        originals: How many originals and pictures were added.
        trashed: How many removed articles were added to the trash.
        quarantined: How many refused inputs were added.
        deleted: How many articles were added to the list of deleted ones.
    """

    change: int | None = None
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    back: int = 0
    refused: list[Refusal] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    versions: int = 0
    originals: int = 0
    trashed: int = 0
    quarantined: int = 0
    deleted: int = 0


@dataclass(slots=True, repr=False)
class PurgeReport(Report):
    """What a purge deleted, or would delete.

    Attributes:
        change: Its number in the log; None if nothing was deleted.
        articles: How many articles were purged.
        ids: Their ids, in order; the first 1,000.
        files: The paths of the deleted files: of articles, versions, originals, pictures and refused inputs.
        bytes: Their size in bytes.
        shared: The paths of originals and pictures that are kept, because other articles have them too. An original of
            several articles has the texts of all of them.
    """

    change: int | None = None
    articles: int = 0
    ids: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    bytes: int = 0
    shared: list[str] = field(default_factory=list)


class ChangedArticle(NamedTuple):
    """What a change did to an article.

    Attributes:
        id: Its id.
        kind: ``added``, also if it was restored; ``changed``, ``removed``, ``purged``; or ``merged`` into another one.
        path: The path of its file, relative to the archive; None if there is no such article any more.
    """

    id: str
    kind: str
    path: str | None

    def _repr_html_(self) -> str:
        from docarchive.notebooks import record_table

        return record_table(self)


@dataclass(slots=True, repr=False)
class LogEntry(Report):
    """A change in the log.

    Attributes:
        change: Its number.
        time: When it began, in UTC, as ISO 8601.
        command: The command that made it, such as ``import``, ``tag`` or ``undo``.
        words: What the command was asked to do, such as ``+budget -draft``.
        articles: How many articles it changed.
        undoes: The number of the change that it takes back; None if it takes none back.
        undone: The number of the change that has taken it back; None if none has.
        interrupted: Whether it was not done to its end.
    """

    change: int
    time: str
    command: str
    words: str
    articles: int
    undoes: int | None = None
    undone: int | None = None
    interrupted: bool = False
