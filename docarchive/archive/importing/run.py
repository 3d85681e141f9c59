"""Bringing in: what the user and the settings ask of an import, put together for one run of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from docarchive.archive.decisions import ignore
from docarchive.archive.importing.duplicates import on_duplicate
from docarchive.archive.importing.importer import Importer
from docarchive.archive.importing.overrides import Rules
from docarchive.archive.importing.rehearsal import Rehearsal
from docarchive.archive.importing.sources import Intake
from docarchive.archive.indexing.live import Follower
from docarchive.archive.options import ImportOptions
from docarchive.archive.progress import Progress
from docarchive.archive.reports import ImportReport
from docarchive.catalog import Catalog
from docarchive.readers import ReadOptions
from docarchive.store import Store


def bring(
    feed: Callable[[Intake], None],
    store: Store,
    catalog: Catalog,
    progress: Progress,
    standing: Mapping[str, Any],
    options: ImportOptions,
    follow: Callable[[int | None], Follower],
) -> ImportReport:
    """Runs an import; hold the archive's lock.

    Args:
        feed: Says to an intake what to read.
        store: The archive's files.
        catalog: Its catalog.
        progress: Is told how far it is.
        standing: What the settings ask of every import.
        options: What the user asks of this one.
        follow: Makes what keeps the index up with the catalog, in so many processes.

    Raises:
        UsageError: There is no such format, or a value is not valid for its key.
        ArchiveError: The archive cannot be written.
    """
    rules = Rules.of(
        (*standing.get("tags", ()), *options.get("tags", ())),
        {**standing.get("set", {}), **(options.get("set") or {})},
        options.get("language") or standing.get("language"),
    )
    asked = options.get("mapping") or {}
    mapping = {**standing.get("map", {}), **asked}
    jobs = options.get("jobs") or standing.get("jobs")
    kind, follower = (Rehearsal, None) if options.get("dry_run") else (Importer, follow(jobs))
    importer = kind(
        store,
        catalog,
        progress,
        rules=rules,
        jobs=jobs,
        on_duplicate=on_duplicate(options.get("on_duplicate") or standing.get("on_duplicate") or "link"),
        observe=options.get("observe", ignore),
        stop=options.get("stop", bool),
        follower=follower,
    )
    with closing(importer):
        reading = ReadOptions(
            mapping, frozenset(mapping) - frozenset(asked), options.get("split", False), options.get("query")
        )
        feed(Intake(store, importer, options.get("format"), reading))
        importer.end()
    return importer.report
