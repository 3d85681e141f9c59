"""Imports of articles that were merged into others: what they say that is new is added to the article that was kept."""

from __future__ import annotations

from collections.abc import Collection

from docarchive import keys
from docarchive.archive.importing.destination import Destination
from docarchive.archive.importing.last_import import LastImport
from docarchive.archive.importing.merging import SETS, merge
from docarchive.article import Article
from docarchive.identity import SHARED


def unite(
    article: Article, kept: Article, destination: Destination, last_import: LastImport, chosen: Collection[str]
) -> list[str]:
    """Makes an imported article the one into which it was merged, with what the import says that is new.

    The text stays, and so do the values of keys of which both say something else.

    Args:
        article: The imported article; it is changed.
        kept: The other one, as its file has it.
        destination: Where its versions are: the last one of the imported article has what its last import said.
        last_import: Reads that.
        chosen: Keys that the user sets in this import.

    Returns:
        The keys of which the import says something new that was not taken.
    """
    version = destination.merged_version(kept.id, article.id)
    said = last_import.said_of(version) if version is not None else None
    conflicts, _ = merge(kept, article, said or {}, chosen)
    for key in SETS:
        own, items = getattr(kept, key), getattr(article, key)
        setattr(article, key, [*(item for item in own if item in items), *(item for item in items if item not in own)])
    for key in keys.PROVENANCE:
        setattr(article, key, getattr(kept, key))
    for key in SHARED:
        article.extra.pop(key, None)
        article.extra.update({key: kept.extra[key]} if key in kept.extra else {})
    article.id = kept.id
    return conflicts
