"""The article in a file outside of the archive, to search for similar ones."""

from __future__ import annotations

import os

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.paths import expanded


def read_file(path: str | os.PathLike[str]) -> Article:
    """Reads the first article of a file outside of the archive.

    Raises:
        ReaderError: The file cannot be read, or has no article.
    """
    from docarchive.readers import Record, Source, choose
    from docarchive.readers.markup.shown_pictures import with_addresses

    file = expanded(path)
    try:
        source = Source(file.name, file.stat().st_size, lambda: file.open("rb"))
        record = next(iter(choose(source, None).records(source)), None)
    except OSError as error:
        raise ReaderError(f"{file} cannot be read: {error.strerror}") from None
    if not isinstance(record, Record):
        raise ReaderError(f"{file}: {getattr(record, 'reason', 'there is no article in it')}")
    article = record.load()
    article.body = with_addresses(article.body, lambda _: None)
    return article
