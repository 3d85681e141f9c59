"""Switching an archive to another engine, and the status of its engine."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from docarchive.archive.figures import ClusterStatus, EngineStatus
from docarchive.archive.indexing import catch_up
from docarchive.archive.session import Session
from docarchive.archive.upkeep import switch_meaning
from docarchive.engines import CLUSTERED, ENGINES, INDEX_FORMATS, library_of, open_engine, position_of
from docarchive.errors import DocarchiveError, UsageError

if TYPE_CHECKING:
    from docarchive.engines.cluster import Cluster


def switch(session: Session, name: str, values: Mapping[str, Any] | None = None) -> None:
    """Builds the index of an engine, switches the archive to it, and deletes all other indexes.

    The old index is kept until the new one is complete and the settings name its engine; an incomplete index is
    deleted. See ``Archive.use_engine``.
    """
    with session.writing():
        cluster = _cluster(session, values or {}) if name == CLUSTERED else None
        before = session.settings.engine
        moves = cluster is not None and cluster != session.settings.cluster
        changes = before != name or moves
        if moves and before == name:
            session.engine.clear()  # both have the same folder, and the new index needs it
        new = open_engine(*session.index_of(name), cluster=cluster) if changes else session.engine
        try:
            if changes:
                new.clear()  # an earlier switch may have been killed while it built or deleted this index
            try:
                catch_up.catch_up(session.catalog, session.store, new, session.progress)
            except BaseException:
                if changes:
                    with suppress(OSError, DocarchiveError):
                        new.clear()
                raise
            if changes and before == CLUSTERED != name:
                session.engine.clear()
            settings = (
                session.settings.with_engine(session.root, name, cluster and cluster.to_dict())
                if changes
                else session.settings
            )
            session.store.delete_indexes({*ENGINES, CLUSTERED} - {name})
        except BaseException:
            new.close()
            raise
        session.use_engine(new, settings)
        session.publish()


def _cluster(session: Session, values: Mapping[str, Any]) -> Cluster:
    """Returns where the index is to be: as it was, but for the values that are given.

    Raises:
        UsageError: A value is wrong, or the archive had no index in a cluster and it is not said where that is to be.
    """
    from docarchive.engines.cluster import Cluster

    known = session.settings.cluster.to_dict() if session.settings.cluster else {}
    merged = {**known, **values}
    if not merged.get("url") or not merged.get("index"):
        raise UsageError(
            "say where the cluster is: docarchive engine use opensearch --url https://HOST:9200 --index NAME"
        )
    if "archive" not in merged or merged["index"] != known.get("index", merged["index"]):
        name = re.sub(r"[^a-z0-9_-]+", "-", session.settings.name.lower()).strip("-_")[:40]
        merged["archive"] = f"{name or 'archive'}-{secrets.token_hex(3)}"
    return Cluster.read(merged)


def status(session: Session) -> EngineStatus:
    """Returns the status of an archive's engine, whether its library is installed or not."""
    session.follow_settings()
    name, folder, language = session.index_of(session.settings.engine)
    position = position_of(name, folder, language)
    versions = {engine: library_of(engine).version for engine in (*ENGINES, CLUSTERED)}
    cluster, size = _cluster_status(session)
    return EngineStatus(
        engine=name,
        version=versions[name],
        format=INDEX_FORMATS[name],
        indexed=position.number if position and position.epoch == session.catalog.epoch else None,
        changes=session.catalog.last_position(),
        behind=catch_up.lag(session.catalog, position),
        bytes=sum(size for size in folder.sizes() if isinstance(size, int)) + size,
        engines=versions,
        meaning=switch_meaning.status(session),
        cluster=cluster,
    )


def _cluster_status(session: Session) -> tuple[ClusterStatus | None, int]:
    """Returns the status of the cluster, and the size of the index there."""
    cluster = session.settings.cluster
    if session.settings.engine != CLUSTERED or cluster is None:
        return None, 0
    where = ClusterStatus(cluster.url, cluster.index_name, cluster.archive)
    try:
        values = session.engine.status()  # type: ignore[attr-defined]
    except DocarchiveError as error:
        return where._replace(problem=str(error)), 0
    size = values.pop("bytes")
    return where._replace(**values), size
