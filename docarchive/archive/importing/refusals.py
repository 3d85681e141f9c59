"""Keeping: what an import puts into quarantine, and what it takes out because it came in after all."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from docarchive.archive.importing.records import Incoming, Refused
from docarchive.store import Quarantine


class Keeping:
    """The quarantine during one import.

    Args:
        quarantine: The archive's.
    """

    def __init__(self, quarantine: Quarantine) -> None:
        self._quarantine = quarantine
        self._kept: set[str] = set()
        self._mended: set[str] = set()

    @cached_property
    def _before(self) -> dict[str, list[str]]:
        """The names of what was there before, by where it was met."""
        found: dict[str, list[str]] = {}
        for entry in self._quarantine.entries():
            found.setdefault(entry.where, []).append(entry.name)
        return found

    def keep(self, refused: Refused) -> str | None:
        """Keeps what is refused; see ``Quarantine.keep``."""
        input_ = refused.taken.where if refused.taken is not None else refused.where
        is_record = not refused.whole or (refused.taken is not None and refused.taken.is_record)
        path = self._quarantine.keep(refused.where, refused.reason, refused.content, input_, is_record)
        if path is not None:
            self._kept.add(Path(path).name)
        return path

    def sync(self) -> None:
        """Brings what was kept to the disk."""
        self._quarantine.sync()

    def release(self, incoming: Incoming) -> None:
        """Notes that a record is in the archive, so that it needs to be kept no longer."""
        if self._before:
            for where in (incoming.where, incoming.taken.where):
                self._mended.update(self._before.pop(where, ()))

    def end(self) -> None:
        """Lets go of what came in, unless it was refused again."""
        for name in self._mended - self._kept:
            self._quarantine.discard(name)
        self._mended.clear()
