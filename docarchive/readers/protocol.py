"""The Reader protocol, and what readers take and give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, NamedTuple, Protocol

from docarchive.article import Article
from docarchive.errors import ReaderError


class ReadOptions(NamedTuple):
    """What the user said about how inputs are to be read; a reader heeds what concerns its format.

    Attributes:
        mapping: For tables: which column holds a key, as ``{"title": "Headline"}``; ``body`` is the text.
        optional: Keys of the mapping whose columns need not be there.
        split: For books: one article per chapter, not one of all.
        query: For databases: the SQL whose rows are the articles.
    """

    mapping: Mapping[str, str] = {}  # not to be changed; a mapping proxy could not go to another process
    optional: frozenset[str] = frozenset()
    split: bool = False
    query: str | None = None


def no_sibling(path: str) -> Source | None:
    """Is the ``sibling`` of a source that stands alone."""
    return None


class Source(NamedTuple):
    """The bytes of one input.

    Attributes:
        name: Its file name, without folders; may be empty.
        size: Bytes.
        open: Opens it for reading, from its beginning; may be called more than once.
        url: The address that it came from, if that is known.
        media_type: What a server said that it is, such as ``text/html; charset=utf-8``; else empty.
        folder: The folders between what the user named and the file, such as ``posts/2024``; may be empty.
        options: What the user said about reading.
        sibling: Opens another file of the same folder or one below it, by its relative path, such as a PDF
            that a bibliography names; None if there is none, or if the path leads elsewhere.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]
    url: str | None = None
    media_type: str = ""
    folder: str = ""
    options: ReadOptions = ReadOptions()
    sibling: Callable[[str], Source | None] = no_sibling

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
    """One article in a source, not yet parsed: one that the archive has need not be.

    Attributes:
        location: Where in the source it is, such as ``17`` for a line; empty if it is all of the source.
        raw: The bytes of the record, from which its fingerprint is made; None if it is all of the source.
        load: Parses it. Raises ``ReaderError`` or ``ArticleError``. If it can be pickled (a
            ``functools.partial``, no lambda), another process may do it.
    """

    location: str
    raw: bytes | None
    load: Callable[[], Article]


class Refusal(NamedTuple):
    """A part of a source that cannot be read.

    Attributes:
        location: Where in the source it is.
        raw: Its bytes.
        reason: One sentence.
    """

    location: str
    raw: bytes
    reason: str


class Member(NamedTuple):
    """A source inside of a source, such as a file in a ZIP: a reader is chosen for it as for any other.

    Attributes:
        location: Where in the source it is, such as its path in the archive.
        source: It itself; may be used only until the next one is asked for.
        named: Whether the user meant it; else it is passed over if it is no article by its kind, such as
            a picture.
    """

    location: str
    source: Source
    named: bool = False


class Reader(Protocol):
    """Reads one format. Subclass it: what is not set has these defaults.

    Attributes:
        name: As in ``--format`` and in the ``format:`` of an article.
        summary: What it reads, in a few words.
        suffixes: Endings of file names that are of this format, with the dot, in lower case.
        by_name: Whether anything may stand in the format, so that an ending of these decides.
        extra: The extra of docarchive that it needs (``pip install 'docarchive[EXTRA]'``), or nothing.
        requires: The modules that come with that extra.
        isolated: Whether parsing may hang or crash, as native code may; then another process does it, with
            bounds on time and memory.
        single: Whether an input is one article, so that one in which nothing is found is none by its kind, such as
            the list of a site, and is passed over; else it is refused.
        version: Grows when it reads the same input in another way.
    """

    name: str
    summary: str
    suffixes: tuple[str, ...] = ()
    by_name: bool = False
    extra: str = ""
    requires: tuple[str, ...] = ()
    isolated: bool = False
    single: bool = False
    version: int = 1

    def recognizes(self, head: bytes) -> bool:
        """Tells whether the first kilobytes of a source can only be of this format.

        It is asked about every input, so it is quick.
        """
        return False

    def records(self, source: Source) -> Iterator[Record | Refusal | Member]:
        """Yields the articles of a source, what in it cannot be read, and sources in it.

        Raises:
            ReaderError: The source as a whole cannot be read.
        """
        raise NotImplementedError

    def missing(self) -> ReaderError:
        """Returns the error for a reader whose extra is not installed."""
        return ReaderError(f"reading {self.summary} needs an extra: pip install 'docarchive[{self.extra}]'")
