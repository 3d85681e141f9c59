"""docarchive: archive articles for good.

Import from anything, search in an instant, export in any form. An archive is a plain folder of
Markdown files with YAML front matter; everything else is derived from them.

    from docarchive import Archive

    with Archive.create("news") as archive:
        archive.import_("inbox/")
        for hit in archive.search("nato date:2024-03"):
            print(hit.score, hit.title, hit.snippet.marked())

Names are loaded when they are first used, so that ``import docarchive`` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docarchive.lazy import loader

__version__ = "0.1.0"

if TYPE_CHECKING:
    from docarchive.archive.archive import Archive
    from docarchive.archive.changing.reports import ChangedArticle, ChangeReport, LogEntry, PurgeReport, UnionReport
    from docarchive.archive.figures import ClusterStatus, EngineStatus, MeaningStatus, Provenance, Statistics, Version
    from docarchive.archive.formats import Format
    from docarchive.archive.import_and_export_options import ExportOptions, ImportOptions
    from docarchive.archive.importing.duplicates import Duplicate
    from docarchive.archive.progress import Notify, Progress
    from docarchive.archive.quoting.quotation import Quotation, QuoteDifference, QuotedPart, QuotedPassage
    from docarchive.archive.reports import (
        Backup,
        BackupReport,
        Conflict,
        Decision,
        ExportReport,
        Fault,
        ImportReport,
        RebuildReport,
        Refusal,
        RestoreReport,
        SyncReport,
        Verification,
    )
    from docarchive.archive.search.searching import Hit, Results
    from docarchive.archive.settings import Settings
    from docarchive.archive.trash.listing import TrashedArticle
    from docarchive.archive.versions.diff import Diff
    from docarchive.article import Article, Highlight, Note
    from docarchive.catalog import Row
    from docarchive.dates import PartialDate
    from docarchive.engines import ENGINES, SORTS
    from docarchive.errors import (
        AmbiguousId,
        ArchiveDamaged,
        ArchiveError,
        ArchiveExists,
        ArchiveLocked,
        ArchiveReadOnly,
        ArticleError,
        DateError,
        DocarchiveError,
        EditConflict,
        IndexUnavailable,
        InputError,
        NoRoom,
        NotAnArchive,
        NotFoundError,
        NotInCollection,
        OutputClosed,
        Overtaken,
        PassageNotFound,
        QueryError,
        ReaderError,
        UnsupportedQuery,
        UsageError,
    )
    from docarchive.keys import SCHEMA
    from docarchive.query import Passage, Snippet, quote
    from docarchive.store import QuarantineEntry

_HOMES = {
    "docarchive.archive.archive": "Archive",
    "docarchive.archive.changing.reports": "ChangeReport ChangedArticle LogEntry PurgeReport UnionReport",
    "docarchive.archive.figures": "ClusterStatus EngineStatus MeaningStatus Provenance Statistics Version",
    "docarchive.archive.formats": "Format",
    "docarchive.archive.import_and_export_options": "ExportOptions ImportOptions",
    "docarchive.archive.importing.duplicates": "Duplicate",
    "docarchive.archive.progress": "Notify Progress",
    "docarchive.archive.quoting.quotation": "Quotation QuoteDifference QuotedPart QuotedPassage",
    "docarchive.archive.reports": (
        "Backup BackupReport Conflict Decision ExportReport Fault ImportReport RebuildReport Refusal RestoreReport "
        "SyncReport Verification"
    ),
    "docarchive.archive.search.searching": "Hit Results",
    "docarchive.archive.settings": "Settings",
    "docarchive.archive.trash.listing": "TrashedArticle",
    "docarchive.archive.versions.diff": "Diff",
    "docarchive.article": "Article Highlight Note",
    "docarchive.catalog": "Row",
    "docarchive.dates": "PartialDate",
    "docarchive.engines": "ENGINES SORTS",
    "docarchive.errors": (
        "AmbiguousId ArchiveDamaged ArchiveError ArchiveExists ArchiveLocked ArchiveReadOnly ArticleError "
        "DateError DocarchiveError EditConflict IndexUnavailable InputError NoRoom NotAnArchive NotFoundError "
        "NotInCollection OutputClosed Overtaken PassageNotFound QueryError ReaderError UnsupportedQuery UsageError"
    ),
    "docarchive.keys": "SCHEMA",
    "docarchive.query": "Passage Snippet quote",
    "docarchive.store": "QuarantineEntry",
}

__all__ = [
    "ENGINES",
    "SCHEMA",
    "SORTS",
    "AmbiguousId",
    "Archive",
    "ArchiveDamaged",
    "ArchiveError",
    "ArchiveExists",
    "ArchiveLocked",
    "ArchiveReadOnly",
    "Article",
    "ArticleError",
    "Backup",
    "BackupReport",
    "ChangeReport",
    "ChangedArticle",
    "ClusterStatus",
    "Conflict",
    "DateError",
    "Decision",
    "Diff",
    "DocarchiveError",
    "Duplicate",
    "EditConflict",
    "EngineStatus",
    "ExportOptions",
    "ExportReport",
    "Fault",
    "Format",
    "Highlight",
    "Hit",
    "ImportOptions",
    "ImportReport",
    "IndexUnavailable",
    "InputError",
    "LogEntry",
    "MeaningStatus",
    "NoRoom",
    "NotAnArchive",
    "NotFoundError",
    "NotInCollection",
    "Note",
    "Notify",
    "OutputClosed",
    "Overtaken",
    "PartialDate",
    "Passage",
    "PassageNotFound",
    "Progress",
    "Provenance",
    "PurgeReport",
    "QuarantineEntry",
    "QueryError",
    "Quotation",
    "QuoteDifference",
    "QuotedPart",
    "QuotedPassage",
    "ReaderError",
    "RebuildReport",
    "Refusal",
    "RestoreReport",
    "Results",
    "Row",
    "Settings",
    "Snippet",
    "Statistics",
    "SyncReport",
    "TrashedArticle",
    "UnionReport",
    "UnsupportedQuery",
    "UsageError",
    "Verification",
    "Version",
    "__version__",
    "quote",
]

__getattr__ = loader("docarchive", _HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)
