"""Additions: articles that a program passes, as the records of an import.

Articles and mappings become lines of JSON, many in one original; each text is an original of its own.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from docarchive import frontmatter
from docarchive.archive.streams import record_of
from docarchive.article import Article
from docarchive.errors import InputError, UsageError
from docarchive.paths import expanded
from docarchive.readers import Item, Reader, Record, Refusal, Source, choose
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    import os

    from docarchive.archive.importing.sources import Sources

#: What can be added: an article, what an import of JSON reads as one, or Markdown.
Addable = Article | Mapping[str, Any] | str
Articles = Iterable[Addable]
#: Articles that become one original, and its bytes.
_BATCH: Final = 1_000
_BATCH_BYTES: Final = 16_000_000
_NAME: Final = "-"
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class OriginalFile(NamedTuple):
    """The file that is kept as the original of an article."""

    name: str  # its name, without folders
    content: bytes | str | os.PathLike[str]  # its bytes, or its path

    def open(self) -> BinaryIO:
        """Opens the file; raises ``UsageError`` if that is not possible."""
        if isinstance(self.content, bytes):
            return io.BytesIO(self.content)
        try:
            return open(expanded(self.content), "rb")
        except OSError as error:
            raise UsageError(f"{self.content} cannot be opened: {error.strerror}") from None


class _Numbered(Reader):
    """A reader of what was passed: its records have the numbers of the articles, and bytes of their own.

    Args:
        reader: Reads the records.
        first: The number of the first article; None if it is the only one.
        raw: The bytes of a record that is all of its source, if these are not the original; else None.
    """

    def __init__(self, reader: Reader, first: int | None, raw: bytes | None = None) -> None:
        self.name, self.summary, self.version = reader.name, reader.summary, reader.version
        self.isolated, self.slow, self.single = reader.isolated, reader.slow, reader.single
        self._reader = reader
        self._first = first
        self._raw = raw

    def records(self, source: Source) -> Iterator[Item]:
        """Yields the records of the reader."""
        for number, item in enumerate(self._reader.records(source), start=self._first or 1):
            if isinstance(item, Record | Refusal):
                item = item._replace(location="" if self._first is None else str(number))
            yield item._replace(raw=self._raw) if isinstance(item, Record) and item.raw is None else item


def read_one(sources: Sources, article: Addable, original: OriginalFile | None) -> None:
    """Reads one article.

    Args:
        sources: Passes its records to the import.
        article: The article.
        original: What is kept as its original; None for the article as it was passed.

    Raises:
        InputError: A value is not valid.
        UsageError: The original cannot be opened.
    """
    reader, data, name = _form(sources, article)
    if original is None:
        sources.read_passed(data, _Numbered(reader, None), _NAME, name)
        return
    with original.open() as file:
        sources.read_passed(data, _Numbered(reader, None, data), original.name, original.name, file)


def read_all(sources: Sources, articles: Iterable[Addable]) -> None:
    """Reads articles, in batches."""
    batch: list[bytes] = []
    size = first = 0

    def read_batch() -> None:
        nonlocal size
        if batch:
            reader = _Numbered(choose(_EMPTY, "jsonl"), first)
            sources.read_passed(b"\n".join(batch), reader, _NAME, "articles.jsonl")
        batch.clear()
        size = 0

    for number, article in enumerate(articles, start=1):
        if sources.stopped():
            return
        try:
            reader, data, name = _form(sources, article)
        except InputError as error:
            read_batch()
            sources.refuse(f"{_NAME}:{number}", str(error))
            continue
        if isinstance(article, str):
            read_batch()
            sources.read_passed(data, _Numbered(reader, number), _NAME, name)
            continue
        first = first if batch else number
        batch.append(data)
        size += len(data)
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            read_batch()
    read_batch()


def title_of(article: Addable) -> str:
    """Returns the title that an article states, for the log; empty if it states none."""
    if isinstance(article, Article):
        return article.title
    if isinstance(article, Mapping):
        return str(article.get("title") or "")
    with suppress(InputError):
        return frontmatter.read_article(article).title
    return ""


def _form(sources: Sources, article: Addable) -> tuple[Reader, bytes, str]:
    """Returns the reader of an article, its bytes, and the name of the original that they are.

    Raises:
        InputError: Its metadata hold too much.
        TypeError: It is no article, or a value in it has a type that no article has.
    """
    if isinstance(article, str):
        reader = choose(_EMPTY, sources.format or "markdown")
        return reader, article.encode("utf-8", "replace"), f"article{next(iter(reader.suffixes), '')}"
    if isinstance(article, Mapping):
        article = {key: value for key, value in article.items() if not _is_missing(value)}
    elif not isinstance(article, Article):
        raise TypeError(f"an article, a mapping or a text can be added, not {type(article).__name__}")
    line = _encode(record_of(article)).encode("utf-8", "replace")
    return choose(_EMPTY, "jsonl"), line, "articles.jsonl"


def _is_missing(value: object) -> bool:
    """Returns whether a value is the NaN, NaT or NA with which tables say that there is none."""
    return (isinstance(value, float | datetime) and value != value) or type(value).__name__ == "NAType"


_EMPTY: Final = Source("", 0, io.BytesIO)
