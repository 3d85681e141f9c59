"""The archive's index for Whoosh's own library (decision 0059)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from docarchive.analysis import QueryAnalyzer
from docarchive.archive.session import Session
from docarchive.engines.whoosh.whoosh_index import WhooshIndex
from docarchive.errors import ArchiveDamaged, ArchiveLocked, NotFoundError, UsageError

if TYPE_CHECKING:
    from docarchive.article import Article


def whoosh_index(session: Session, analyzer: QueryAnalyzer, get: Callable[[str], Article]) -> WhooshIndex:
    """Returns the index of an archive as an index of Whoosh's own library; see ``Archive.whoosh_index``.

    ``get`` returns an article by its id, whenever the index is asked for its fields.
    """
    session.follow_settings()
    if session.settings.engine != "whoosh":
        raise UsageError(
            f"this archive uses the {session.settings.engine} engine, whose index Whoosh cannot read; "
            "switch with 'docarchive engine use whoosh' or archive.use_engine('whoosh')"
        )
    if session.current_engine.position() is None and session.catalog.count():
        raise ArchiveLocked("another process is building the index; try again once it has ended")

    def fields(id_: str) -> dict[str, Any]:
        try:
            return get(id_).to_dict()
        except (NotFoundError, ArchiveDamaged):
            return {}

    return WhooshIndex(session.engine_folder, analyzer, fields)
