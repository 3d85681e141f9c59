"""Streams: what a program passes to an import instead of a path, as a stream of bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, BinaryIO, Final, TextIO, cast

from docarchive.article import Article, plain_mapping
from docarchive.records import NamedTuple

#: What can be imported. Paths and URLs are text.
Input = str | os.PathLike[str] | BinaryIO | TextIO | Article
_JSON: Final = "json"


class Stream(NamedTuple):
    """A stream of bytes, and what is known of it."""

    bytes: BinaryIO
    name: str  # its name in reports; - if it has none
    media_type: str = ""  # see ``Source``
    format: str | None = None  # the name of the reader that must read it; None for any


def stream_of(input_: Any) -> Stream:
    """Returns the stream of an input that is an article, or a stream of bytes or text.

    Raises:
        TypeError: It cannot be read.
    """
    if isinstance(input_, Article):
        from json import dumps

        record = dumps(record_of(input_), ensure_ascii=False)
        return Stream(io.BytesIO(record.encode("utf-8", "replace")), "-", format=_JSON)
    name = name_of(input_)
    buffer = getattr(input_, "buffer", None)
    if buffer is not None:  # a file open for text: its bytes are the truth
        with suppress(OSError, ValueError):  # a pipe
            input_.seek(input_.tell())  # sets the buffer to where the text was read
        return Stream(buffer, name)
    if isinstance(input_, io.TextIOBase):
        return Stream(cast(BinaryIO, _Encoded(input_)), name, media_type="; charset=utf-8")
    return Stream(input_, name)


def name_of(input_: Any) -> str:
    """Returns the name of a stream; - if it has none."""
    name = getattr(input_, "name", "-")
    return name if isinstance(name, str) and name and not name.startswith("<") else "-"


def record_of(article: Article | Mapping[str, Any]) -> dict[str, Any]:
    """Returns what a program passes as an article as the JSON object that an import reads.

    Raises:
        ArticleError: It holds too much.
        TypeError: A value has a type that no article has; it names the key.
    """
    if isinstance(article, Article):
        article = article.to_dict()
    return plain_mapping(article, strict=True)


class _Encoded:
    """Reads a stream of text, such as ``io.StringIO``, as UTF-8."""

    def __init__(self, text: Any) -> None:
        self._text = text

    def read(self, size: int = -1) -> bytes:
        text: str = self._text.read(size)
        return text.encode("utf-8", "replace")
