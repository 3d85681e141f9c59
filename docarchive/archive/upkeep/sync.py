"""Sync: updates the catalog and the index after files were edited."""

from __future__ import annotations

from docarchive.archive.indexing.copying import copy_files
from docarchive.archive.indexing.hand_edits import HandEdits
from docarchive.archive.indexing.syncer import Syncer
from docarchive.archive.own_files import OwnFiles
from docarchive.archive.reports import SyncReport
from docarchive.archive.session import Session


def sync(session: Session, *, dry_run: bool = False) -> SyncReport:
    """Updates the archive after files were edited by hand; see ``Archive.sync``."""
    with session.writing(puts_back=("damaged",)):  # what is missing may have been deleted
        store, catalog = session.store, session.catalog  # which may be another one now
        if dry_run:
            with catalog.trial():
                return _synced(session, Syncer(store, catalog, session.progress, is_trial=True)).report
        syncer = _synced(session, Syncer(store, catalog, session.progress, edits=HandEdits(store, catalog)))
        OwnFiles(store, catalog).accept()
        session.catch_up()
        return syncer.report


def _synced(session: Session, syncer: Syncer) -> Syncer:
    session.catalog.index_files()
    syncer.run()
    if syncer.is_lasting:
        copy_files(session.store, session.catalog)
    syncer.record_files()
    return syncer
