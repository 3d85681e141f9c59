"""Pictures: the files that imported articles show. They are read with their article, and stored in its batch.

An article's text comes from a stranger, and so do the pictures: what an address may name is bounded by who opens it
(``Source.picture``), and how much is read by the limits here. See docs/decisions/0064.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from docarchive.article import Article
from docarchive.errors import InputError
from docarchive.pictures import may_show, path_of, paths_in
from docarchive.readers import Source, bytes_in, embedded_name
from docarchive.store import Batch, Original, Store

#: Bytes of one picture, and of all pictures of one article; pictures of one article.
MAX_SIZE: Final = 25_000_000
MAX_TOTAL: Final = 250_000_000
MAX_COUNT: Final = 500
#: Bytes of pictures that wait for their articles. More are stored before their articles.
_MAX_WAITING: Final = 1_000_000_000

#: Opens what an article shows, by its address in the text; None if it does not exist.
Opener = Callable[[str], Source | None]


class Pictures:
    """The pictures of the articles of one import.

    Args:
        store: The archive's files.
        kept: Whether pictures are kept.
        copied: Whether they are copied to be stored; not in a dry run.

    Attributes:
        kept: Whether pictures are kept.
    """

    def __init__(self, store: Store, *, kept: bool, copied: bool) -> None:
        self._store = store
        self.kept = kept
        self._copied = copied
        self._waiting: dict[str, Original] = {}  # by path: read, but not in a batch
        self._bytes = 0  # of the waiting ones
        self._counted: set[str] = set()  # those that a dry run has counted

    def readdress(self, article: Article, picture: Opener) -> None:
        """Reads the pictures that an article shows, and changes their addresses in its text.

        A picture that does not exist, is too large or is no picture keeps its address.

        Args:
            article: The article; its text is changed.
            picture: Opens a picture by its address.

        Raises:
            OSError: A copy cannot be written.
        """
        if not may_show(article.body):
            return
        from docarchive.readers.markup.shown_pictures import with_addresses

        reading = _Reading(self._read, picture) if self.kept else None
        article.body = with_addresses(article.body, reading.address if reading else _not_kept)

    def add_to(self, batch: Batch, text: str) -> int:
        """Adds the pictures of an article's file to a batch.

        Args:
            batch: The batch.
            text: The text of the file.

        Returns:
            How many of them the archive does not have.
        """
        new = 0
        for path in paths_in(text):
            if (original := self._waiting.pop(path, None)) is not None:
                self._bytes -= original.size
                self._store.originals.keep(original, batch)
                new += 1
        return new

    def count(self, text: str) -> int:
        """Returns how many pictures of an article's file ``add_to`` would add, in a dry run."""
        new = {path for path in paths_in(text) if path in self._waiting} - self._counted
        self._counted |= new
        return len(new)

    def drop(self) -> None:
        """Deletes the copies of pictures whose articles were not stored."""
        for original in self._waiting.values():
            self._store.originals.drop(original)
        self._waiting.clear()
        self._bytes = 0

    def _read(self, source: Source, limit: int) -> Original | None:
        if source.size > limit:
            return None
        try:
            stream = source.open()
        except (InputError, OSError):
            return None
        with stream:
            original = self._store.originals.read_picture(stream, limit, copied=self._copied)
        if original is None or original.stored:
            return original
        if original.path in self._waiting:
            self._store.originals.drop(original)
            return original
        self._waiting[original.path] = original
        self._bytes += original.size
        if self._copied and self._bytes > _MAX_WAITING:
            self._store_waiting()
        return original

    def _store_waiting(self) -> None:
        batch = self._store.batch()
        for original in self._waiting.values():
            self._store.originals.keep(original, batch)
        batch.commit()
        self._waiting.clear()
        self._bytes = 0


class _Reading:
    """The pictures of one article, read one by one."""

    def __init__(self, read: Callable[[Source, int], Original | None], picture: Opener) -> None:
        self._read = read
        self._picture = picture
        self._remaining = MAX_TOTAL
        self._paths: dict[str, str | None] = {}  # by address

    def address(self, address: str) -> str | None:
        """Returns the path of a picture in the archive; None if it is not kept."""
        if address not in self._paths and len(self._paths) < MAX_COUNT:
            self._paths[address] = self._path(address)
        return self._paths.get(address)

    def _path(self, address: str) -> str | None:
        name = embedded_name(address)
        data = bytes_in(address)
        source = Source.in_memory(data) if data else self._picture(address if name is None else name)
        original = self._read(source, min(MAX_SIZE, self._remaining)) if source is not None else None
        if original is None:
            return path_of(address)
        self._remaining -= original.size
        return original.path


def with_kept(body: str, kept_body: str) -> str:
    """Returns a text that was parsed again with the addresses that its pictures got when it was imported.

    Args:
        body: The text, with addresses as in its input.
        kept_body: The text as it is in the archive. Its pictures are taken in order.
    """
    if not may_show(body):
        return body
    from docarchive.readers.markup.shown_pictures import with_addresses

    addresses: list[str] = []
    with_addresses(kept_body, addresses.append)
    remaining = iter(addresses)
    return with_addresses(body, lambda _: path_of(next(remaining, "")))


def _not_kept(_address: str) -> None:
    return None
