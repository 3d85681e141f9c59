"""Switching an archive to another engine, and the status of its engine."""

from __future__ import annotations

from contextlib import suppress

from docarchive.archive.figures import EngineStatus
from docarchive.archive.indexing import catch_up
from docarchive.archive.session import Session
from docarchive.archive.upkeep import switch_meaning
from docarchive.engines import ENGINES, INDEX_FORMATS, library_of, open_engine, position_of


def switch(session: Session, name: str) -> None:
    """Builds the index of an engine, switches the archive to it, and deletes all other indexes.

    The old index is kept until the new one is complete and the settings name its engine; an incomplete index is
    deleted. See ``Archive.use_engine``.
    """
    with session.writing():
        changes = session.settings.engine != name
        new = open_engine(*session.index_of(name)) if changes else session.engine
        try:
            if changes:
                new.clear()  # an earlier switch may have been killed while it built or deleted this index
            try:
                catch_up.catch_up(session.catalog, session.store, new, session.progress)
            except BaseException:
                if changes:
                    with suppress(OSError):
                        new.clear()
                raise
            settings = session.settings.with_engine(session.root, name) if changes else session.settings
            session.store.delete_indexes({*ENGINES} - {name})
        except BaseException:
            new.close()
            raise
        session.use_engine(new, settings)


def status(session: Session) -> EngineStatus:
    """Returns the status of an archive's engine, whether its library is installed or not."""
    session.follow_settings()
    name, folder, language = session.index_of(session.settings.engine)
    position = position_of(name, folder, language)
    versions = {engine: library_of(engine).version for engine in ENGINES}
    return EngineStatus(
        engine=name,
        version=versions[name],
        format=INDEX_FORMATS[name],
        indexed=position.number if position and position.epoch == session.catalog.epoch else None,
        changes=session.catalog.last_position(),
        behind=catch_up.lag(session.catalog, position),
        bytes=sum(size for size in folder.sizes() if isinstance(size, int)),
        engines=versions,
        meaning=switch_meaning.status(session),
    )
