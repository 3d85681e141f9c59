"""Bringing the vectors of passages up to date: they follow the journal, and no other command waits for them.

Vectors take long to compute, so the archive's lock is not held; the index of vectors has one of its own. What was
computed is written every few hundred articles, and an interrupted run continues from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docarchive.archive.indexing import catch_up, damaged_articles
from docarchive.archive.progress import Progress
from docarchive.batches import batched
from docarchive.engines.meaning.passages import passages
from docarchive.engines.protocol import Position
from docarchive.errors import ArchiveDamaged, IndexDamaged, InputError, NotFoundError
from docarchive.folder import Folder
from docarchive.store.layout import INDEX, MEANING, index_folder
from docarchive.store.lock import WriteLock

if TYPE_CHECKING:
    from docarchive.article import Article
    from docarchive.catalog import Catalog
    from docarchive.catalog.journal import ChangedArticle
    from docarchive.engines.meaning.entries import Entry
    from docarchive.engines.meaning.index import Index
    from docarchive.engines.meaning.model import Model
    from docarchive.store import Store

#: The name of the phase for ``Progress``.
PHASE: Final = "vectors"
_READ: Final = 2_000  # changes that are asked of the journal at a time
_WRITTEN: Final = 250  # changes that are written at a time


def folder_of(store: Store) -> Folder:
    """Returns the folder of the vectors."""
    return index_folder(store.folder, MEANING)


def lock_of(store: Store) -> WriteLock:
    """Returns the lock of who writes vectors; it is not the archive's."""
    return WriteLock(store.folder, f"{INDEX}/{MEANING}/lock", store.lock.wait)


def update(catalog: Catalog, store: Store, model_folder: Path | None, progress: Progress) -> None:
    """Brings the vectors of an archive up to date, or makes them, if there are none of this model.

    Raises:
        UsageError: There is no model, or a library is not installed.
        ArchiveLocked: Another process is doing this.
    """
    from docarchive.engines.meaning.model import load
    from docarchive.store.leftovers import own

    model = load(model_folder)
    with lock_of(store):
        folder = folder_of(store)
        for path in own(folder, ""):
            folder.remove(path)
        index = _opened(folder, model, catalog)
        position = catch_up.position_in(catalog, index.state.position)
        total, done = catalog.count_changes_since(position), 0
        while changes := [*islice(catalog.changes_since(position), _READ)]:
            for some in batched(changes, _WRITTEN):
                position = some[-1].position
                entries = _entries(some, index, model, store, catalog)
                index = index.write(entries, Position(catalog.epoch, position))
                done += len(some)
                progress(PHASE, done, max(total, done))


def delete(store: Store) -> None:
    """Deletes the vectors."""
    with lock_of(store):
        folder = folder_of(store)
        for name in folder.names():
            if not name.startswith("lock"):  # it is held, and empty
                folder.remove_all(name)


def _opened(folder: Folder, model: Model, catalog: Catalog) -> Index:
    """Opens the index for writing: a new one if there is none of this model that can be used.

    Passages that were changed by something else are made again.
    """
    from docarchive.engines.meaning.index import Index, create
    from docarchive.engines.meaning.state import read_state

    state = read_state(folder)
    if state is None or state.model.digest != model.identity.digest or state.size != model.size:
        return create(folder, model.identity, model.size, catalog.epoch)
    try:
        index = Index(folder, state)
    except IndexDamaged:
        return create(folder, model.identity, model.size, catalog.epoch)
    if damaged := index.damaged():
        index = index.without(damaged)
    if catch_up.position_in(catalog, index.state.position) == 0:
        index.release()
    return index


def _entries(
    changes: Sequence[ChangedArticle], index: Index, model: Model, store: Store, catalog: Catalog
) -> list[Entry]:
    """Returns what to write for changed articles; vectors are computed only of texts that the index does not have.

    An article in a language that the model does not know has none: it would be near to anything.
    """
    from docarchive.engines.meaning.entries import Entry, key_of

    read: list[tuple[int, int, int, Article | None]] = []
    for change in changes:
        key = key_of(change.id)
        if change.path is None or not model.knows(change.language):
            read.append((key, 0, 0, None))
            continue
        try:
            article = damaged_articles.read_article(store, change.path, catalog)
        except (NotFoundError, InputError, ArchiveDamaged):  # the index keeps what it has, as the engine does
            continue
        read.append((key, key_of(f"{article.title}\0{article.body}"), change.row, article))
    known = index.known([(key, text) for key, text, *_ in read])
    new = [
        (key, text, row, article, [*passages(article.body)])
        for key, text, row, article in read
        if article is not None and (key, text) not in known
    ]
    texts = [f"{article.title}\n{article.body[start:end]}" for *_, article, parts in new for start, end in parts]
    vectors = model.passages(texts)
    entries = [Entry(key, text, row) for key, text, row, article in read if article is None or (key, text) in known]
    at = 0
    for key, text, row, _, parts in new:
        entries.append(Entry(key, text, row, parts, vectors[at : at + len(parts)]))
        at += len(parts)
    return entries
