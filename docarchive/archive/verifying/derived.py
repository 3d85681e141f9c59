"""Derived: checks what docarchive derives from the files: the catalog and the index; and what was left behind."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Final

from docarchive.archive.indexing import catch_up
from docarchive.archive.reports import Fault
from docarchive.archive.session import Session
from docarchive.catalog import noted
from docarchive.engines import index_damage, position_of
from docarchive.errors import DocarchiveError, IndexDamaged
from docarchive.keys import MERGED
from docarchive.query import Every
from docarchive.store import NOT_NOW
from docarchive.store.layout import CATALOG, DERIVED, INDEX, MEANING

if TYPE_CHECKING:
    from docarchive.engines.meaning.index import Index

_REBUILD: Final = "run 'docarchive rebuild'"
_SHARED: Final = "remove it there and run 'docarchive sync', or merge the two with 'docarchive merge'"
_VECTORS: Final = "run 'docarchive engine meaning on'"
_BATCH: Final = 500
_NEXT: Final = "the next import deletes it"


def catalog_faults(session: Session) -> Iterator[Fault]:
    """Yields what is wrong with the catalog; one whose bytes were checked before is not checked again."""
    folder = session.store.folder / DERIVED
    digest = noted.digest_of(folder)
    if noted.has_digest(folder, digest):
        return
    reasons = [*session.catalog.damage()]
    yield from (Fault("catalog", CATALOG, reason, _REBUILD) for reason in reasons)
    if not reasons and not session.read_only:
        with suppress(*NOT_NOW), session.store.lock.at_once():
            noted.note_digest(folder, digest)


def index_faults(session: Session) -> Iterator[Fault]:
    """Yields what is wrong with the index. One that lacks the last changes is all right: the next search adds them."""
    name, folder, language = session.index_of(session.settings.engine)
    path = f"{INDEX}/{name}"
    catalog = session.catalog
    last = catalog.last_position()
    position = position_of(name, folder, language)
    if position is None:
        if folder.all_names():  # else it was never built, as after a restore: the next search does that
            yield Fault("index", path, "does not say how far it goes", _REBUILD)
        return
    reasons = [*index_damage(name, folder)]
    if position.epoch != catalog.epoch:
        reasons.append("belongs to another catalog")
    elif position.number > last:
        reasons.append("is ahead of the catalog")
    elif not reasons:
        reasons += _rows(session, name)
    yield from (Fault("index", path, reason, _REBUILD) for reason in reasons)


def _rows(session: Session, name: str) -> Iterator[str]:
    """Compares the articles in the index with those in the catalog, but for the changes that it does not have yet."""
    catalog = session.catalog
    try:
        engine = session.open_engine()
    except DocarchiveError:  # its library is not installed
        return
    try:
        position = engine.position()
        changed = {change.row for change in catalog.changes_since(catch_up.position_in(catalog, position))}
        indexed = array("q", sorted(engine.rows(Every())))
    except DocarchiveError as error:
        yield str(error).partition("; run 'docarchive")[0]
        return
    finally:
        engine.close()
    missing, foreign = _differences(catalog.row_numbers(), indexed, changed)
    if missing:
        yield f"lacks {missing:,} articles"
    if foreign and 0 not in changed:  # else they may be those that were removed
        yield f"has {foreign:,} articles that are not in the catalog"


def _differences(rows: Iterator[int], indexed: array[int], changed: set[int]) -> tuple[int, int]:
    """Returns how many rows are in the catalog alone, and in the index alone, apart from those that changed."""
    recorded = array("q", rows)
    if recorded == indexed:
        return 0, 0
    missing = foreign = at = 0
    for row in recorded:
        while at < len(indexed) and indexed[at] < row:
            foreign += indexed[at] not in changed
            at += 1
        if at < len(indexed) and indexed[at] == row:
            at += 1
            while at < len(indexed) and indexed[at] == row:
                foreign += 1
                at += 1
        else:
            missing += row not in changed
    return missing, foreign + sum(row not in changed for row in indexed[at:])


def vector_faults(session: Session) -> Iterator[Fault]:
    """Yields what is wrong with the vectors of search by meaning; those of the last changes may be missing."""
    from docarchive.archive.indexing.vectors import folder_of
    from docarchive.engines.meaning.index import Index
    from docarchive.engines.meaning.state import STATE, read_state

    folder = folder_of(session.store)
    state = read_state(folder)
    try:
        if state is not None:
            reasons = _vectors(session, Index(folder, state))
        else:
            reasons = ["does not say how far it goes"] if STATE in folder.all_names() else []
    except ImportError:  # a library is not installed
        return
    except IndexDamaged as error:
        reasons = [str(error)]
    yield from (Fault("index", f"{INDEX}/{MEANING}", reason, _VECTORS) for reason in reasons)


def _vectors(session: Session, index: Index) -> list[str]:
    from docarchive.engines.meaning.entries import key_of

    reasons = []
    if damaged := len(index.damaged()):
        reasons.append(f"has {damaged:,} passages with other bytes than were written")
    catalog = session.catalog
    position = catch_up.position_in(catalog, index.state.position)
    if position:  # else the rows are those of another catalog, and none of them is used again
        changed = {key_of(change.id) for change in catalog.changes_since(position)}
        indexed, foreign = iter(index.rows().items()), 0
        while some := {row: key for row, key in islice(indexed, _BATCH) if key not in changed}:
            ids = catalog.ids_of_rows([*some])
            foreign += sum(row not in ids or key_of(ids[row]) != key for row, key in some.items())
        if foreign:
            reasons.append(f"has {foreign:,} articles that are not in the catalog")
    return reasons


def id_faults(session: Session) -> Iterator[Fault]:
    """Yields a fault for each id of a merged article that leads to two articles: edits by hand can do that."""
    for id_, path, other in session.catalog.shared_ids():
        reason = f"has {id_} under {MERGED}, which is an id of {other}, too"
        yield Fault("id", path, reason, _SHARED)


def leftover_fault(path: str) -> Fault:
    """Returns the fault of a leftover."""
    return Fault("leftover", path, "was left by a process that was killed", _NEXT)
