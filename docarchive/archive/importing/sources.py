"""Sources: from the inputs that the user names to records.

Owns which reader reads an input, and how inputs inside of other inputs are read. The bytes of an input are read once;
readers get that copy. Nothing is decided or stored here.
"""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import urlsplit

from docarchive.archive.importing.parsing import bug_of
from docarchive.archive.importing.pictures import Opener
from docarchive.archive.importing.records import HeldInput, PendingRecord, RefusedInput, fingerprint_of
from docarchive.archive.indexing.filing import unwritable
from docarchive.errors import ArchiveError, InputError, ReaderError
from docarchive.formats.folders import ARTICLES, SETTINGS
from docarchive.paths import expanded
from docarchive.readers import (
    Folder,
    Input,
    Item,
    Member,
    Reader,
    ReadOptions,
    Record,
    Refusal,
    Skip,
    Source,
    choose,
    find_inputs,
    is_asset,
    no_sibling,
)
from docarchive.records import dataclass
from docarchive.store import Original, Store
from docarchive.texts import shorten

if TYPE_CHECKING:
    from docarchive.archive.importing.importer import Importer
    from docarchive.archive.streams import Input as AnyInput
    from docarchive.archive.streams import Stream
    from docarchive.readers.fetching import Fetcher
    from docarchive.readers.shown_files import PicturesByName

_PUBLIC_ONLY: Final = (
    "it leads to this machine or a private network, from which nothing is fetched;"
    " a server fetches from there if it is started with --local-addresses"
)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
#: A pipe that a shell made for <(…), or standard input: its number says nothing.
_DESCRIPTOR: Final = re.compile(r"/dev/fd/\d+\Z|/proc/(?:self|\d+)/fd/\d+\Z|/dev/stdin\Z")
_MAX_DEPTH: Final = 4
#: Folders of which readers may keep what they know.
_MAX_FOLDERS: Final = 100
#: Pictures that are fetched for one page.
_MAX_FETCHED: Final = 100
#: The members of an input may be so many times as large as it, plus so many bytes.
_MEMBERS_RATIO: Final = 200
_MEMBERS_SIZE: Final = 100_000_000


@dataclass(slots=True)
class _Nesting:
    """The members of an input that holds others."""

    bytes_left: int  # how many bytes of members may still be read
    picture_bytes_left: int  # the same of the pictures that its articles show
    depth: int = 0  # how deep the current member is nested
    empty: int = 0  # how many members are empty
    first_empty: str = ""  # the name of the first of these in reports

    @classmethod
    def of(cls, size: int) -> _Nesting:
        """Returns that of an input with a size in bytes."""
        limit = _MEMBERS_SIZE + _MEMBERS_RATIO * size
        return cls(limit, limit)

    def open_picture(self, openers: Sequence[Opener], address: str) -> Source | None:
        """Returns a picture that one of the openers finds, unless too much was read already."""
        source = next(filter(None, (opener(address) for opener in openers)), None)
        if source is not None:
            self.picture_bytes_left -= source.size
        return source if self.picture_bytes_left >= 0 else None

    def enter(self, member: Member) -> None:
        """Counts a member; raises ``ReaderError`` if it is too deep or too large."""
        if self.depth >= _MAX_DEPTH:
            raise ReaderError(f"it is nested too deep: archives in archives are read up to {_MAX_DEPTH} levels")
        self.bytes_left -= member.source.size
        if self.bytes_left < 0:
            raise ReaderError("its contents are far larger than the file; unpack it yourself if you trust it")
        self.depth += 1

    def note_empty(self, where: str) -> None:
        """Counts an empty member: there is nothing of it to keep, so all of them are one refusal."""
        self.empty += 1
        self.first_empty = self.first_empty or where


class Sources:
    """Reads inputs, and passes their records to an importer.

    Args:
        store: The archive's files; copies of large inputs are kept there while they are read.
        importer: Decides on the records.
        format: The name of a reader, to use it for all inputs; None to choose one for each.
        options: The user's options for reading.
        fetches_pictures: Whether the pictures of fetched pages are fetched too.
        public_only: Whether nothing is fetched from this machine and from private networks.
    """

    def __init__(
        self,
        store: Store,
        importer: Importer,
        format: str | None,
        options: ReadOptions,
        *,
        fetches_pictures: bool = False,
        public_only: bool = False,
    ) -> None:
        self._fetches_pictures = fetches_pictures
        self._public_only = public_only
        self._store = store
        self._importer = importer
        self._format = format
        self._options = options
        self._folders: dict[Path, Folder] = {}  # of the last files that were read
        self._pictures: dict[Path, PicturesByName] = {}  # below the folder that the user named last

    def read(self, inputs: Sequence[AnyInput]) -> None:
        """Reads paths, URLs, streams and articles, in order."""
        paths = [expanded(path) for path in inputs if isinstance(path, str | os.PathLike) and not is_address(path)]
        self._importer.total = sum(entry.size for entry in find_inputs(paths, self._store.root) if not entry.asset)
        for input_ in inputs:
            if self._importer.stopped():
                return
            if isinstance(input_, str) and is_address(input_):
                self.read_address(input_)
            elif isinstance(input_, str) and _SCHEME.match(input_):
                self.refuse(input_, "only http and https URLs can be imported")
            elif isinstance(input_, str) and "\n" in input_ and not os.path.lexists(input_):
                name = f"{shorten(input_, 30)!r}"
                self.refuse(name, "there is no such file or folder; to import a text, use io.StringIO(text)")
            elif isinstance(input_, str | os.PathLike):
                self.read_files(find_inputs([expanded(input_)], self._store.root))
            else:
                from docarchive.archive.streams import stream_of

                self._read_input(stream_of(input_))

    def _read_input(self, stream: Stream) -> None:
        name = "" if stream.name == "-" else Path(stream.name).name
        source = Source(name, 0, io.BytesIO, media_type=stream.media_type, options=self._options)
        self._read_source(stream.bytes, stream.name, source, stream.format or self._format, None)

    def read_address(self, url: str, *, public_only: bool = False) -> None:
        """Fetches a URL, and reads its content; see ``Fetcher.fetch`` for ``public_only``."""
        from docarchive.readers.fetching import NotModified, PrivateAddress, Validators

        try:
            validators, public_only = Validators(*self._importer.validators(url)), public_only or self._public_only
            page = self._fetcher.fetch(url, validators, public_only=public_only)
        except InputError as error:
            is_private = self._public_only and isinstance(error, PrivateAddress)
            self.refuse(url, _PUBLIC_ONLY if is_private else str(error))
            return
        if isinstance(page, NotModified):
            self._importer.unchanged(url)
            return
        source = page.source()
        if self._fetches_pictures:
            source = source._replace(picture=_FetchedPictures(self._fetcher, page.url, public_only))
        self.read_stream(io.BytesIO(page.data), page.url, source)
        self._importer.fetched(url, page.etag, page.last_modified)

    @cached_property
    def _fetcher(self) -> Fetcher:
        from docarchive.readers.fetching import Fetcher

        return Fetcher()

    def read_files(self, files: Iterable[Input]) -> None:
        """Reads files, as ``find_inputs`` yields them."""
        for file in files:
            if self._importer.stopped():
                return
            if file.asset:
                self._importer.skip(_display_name(file.path))
            else:
                self._read_file(file)

    def read_stream(
        self, stream: BinaryIO, where: str, source: Source, record_of: str | None = None, stamp: str = ""
    ) -> None:
        """Reads a stream to its end, and then its records.

        Args:
            stream: Its bytes.
            where: Its name in reports.
            source: The source without its bytes, which are set here.
            record_of: If it is one record of an input, that input; ``where`` then includes its location.
            stamp: Of its file; see ``stamp_of``.
        """
        self._read_source(stream, where, source._replace(options=self._options), self._format, None, record_of, stamp)

    def read_passed(self, data: bytes, reader: Reader, where: str, name: str, original: BinaryIO | None = None) -> None:
        """Reads articles that a program passed.

        Args:
            data: Their bytes.
            reader: Reads these.
            where: Their name in reports.
            name: The name of their original.
            original: The bytes of their original; None if that is ``data``.
        """
        source = Source("", len(data), partial(io.BytesIO, data), media_type="; charset=utf-8", options=self._options)
        with self._held(io.BytesIO(data) if original is None else original, name) as held_original:
            held = HeldInput(where, held_original, apart=original is not None)
            self._read_with(lambda: reader, source, held, _Nesting.of(source.size))

    def refuse(self, where: str, reason: str) -> None:
        """Refuses an input of which nothing can be kept."""
        self._importer.put(RefusedInput(where, reason, None), 0)

    def stopped(self) -> bool:
        """Returns whether the import must stop."""
        return self._importer.stopped()

    @property
    def format(self) -> str | None:
        """The name of the reader that the user chose."""
        return self._format

    def read_again(self, where: str) -> None:
        """Reads a refused input again whose bytes were not kept. A stranger's note may name any path or address."""
        if is_address(where):
            self.read_address(where, public_only=True)
        else:
            self.refuse(where, "its bytes are not in quarantine; import the file again by its name")

    def _read_file(self, file: Input) -> None:
        where = "-" if _DESCRIPTOR.match(os.fspath(file.path)) else _display_name(file.path)
        if file.problem:
            self.refuse(where, file.problem)
            return
        try:
            stream = open(file.path, "rb")  # noqa: SIM115
        except OSError as error:
            self.refuse(where, f"it cannot be opened: {error.strerror}")
            return
        with stream:
            source = Source("", 0, io.BytesIO)
            if where != "-":
                pictures = self._pictures_below(file) if file.in_folder else None
                source = file_source(file.path, file.folder, pictures)._replace(files=self._folder(file.path.parent))
            self.read_stream(stream, where, source, stamp=stamp_of(where))

    def _pictures_below(self, file: Input) -> PicturesByName:
        from docarchive.readers.shown_files import PicturesByName

        root = _root_of(file.path, file.folder)
        if root not in self._pictures:
            self._pictures = {root: PicturesByName(partial(_paths_below, root))}
        return self._pictures[root]

    def _folder(self, path: Path) -> Folder:
        if path not in self._folders:
            if len(self._folders) > _MAX_FOLDERS:
                self._folders.clear()
            self._folders[path] = Folder(partial(_names_in, path))
        return self._folders[path]

    def _read_source(
        self,
        stream: BinaryIO,
        where: str,
        blank: Source,
        format: str | None,
        nesting: _Nesting | None,
        record_of: str | None = None,
        stamp: str = "",
    ) -> None:
        """Reads a source whose bytes are in a stream."""
        try:
            with self._held(stream, blank.name) as original:
                if nesting is not None and not original.size:
                    nesting.note_empty(where)
                    return
                source = blank._replace(size=original.size, open=original.open)
                held = HeldInput(where, original, blank.url, record_of, stamp)
                nesting = nesting or _Nesting.of(source.size)
                self._read_with(lambda: choose(source, format), source, held, nesting)
                if nesting.empty and not nesting.depth:
                    self._refuse_empty(where, nesting)
        except InputError as error:
            self.refuse(where, str(error))

    @contextmanager
    def _held(self, stream: BinaryIO, name: str) -> Iterator[Original]:
        """Reads an original to its end, and holds it until its records were decided on.

        Raises:
            InputError: It cannot be read.
            ArchiveError: Its copy cannot be written.
        """
        try:
            original = self._store.originals.read(stream, name)
        except OSError as error:
            raise unwritable(error) from None
        try:
            yield original
            if original.copy is not None:
                self._importer.flush()
        finally:
            self._store.originals.drop(original)

    def _read_with(self, choice: Callable[[], Reader], source: Source, held: HeldInput, nesting: _Nesting) -> None:
        """Reads the records of a source with the reader that is chosen; one that cannot be read is refused."""
        try:
            self._read_records(choice(), source, held, nesting)
        except InputError as error:
            refused = RefusedInput(held.where, str(error), held.content(), held, source.size, whole=True)
            self._importer.put(refused, source.size)

    def _refuse_empty(self, where: str, nesting: _Nesting) -> None:
        """Refuses the empty members of an input, in one sentence."""
        if nesting.empty == 1:
            self.refuse(nesting.first_empty, "the file is empty")
        else:
            self.refuse(where, f"{nesting.empty:,} files in it are empty")

    def _read_records(self, reader: Reader, source: Source, held: HeldInput, nesting: _Nesting) -> None:
        counts = nesting.depth == 0  # progress counts the bytes of inputs, not those of their members
        empty = True
        # A record may be sent to another process, so it refers to no pictures. A fetched page may have none.
        pictures = self._options.pictures and (source.url is None or source.picture is not no_sibling)
        options = source.options._replace(pictures=pictures)
        for item in _guarded(reader, source._replace(options=options, picture=no_sibling)):
            empty = False
            if self._importer.stopped():
                return
            if isinstance(item, Record):
                self._put_record(reader, item, source, held, nesting)
            elif isinstance(item, Skip):
                self._importer.skip(held.at(item.location), item.reason)
            elif isinstance(item, Refusal):
                where, size = held.at(item.location), len(item.raw)
                self._importer.put(RefusedInput(where, item.reason, item.head + item.raw, held, size * counts), size)
            else:
                self._read_member(item, held, nesting)
        if not empty or self._importer.stopped():
            return
        if reader.single:
            self._importer.skip(held.where)
        else:  # such as a web archive of pictures alone; there is nothing to keep
            reason = "there is no article in it"
            self._importer.put(RefusedInput(held.where, reason, None, weight=source.size * counts), 0)

    def _put_record(self, reader: Reader, record: Record, source: Source, held: HeldInput, nesting: _Nesting) -> None:
        picture = partial(nesting.open_picture, [*filter(None, [record.picture]), source.picture])
        counts = nesting.depth == 0
        where, original = held.at(record.location), held.original
        if record.raw is None:
            fingerprint, size = f"sha256:{original.digest}", original.size
        else:
            fingerprint, size = fingerprint_of(record.raw), len(record.raw)
        self._importer.put(PendingRecord(where, record, held, reader, fingerprint, size * counts, picture), size)

    def _read_member(self, member: Member, held: HeldInput, nesting: _Nesting) -> None:
        where = f"{held.where}:{member.location}"
        if not member.named and is_asset(member.location):
            self._importer.skip(where)
            return
        nesting.enter(member)
        try:
            stream = member.source.open()
        except InputError as error:
            self.refuse(where, str(error))
        else:
            with stream:
                self._read_source(stream, where, member.source._replace(options=self._options), None, nesting)
        nesting.depth -= 1


class _FetchedPictures:
    """Fetches the pictures of a fetched page.

    Args:
        fetcher: Fetches addresses.
        url: The address of the page.
        public_only: Whether none is fetched from private networks.
    """

    def __init__(self, fetcher: Fetcher, url: str, public_only: bool) -> None:
        self._fetcher = fetcher
        self._host = None if public_only else urlsplit(url).hostname
        self._remaining = _MAX_FETCHED

    def __call__(self, address: str) -> Source | None:
        """Returns a picture; None if it cannot be fetched, or enough were."""
        if not is_address(address) or self._remaining <= 0:
            return None
        self._remaining -= 1
        try:
            # A page may name addresses of the user's own network; those of its own host the user named.
            page = self._fetcher.fetch(address, public_only=urlsplit(address).hostname != self._host)
        except (InputError, ValueError):
            return None
        data = getattr(page, "data", b"")
        return Source("", len(data), partial(io.BytesIO, data))


def is_address(text: object) -> bool:
    """Returns whether an input is a URL to fetch."""
    return isinstance(text, str) and text.lower().startswith(("http://", "https://"))


def _guarded(reader: Reader, source: Source) -> Iterable[Item]:
    """Yields what a reader yields; an unexpected exception refuses the input, and does not stop the others."""
    try:
        yield from reader.records(source)
    except (InputError, ArchiveError):
        raise
    except Exception as error:
        raise ReaderError(bug_of(reader.name, error)) from error


def file_source(path: Path, folder: str, pictures: PicturesByName | None = None) -> Source:
    """Returns the source of a file without its bytes.

    Args:
        path: The file.
        folder: The folders between the path that the user named and the file; see ``Source``.
        pictures: All pictures in the folder that the user named, if it is one.
    """
    siblings = partial(sibling, path.parent)
    picture = partial(_picture, path, folder, pictures)
    return Source(path.name, 0, io.BytesIO, folder=folder, sibling=siblings, picture=picture)


def stamp_of(path: str) -> str:
    """Returns what says that a file is the one that it was: its number, size and times; empty if there is none.

    A stranger who names the file cannot know it. Servers are not asked: on Windows, that sends them the user's name.
    """
    with suppress(OSError, ValueError):
        if not path.startswith(("\\\\", "//")) and stat.S_ISREG((status := os.stat(path)).st_mode):
            return f"{status.st_ino}-{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"
    return ""


def sibling(folder: Path, path: str) -> Source | None:
    """Opens a file that another file of the same folder names; returns None if there is none.

    Args:
        folder: The folder.
        path: Relative to it, with forward or backward slashes. It may be a stranger's: no file outside of the folder
            is opened, and no link that leads out of it is followed.
    """
    with suppress(OSError, ValueError):
        file = Path(os.path.realpath(folder / path.replace("\\", "/")))
        if file.is_relative_to(os.path.realpath(folder)) and file.is_file():
            return Source(file.name, file.stat().st_size, partial(_open, file))
    return None


def _names_in(folder: Path, below: str) -> list[str]:
    with suppress(OSError, ValueError):
        return os.listdir(folder / below)
    return []


def _paths_below(root: Path) -> Iterator[str]:
    """Yields the paths of all files below a folder; what is hidden is left out, and no link is followed.

    Of the folder of a vault's settings, only its own path is there.
    """
    from docarchive.readers.shown_files import VAULT

    for folder, names, files in os.walk(root):
        if VAULT.rstrip("/") in names:
            yield VAULT
        names[:] = sorted(name for name in names if not name.startswith("."))
        below = os.path.relpath(folder, root).replace(os.sep, "/")
        yield from (name if below == "." else f"{below}/{name}" for name in sorted(files))


def _root_of(file: Path, folder: str) -> Path:
    """Returns the folder that the user named, or that ``Input.folder`` begins in."""
    root = Path(os.path.abspath(file.parent))
    for _ in filter(None, folder.split("/")):
        root = root.parent
    return root


def _picture(file: Path, folder: str, pictures: PicturesByName | None, address: str) -> Source | None:
    """Opens the file that an article shows, if it is in the folder that the user named."""
    from docarchive.readers.shown_files import shown_paths

    root = _root_of(file, folder)
    if root.name == ARTICLES and (root.parent / SETTINGS).is_file():  # another archive, of which articles are imported
        root, folder = root.parent, f"{ARTICLES}/{folder}".rstrip("/")
    return next(filter(None, (sibling(root, path) for path in shown_paths(folder, address, pictures))), None)


def _open(path: Path) -> BinaryIO:
    return open(path, "rb")


def _display_name(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")  # names on disk need not be UTF-8
