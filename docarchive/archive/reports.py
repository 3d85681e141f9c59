"""Reports: what long operations return, and what they report of each record while they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from docarchive.keys import SCHEMA
from docarchive.records import NamedTuple, dataclass, field


class Decision(NamedTuple):
    """What an import does with one record.

    Attributes:
        kind: ``new``, ``unchanged``, ``updated``, ``duplicate`` (a near duplicate that is not imported), ``deleted``
            (deleted from the archive earlier, and not imported), ``refused`` or ``skipped`` (what is no article, such
            as a picture, or a menu in the export of a blog).
        where: The input as the user named it, with the record's location in it.
        id: The article's id, if it is known.
        title: The article's title, if it was parsed.
        reason: One sentence why it is refused, skipped, deleted or a duplicate, or what is odd about a new article.
        conflicts: The keys that the import changes, but whose values are kept, because they were edited in the file.
    """

    kind: str
    where: str
    id: str = ""
    title: str = ""
    reason: str = ""
    conflicts: tuple[str, ...] = ()


class Refusal(NamedTuple):
    """An input, a record or a file that cannot be read.

    Attributes:
        where: The input as the user named it, with the record's location in it.
        reason: One sentence.
        kept: Its path in quarantine, relative to the archive; None if it is not kept.
        records: How many records it counts for: those of one input beyond the first 1,000 share one refusal.
    """

    where: str
    reason: str
    kept: str | None = None
    records: int = 1


class Conflict(NamedTuple):
    """Values of an article that both the user and an import changed.

    Attributes:
        id: The article's id.
        keys: The keys; ``body`` is the text.
    """

    id: str
    keys: tuple[str, ...]


@dataclass(slots=True, repr=False)
class Report:
    """What an operation did; the base of all reports."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(_counted(*value) for value in self._values()) or 'nothing'}>"

    def _repr_html_(self) -> str:
        from docarchive.notebooks import values_table

        return values_table(type(self).__name__, ((name, _readable(value)) for name, value in self._values()))

    def _values(self) -> list[tuple[str, Any]]:
        """Returns names and values; the attributes that are not empty."""
        return [(name, value) for name, value in self._attributes().items() if value]

    def _attributes(self) -> dict[str, Any]:
        names: tuple[str, ...] = self.__match_args__
        return {name: getattr(self, name) for name in names}

    def to_dict(self) -> dict[str, Any]:
        """Returns the report as a JSON object (schema 1)."""
        values = {name: _own(value) for name, value in self._attributes().items()}
        for name in {"refused", "damaged", "conflicts", "faults"} & values.keys():
            values[name] = [item._asdict() for item in values[name]]
        return {"schema": SCHEMA, **values}


@dataclass(slots=True, repr=False)
class ImportReport(Report):
    """What an import did.

    Attributes:
        new: How many articles are new.
        unchanged: How many records are unchanged in the archive.
        updated: How many articles have new content; the old files are under ``versions/``.
        duplicates: How many near duplicates there were: linked or skipped articles.
        deleted: How many articles are not imported because they were deleted from the archive.
        skipped: How many files and parts of files are not articles, such as pictures, or menus in the export of a blog.
        pictures: How many pictures of these articles were stored; those that the archive had are not counted.
        without_text: How many of the new articles have an empty text, such as a title with nothing below it.
        refused: The inputs and records that cannot be read.
        conflicts: Updated articles with values that were edited in their files and are kept, though the import changes
            them too; the first 1,000.
        ids: Ids of new and updated articles, in order; the first 1,000.
        interrupted: Whether the import was stopped before the end of the inputs.
    """

    new: int = 0
    unchanged: int = 0
    updated: int = 0
    duplicates: int = 0
    deleted: int = 0
    skipped: int = 0
    pictures: int = 0
    without_text: int = 0
    refused: list[Refusal] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    interrupted: bool = False

    @property
    def refusals(self) -> int:
        """How many inputs and records were refused."""
        return sum(refusal.records for refusal in self.refused)


@dataclass(slots=True, repr=False)
class SyncReport(Report):
    """What ``sync`` changed; lists hold paths relative to the archive.

    Attributes:
        added: New files.
        modified: Files with other content.
        removed: Files that are gone.
        moved: Files with another name or in another folder: their new paths.
        unchanged: How many files are as before.
        refused: Files that cannot be read as articles; the catalog keeps their earlier entries.
        damaged: Files whose bytes have changed, but not their size and time, which no edit leaves; what is recorded of
            them stays, and ``verify`` says what to do.
        change: The number of the change in the log, with which edits and deletions by hand can be undone; None if there
            are none.
    """

    added: list[str] = field(default_factory=list)
    modified: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    damaged: list[Refusal] = field(default_factory=list)
    change: int | None = None


@dataclass(slots=True, repr=False)
class RebuildReport(Report):
    """What ``rebuild`` built.

    Attributes:
        articles: How many articles are in the new catalog and index.
        refused: Files that cannot be read as articles.
        damaged: As of a ``SyncReport``.
    """

    articles: int = 0
    refused: list[Refusal] = field(default_factory=list)
    damaged: list[Refusal] = field(default_factory=list)


@dataclass(slots=True, repr=False)
class ExportReport(Report):
    """What an export wrote.

    Attributes:
        articles: How many articles were written.
        missing: Paths of files that are gone or damaged since the last sync; their articles were skipped.
        removed: Ids of articles that were removed since the journal position that the export started after.
        position: The journal position up to which changes are exported; pass it as ``since`` to the next export.
        behind: How many changed articles the index did not have yet, because another process was writing.
        cut: How many cells of a spreadsheet were cut, because they hold at most 32,767 characters.
        unproved: Paths of files that are not as the manifest has them, or not in it; their articles were left out of an
            export of proofs.
    """

    articles: int = 0
    missing: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    position: str = ""
    behind: int = 0
    cut: int = 0
    unproved: list[str] = field(default_factory=list)


class Backup(NamedTuple):
    """A backup in a target.

    Attributes:
        time: When it was made, in UTC, ISO 8601.
        name: The archive's name.
        position: The journal position of the archive, as exports print it.
        files: How many files it has.
        bytes: Their size in bytes.
    """

    time: str
    name: str
    position: str
    files: int
    bytes: int

    def _repr_html_(self) -> str:
        from docarchive.notebooks import record_table

        return record_table(self)


@dataclass(slots=True, repr=False)
class BackupReport(Report):
    """What a backup did, or with ``dry_run`` would do.

    Attributes:
        time: When it was made, in UTC, ISO 8601; it is restored by this. Empty for a dry run.
        position: The journal position of the archive that it has, as exports print it.
        files: How many files it has.
        bytes: Their size in bytes.
        copied: How many files were copied to the target, because they are new or have changed.
        copied_bytes: Their size in bytes.
        unchanged: How many files the target had already.
        removed: How many files of the last backup the archive no longer has.
        repaired: How many damaged or missing files of the target were replaced by good copies.
        refused: Files that cannot be read or are damaged, in the archive or in the target, with the reasons. Of a file
            of the archive, the backup has what the last backup had.
        left_out: What is in the archive's folder and is not backed up: names that are not the archive's, links and
            the like; the first 1,000.
    """

    time: str = ""
    position: str = ""
    files: int = 0
    bytes: int = 0
    copied: int = 0
    copied_bytes: int = 0
    unchanged: int = 0
    removed: int = 0
    repaired: int = 0
    refused: list[Refusal] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@dataclass(slots=True, repr=False)
class RestoreReport(Report):
    """What was restored.

    Attributes:
        time: The time of the backup, in UTC, ISO 8601.
        files: How many files were restored.
        bytes: Their size in bytes.
        refused: Files that could not be restored, because they are missing in the target or damaged there.
    """

    time: str = ""
    files: int = 0
    bytes: int = 0
    refused: list[Refusal] = field(default_factory=list)


class Fault(NamedTuple):
    """Something that is wrong in an archive.

    Attributes:
        kind: ``missing``, ``damaged``, ``changed``, ``invalid``, ``unknown``, ``link``, ``id``, ``leftover``,
            ``catalog`` or ``index``.
        path: The path of the file, relative to the archive.
        reason: What is wrong; one sentence.
        fix: What to do; one sentence.
        repaired: Whether it was repaired.
    """

    kind: str
    path: str
    reason: str
    fix: str
    repaired: bool = False

    def _repr_html_(self) -> str:
        from docarchive.notebooks import record_table

        return record_table(self)


#: Called with each fault as it is found.
Observe = Callable[[Fault], None]
#: How many faults a ``Verification`` holds.
MAX_FAULTS: Final = 10_000


@dataclass(slots=True, repr=False)
class Verification(Report):
    """What a verification has checked and found.

    Attributes:
        articles: How many articles' files were checked.
        originals: How many originals.
        versions: How many earlier versions.
        quarantine: How many files in quarantine.
        bytes: How many bytes were read and compared with their digests.
        unreferenced: How many originals no article names; no fault. Pictures are not counted.
        faults: What is wrong; the first 10,000.
        kinds: How many faults there are, by kind.
        repaired: How many of them were repaired.
        quick: Whether files were not read.
        head: The head of the manifest that was written, or that the archive was compared with; empty if there is none.
        in_chain: Whether the archive's chain of heads has that head.
        trash: How many files in the trash.
    """

    articles: int = 0
    originals: int = 0
    versions: int = 0
    quarantine: int = 0
    bytes: int = 0
    unreferenced: int = 0
    faults: list[Fault] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    repaired: int = 0
    quick: bool = False
    head: str = ""
    in_chain: bool = False
    trash: int = 0

    def add(self, fault: Fault) -> None:
        """Adds a fault."""
        self.kinds[fault.kind] = self.kinds.get(fault.kind, 0) + 1
        self.repaired += fault.repaired
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(fault)

    @property
    def ok(self) -> bool:
        """Whether nothing is or was wrong."""
        return not self.kinds

    @property
    def unrepaired(self) -> int:
        """How many faults there still are."""
        return sum(self.kinds.values()) - self.repaired


def _counted(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return name
    return (
        f"{name} {value}" if isinstance(value, str) else f"{value if isinstance(value, int) else len(value):,} {name}"
    )


def _own(value: Any) -> Any:
    """Returns a list or a mapping of the same items, and any other value as it is."""
    return [*value] if isinstance(value, list) else {**value} if isinstance(value, dict) else value


def _readable(value: Any) -> Any:
    """Returns a value as a notebook shows it."""
    if not isinstance(value, list):
        return value
    return [f"{item.where}: {item.reason}" if isinstance(item, Refusal) else item for item in value]
