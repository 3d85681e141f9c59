"""An article outside of the archive, to search for similar ones."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docarchive.archive.streams import Input, stream_of
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.paths import expanded

if TYPE_CHECKING:
    from docarchive.readers import Source

#: The largest size of what can be read only once, in bytes: it is held in memory.
_MAX_STREAM: Final = 100_000_000


def read_input(input_: Input) -> Article:
    """Returns an article, or the first one of a file or stream outside of the archive.

    Raises:
        ReaderError: The input cannot be read, or has no article.
    """
    from docarchive.readers import Record, choose
    from docarchive.readers.markup.shown_pictures import with_addresses

    if isinstance(input_, Article):
        return input_
    name = os.fspath(input_) if isinstance(input_, str | os.PathLike) else stream_of(input_).name
    try:
        source = _source(input_)
        record = next(iter(choose(source, None).records(source)), None)
    except OSError as error:
        raise ReaderError(f"{name} cannot be read: {error.strerror}") from None
    if not isinstance(record, Record):
        raise ReaderError(f"{name}: {getattr(record, 'reason', 'there is no article in it')}")
    article = record.load()
    article.body = with_addresses(article.body, lambda _: None)
    return article


def _source(input_: Input) -> Source:
    from docarchive.readers import Source

    if isinstance(input_, str | os.PathLike):
        file = expanded(input_)
        if not file.is_fifo():
            return Source(file.name, file.stat().st_size, lambda: file.open("rb"))
        with file.open("rb") as pipe:
            data, name, media_type = pipe.read(_MAX_STREAM + 1), "", ""
    else:
        stream = stream_of(input_)
        data, name, media_type = stream.bytes.read(_MAX_STREAM + 1), Path(stream.name).name, stream.media_type
    if len(data) > _MAX_STREAM:
        raise ReaderError(f"it is larger than {_MAX_STREAM // 1_000_000} MB; save it as a file")
    return Source(name, len(data), lambda: BytesIO(data), media_type=media_type)
