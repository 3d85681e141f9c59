"""Purging articles: plan -> intent -> log and list without them -> files -> catalog and index built again.

Catalog and index are built again because both keep what was deleted: SQLite in free pages and in gaps of others, the
engines in segments until these are merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from itertools import chain

from docarchive.archive import lookup
from docarchive.archive.changing import restoring
from docarchive.archive.changing.change import selected
from docarchive.archive.changing.drafts import Drafts
from docarchive.archive.changing.purging import finding
from docarchive.archive.changing.purging.plan import Plan
from docarchive.archive.changing.reports import PurgeReport
from docarchive.archive.indexing.merges import merged_into
from docarchive.archive.own_files import OwnFiles
from docarchive.archive.session import Session
from docarchive.archive.trash.trash import Trash
from docarchive.archive.upkeep.rebuild import rebuild
from docarchive.errors import AmbiguousId, NotFoundError
from docarchive.query import Node
from docarchive.store.layout import DELETED, DERIVED, LOG, MANIFEST, OF_TRASH, PURGE, VERIFICATION

_MAX_IDS = 1_000
_BATCH = 1_000


def purge(
    session: Session, tree: Node | None, query: str | None, ids: Iterable[str] | None, *, all: bool, dry_run: bool
) -> PurgeReport:
    """Purges articles; see ``Archive.purge``.

    Args:
        session: The archive.
        tree: A query about the archive's articles, or None.
        query: A query about the trash, or None.
        ids: The ids of articles, in the archive or in the trash, or None.
        all: Whether the query about the archive's articles may match all of them.
        dry_run: Whether nothing is deleted.
    """
    with session.writing():
        finish(session)
        with closing(Trash(session, names_damaged=query == "")) as trash:
            if tree is not None:
                chosen = selected(session, tree, None, all=all)
            elif query is not None:
                chosen = restoring.selected(trash, query, None)
            else:
                chosen = [*dict.fromkeys(_resolve(session, trash, id_) for id_ in ids or ())]
            damaged = [*trash.damaged] if query == "" else []
            remains = finding.find(session, trash, [*chosen, *_merged(session, trash, chosen)], damaged)
        sizes = [session.store.stat(path).size for path in remains.files]
        report = PurgeReport(None, len(chosen), chosen[:_MAX_IDS], remains.files, sum(sizes), remains.shared)
        if not dry_run and (chosen or damaged):
            change = session.store.log.next("purge", "")
            Plan(change, remains.keys, remains.files).write(session.store.folder)
            finish(session)
            report.change = change.number
            session.store.changes.append(change.number)
        return report


def _merged(session: Session, trash: Trash, ids: Sequence[str]) -> list[str]:
    """Returns the ids of the articles that were merged into some, and are no articles of their own."""
    rows = chain(session.catalog.rows_of(ids).values(), trash.catalog.rows_of(ids).values())
    merged = dict.fromkeys(id_ for row in rows for id_ in merged_into(row))
    return [id_ for id_ in merged if id_ not in ids and session.catalog.entry(id_) is None]


def _resolve(session: Session, trash: Trash, prefix: str) -> str:
    try:
        return lookup.resolve(session.catalog, prefix)
    except AmbiguousId:
        raise
    except NotFoundError:
        with suppress(NotFoundError):
            return trash.resolve(prefix)
        raise


def finish(session: Session) -> None:
    """Does what a purge has written down, if it has; all of it may have been done before. Hold the lock."""
    store = session.store
    archive = store.folder
    if not archive.exists(PURGE):
        return
    plan = Plan.read(archive)
    if plan is not None:
        store.deletions.redact(plan.purged, plan.change.time)  # first, so that no sync lists the articles again
        with session.catalog.transaction():
            for id_ in plan.purged:
                session.catalog.remove(id_)
        store.log.redact(plan.purged.keys(), plan.change)
        _delete(session, plan.files)
        Drafts(store.root).drop_of(plan.purged)
        for path in (MANIFEST, VERIFICATION, OF_TRASH):
            archive.remove_all(path)
        rebuild(session)
        for path in (DELETED, LOG):
            OwnFiles(store, session.catalog).replace(path)
    archive.remove(PURGE)
    archive.sync_folders([DERIVED])


def _delete(session: Session, paths: Iterable[str]) -> None:
    """Deletes files, and the folders that are empty then: their names may be words of titles."""
    archive = session.store.folder
    folders: set[str] = set()
    for path in paths:
        archive.remove(path)
        folder = path.rpartition("/")[0]
        while "/" in folder:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
        folders.add(folder)
    for folder in sorted((folder for folder in folders if "/" in folder), reverse=True):
        archive.remove_empty(folder)
    archive.sync_folders(folder for folder in folders if archive.exists(folder))
