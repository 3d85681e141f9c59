"""Own files: the settings, the list of deleted articles, the chain of heads of manifests, and the log.

Each has its digest in the catalog, and a copy in ``.docarchive/kept/``, from when docarchive last wrote it or ``sync``
last read it. So one that was emptied, cut or replaced is noticed, and can be put back. See docs/decisions/0080.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from docarchive import failures
from docarchive.archive.reports import Fault
from docarchive.archive.settings import Settings, is_damage
from docarchive.catalog import Catalog
from docarchive.catalog.recorded import OTHER_BYTES, RecordedFile
from docarchive.digests import sha256
from docarchive.errors import ArchiveDamaged, DocarchiveError
from docarchive.store import Store
from docarchive.store.layout import DELETED, HEADS, KEPT, LOG, OWN_FILES, SETTINGS, kept_path

REPAIR: Final = "run 'docarchive verify --repair'"
#: Those that are lists, to which lines are added.
_LISTS: Final = (DELETED, HEADS, LOG)
#: A larger file is neither read as a whole nor copied.
_MAX_SIZE: Final = 1 << 26  # bytes
#: How much may be added to the log until it is recorded as a whole: so many bytes, or this part of it.
_MAX_ADDED: Final = 1 << 20
_PART: Final = 4


class OwnFiles:
    """The own files of one archive.

    Args:
        store: The archive's files.
        catalog: Its catalog.
    """

    def __init__(self, store: Store, catalog: Catalog) -> None:
        self._store = store
        self._folder = store.folder
        self._catalog = catalog

    def whole(self) -> list[str]:
        """Returns the paths of those that are as docarchive wrote them, or that it has not written yet."""
        return [path for path in OWN_FILES if self._is_as_recorded(path) or self.fault(path) is None]

    def record_written(self, before: list[str]) -> None:
        """Records what docarchive has written, given what was ``whole`` before. Hold the lock."""
        self._record([path for path in OWN_FILES if path in before or self.fault(path) is None])

    def _record(self, paths: Collection[str]) -> None:
        """Records those of some that are not as recorded, and keeps copies of them."""
        for path in paths:
            if self._is_as_recorded(path) and self._has_copy(path):
                continue
            with suppress(OSError, ArchiveDamaged):
                if path == LOG and self._folder.exists(LOG):
                    if not self._record_added():
                        self._record_log()
                    continue
                data = self._read(path)
                if data is None:
                    self._forget(path)
                elif len(data) <= _MAX_SIZE and self._problem(path, data) is None:
                    self._folder.make(KEPT)
                    self._folder.put(kept_path(path), data)
                    self._record_whole(path, data)

    def _record_log(self) -> None:
        """Records the log as a whole, as it may be anything; not all of it is in memory. A huge one is not recorded."""
        if self._store.stat(LOG).size <= _MAX_SIZE:
            self._folder.make(KEPT)
            with self._folder.open(LOG) as log:
                self._folder.put(kept_path(LOG), log)
            self._record_digest(LOG, self._folder.digest(kept_path(LOG))[0])

    def _record_whole(self, path: str, data: bytes) -> None:
        self._record_digest(path, sha256(data).digest())

    def _record_digest(self, path: str, digest: bytes) -> None:
        with self._catalog.transaction():
            self._catalog.record([RecordedFile(*self._store.stat(path), digest)])
            self._catalog.record_added(path, None)

    def _record_added(self) -> bool:
        """Records what docarchive has added to the log, and adds it to the copy.

        So the time that a change takes does not depend on all changes before it. Returns False if the log must be
        recorded as a whole.
        """
        recorded, last = self._catalog.recorded_at(LOG), self._last(LOG)
        file = self._store.stat(LOG)
        if recorded is None or last is None or not self._has_copy(LOG):
            return False
        size = file.size - recorded.size
        if file.size < last.size or file.size > _MAX_SIZE or size > max(_MAX_ADDED, recorded.size // _PART):
            return False
        data = self._folder.read_from(LOG, recorded.size, size)
        before = last.size - recorded.size
        if before and sha256(data[:before]).digest() != last.digest:
            return True  # it was damaged meanwhile: then it stays as recorded, so that this is named
        # As the log itself got it: after half a line, lines begin with an end of a line.
        self._folder.append_lines(kept_path(LOG), data[before:].removeprefix(b"\n"), flush=False)
        with self._catalog.transaction():
            self._catalog.record_added(LOG, RecordedFile(*file, sha256(data).digest()))
        return True

    def put_back(self, path: str, data: bytes) -> None:
        """Writes what a damaged one was, and records it. Hold the lock."""
        self._folder.put(path, data, flush=True)
        self._record_whole(path, data)

    def put_back_lists(self, kinds: Collection[str]) -> Iterator[tuple[str, str]]:
        """Puts back the lists that have lost what docarchive wrote; yields their paths, with what was wrong.

        A list of deleted articles that is gone is not put back: its user may have deleted it. Hold the lock.

        Args:
            kinds: The kinds of faults after which a list is put back.
        """
        for path in _LISTS:
            fault = self.lost(path)
            if fault is None or fault.kind not in kinds or (path == DELETED and fault.kind != "damaged"):
                continue
            if (data := self.copy_of(path)) is not None:
                self.put_back(path, data)
                yield path, fault.reason

    def lost(self, path: str) -> Fault | None:
        """Returns what is wrong with a list that lacks something of what docarchive wrote; None if it has all of it.

        What was added since is not looked at: it may be half a line of an interrupted process, and others after it.
        """
        if self._is_as_recorded(path):
            return None
        with suppress(OSError, ArchiveDamaged):
            if self._begins_as_recorded(path, self._read(path) or b""):
                return None
        return self.fault(path)

    def _last(self, path: str) -> RecordedFile | None:
        """Returns what is recorded of one as it was last, in which the digest is that of its end; see ``added_to``."""
        return self._catalog.added_to(path) or self._catalog.recorded_at(path)

    def is_recorded(self, path: str, data: bytes) -> bool:
        """Returns whether bytes are those that one had when it was last recorded."""
        last = self._last(path)
        return last is not None and len(data) == last.size and self._begins_as_recorded(path, data)

    def _begins_as_recorded(self, path: str, data: bytes) -> bool:
        recorded, added = self._catalog.recorded_at(path), self._catalog.added_to(path)
        if recorded is None or sha256(data[: recorded.size]).digest() != recorded.digest:
            return False
        return added is None or sha256(data[recorded.size : added.size]).digest() == added.digest

    def replace(self, path: str) -> None:
        """Records one as it is now, and keeps no copy of what it was before. Hold the lock."""
        self._forget(path)
        self._record([path])

    def accept(self) -> None:
        """Records them all as they are now, edited or not, except damaged ones. Hold the lock."""
        self._record([path for path in OWN_FILES if _is_edit(self.fault(path))])

    def fault(self, path: str) -> Fault | None:
        """Returns what is wrong with one of them, or None."""
        recorded = self._last(path)
        try:
            data = self._read(path)
        except OSError as error:
            return Fault("damaged", path, f"cannot be read: {failures.reason(error)}", REPAIR)
        except ArchiveDamaged:
            return None  # a link is named as one
        kept = self.kept(path)
        if data is None:
            if path == SETTINGS:
                return Fault("damaged", path, "is gone", REPAIR)
            fix = "put it back, or run 'docarchive sync' if you deleted it"
            return Fault("missing", path, "is gone", fix) if recorded and recorded.size else None
        if self.is_recorded(path, data):
            return None
        if recorded is not None and self._store.stat(path) == recorded[:3]:
            return Fault("damaged", path, OTHER_BYTES, REPAIR)
        return self._changed(path, data, kept, recorded)

    def _changed(self, path: str, data: bytes, kept: bytes | None, recorded: RecordedFile | None) -> Fault | None:
        """Returns what is wrong with one whose bytes are not those that were recorded."""
        problem = self._problem(path, data)
        if path == SETTINGS:
            if problem is None:
                fine = recorded is None or data == kept  # it is written after its copy
                return None if fine else Fault("changed", path, _CHANGED, _SYNC.format(kept_path(path)))
            if is_damage(data, kept):
                return Fault("damaged", path, problem, REPAIR)
            return Fault("invalid", path, problem, f"fix it in an editor, or put back its copy, {kept_path(path)}")
        if recorded is None:
            return Fault("damaged", path, problem, REPAIR) if problem else None
        if self._begins_as_recorded(path, data):
            # Lines were added, and the process was killed before it recorded that; or anything else was.
            added = data[recorded.size :]
            fine = (path != DELETED or self._store.deletions.may_follow(added)) and (
                path != LOG or self._store.log.may_follow(added)
            )
            return None if fine else Fault("damaged", path, problem or _CHANGED, REPAIR)
        is_cut = not data or (kept is not None and kept.startswith(data))
        if problem or is_cut or path in (HEADS, LOG):
            return Fault("damaged", path, problem or "has lost lines that docarchive wrote", REPAIR)
        return Fault("changed", path, _CHANGED, _SYNC.format(kept_path(path)))

    def kept(self, path: str) -> bytes | None:
        """Returns the copy of one that was kept, or None."""
        with suppress(OSError, ArchiveDamaged):
            return self._folder.read(kept_path(path), _MAX_SIZE)
        return None

    def copy_of(self, path: str) -> bytes | None:
        """Returns what a damaged one was: its copy, if that has the recorded digest, or if nothing is recorded."""
        last, kept = self._last(path), self.kept(path)
        if kept is None:
            return None
        if last is not None:
            kept = kept[: last.size]  # a process may have been killed after it had added to the copy
            return kept if self.is_recorded(path, kept) else None
        return kept if self._problem(path, kept, kept_path(path)) is None else None

    def _has_copy(self, path: str) -> bool:
        last = self._last(path)
        try:
            return last is None or self._folder.status(kept_path(path)).st_size == last.size
        except (OSError, ArchiveDamaged):
            return last is not None and last.size > _MAX_SIZE

    def _is_as_recorded(self, path: str) -> bool:
        last = self._last(path)
        try:
            return last is not None and self._store.stat(path) == last[:3]
        except (OSError, ArchiveDamaged):
            return last is None

    def _forget(self, path: str) -> None:
        with self._catalog.transaction():
            self._catalog.forget_recorded([path])
            self._catalog.record_added(path, None)
        self._folder.remove(kept_path(path))

    def _read(self, path: str) -> bytes | None:
        try:
            return self._folder.read(path, _MAX_SIZE + 1)
        except FileNotFoundError:
            return None

    def _problem(self, path: str, data: bytes, at: str = "") -> str | None:
        """Returns why a file cannot be used, or None; ``at`` is its path, if it is a copy."""
        if path == DELETED:
            line = self._store.deletions.first_invalid(at or path)
            return f"line {line:,} is not that of a deleted article" if line else None
        if path == LOG:  # it may be anything: lines that say nothing are skipped
            return None
        try:
            if path == HEADS:
                from docarchive.archive.proving.heads import Heads

                Heads(self._folder, at or path).last()
            else:
                Settings.parse(self._store.root, data)
        except DocarchiveError as error:
            text = str(error).removeprefix(f"{self._store.root}{os.sep}").removeprefix(at or path).lstrip(": ")
            return text.partition("; ")[0]
        return None


_CHANGED: Final = "was changed since docarchive last read it"
_SYNC: Final = "run 'docarchive sync' if you changed it; docarchive last read {}"


def _is_edit(fault: Fault | None) -> bool:
    return fault is None or fault.kind in ("changed", "missing")


def last_settings(root: Path) -> Settings:
    """Reads the settings of an archive; if they are damaged, those that docarchive last read.

    Raises:
        ArchiveDamaged: They are damaged, and there is no copy that can be used.
    """
    try:
        return Settings.load(root)
    except ArchiveDamaged as error:
        with suppress(DocarchiveError):
            return Settings.load(root, kept_path(SETTINGS))
        raise error
