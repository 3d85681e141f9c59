"""Keeping an engine up with the journal: whatever is newer than its number is replayed."""

from __future__ import annotations

from collections.abc import Iterator

from docarchive import frontmatter
from docarchive.archive.reports import Progress
from docarchive.catalog import Catalog
from docarchive.engines import Change, Engine, Position
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError
from docarchive.store import Store


def lag(catalog: Catalog, engine: Engine) -> int:
    """Returns how many articles have changed since the engine's number."""
    return catalog.count_changes_since(_number(catalog, engine))


def catch_up(catalog: Catalog, store: Store, engine: Engine, progress: Progress) -> None:
    """Replays to an engine what it has not seen; an index of another journal is built anew.

    Hold the archive's lock.
    """
    number = _number(catalog, engine)
    total = catalog.count_changes_since(number)
    if total == 0 and engine.position() is not None and number:
        return
    if number == 0:
        engine.clear()
    engine.index(_changes(catalog, store, number, total, progress), Position(catalog.epoch, catalog.last_number()))


def _number(catalog: Catalog, engine: Engine) -> int:
    position = engine.position()
    if position is None or position.epoch != catalog.epoch or position.number > catalog.last_number():
        return 0
    return position.number


def _changes(catalog: Catalog, store: Store, number: int, total: int, progress: Progress) -> Iterator[Change]:
    for done, (id_, path) in enumerate(catalog.changes_since(number), start=1):
        article = None
        if path is not None:
            try:
                article = frontmatter.read_article(store.read(path))
                article.id = id_
            except (NotFoundError, InputError, ArchiveDamaged):
                article = None  # changed by hand since it was catalogued: the next sync says so
        yield Change(id_, article)
        progress("index", done, total)
