"""The store: an archive's files, which are the truth.

Useful for reading, writing and listing articles, originals, versions and refused inputs; every write
is durable and all-or-nothing. Not useful for looking anything up: that is the catalog's work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docarchive.lazy import loader
from docarchive.store.store import FileRun, FileStat, Store

if TYPE_CHECKING:
    from docarchive.store.batch import Batch
    from docarchive.store.layout import article_path
    from docarchive.store.lock import NOT_NOW, WAIT, WriteLock
    from docarchive.store.originals import Original, Originals
    from docarchive.store.quarantine import Quarantine, QuarantineEntry

_HOMES = {
    "docarchive.store.batch": "Batch",
    "docarchive.store.layout": "article_path",
    "docarchive.store.lock": "NOT_NOW WAIT WriteLock",
    "docarchive.store.originals": "Original Originals",
    "docarchive.store.quarantine": "Quarantine QuarantineEntry",
}

__all__ = [
    "NOT_NOW",
    "WAIT",
    "Batch",
    "FileRun",
    "FileStat",
    "Original",
    "Originals",
    "Quarantine",
    "QuarantineEntry",
    "Store",
    "WriteLock",
    "article_path",
]

__getattr__ = loader("docarchive.store", _HOMES)
