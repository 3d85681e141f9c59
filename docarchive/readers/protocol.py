"""The Reader protocol, and what readers take and give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple, Protocol

from docarchive.article import Article


class Source(NamedTuple):
    """The bytes of one input.

    Attributes:
        name: Its file name, without folders; may be empty.
        size: Bytes.
        open: Opens it for reading, from its beginning; may be called more than once.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]


class Record(NamedTuple):
    """One article in a source, not yet parsed: one that the archive has need not be.

    Attributes:
        place: Where in the source, such as ``17`` for a line; empty if it is all of it.
        raw: The bytes of the record, from which its fingerprint is made; None if it is all of the source.
        load: Parses it. Raises ``ReaderError`` or ``ArticleError``.
    """

    place: str
    raw: bytes | None
    load: Callable[[], Article]


class Refusal(NamedTuple):
    """A part of a source that cannot be read.

    Attributes:
        place: Where in the source.
        raw: Its bytes.
        reason: One sentence.
    """

    place: str
    raw: bytes
    reason: str


class Reader(Protocol):
    """Reads one format.

    Attributes:
        name: As in ``--format`` and in the ``format:`` of an article.
        suffixes: Endings of file names that are of this format, with the dot, in lower case.
    """

    name: str

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of file names that are of this format."""

    def recognizes(self, head: bytes) -> bool:
        """Tells whether the first kilobytes of a source can only be of this format."""

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """Yields the articles of a source, and what in it cannot be read.

        Raises:
            ReaderError: The source as a whole cannot be read.
        """
