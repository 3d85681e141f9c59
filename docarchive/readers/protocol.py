"""The Reader protocol, and the types of its arguments and results."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO, Final, Protocol
from urllib.parse import quote, unquote, unquote_to_bytes

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.records import NamedTuple

#: The size up to which a head goes with each record: see ``Record``.
MAX_HEAD: Final = 50_000
#: Begins the address of a picture that is inside of the input, such as in a book: a record's ``picture`` finds it.
#: Where the picture is not kept, its description is left.
EMBEDDED: Final = "cid:"
#: The same, but nothing is left.
OPTIONAL: Final = "cid:?"


def embedded(name: str) -> str:
    """Returns the address of a picture inside of the input by its name there."""
    return EMBEDDED + quote(name, safe="/@:?=&~+,;")


def embedded_name(address: str) -> str | None:
    """Returns the name of a picture inside of the input by its address; None for any other address."""
    if not address.startswith(EMBEDDED):
        return None
    return unquote(address.removeprefix(OPTIONAL).removeprefix(EMBEDDED))


def bytes_in(address: str) -> bytes:
    """Returns the bytes of a picture that are in its address (``data:``); none for any other address."""
    if address[:5].lower() != "data:":
        return b""
    head, _, text = address.partition(",")
    data = unquote_to_bytes(text)
    try:
        return b64decode(data) if head.lower().endswith(";base64") else data
    except ValueError:
        return b""


def kept_picture(address: str) -> str | None:
    """Returns the address of a picture inside of the input; None for others. For ``to_markdown``."""
    return address if address.startswith(EMBEDDED) else None


class ReadOptions(NamedTuple):
    """The options of an import that concern reading; a reader follows those of its format.

    Attributes:
        mapping: Of tables: the column that holds a key, as ``{"title": "Headline"}``; ``body`` is the text.
        optional: Keys of the mapping whose columns may be missing.
        split: Of books: whether each chapter is an article.
        query: Of databases: the SQL whose rows are the articles.
        pictures: Of pages: whether pictures are kept; else the text has none.
    """

    mapping: Mapping[str, str] = {}  # never changed; a mapping proxy cannot be pickled
    optional: frozenset[str] = frozenset()
    split: bool = False
    query: str | None = None
    pictures: bool = True


def no_sibling(path: str) -> Source | None:
    """The ``sibling`` and the ``picture`` of a source without other files: returns None."""
    return None


class Folder:
    """The folder that a source is in, one for all sources in it; for exports whose files belong together.

    Args:
        names: Returns the names of the files in the folder, or in the one below it that is named.

    Attributes:
        memory: What readers keep of the folder from one of its sources to the next, by a name of their own.
    """

    __slots__ = ("_names", "memory")

    def __init__(self, names: Callable[[str], Collection[str]]) -> None:
        self._names = names
        self.memory: dict[str, Any] = {}

    def names(self, below: str = "") -> Collection[str]:
        """Returns the names of the files in the folder, or in a folder in it; none if there is no such folder.

        ``Source.sibling`` opens these files.
        """
        return self._names(below)


class Source(NamedTuple):
    """The bytes of one input.

    Attributes:
        name: The file name, without folders; may be empty.
        size: In bytes.
        open: Opens the source at its beginning; may be called more than once.
        url: The address that it was fetched from; None if it was not, or if that is unknown.
        media_type: The ``Content-Type`` that a server sent, such as ``text/html; charset=utf-8``; else empty.
        folder: The folders between the path that the user named and the file, such as ``posts/2024``; may be empty.
        options: The options of the import.
        sibling: Returns another file of the same folder or one below it, by its relative path, such as a PDF
            that a bibliography names; None if it does not exist, or if the path leads out of the folder.
        picture: Returns the file that an article shows, by its address in the article's text (``shown_files``); None
            if it does not exist, or if it is not in what the user named. Whether it is a picture is not checked.
        files: The folder that the file is in, for readers that ask for the names of other files; None if there is none.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]
    url: str | None = None
    media_type: str = ""
    folder: str = ""
    options: ReadOptions = ReadOptions()
    sibling: Callable[[str], Source | None] = no_sibling
    picture: Callable[[str], Source | None] = no_sibling
    files: Folder | None = None

    @classmethod
    def in_memory(cls, data: bytes, name: str = "") -> Source:
        """Returns the source of bytes."""
        return cls(name, len(data), partial(BytesIO, data))

    def alone(self) -> Source:
        """Returns the source without the files around it, as a record that is sent to another process needs it."""
        return self._replace(sibling=no_sibling, files=None)

    def read(self, limit: int, what: str = "file", advice: str = "") -> bytes:
        """Returns all of its bytes.

        Args:
            limit: The largest size in bytes.
            what: What the source is, for the message, such as ``feed``.
            advice: The end of the message.

        Raises:
            ReaderError: It is larger.
        """
        data = b""
        if self.size <= limit:
            with self.open() as file:
                data = file.read(limit + 1)
        if max(self.size, len(data)) > limit:
            raise ReaderError(f"the {what} is larger than {limit // 1_000_000} MB{advice}")
        return data


class Record(NamedTuple):
    """An article in a source, not yet parsed: an article that the archive has already never is.

    Attributes:
        location: Where in the source it is, such as ``17`` for a line; empty if it is all of the source.
        raw: The bytes of the record, from which its fingerprint is made; None if it is all of the source.
        load: Parses the record. Raises ``ReaderError`` or ``ArticleError``. If it can be pickled (a
            ``functools.partial``, no lambda), it may run in another process.
        picture: Returns a picture that the article shows, as that of ``Source`` does, which is asked if it is None;
            for pictures inside of the source.
        head: What has to be before the bytes in a file of this record alone, such as the header of a table.
    """

    location: str
    raw: bytes | None
    load: Callable[[], Article]
    picture: Callable[[str], Source | None] | None = None
    head: bytes = b""


class Refusal(NamedTuple):
    """A part of a source that cannot be read.

    Attributes:
        location: Where in the source it is.
        raw: Its bytes.
        reason: Why, in one sentence.
        head: As that of ``Record``.
    """

    location: str
    raw: bytes
    reason: str
    head: bytes = b""


class Skip(NamedTuple):
    """A part of a source that is not an article, such as a menu in the export of a blog: it is counted, not kept.

    Attributes:
        location: Where in the source it is; empty if it is all of the source.
        reason: What it is, in a few words.
    """

    location: str
    reason: str


class Member(NamedTuple):
    """A source inside of a source, such as a file in a ZIP: a reader is chosen for it as for any other.

    Attributes:
        location: Where in the source it is, such as its path in the archive.
        source: The member's bytes; may be read only until the next member is asked for.
        named: Whether the user asked for this very member; else it is skipped if it is not an article by its name,
            such as a picture.
    """

    location: str
    source: Source
    named: bool = False


#: What a reader finds in a source.
Item = Record | Refusal | Skip | Member


class Reader(Protocol):
    """Reads one format. Subclass it: attributes that are not set have these defaults.

    Attributes:
        name: As in ``--format`` and in the ``format:`` of an article.
        summary: What it reads, in a few words.
        suffixes: Endings of the names of such files, with the dot, in lower case.
        by_name: Whether the format has no marks of its own, so that a suffix decides.
        extra: The extra of docarchive that it needs (``pip install 'docarchive[EXTRA]'``); empty if none.
        requires: The modules that come with that extra.
        isolated: Whether parsing may hang or crash, as native code may; it then runs in another process, with
            bounds on time and memory.
        slow: Whether parsing a record takes far longer than sending it to another process: many are parsed by several
            processes from the first one on.
        single: Whether an input is one article. An input without any is then skipped, such as a site's page that
            only lists articles; otherwise it is refused.
        version: Raised when the same input is read in another way.
    """

    name: str
    summary: str
    suffixes: tuple[str, ...] = ()
    by_name: bool = False
    extra: str = ""
    requires: tuple[str, ...] = ()
    isolated: bool = False
    slow: bool = False
    single: bool = False
    version: int = 1

    def recognizes(self, head: bytes) -> bool:
        """Returns whether the first kilobytes of a source can only be of this format.

        It is called for every input, so it must be quick.
        """
        return False

    def records(self, source: Source) -> Iterator[Item]:
        """Yields the articles of a source, the parts that cannot be read or are skipped, and the sources in it.

        Raises:
            ReaderError: The source as a whole cannot be read.
        """
        raise NotImplementedError

    def missing(self) -> ReaderError:
        """Returns the error for a reader whose extra is not installed."""
        return ReaderError(f"reading {self.summary} needs an extra: pip install 'docarchive[{self.extra}]'")
