"""Intake: from what the user names to records.

Owns which reader reads an input, and what is read inside of inputs that hold others. An input's bytes are
taken once, and what is read is that copy. Nothing is decided or kept here.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from docarchive.archive.importing.parser_pool import Failed
from docarchive.archive.importing.records import Incoming, Refused, Taken
from docarchive.errors import ArchiveError, InputError, ReaderError
from docarchive.readers import (
    Input,
    Member,
    Reader,
    ReadOptions,
    Record,
    Refusal,
    Source,
    choose,
    find_inputs,
    is_asset,
)
from docarchive.store import Store

if TYPE_CHECKING:
    from docarchive.readers.fetching import Fetcher

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_MAX_DEPTH: Final = 4
#: What is in an input may be so many times larger than it, and so many bytes more.
_MEMBERS_RATIO: Final = 200
_MEMBERS_SIZE: Final = 100_000_000


class Sink(Protocol):
    """Takes what comes in.

    Attributes:
        total: Bytes of all inputs, where that is known.
    """

    total: int | None

    def put(self, each: Incoming | Refused, size: int) -> None:
        """Takes a record or a refusal that holds so many bytes."""

    def flush(self) -> None:
        """Decides about all that was put; the bytes of the input are gone afterwards."""

    def pass_over(self, where: str) -> None:
        """Counts a file that is no article by its kind, and tells of it."""

    def stopped(self) -> bool:
        """Tells whether nothing more is wanted."""

    def validators(self, url: str) -> tuple[str | None, str | None]:
        """Returns the ETag and the date of change that an address had when what is there came in."""

    def unchanged(self, url: str) -> None:
        """Counts an address whose content is there already."""

    def fetched(self, url: str, etag: str | None, last_modified: str | None) -> None:
        """Notes what an address has now, for the next time."""


@dataclass(slots=True)
class _Inside:
    """How much more may come out of an input that holds others, and how deep we are in it."""

    left: int
    depth: int = 0

    def enter(self, member: Member) -> None:
        """Goes into a member; raises ``ReaderError`` if that leads too far."""
        if self.depth >= _MAX_DEPTH:
            raise ReaderError(f"archives in archives are read {_MAX_DEPTH} deep, and this one lies deeper")
        self.left -= member.source.size
        if self.left < 0:
            raise ReaderError("what is in it is far larger than it is; unpack it yourself if you trust it")
        self.depth += 1


class Intake:
    """Reads inputs.

    Args:
        store: Of the archive that is imported into; holds copies of large inputs meanwhile.
        sink: Takes what comes in.
        format: The name of a reader, to use it whatever the inputs look like.
        options: What the user said about reading.
    """

    def __init__(self, store: Store, sink: Sink, format: str | None, options: ReadOptions) -> None:
        self._store = store
        self._sink = sink
        self._format = format
        self._options = options

    def inputs(self, inputs: Iterable[str | os.PathLike[str] | BinaryIO]) -> None:
        """Reads whatever the user names, in that order."""
        named = [*inputs]
        paths = [Path(each) for each in named if isinstance(each, str | os.PathLike) and not is_address(each)]
        self._sink.total = self.size(paths)
        for each in named:
            if self._sink.stopped():
                return
            if isinstance(each, str) and is_address(each):
                self.address(each)
            elif isinstance(each, str) and _SCHEME.match(each):
                self._sink.put(Refused(each, "only http and https are fetched", None), 0)
            elif not isinstance(each, str | os.PathLike):
                name = getattr(each, "name", "-")
                name = name if isinstance(name, str) and not name.startswith("<") else "-"
                self.stream(each, name, Source(Path(name).name if name != "-" else "", 0, io.BytesIO))
            else:
                self.paths([Path(each)])

    def address(self, url: str) -> None:
        """Fetches what is at an address, and reads it."""
        from docarchive.readers.fetching import NotModified, Validators

        try:
            found = self._fetcher.fetch(url, Validators(*self._sink.validators(url)))
        except InputError as error:
            self._sink.put(Refused(url, str(error), None), 0)
            return
        if isinstance(found, NotModified):
            self._sink.unchanged(url)
            return
        self.stream(io.BytesIO(found.data), found.url, found.source())
        self._sink.fetched(url, found.etag, found.last_modified)

    @cached_property
    def _fetcher(self) -> Fetcher:
        from docarchive.readers.fetching import Fetcher

        return Fetcher()

    def size(self, paths: Iterable[Path]) -> int:
        """Returns how many bytes files and folders hold."""
        return sum(found.size for found in find_inputs(paths, self._store.root) if not found.asset)

    def paths(self, paths: Iterable[Path]) -> None:
        """Reads files and folders."""
        self.found(find_inputs(paths, self._store.root))

    def found(self, inputs: Iterable[Input]) -> None:
        """Reads files that were found."""
        for found in inputs:
            if self._sink.stopped():
                return
            if found.asset:
                self._sink.pass_over(_shown(found.path))
            else:
                self._file(found)

    def stream(self, stream: BinaryIO, where: str, source: Source, is_record: bool = False) -> None:
        """Reads a stream, after it was read to its end.

        Args:
            stream: Its bytes.
            where: What it is called in reports.
            source: What is known of it; its bytes are set here.
            is_record: Whether it is one record of an input, whose place is in ``where``.
        """
        self._source(stream, where, source._replace(options=self._options), self._format, None, is_record)

    def again(self, where: str) -> None:
        """Reads an input that was refused from where it was: an address, or a file, all of it if it holds others."""
        if is_address(where):
            self.address(where)
            return
        whole = where
        while not os.path.exists(whole) and ":" in whole:  # a.zip:folder/b.jsonl
            whole = whole.rpartition(":")[0]
        self.paths([Path(whole if os.path.exists(whole) else where)])

    def _file(self, found: Input) -> None:
        where = _shown(found.path)
        if found.problem:
            self._sink.put(Refused(where, found.problem, None), 0)
            return
        try:
            stream = open(found.path, "rb")  # noqa: SIM115
        except OSError as error:
            self._sink.put(Refused(where, f"it cannot be opened: {error.strerror}", None), 0)
            return
        blank = Source(found.path.name, 0, io.BytesIO, folder=found.folder, beside=partial(beside, found.path.parent))
        with stream:
            self.stream(stream, where, blank)

    def _source(
        self,
        stream: BinaryIO,
        where: str,
        blank: Source,
        format: str | None,
        inside: _Inside | None,
        is_record: bool = False,
    ) -> None:
        """Reads a source, of which all but its bytes is known."""
        try:
            original = self._store.originals.read(stream, blank.name)
        except InputError as error:
            self._sink.put(Refused(where, str(error), None), 0)
            return
        except OSError as error:
            raise unwritable(error) from None
        source = blank._replace(size=original.size, open=original.open)
        taken = Taken(where, original, blank.url, is_record)
        within = inside or _Inside(_MEMBERS_SIZE + _MEMBERS_RATIO * source.size)
        try:
            try:
                self._records(choose(source, format), source, taken, within)
            except InputError as error:
                self._sink.put(Refused(where, str(error), taken.content(), taken, source.size, whole=True), source.size)
            if original.file is not None:
                self._sink.flush()
        finally:
            self._store.originals.drop(original)

    def _records(self, reader: Reader, source: Source, taken: Taken, within: _Inside) -> None:
        found = _guarded(reader, source)
        weighs = within.depth == 0
        empty = True
        for each in found:
            empty = False
            if self._sink.stopped():
                return
            if isinstance(each, Record):
                self._record(reader, each, taken, weighs)
            elif isinstance(each, Refusal):
                refused = Refused(taken.at(each.place), each.reason, each.raw, taken, len(each.raw) * weighs)
                self._sink.put(refused, len(each.raw))
            else:
                self._member(each, taken, within)
        if not empty or self._sink.stopped():
            return
        if reader.single:
            self._sink.pass_over(taken.where)
        else:  # as of a web archive of pictures; there is nothing to keep
            self._sink.put(Refused(taken.where, "there is no article in it", None, None, source.size * weighs), 0)

    def _record(self, reader: Reader, record: Record, taken: Taken, weighs: bool) -> None:
        where, original = taken.at(record.place), taken.original
        if record.raw is None:
            fingerprint, size = f"sha256:{original.digest}", original.size
        else:
            fingerprint, size = sha256(record.raw).hexdigest()[:32], len(record.raw)
        self._sink.put(Incoming(where, record, taken, reader, fingerprint, size * weighs), size)

    def _member(self, member: Member, taken: Taken, within: _Inside) -> None:
        if not member.named and is_asset(member.place):
            self._sink.pass_over(f"{taken.where}:{member.place}")
            return
        within.enter(member)
        where = f"{taken.where}:{member.place}"
        try:
            stream = member.source.open()
        except InputError as error:
            self._sink.put(Refused(where, str(error), None), 0)
        else:
            with stream:
                self._source(stream, where, member.source._replace(options=self._options), None, within)
        within.depth -= 1


def is_address(text: object) -> bool:
    """Tells whether an input is the address of something to fetch."""
    return isinstance(text, str) and text.lower().startswith(("http://", "https://"))


def _guarded(reader: Reader, source: Source) -> Iterable[Record | Refusal | Member]:
    """Yields what a reader finds; what it does not expect must not stop the other inputs."""
    try:
        yield from reader.records(source)
    except (InputError, ArchiveError):
        raise
    except Exception as error:
        raise ReaderError(mistake(reader.name, error)) from error


def mistake(reader: str, error: Exception) -> str:
    """Returns the reason for refusing what a reader failed on."""
    if isinstance(error, MemoryError) or str(error).startswith("MemoryError"):
        return f"the {reader} reader needs more memory for it than it may take"
    what = str(error) if isinstance(error, Failed) else " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return f"the {reader} reader failed on it ({what}); please report that"


def beside(folder: Path, path: str) -> Source | None:
    """Opens a file that another one in a folder names; None if there is none there.

    Args:
        folder: Where the other one lies.
        path: Relative, with forward or backward slashes. It may be a stranger's, so nothing outside of
            the folder is opened, and no link is followed out of it.
    """
    with suppress(OSError, ValueError):
        found = Path(os.path.realpath(folder / path.replace("\\", "/")))
        if found.is_relative_to(os.path.realpath(folder)) and found.is_file():
            return Source(found.name, found.stat().st_size, partial(_open, found))
    return None


def _open(path: Path) -> BinaryIO:
    return open(path, "rb")


def unwritable(error: OSError) -> ArchiveError:
    """Returns the error for an archive that cannot be written."""
    return ArchiveError(
        f"the archive cannot be written: {error.strerror}; make room or mend it, then run the import again"
    )


def _shown(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")  # names on disk need not be UTF-8
