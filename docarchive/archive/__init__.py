"""The archive: the one façade over readers, store, catalog, engine and writers.

Library users and the command line use only what is named here. Names are loaded when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docarchive.lazy import loader

if TYPE_CHECKING:
    from docarchive.archive.archive import Archive
    from docarchive.archive.decisions import Decision
    from docarchive.archive.figures import EngineStatus, Statistics
    from docarchive.archive.formats import Format
    from docarchive.archive.importing.duplicates import Duplicate
    from docarchive.archive.options import ExportOptions, ImportOptions
    from docarchive.archive.progress import Progress, no_progress
    from docarchive.archive.provenance import Provenance
    from docarchive.archive.reports import (
        ExportReport,
        ImportReport,
        RebuildReport,
        Refused,
        SyncReport,
    )
    from docarchive.archive.search.searching import Hit, Results
    from docarchive.archive.settings import Settings
    from docarchive.catalog import Row
    from docarchive.query import Snippet
    from docarchive.store import Kept

_HOMES = {
    "docarchive.archive.decisions": "Decision",
    "docarchive.archive.importing.duplicates": "Duplicate",
    "docarchive.archive.archive": "Archive",
    "docarchive.archive.figures": "EngineStatus Statistics",
    "docarchive.archive.formats": "Format",
    "docarchive.archive.options": "ExportOptions ImportOptions",
    "docarchive.archive.progress": "Progress no_progress",
    "docarchive.archive.provenance": "Provenance",
    "docarchive.archive.reports": "ExportReport ImportReport RebuildReport Refused SyncReport",
    "docarchive.archive.search.searching": "Hit Results",
    "docarchive.archive.settings": "Settings",
    "docarchive.catalog": "Row",
    "docarchive.query": "Snippet",
    "docarchive.store": "Kept",
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
    "no_progress",
]

__getattr__ = loader("docarchive.archive", _HOMES)
