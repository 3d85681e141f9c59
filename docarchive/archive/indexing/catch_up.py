"""Catching up: indexes the changes that are in the journal but not in the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from docarchive import frontmatter
from docarchive.archive.progress import Notify, Progress
from docarchive.catalog import Catalog
from docarchive.digests import sha256
from docarchive.engines import Change, Engine, Position
from docarchive.errors import ArchiveDamaged, IndexDamaged, IndexUnavailable, InputError, NotFoundError
from docarchive.store import Store

if TYPE_CHECKING:
    from docarchive.article import Article
    from docarchive.catalog.rows import FiledEntry

#: What is said after an index was healed.
HEALED: Final = "the search index was damaged, and was built again from the articles"


def is_behind(catalog: Catalog, position: Position | None) -> bool:
    """Returns whether an article has changed since the position of an index."""
    return catalog.has_changes_since(position_in(catalog, position))


def lag(catalog: Catalog, position: Position | None) -> int:
    """Returns how many articles have changed since the position of an index."""
    return catalog.count_changes_since(position_in(catalog, position))


def lacked(catalog: Catalog, position: Position | None) -> str:
    """Returns what an index at a position lacks, for messages: ``the last changes of 3 articles``."""
    count = lag(catalog, position)
    return f"the last changes of {'1 article' if count == 1 else f'{count:,} articles'}"


def catch_up(
    catalog: Catalog, store: Store, engine: Engine, progress: Progress, recent: Mapping[str, Change] | None = None
) -> None:
    """Updates an index from the journal; an index of another journal is rebuilt. Hold the archive's lock.

    The files of ``recent`` changes, by id, need not be read: they were just written.
    """
    position = position_in(catalog, engine.position())
    total = catalog.count_changes_since(position)
    if total == 0 and engine.position() is not None and position:
        return
    if position == 0:
        engine.clear()
    target = Position(catalog.epoch, catalog.last_position())
    changed = changes(catalog, store, position, recent or {}, with_texts=engine.keeps_files)
    engine.index(_counted(changed, total, progress), target)


def catch_up_or_heal(
    catalog: Catalog,
    store: Store,
    engine: Engine,
    progress: Progress,
    notify: Notify,
    recent: Mapping[str, Change] | None = None,
) -> None:
    """Updates an index as ``catch_up`` does; one that is damaged is built again, and that is said.

    An index in a cluster that does not answer stays as it is, which is said too.
    """
    try:
        try:
            catch_up(catalog, store, engine, progress, recent)
        except IndexDamaged:
            engine.clear()
            catch_up(catalog, store, engine, progress, recent)
            notify(HEALED)
    except IndexUnavailable as error:
        notify(f"the index is not updated until the cluster answers: {error}")


def changes(
    catalog: Catalog, store: Store, position: int, recent: Mapping[str, Change], *, with_texts: bool
) -> Iterator[Change]:
    """Yields the articles that have changed since a journal position, each once; for ``recent`` see ``catch_up``.

    ``with_texts`` is whether the index has the texts of files.

    An article whose file cannot be read stays in the index as it is; one that the index never had is indexed as far
    as it is known.
    """
    unread: list[str] = []
    for changed in catalog.changes_since(position):
        known = recent.get(changed.id)
        article, text = (known.article, known.text) if known else (None, None)
        if article is None and changed.path is not None:
            try:
                from docarchive.archive.indexing import damaged_articles

                article, content = damaged_articles.read_with_content(store, changed.path, catalog)
                article.id = changed.id
                text = content.decode() if with_texts else None
            except NotFoundError:
                pass  # deleted since the last sync, which will report it
            except (InputError, ArchiveDamaged):
                unread.append(changed.id)
                if catalog.last_position_of(changed.id, position):
                    continue  # the index keeps what it has
                article = damaged_articles.last_known(store, catalog, changed.id)
        place = changed.path or ""
        yield Change(changed.id, article, changed.row, changed.language, changed.position, place, text=text)
    if unread and store.lock.held:  # so that a sync indexes them once their files can be read
        with catalog.transaction():
            catalog.forget_content(unread)


def filed_changes(articles: Iterable[Article], filed: Sequence[FiledEntry], rows: Sequence[int]) -> list[Change]:
    """Returns the changes of articles that were just stored in a catalog; entries and rows are in the same order."""
    stored = zip(articles, filed, rows, strict=True)
    return [
        Change(entry.id, article, row, entry.language, path=path, digest=digest)
        for article, (entry, path, _, _, digest), row in stored
    ]


def with_text(change: Change, store: Store) -> Change:
    """Returns a change with the text of the article's file if docarchive would write that in another way."""
    article = change.article
    if article is None or change.text is not None or not change.digest:
        return change
    if sha256(frontmatter.render(article).encode()).digest() == change.digest:
        return change
    with suppress(ArchiveDamaged, NotFoundError):  # edited since; the next change has it
        return change._replace(text=store.read(change.path))
    return change


def position_in(catalog: Catalog, position: Position | None) -> int:
    """Returns the journal position of an index; 0 if there is none, or if it is of another journal."""
    if position is None or position.epoch != catalog.epoch or position.number > catalog.last_position():
        return 0
    return position.number


def _counted(changes: Iterator[Change], total: int, progress: Progress) -> Iterator[Change]:
    for done, change in enumerate(changes, start=1):
        yield change
        progress("index", done, total)
