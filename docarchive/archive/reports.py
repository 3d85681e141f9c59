"""What long operations report at their end."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from docarchive.keys import SCHEMA


class Refused(NamedTuple):
    """An input or a file that was refused.

    Attributes:
        where: Which one, as the user named it, with a line or item where there are several.
        reason: One sentence.
        kept: Where it is kept in quarantine, relative to the archive, or None.
        records: For how many records it stands: those of one input beyond the first 1,000.
    """

    where: str
    reason: str
    kept: str | None = None
    records: int = 1


@dataclass(slots=True)
class _Report:
    def to_dict(self) -> dict[str, Any]:
        """Returns the report as a JSON object (schema 1)."""
        found = asdict(self)
        if "refused" in found:
            found["refused"] = [refused._asdict() for refused in found["refused"]]
        return {"schema": SCHEMA, **found}


@dataclass(slots=True)
class ImportReport(_Report):
    """What an import did.

    Attributes:
        new: Articles that came in.
        known: Articles that were there already, unchanged.
        updated: Articles that came in again with new content; the old is kept under ``versions/``.
        duplicates: Of the new ones those that are near an article of before; if they are skipped, these.
        passed_over: Files in folders that are no articles by their names, such as pictures.
        refused: Inputs that could not be read.
        ids: Ids of the new and the updated articles, in order, while there are at most 1,000.
        interrupted: Whether it was stopped before the end of the inputs.
    """

    new: int = 0
    known: int = 0
    updated: int = 0
    duplicates: int = 0
    passed_over: int = 0
    refused: list[Refused] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    interrupted: bool = False

    @property
    def refusals(self) -> int:
        """How many inputs and records were refused."""
        return sum(refused.records for refused in self.refused)

    def add(self, other: ImportReport) -> None:
        """Adds what another import did."""
        self.new += other.new
        self.known += other.known
        self.updated += other.updated
        self.duplicates += other.duplicates
        self.passed_over += other.passed_over
        self.interrupted |= other.interrupted
        self.refused += other.refused
        self.ids += other.ids


@dataclass(slots=True)
class SyncReport(_Report):
    """What ``sync`` found changed by hand; each list holds paths relative to the archive.

    Attributes:
        added: Files that are new.
        modified: Files that say something else.
        removed: Files that are gone.
        moved: Files that have another name or place, by their new one.
        unchanged: How many files were as before.
        refused: Files that cannot be read as articles; what was known of them stays.
    """

    added: list[str] = field(default_factory=list)
    modified: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)


@dataclass(slots=True)
class RebuildReport(_Report):
    """What ``rebuild`` made.

    Attributes:
        articles: How many articles are in the new catalog and index.
        refused: Files that cannot be read as articles.
    """

    articles: int = 0
    refused: list[Refused] = field(default_factory=list)


@dataclass(slots=True)
class ExportReport(_Report):
    """What an export handed out.

    Attributes:
        articles: How many articles were written.
        missing: Files that are gone since the last sync; their articles were passed over.
        removed: Ids of articles that are gone since the number that the export began after.
        position: How far the journal is handed out; the next export can begin after it and miss nothing.
        behind: How many changed articles the index did not have yet, if it was asked: another process was writing.
    """

    articles: int = 0
    missing: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    position: str = ""
    behind: int = 0
