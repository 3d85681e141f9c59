"""The reader of MHTML, in which browsers save a page with its pictures and frames (RFC 2557)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.protocol import Record, Source
from docarchive.readers.web.decoding import decode_page
from docarchive.readers.web.html import read_page
from docarchive.texts import one_line

if TYPE_CHECKING:
    from email.message import EmailMessage

_PAGES: Final = ("text/html", "application/xhtml+xml")


def records(source: Source) -> Iterator[Record]:
    """Yields the page of a file; frames stay in the original."""
    yield Record("", None, partial(_load, source), _Pictures(source))


class _Pictures:
    """Opens the pictures of the page by their Content-ID or address; the file is parsed when the first is asked for."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._parts: dict[str, EmailMessage] | None = None

    def __call__(self, name: str) -> Source | None:
        if self._parts is None:
            message = _parse(self._source)
            self._parts = {key: part for part in message.walk() for key in _names(part) if not part.is_multipart()}
        part = self._parts.get(name)
        data = part.get_payload(decode=True) if part is not None else None
        return Source.in_memory(data) if isinstance(data, bytes) else None


def _names(part: EmailMessage) -> list[str]:
    names = (_line(part.get("Content-ID")).strip("<>"), _line(part.get("Content-Location")))
    return [name for name in names if name]


def _parse(source: Source) -> EmailMessage:
    from email import message_from_bytes, policy

    return message_from_bytes(source.read(MAX_SIZE), policy=policy.default)


def _load(source: Source) -> Article:
    message = _parse(source)
    page = _page(message)
    if page is None:
        raise ReaderError("there is no page in it")
    content = page.get_payload(decode=True)
    if not isinstance(content, bytes):
        raise ReaderError("the page in it cannot be decoded")
    location = _line(message.get("Snapshot-Content-Location")) or _line(page.get("Content-Location"))
    text, encoding = decode_page(content, _line(page.get("Content-Type")))
    url = location if location.lower().startswith(("http://", "https://")) else None
    pictures = _line(page.get("Content-Location")) or location
    article = read_page(text, url, pictures if source.options.pictures else None)
    if encoding != "utf-8":
        article.extra.setdefault("encoding", encoding)
    return article


def _page(message: EmailMessage) -> EmailMessage | None:
    """Returns the part that is the page: the one that the parameter ``start`` names, else the first."""
    parts = [part for part in message.walk() if part.get_content_type() in _PAGES]
    start = message.get_param("start")
    start_parts = (part for part in parts if isinstance(start, str) and _line(part.get("Content-ID")) == start)
    return next(start_parts, parts[0] if parts else None)


def _line(value: object) -> str:
    return one_line(str(value)) if value is not None else ""
