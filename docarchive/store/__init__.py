"""The store: an archive's files, which are the truth.

Useful for reading, writing and listing articles, originals, versions and refused inputs; every write
is durable and all-or-nothing. Not useful for finding anything: that is the catalog's work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docarchive.store.store import Listed, Run, Store

if TYPE_CHECKING:
    from docarchive.store.batch import Batch
    from docarchive.store.layout import article_path
    from docarchive.store.lock import WriteLock
    from docarchive.store.originals import Original, Originals
    from docarchive.store.quarantine import Kept, Quarantine

_HOMES = {
    "Batch": "batch",
    "article_path": "layout",
    "WriteLock": "lock",
    **dict.fromkeys(("Original", "Originals"), "originals"),
    **dict.fromkeys(("Kept", "Quarantine"), "quarantine"),
}

__all__ = [
    "Batch",
    "Kept",
    "Listed",
    "Original",
    "Originals",
    "Quarantine",
    "Run",
    "Store",
    "WriteLock",
    "article_path",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'docarchive.store' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"docarchive.store.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
