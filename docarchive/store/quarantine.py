"""Quarantine: inputs that could not be read, with the reasons.

``quarantine/<digest>-<name>`` is the input, ``quarantine/<digest>-<name>.json`` is its note, with the reason. The same
input refused again for the same reason is not stored again. A large input, or an address that could not be fetched, has
only a note.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from io import BufferedReader
from pathlib import PurePath
from typing import Any, Final

from docarchive import failures
from docarchive.article import clean
from docarchive.errors import ArchiveDamaged, ArchiveError
from docarchive.folder import File, Folder
from docarchive.records import NamedTuple
from docarchive.store.layout import QUARANTINE, TEMPORARY

#: The size in bytes up to which an input is copied; of a larger one only a note is stored.
MAX_KEPT: Final = 100_000_000

_CHUNK: Final = 1 << 20
_NAME_BYTES: Final = 80
_MAX_NOTE: Final = 1_000_000
#: With these, a note may be there and whole.
_FAILING: Final = (errno.EIO, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE)
_PUBLIC: Final = re.compile(r"https?://[^/?#@]+(?:[/?#]|\Z)")  # an address without a password


class QuarantineEntry(NamedTuple):
    """An input in quarantine.

    Attributes:
        name: The name of its file in ``quarantine/``.
        where: The input as the user named it, with a line or item: ``x.jsonl:17``.
        reason: Why it was refused.
        refused: When it was refused, in UTC, ISO 8601.
        input: The input as the user named it, without a line or item.
        is_record: Whether it is one record of an input, not a whole one.
        is_kept: Whether its bytes are in quarantine; if not, they are read from the input itself.
        stamp: What the input's file was when it was refused: its number, size and times; empty if that is not known.
    """

    name: str
    where: str
    reason: str
    refused: str
    input: str = ""
    is_record: bool = False
    is_kept: bool = True
    stamp: str = ""

    def _repr_html_(self) -> str:
        from docarchive.notebooks import record_table

        return record_table(self)


class Quarantine:
    """The folder of refused inputs of one archive."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._new: dict[
            str, tuple[str, bytes]
        ] = {}  # by path: the temporary file that becomes it, if it is not there, and its digest
        #: The notes that the last listing could not read, with the reasons.
        self.unread: dict[str, str] = {}

    def keep(
        self,
        where: str,
        reason: str,
        content: bytes | File | None,
        input: str = "",
        is_record: bool = False,
        stamp: str = "",
    ) -> str | None:
        """Stores a refused input and a note with its reason; they are in quarantine after the next ``sync``.

        Args:
            where: The refused input as the user named it, such as ``inbox/a.md`` or ``x.jsonl:17``.
            reason: Why it was refused; one sentence.
            content: Its bytes, or the file of the archive that holds them; None if there are none. If it is larger than
                ``MAX_KEPT``, or an address that could not be fetched, only the note is stored.
            input: The input without a line or item.
            is_record: Whether the content is one record of the input, not the whole.
            stamp: What the input's file is: its number, size and times.

        Returns:
            The path of the stored input, relative to the archive; None if the input was not stored.
        """
        where, reason, input = map(clean, (where, reason, input))
        try:
            size = len(content) if isinstance(content, bytes) else content.size() if content else -1
            is_kept = content is not None and size <= MAX_KEPT
            if content is None and not _PUBLIC.match(where):
                return None
            digest = _digest(content if content is not None and is_kept else f"{where}\n{size}".encode())
            name = f"{digest[:12]}-{_name(where)}"
            path = f"{QUARANTINE}/{name}"
            if content is not None and is_kept:
                if self._has(path, size):
                    self._new.setdefault(path, ("", bytes.fromhex(digest)))
                else:
                    self._put(path, content, bytes.fromhex(digest))
            entry = QuarantineEntry(name, where, reason, _now(), input, is_record, is_kept, stamp)
            self._put_note(entry, digest)
        except OSError:
            return None  # the input cannot be opened, or the disk is full: the report still has it
        return path if is_kept else None

    def take(self, entry: QuarantineEntry, file: File | None) -> bool:
        """Adds an entry of another archive, after the next ``sync``; returns whether it was not there.

        Its stamp is left out: a stranger's could say that what is next to any file belongs to it.

        Args:
            entry: The entry.
            file: The file with its bytes; None if they are not kept.

        Raises:
            ArchiveDamaged: Its bytes are not those that its name says.
            OSError: They cannot be read or written.
        """
        path = f"{QUARANTINE}/{entry.name}"
        if path in self._new or self._folder.is_file(f"{path}.json"):
            return False
        digest = "" if file is None else _digest(file)
        if file is not None:
            if not entry.name.startswith(f"{digest[:12]}-"):
                raise ArchiveDamaged(f"{path} is damaged: its bytes are not those that its name says")
            self._put(path, file, bytes.fromhex(digest))
        self._put_note(entry._replace(stamp="", is_kept=file is not None), digest)
        return True

    def _put_note(self, entry: QuarantineEntry, digest: str) -> None:
        note: dict[str, object] = {"schema": 1, "where": entry.where, "reason": entry.reason, "refused": entry.refused}
        note |= {"sha256": digest} if entry.is_kept else {}
        note |= {"input": entry.input, "is_record": entry.is_record, "is_kept": entry.is_kept}
        note |= {"stamp": entry.stamp} if entry.stamp else {}
        note |= {"retry": f"docarchive quarantine {entry.name} --retry"}
        data = f"{json.dumps(note, indent=2, ensure_ascii=False)}\n".encode()
        self._put(f"{QUARANTINE}/{entry.name}.json", data, sha256(data).digest())

    def _has(self, path: str, size: int) -> bool:
        return path in self._new or (self._folder.is_file(path) and self._folder.status(path).st_size == size)

    def _put(self, path: str, content: bytes | File, digest: bytes) -> None:
        self._folder.make(TEMPORARY)
        temporary = f"{TEMPORARY}/refused-{os.getpid()}-{len(self._new)}"
        with self._folder.create(temporary) as out:
            if isinstance(content, bytes):
                out.write(content)
            else:
                with content.open() as file:
                    out.writelines(iter(partial(file.read, _CHUNK), b""))
        self._new[path] = temporary, digest

    def sync(self) -> list[tuple[str, int, int, bytes]]:
        """Flushes new entries to the disk and puts them in place, all at once: a thousand records may be refused.

        Returns:
            Path, size, time in nanoseconds and SHA-256 of their files.
        """
        new, self._new = self._new, {}
        if not new:
            return []
        with suppress(OSError):
            changed = self._folder.make(QUARANTINE)
            temporaries = {temporary: path for path, (temporary, _) in new.items() if temporary}
            self._folder.sync_files([*temporaries])
            for temporary, path in temporaries.items():
                self._folder.rename(temporary, path)
            self._folder.sync_folders({*changed, QUARANTINE})
        there = ((path, digest) for path, (_, digest) in new.items() if self._folder.is_file(path))
        statuses = ((path, self._folder.status(path), digest) for path, digest in there)
        return [(path, status.st_size, status.st_mtime_ns, digest) for path, status, digest in statuses]

    def entries(self) -> Iterator[QuarantineEntry]:
        """Yields all entries, in order of name; a file without a readable note has no reason.

        A note that is there but cannot be read now is added to ``unread``.
        """
        self.unread = {}
        names = {name for name in self._folder.names(QUARANTINE) if not name.startswith(".")} - self._left_notes()
        notes = {name.removesuffix(".json") for name in names if name.endswith(".json")}
        for name in sorted(names):
            if name.endswith(".json") and name.removesuffix(".json") in names:
                continue
            if name in notes:
                note = self._note(f"{name}.json")
            elif (note := self._note(name) if name.endswith(".json") else {}).get("is_kept") is False:
                name = name.removesuffix(".json")
            else:
                note = {}
            texts = (clean(str(note.get(key, ""))) for key in ("where", "reason", "refused", "input"))
            where, reason, refused, input_ = texts
            yield QuarantineEntry(
                *(name, where, reason, refused, input_),
                is_record=note.get("is_record") is True,
                is_kept=note.get("is_kept") is not False,
                stamp=str(note.get("stamp", "")),
            )

    def refuse_unread(self) -> None:
        """Raises ``ArchiveError`` if a note could not be read since the last listing began: it may be a whole one."""
        for path, reason in self.unread.items():
            raise ArchiveError(f"{path} cannot be read: {reason}")

    def open(self, name: str) -> BufferedReader:
        """Opens the bytes of an entry."""
        return self._folder.open(f"{QUARANTINE}/{name}")

    def is_too_large(self, name: str) -> bool:
        """Returns whether an entry has more bytes than are kept: a stranger's, say terabytes that are all a hole."""
        path = f"{QUARANTINE}/{name}"
        return self._folder.is_file(path) and self._folder.status(path).st_size > MAX_KEPT

    def paths(self, names: Iterable[str]) -> list[str]:
        """Returns the paths of entries, each before that of its note, relative to the archive."""
        return [f"{QUARANTINE}/{file}" for name in names for file in (name, f"{name}.json")]

    def discard(self, names: Iterable[str]) -> None:
        """Deletes entries, and then their notes, and flushes both to the disk."""
        if self._folder.kind(QUARANTINE) != "folder":
            return
        paths = self.paths(names)
        for some in (paths[::2], paths[1::2]):
            for path in some:
                self._folder.remove(path)
            self._folder.sync_folders([QUARANTINE])

    def left_notes(self) -> list[str]:
        """Returns the paths of the notes of inputs that are gone, relative to the archive; there is a quarantine."""
        return [f"{QUARANTINE}/{name}" for name in sorted(self._left_notes())]

    def _left_notes(self) -> set[str]:
        """Returns the names of the notes of inputs that are gone: of an entry, the input is deleted first.

        An input whose own note is gone may look like a note, but cannot contain its own digest.
        """
        names = {*self._folder.names(QUARANTINE)}
        alone = [name for name in names if name.endswith(".json") and name.removesuffix(".json") not in names]
        digests = {name: self._note(name).get("sha256") for name in alone if f"{name}.json" not in names}
        return {name for name, digest in digests.items() if digest and name.startswith(f"{str(digest)[:12]}-")}

    def _note(self, name: str) -> dict[str, Any]:
        path = f"{QUARANTINE}/{name}"
        try:
            note = json.loads(self._folder.read(path, _MAX_NOTE))
        except (OSError, ValueError, RecursionError) as error:  # it may be an input whose note was deleted
            if isinstance(error, OSError) and error.errno in _FAILING:
                self.unread[path] = failures.reason(error)
            return {}
        return note if isinstance(note, dict) else {}


def _name(where: str) -> str:
    """Returns the end of an input's name, safe in the name of a file: that may have 255 bytes, and a character four."""
    name = re.sub(r"[^\w.-]+", "-", PurePath(where).name).encode("utf-8", "replace")
    return name[-_NAME_BYTES:].decode("utf-8", "ignore").strip("-") or "input"


def _digest(content: bytes | File) -> str:
    if isinstance(content, bytes):
        return sha256(content).hexdigest()
    return content.folder.digest(content.path)[0].hex()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
