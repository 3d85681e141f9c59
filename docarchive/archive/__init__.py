"""The archive: the one façade over readers, store, catalog, engine and writers.

Library users and the command line use only what is named here.
"""

from docarchive.archive.decisions import Decision
from docarchive.archive.duplicates import Duplicate
from docarchive.archive.facade import Archive
from docarchive.archive.formats import Format
from docarchive.archive.options import ExportOptions, ImportOptions
from docarchive.archive.provenance import Provenance
from docarchive.archive.reports import (
    EngineStatus,
    ExportReport,
    ImportReport,
    Progress,
    RebuildReport,
    Refused,
    Statistics,
    SyncReport,
)
from docarchive.archive.searching import Hit, Results
from docarchive.archive.settings import Settings
from docarchive.catalog import Row
from docarchive.query import Snippet
from docarchive.store import Kept

__all__ = [
    "Archive",
    "Decision",
    "Duplicate",
    "EngineStatus",
    "ExportOptions",
    "ExportReport",
    "Format",
    "Hit",
    "ImportOptions",
    "ImportReport",
    "Kept",
    "Progress",
    "Provenance",
    "RebuildReport",
    "Refused",
    "Results",
    "Row",
    "Settings",
    "Snippet",
    "Statistics",
    "SyncReport",
]
