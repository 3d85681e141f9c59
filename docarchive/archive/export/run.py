"""One export: options and a query -> selection -> writer."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, TextIO

from docarchive.archive import lookup
from docarchive.archive.export.exporting import Exporter, write_options, writer_named
from docarchive.archive.export.selection import SelectedRows, Selection, since_of
from docarchive.archive.import_and_export_options import ExportOptions
from docarchive.archive.indexing import catch_up
from docarchive.archive.reports import ExportReport
from docarchive.archive.session import PARTIAL, Session
from docarchive.errors import IndexDamaged
from docarchive.query import Node

if TYPE_CHECKING:
    from docarchive.archive.proving.proofs import Proofs


def export(
    session: Session,
    tree: Node,
    to: str | os.PathLike[str] | BinaryIO | TextIO,
    format: str | None,
    ids: Iterable[str] | None,
    sort: str | None,
    limit: int | None,
    since: str | int | datetime | None,
    force: bool,
    now: datetime | None,
    options: ExportOptions,
) -> ExportReport:
    """Exports the articles that match a query, or have the given ids; see ``Archive.export``."""
    if format is None and options.get("template") is not None:
        format = "template"
    writer = writer_named(format, to if isinstance(to, str | os.PathLike) else None)
    chosen = write_options(options, session.settings.name)
    if writer.originals or writer.proves or chosen.originals:
        session.check_files("manifest" if writer.proves else "originals")
    if since is not None:
        session.check_files("journal of changes")
    full_ids = None if ids is None else [lookup.resolve(session.catalog, id_) for id_ in ids]
    after = None if since is None else since_of(since, session.catalog, now)
    order = sort or (writer.order if full_ids is None and writer.order != "date" else None)

    def matches(tree: Node) -> tuple[int, Iterable[str]]:
        def ids() -> Iterator[str]:
            engine.partial = False
            try:
                yield from engine.ids(tree)
                if engine.partial:
                    session.notify(PARTIAL)
            except IndexDamaged:  # ids that were yielded before count once
                yield from session.ask(lambda engine: [*engine.ids(tree)])

        engine = session.current_engine
        return catch_up.position_in(session.catalog, engine.position()), ids()

    rows = SelectedRows(Selection(tree, full_ids, order, limit, after), session.catalog, matches)
    with _proofs(session, chosen.manifest) if writer.proves else nullcontext() as proofs:
        exporter = Exporter(session.store, session.catalog, writer, chosen, session.progress, proofs)
        if isinstance(to, str | os.PathLike):
            exporter.to_path(rows, to, force=force)
        else:
            exporter.to_stream(rows, to)
    report = exporter.report
    report.position, report.behind = rows.position, rows.behind
    if after is not None and after.position is not None:
        report.removed = session.catalog.removed_since(after.position)
    return report


def _proofs(session: Session, manifest: str) -> AbstractContextManager[Proofs]:
    from docarchive.archive.proving.proofs import opened_proofs

    return opened_proofs(session.store.folder, manifest)
