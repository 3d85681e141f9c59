"""The store: an archive's files, which are the truth.

Useful for reading, writing and listing articles, originals, versions and refused inputs; every write
is durable and all-or-nothing. Not useful for finding anything: that is the catalog's work.
"""

from docarchive.store.batch import Batch
from docarchive.store.layout import article_path
from docarchive.store.lock import WriteLock
from docarchive.store.originals import Original, Originals
from docarchive.store.quarantine import Kept, Quarantine
from docarchive.store.store import Listed, Store

__all__ = [
    "Batch",
    "Kept",
    "Listed",
    "Original",
    "Originals",
    "Quarantine",
    "Store",
    "WriteLock",
    "article_path",
]
