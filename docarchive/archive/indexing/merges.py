"""Merges: finishes those that were interrupted. An article that was kept names the ones that were merged into it.

What a merge is about to do is in the log. It writes the kept article first, and then moves the files of the others; an
undo moves these back first. So if the kept article still names another one, that one's files are to be its versions.
"""

from __future__ import annotations

from collections.abc import Iterable

from docarchive.catalog import Catalog, Row
from docarchive.dates import utc_now
from docarchive.keys import MERGED
from docarchive.store import Store
from docarchive.store.log import LoggedArticle


def finish(store: Store, catalog: Catalog, pending: Iterable[str]) -> None:
    """Moves the files of merged articles that were not moved yet. Hold the lock; the catalog follows the files.

    Args:
        store: The archive's files.
        catalog: Its catalog.
        pending: The paths of the articles that an interrupted write was about to write.
    """
    entries = [entry for path in pending if (entry := catalog.entry_at(path))]
    for row in catalog.rows_of([entry.id for entry in entries]).values():
        for id_ in merged_into(row):
            if merged := _logged(store, id_, row.id):
                _finish_one(store, catalog, merged)


def merged_into(row: Row) -> list[str]:
    """Returns the ids that lead to an article since others were merged into it."""
    named = row.metadata.get(MERGED)
    return [id_ for id_ in (named if isinstance(named, list) else [named]) if isinstance(id_, str) and id_]


def _logged(store: Store, id_: str, kept: str) -> LoggedArticle | None:
    """Returns the last merge of an article into another one, as the log has it."""
    merges = (article for _, article in store.log.of_article(id_) if article.kept_id == kept)
    return next(merges, None)


def _finish_one(store: Store, catalog: Catalog, merged: LoggedArticle) -> None:
    moves = [(old, new) for old, new in merged.moves() if store.exists(old) and not store.exists(new)]
    if not moves:
        return
    deletion = catalog.deletion(merged.id)
    store.folder.move_all(moves)
    if deletion is None:
        return
    store.deletions.append([{**deletion._asdict(), "deleted": utc_now()}])
    with catalog.transaction():
        catalog.remove(merged.id)
        catalog.add_deleted([(deletion.id, deletion.keys)])
