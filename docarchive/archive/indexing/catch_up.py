"""Keeping an engine up with the journal: whatever is after its journal position is replayed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from docarchive import frontmatter
from docarchive.archive.progress import Progress
from docarchive.catalog import Catalog
from docarchive.engines import Change, Engine, Position
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError
from docarchive.store import Store

if TYPE_CHECKING:
    from docarchive.article import Article
    from docarchive.catalog.rows import FiledEntry


def lag(catalog: Catalog, position: Position | None) -> int:
    """Returns how many articles have changed since an engine's position."""
    return catalog.count_changes_since(position_in(catalog, position))


def catch_up(
    catalog: Catalog, store: Store, engine: Engine, progress: Progress, recent: Mapping[str, Article] | None = None
) -> None:
    """Replays to an engine what it has not seen; an index of another journal is built anew.

    Hold the archive's lock.

    Args:
        catalog: Has the journal.
        store: Has the articles.
        engine: Is brought up to date.
        progress: Is told how many articles were indexed.
        recent: Articles by id that were just written, so that they need not be read back.
    """
    position = position_in(catalog, engine.position())
    total = catalog.count_changes_since(position)
    if total == 0 and engine.position() is not None and position:
        return
    if position == 0:
        engine.clear()
    target = Position(catalog.epoch, catalog.last_position())
    engine.index(_told(changes(catalog, store, position, recent or {}), total, progress), target)


def changes(catalog: Catalog, store: Store, position: int, recent: Mapping[str, Article]) -> Iterator[Change]:
    """Yields what has changed since a journal position, each article once.

    Args:
        catalog: Has the journal.
        store: Has the articles.
        position: The journal position of the last change that is not wanted.
        recent: Articles by id that need not be read.
    """
    for each in catalog.changes_since(position):
        yield Change(each.id, recent.get(each.id) or _read(store, each.id, each.path), each.row, each.language)


def filed_changes(articles: Iterable[Article], filed: Sequence[FiledEntry], rows: Sequence[int]) -> list[Change]:
    """Returns the changes that articles are which have just been put into a catalog.

    Args:
        articles: They.
        filed: What was put, of each.
        rows: The numbers of their rows.
    """
    put = zip(articles, filed, rows, strict=True)
    return [Change(card.id, article, row, card.language) for article, (card, *_), row in put]


def position_in(catalog: Catalog, position: Position | None) -> int:
    """Returns the journal position up to which an index is current; 0 for none, or one of another journal."""
    if position is None or position.epoch != catalog.epoch or position.number > catalog.last_position():
        return 0
    return position.number


def _read(store: Store, id_: str, path: str | None) -> Article | None:
    """Reads a changed article; None if it is gone."""
    if path is None:
        return None
    try:
        article = frontmatter.read_article(store.read(path))
    except (NotFoundError, InputError, ArchiveDamaged):
        return None  # changed by hand since it was catalogued: the next sync says so
    article.id = id_
    return article


def _told(changes: Iterator[Change], total: int, progress: Progress) -> Iterator[Change]:
    for done, change in enumerate(changes, start=1):
        yield change
        progress("index", done, total)
