"""Switching search by meaning on and off, and its status."""

from __future__ import annotations

from docarchive.archive.figures import MeaningStatus
from docarchive.archive.indexing import catch_up, vectors
from docarchive.archive.session import Session
from docarchive.engines.meaning.state import read_state


def switch(session: Session, *, on: bool) -> None:
    """Makes or updates the vectors, and then switches search by meaning on; or switches it off and deletes them.

    See ``Archive.use_meaning``.
    """
    if on:
        vectors.update(session.catalog, session.store, session.model, session.progress)
    if (session.settings.meaning == "on") != on:
        with session.writing():
            session.settings = session.settings.with_meaning(session.root, on)
    if not on:
        vectors.delete(session.store)


def status(session: Session) -> MeaningStatus:
    """Returns the status of search by meaning, whether its libraries are installed or not."""
    folder = vectors.folder_of(session.store)
    state = read_state(folder)
    return MeaningStatus(
        on=session.settings.meaning == "on",
        model=state and state.model.name,
        version=state and state.model.version,
        digest=state and state.model.digest,
        passages=state.passages if state else 0,
        behind=catch_up.lag(session.catalog, state and state.position),
        bytes=sum(size for size in folder.sizes() if isinstance(size, int)),
    )
