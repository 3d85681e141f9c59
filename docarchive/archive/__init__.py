"""The archive: the one façade over readers, store, catalog, engine and writers.

Library users and the command line use only what is named here.
"""

from docarchive.archive.facade import Archive
from docarchive.archive.reports import ImportReport, Progress, RebuildReport, Refused, Statistics, SyncReport
from docarchive.archive.searching import Hit, Results
from docarchive.archive.settings import Settings

__all__ = [
    "Archive",
    "Hit",
    "ImportReport",
    "Progress",
    "RebuildReport",
    "Refused",
    "Results",
    "Settings",
    "Statistics",
    "SyncReport",
]
