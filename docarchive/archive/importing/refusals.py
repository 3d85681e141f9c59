"""Refusals: what an import keeps in quarantine, and earlier entries that it releases as their inputs are imported."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import PurePath

from docarchive.archive.importing.records import PendingRecord, RefusedInput
from docarchive.catalog import Catalog
from docarchive.catalog.recorded import RecordedFile
from docarchive.store import Quarantine


class Refusals:
    """The quarantine during one import."""

    def __init__(self, quarantine: Quarantine) -> None:
        self._quarantine = quarantine
        self._kept: set[str] = set()  # names of the entries that this import added
        self._released: set[str] = set()

    @cached_property
    def _earlier(self) -> dict[str, list[str]]:
        """The names of the entries of earlier imports, by input."""
        names: dict[str, list[str]] = {}
        for entry in self._quarantine.entries():
            names.setdefault(entry.where, []).append(entry.name)
        return names

    def keep(self, refused: RefusedInput) -> str | None:
        """Keeps an input or a record; returns its path in quarantine. See ``Quarantine.keep``."""
        held = refused.input
        input_ = refused.where if held is None else held.record_of or held.where
        is_record = not refused.whole or (held is not None and held.record_of is not None)
        path = self._quarantine.keep(
            refused.where, refused.reason, refused.content, input_, is_record, held.stamp if held else ""
        )
        if path is not None:
            self._kept.add(PurePath(path).name)
        return path

    def sync(self) -> list[RecordedFile]:
        """Flushes what was kept to the disk, and returns it."""
        return [RecordedFile(*file) for file in self._quarantine.sync()]

    def release(self, record: PendingRecord) -> None:
        """Notes that a record is in the archive: its earlier refusals are deleted at the end."""
        if self._earlier:
            for where in (record.where, record.input.where):
                self._released.update(self._earlier.pop(where, ()))

    def take_released(self) -> set[str]:
        """Returns the names of the entries that were released since the last call and not kept again."""
        released, self._released = self._released - self._kept, set()
        return released


class NoRefusals(Refusals):
    """The quarantine during a dry run: nothing is kept or released."""

    def keep(self, refused: RefusedInput) -> str | None:
        """Keeps nothing."""
        return None

    def release(self, record: PendingRecord) -> None:
        """Releases nothing."""


def discard(quarantine: Quarantine, catalog: Catalog, names: Iterable[str]) -> None:
    """Deletes entries from the quarantine. Their files are forgotten first: a sync finds those that a kill leaves."""
    if names := [*names]:
        with catalog.transaction():
            catalog.forget_recorded(quarantine.paths(names))
        quarantine.discard(names)
