"""The reader of mail: one message (RFC 5322 with MIME), as mail programs and Maildir folders store it.

Much mail is broken, so the structure is parsed by the lenient old rules of the standard library (decision 0022).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.mail.headers import UNEXPECTED, addresses, header_line, raw_header
from docarchive.readers.mail.parts import check_parts, read_parts
from docarchive.readers.mail.pictures import MessagePictures
from docarchive.readers.protocol import Record, Source
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.untyped import without_empty

#: Headers with a list of labels.
_LABELS: Final = ("X-Gmail-Labels", "Keywords", "X-Keywords")
_BLANK_LINES: Final = re.compile(rb"\A(?:[ \t]*\r?\n)+(?=[!-9;-~]+[ \t]*:)")

if TYPE_CHECKING:
    from email.message import Message


def records(source: Source) -> Iterator[Record]:
    """Yields the article of a message."""
    yield Record("", None, partial(_load, source), MessagePictures(partial(_read, source)))


def _load(source: Source) -> Article:
    return read_message(_read(source))


def _read(source: Source) -> bytes:
    data = source.read(MAX_SIZE, "message")
    length, newline, rest = data.partition(b"\n")
    if newline and length.strip().isdigit():  # Apple Mail's .emlx: the length, the message, a property list
        data = rest[: int(length.strip()[:12])]
    return data


def read_message(data: bytes, received: str = "") -> Article:
    """Reads an article from the bytes of one message.

    Args:
        data: The bytes.
        received: When the message was stored, as it is written, for one that states no date.

    Raises:
        ReaderError: The message is empty, or cannot be parsed.
        ArticleError: A value in it is not valid.
    """
    from email import message_from_bytes, policy

    check_parts(data)
    try:
        message = message_from_bytes(_BLANK_LINES.sub(b"", data.removeprefix(b"\xef\xbb\xbf")), policy=policy.compat32)
    except UNEXPECTED:
        raise ReaderError("the message cannot be parsed") from None
    content = read_parts(message)
    body = "\n\n".join(text for text in content.texts if text) or "\n\n".join(content.attached_texts)
    title = header_line(message, "Subject")
    if not (title or body or content.attachments):
        raise ReaderError("the message has neither subject nor text")
    attached = {"attachments": content.attachments} if content.attachments else {}
    return make_article({**_metadata(message, title, received), **attached}, body)


def _metadata(message: Message[Any, Any], title: str, received: str) -> dict[str, Any]:
    message_id = header_line(message, "Message-ID").strip("<> ")
    senders = addresses(message, "From") or addresses(message, "Sender")
    metadata: dict[str, Any] = {
        "title": title,
        "authors": [name or address for name, address in senders],
        "date": header_line(message, "Date") or _arrived(message) or received,
        "source_id": message_id,
        "language": header_line(message, "Content-Language").partition(",")[0],
        "message_id": message_id,  # by which a message is identified
        "tags": _labels(message),
        "from": [_name_and_address(name, address) for name, address in senders],
    }
    address = header_line(message, "Archived-At").strip("<> ")
    if address.startswith(("http://", "https://")):
        metadata["url"] = address
    for name in ("To", "Cc"):
        people = addresses(message, name)
        metadata[name.lower()] = [_name_and_address(name, address) for name, address in people]
    for name in ("Newsgroups", "List-Id", "In-Reply-To"):
        metadata[name.lower().replace("-", "_")] = header_line(message, name)
    metadata["references"] = header_line(message, "References").split()[-100:]
    return without_empty(metadata)


def _arrived(message: Message[Any, Any]) -> str:
    """Returns when the first server received a message, which is the last header of these; empty if none says so."""
    received = [str(value) for key, value in message.raw_items() if key.lower() == "received"]
    written = received[-1].rpartition(";")[2] if received else raw_header(message, "Delivery-Date")
    return " ".join(written.split())


def _labels(message: Message[Any, Any]) -> list[str]:
    """Returns what a message was filed under: Gmail's labels, and keywords of other programs and of its sender."""
    labels: dict[str, None] = {}
    for name in _LABELS:
        line = header_line(message, name)
        if name == "X-Keywords" and "," not in line and ";" not in line:  # of programs, which have no spaces
            labels.update(dict.fromkeys(line.split()))
            continue
        with suppress(csv.Error):
            delimiter = ";" if ";" in line and "," not in line else ","
            cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), []) if line else []
            labels.update(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))
    return [*labels]


def _name_and_address(name: str, address: str) -> str:
    return f"{name} <{address}>" if name and address else name or address
