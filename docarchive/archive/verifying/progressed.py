"""Progressed: how far a verification is, in a file, so that it can continue after an interruption."""

from __future__ import annotations

import json
from contextlib import suppress
from time import monotonic
from typing import Any, Final

from docarchive.archive.reports import Fault, Verification
from docarchive.archive.session import Session
from docarchive.errors import ArchiveDamaged
from docarchive.store.layout import VERIFICATION

_MAX_SIZE: Final = 100_000_000  # bytes
_INTERVAL: Final = 2.0  # seconds between two writes
_COUNTS: Final = ("articles", "originals", "versions", "quarantine", "trash", "bytes")


class Progressed:
    """The file of a verification of one archive; an archive that may only be read has none."""

    def __init__(self, session: Session, *, full: bool) -> None:
        self._session = session
        self._full = full
        self._saved = monotonic()

    def load(self) -> tuple[tuple[str, str], Verification | None]:
        """Returns area and end of the last unit that is done, and the report until then; None if there is nothing."""
        try:
            state: Any = json.loads(self._session.store.folder.read(VERIFICATION, _MAX_SIZE))
            if (state["epoch"], state["full"]) != (self._session.catalog.epoch, self._full):
                return ("", ""), None
            report = Verification(quick=not self._full)
            for name in _COUNTS:
                setattr(report, name, int(state["report"][name]))
            for kind, path, reason, fix, *_ in state["faults"]:
                report.faults.append(Fault(str(kind), str(path), str(reason), str(fix)))
            return (str(state["area"]), str(state["end"])), report
        except (OSError, ArchiveDamaged, ValueError, KeyError, TypeError, RecursionError):
            return ("", ""), None

    def save(self, done: tuple[str, str], report: Verification) -> None:
        """Writes how far the verification is, now and then."""
        now = monotonic()
        if self._session.read_only or now - self._saved < _INTERVAL:
            return
        self._saved = now
        state = {
            "epoch": self._session.catalog.epoch,
            "full": self._full,
            "area": done[0],
            "end": done[1],
            "report": {name: getattr(report, name) for name in _COUNTS},
            "faults": report.faults,
        }
        with suppress(OSError):
            self._session.store.folder.put(VERIFICATION, json.dumps(state).encode())

    def remove(self) -> None:
        """Removes the file: the verification is done."""
        if not self._session.read_only:
            with suppress(OSError):
                self._session.store.folder.remove(VERIFICATION)
