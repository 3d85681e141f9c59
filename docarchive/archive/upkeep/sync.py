"""Sync: updates the catalog and the index after files were edited."""

from __future__ import annotations

from docarchive.archive.indexing.copying import copy_files
from docarchive.archive.indexing.hand_edits import HandEdits
from docarchive.archive.indexing.syncer import Syncer
from docarchive.archive.own_files import OwnFiles
from docarchive.archive.reports import SyncReport
from docarchive.archive.session import Session


def sync(session: Session) -> SyncReport:
    """Updates the archive after files were edited by hand; see ``Archive.sync``."""
    with session.writing(puts_back=("damaged",)):  # what is missing may have been deleted
        session.catalog.index_files()
        syncer = Syncer(
            session.store, session.catalog, session.progress, edits=HandEdits(session.store, session.catalog)
        )
        syncer.run()
        copy_files(session.store, session.catalog)
        syncer.record_files()
        OwnFiles(session.store, session.catalog).accept()
        session.catch_up()
        return syncer.report
