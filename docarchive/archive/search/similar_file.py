"""The article of a file that a search compares others with; the file need not be in the archive."""

from __future__ import annotations

import os
from pathlib import Path

from docarchive.article import Article
from docarchive.errors import ReaderError


def read_file(path: str | os.PathLike[str]) -> Article:
    """Reads the first article of a file outside of the archive.

    Raises:
        ReaderError: There is none, or it cannot be read.
    """
    from docarchive.readers import Record, Source, choose

    file = Path(path)
    try:
        source = Source(file.name, file.stat().st_size, lambda: file.open("rb"))
        record = next(iter(choose(source, None).records(source)), None)
    except OSError as error:
        raise ReaderError(f"{file}: it cannot be read: {error.strerror}") from None
    if not isinstance(record, Record):
        raise ReaderError(f"{file}: {getattr(record, 'reason', 'there is no article in it')}")
    return record.load()
