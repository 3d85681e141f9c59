"""The catalog: an SQLite database of every article's metadata, and the journal of changes.

Useful for looking up, listing, filtering and counting without opening a file, and for knowing what an
engine has yet to index. Not useful for storing anything: it is derived from the files, and can be deleted and
rebuilt at any time. Names are loaded when they are first used: completion needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docarchive.lazy import loader

if TYPE_CHECKING:
    from docarchive.catalog.catalog import Catalog
    from docarchive.catalog.journal import ChangedArticle
    from docarchive.catalog.reading import Entry, Row, Since

_HOMES = {
    "docarchive.catalog.catalog": "Catalog",
    "docarchive.catalog.journal": "ChangedArticle",
    "docarchive.catalog.reading": "Entry Row Since",
}

__all__ = ["Catalog", "ChangedArticle", "Entry", "Row", "Since"]

__getattr__ = loader("docarchive.catalog", _HOMES)
