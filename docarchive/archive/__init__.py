"""The archive: the one façade over readers, store, catalog, engine and writers.

Library users and the command line use only what is named here. Names are loaded when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docarchive.lazy import loader

if TYPE_CHECKING:
    from docarchive.archive.archive import Archive
    from docarchive.archive.figures import EngineStatus, Provenance, Statistics
    from docarchive.archive.formats import Format
    from docarchive.archive.import_and_export_options import ExportOptions, ImportOptions
    from docarchive.archive.importing.duplicates import Duplicate
    from docarchive.archive.progress import Progress, no_progress
    from docarchive.archive.reports import Decision, ExportReport, ImportReport, RebuildReport, Refusal, SyncReport
    from docarchive.archive.search.searching import Hit, Results
    from docarchive.archive.settings import Settings
    from docarchive.catalog import Row
    from docarchive.query import Snippet
    from docarchive.store import QuarantineEntry

_HOMES = {
    "docarchive.archive.archive": "Archive",
    "docarchive.archive.figures": "EngineStatus Provenance Statistics",
    "docarchive.archive.formats": "Format",
    "docarchive.archive.importing.duplicates": "Duplicate",
    "docarchive.archive.import_and_export_options": "ExportOptions ImportOptions",
    "docarchive.archive.progress": "Progress no_progress",
    "docarchive.archive.reports": "Decision ExportReport ImportReport RebuildReport Refusal SyncReport",
    "docarchive.archive.search.searching": "Hit Results",
    "docarchive.archive.settings": "Settings",
    "docarchive.catalog": "Row",
    "docarchive.query": "Snippet",
    "docarchive.store": "QuarantineEntry",
}

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
    "Progress",
    "Provenance",
    "QuarantineEntry",
    "RebuildReport",
    "Refusal",
    "Results",
    "Row",
    "Settings",
    "Snippet",
    "Statistics",
    "SyncReport",
    "no_progress",
]

__getattr__ = loader("docarchive.archive", _HOMES)
