"""Altering: what a change makes of one article: its new file, and what the catalog stores of it.

That needs the article's row and its file alone. So of many articles, most are altered in another process, ahead of
those that this process writes. See docs/decisions/0117.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from docarchive import frontmatter
from docarchive.archive.alterations import Alteration
from docarchive.article import Article
from docarchive.batches import batched_by_size
from docarchive.catalog import Row
from docarchive.catalog.copies import packed
from docarchive.catalog.entries import EntryData
from docarchive.digests import sha256
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError
from docarchive.identity import ArticleIdentity, content_digest
from docarchive.records import NamedTuple
from docarchive.store import Store

if TYPE_CHECKING:
    from concurrent.futures import Future

    from docarchive.archive.importing.merging import Said
    from docarchive.process_pool import ProcessPool

#: How many articles are worth starting a process for, and how many it alters at a time, or bytes of their files.
_WORTHWHILE: Final = 2_000
_TOGETHER: Final = 250
_TOGETHER_BYTES: Final = 8_000_000


class Altered(NamedTuple):
    """An article as it is after a change."""

    article: Article
    metadata: Mapping[str, Any]  # its ``metadata()``
    identity: ArticleIdentity
    same_text: bool  # whether the text below the front matter is as it was: then what depends on it alone stays
    before: bytes  # its file, as it was
    digest_before: bytes  # the SHA-256 of that
    after: bytes  # its file, as it is to be


class Written(NamedTuple):
    """What is written of an article that was altered."""

    article: Article
    data: EntryData
    before: bytes  # its file, as it was
    digest_before: bytes  # the SHA-256 of that
    after: bytes  # its file, as it is to be
    digest: bytes  # the SHA-256 of that
    copy: bytes  # and its bytes, packed


class Unchanged(NamedTuple):
    """An article of which an alteration changes nothing."""

    title: str


def altered(row: Row, text: str, article: Article, alteration: Alteration, *, known: bool) -> Altered | Unchanged:
    """Returns what an alteration makes of an article.

    Args:
        row: The article's row.
        text: Its file.
        article: The article in it, which is altered.
        alteration: The alteration.
        known: Whether the file is the one that the catalog has read, and ``article`` has the metadata of the row.

    Raises:
        InputError: The article cannot be changed so.
    """
    before, body = article.metadata(), article.body
    alteration(article)
    metadata = article.metadata()
    identity, same_text = ArticleIdentity.of(article, metadata), article.body == body
    # Values that Python takes for equal may differ: 1 and true.
    if metadata == before and same_text and content_digest(article, before) == identity.content:
        return Unchanged(article.title)
    new = frontmatter.spliced(text, before, metadata) if known and same_text else None
    if new is not None:
        return Altered(article, metadata, identity, same_text, text.encode(), row.digest, new.encode())
    return replaced(row, text, frontmatter.revise(text, article))


def replaced(row: Row, before: str, text: str) -> Altered:
    """Returns what an article is whose file gets another text."""
    article = frontmatter.read_article(text)
    article.id = article.id or row.id
    metadata = article.metadata()
    same_text = frontmatter.body_of(before) == frontmatter.body_of(text)
    identity, content = ArticleIdentity.of(article, metadata), before.encode()
    return Altered(article, metadata, identity, same_text, content, sha256(content).digest(), text.encode())


def written(row: Row, altered: Altered, default_language: str, said: Said | None = None) -> Written:
    """Returns what is written of an article.

    Args:
        row: The article's row.
        altered: The article as it is to be.
        default_language: The language of articles whose language is not clear.
        said: What an import said of it, if that is not what the last one here did.
    """
    article, metadata, identity, same_text, before, digest_before, after = altered
    same_text = same_text and digest_before == row.digest
    language = None
    if same_text and not article.language and article.title == row.metadata.get("title"):
        language = None if "language" in row.metadata else row.language
    data = EntryData.of(
        article,
        default_language,
        identity=identity,
        metadata=metadata,
        said=said,
        language=language,
        same_text=same_text,
    )
    return Written(article, data, before, digest_before, after, sha256(after).digest(), packed(after))


def unparsed(text: str, row: Row) -> Article | None:
    """Returns the article in a file that the catalog has read, for its row; None for any other file."""
    if "\0" in text or sha256(text.encode()).digest() != row.digest:
        return None
    article = Article.from_stored(row.metadata, frontmatter.body_of(text))
    article.id = row.id
    return article


def _altered_all(
    store: Store, default_language: str, alteration: Alteration, rows: Sequence[Row | None]
) -> list[Written | Unchanged | None]:
    """Returns what an alteration makes of articles; None where that needs more than their rows and files."""
    return [row and _altered_known(store, default_language, alteration, row) for row in rows]


def _altered_known(store: Store, default_language: str, alteration: Alteration, row: Row) -> Written | Unchanged | None:
    try:
        text, _ = store.read_known(row)
        article = unparsed(text, row)
        if article is None:
            return None
        made = altered(row, text, article, alteration, known=True)
        return made if isinstance(made, Unchanged) else written(row, made, default_language)
    except (InputError, NotFoundError, ArchiveDamaged):
        return None  # the process that writes sees that, too, and says it


def size_of(entry: tuple[str, Row | None]) -> int:
    """Returns the size of an article's file, given its id and its row."""
    _, row = entry
    return 0 if row is None else row.size


class Part(NamedTuple):
    """Some of the articles that are to be altered."""

    rows: Sequence[tuple[str, Row | None]]  # with their ids
    future: Future[Any] | None  # of what another process makes of them; None if it does not

    def results(self) -> Iterator[tuple[str, Row | None, Written | Unchanged | None]]:
        """Yields ids and rows with what was made of the articles; None if that is to be done in this process."""
        made = None
        if self.future is not None and not self.future.cancel():  # else that process has not come to it yet
            with suppress(OSError):  # no process can be started
                made = self.future.result()
        for number, (id_, row) in enumerate(self.rows):
            yield id_, row, made[number] if isinstance(made, list) else None


def _several_processors() -> bool:
    from docarchive.processes import processors

    return processors() > 1


class AlteringProcess:
    """Alters articles in another process, ahead of those that this one writes. Use it as a context manager.

    What that process makes is what this one would. Nothing depends on it: what it does not do, or has not begun when it
    is wanted, is done here.

    Args:
        store: The archive's files.
        default_language: The language of articles whose language is not clear.
        alteration: What is done to each of them.
        count: How many articles there are; of few, all are altered here.
    """

    def __init__(self, store: Store, default_language: str, alteration: Alteration, count: int) -> None:
        self._task = partial(_altered_all, store, default_language, alteration)
        self._is_worthwhile = count >= _WORTHWHILE and _several_processors()
        self._is_first = True
        self._pool: ProcessPool | None = None

    def __enter__(self) -> AlteringProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.close()

    def begin(self, rows: Iterable[tuple[str, Row | None]]) -> list[Part]:
        """Begins to alter articles; returns them in parts, in order. Those of the first call are altered here."""
        parts = [*batched_by_size(rows, _TOGETHER, _TOGETHER_BYTES, size_of)]
        if not self._is_worthwhile or self._is_first:  # meanwhile, the process starts with the next ones
            self._is_first = False
            return [Part(part, None) for part in parts]
        return [Part(part, self._submitted([row for _, row in part])) for part in parts]

    def _submitted(self, rows: list[Row | None]) -> Future[Any] | None:
        from docarchive.process_pool import ProcessPool, pack

        if (task := pack(partial(self._task, rows))) is None:
            return None
        if self._pool is None:
            self._pool = ProcessPool(1)
        return self._pool.submit(task)
