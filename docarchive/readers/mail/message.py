"""The reader of mail: one message (RFC 5322 with MIME), as mail programs and Maildir folders keep it.

Much mail is broken, so nothing here relies on it being right: the structure is parsed by the lenient old
rules of the standard library, and each header by itself by its new ones, or kept as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import ReaderError
from docarchive.readers.encoding.declared import decode_declared
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.protocol import Reader, Record, Source
from docarchive.readers.values.reserved_keys import make_article, set_aside

_FIELD: Final = re.compile(rb"([!-9;-~]+)[ \t]*:")
_ONLY_MAIL: Final = frozenset(
    [b"message-id", b"received", b"return-path", b"mime-version", b"delivered-to", b"newsgroups", b"dkim-signature"]
)
_SAVED_PAGE: Final = re.compile(rb"^(?:snapshot-content-location:|from: <saved by)", re.IGNORECASE | re.MULTILINE)
_TEXT: Final = ("text/plain", "text/html", "text/markdown")
_MAX_HEADER: Final = 20_000
_MAX_PARTS: Final = 2_000
_MAX_DEPTH: Final = 40
_MAX_HEAD: Final = 65_536
_TOO_MANY: Final = "the message has too many parts, or they are nested too deeply"
_BOUNDARY: Final = re.compile(rb"boundary=[\"']?([^\"'\s;]{1,70})", re.IGNORECASE)
_WITH_PARTS: Final = re.compile(rb"multipart/|message/", re.IGNORECASE)
_TYPED: Final = re.compile(rb"^content-type:", re.IGNORECASE | re.MULTILINE)

if TYPE_CHECKING:
    from email.message import Message

# What libraries raise on what they do not expect: of headers, anything.
_UNEXPECTED: Final = (ValueError, TypeError, LookupError, AttributeError, RecursionError, AssertionError)


class MailReader(Reader):
    """Reads one message a file."""

    name = "mail"
    summary = "mail, a message a file"
    suffixes = (".eml", ".emlx")

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``: header lines that only mail has, or who wrote what to whom and when."""
        names = set()
        sender = b""
        head = head.replace(b"\r\n", b"\n")
        if head.startswith(b"From "):  # left over from an mbox
            head = head.partition(b"\n")[2]
        for line in head.split(b"\n"):
            found = _FIELD.match(line)
            if found:
                names.add(found[1].lower())
                sender = line if found[1].lower() == b"from" else sender
            elif not names or not line.startswith((b" ", b"\t")):
                if line:
                    return False
                break
        if _SAVED_PAGE.search(head):
            return False
        told = {b"from", b"subject"} <= names and bool(names & {b"to", b"date"})
        return bool(names & _ONLY_MAIL) or (told and b"@" in sender)  # a text with such a head names no address

    def records(self, source: Source) -> Iterator[Record]:
        """See ``Reader``."""
        yield Record("", None, partial(_load, source))


def _load(source: Source) -> Article:
    if source.size > MAX_SIZE:
        raise ReaderError(f"the message is larger than {MAX_SIZE // 1_000_000} MB")
    with source.open() as file:
        data = file.read(MAX_SIZE + 1)
    length, newline, rest = data.partition(b"\n")
    if newline and length.strip().isdigit():  # Apple Mail's form: the length, the message, a property list
        data = rest[: int(length.strip()[:12])]
    return read_message(data)


@dataclass
class _Content:
    """What a message says, in order, and what hangs on it."""

    texts: list[str] = field(default_factory=list)
    attachments: list[dict[str, str]] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)  # attached texts, in case there are no others
    wanted: bool = True  # False once another form of the text is chosen: only attachments are gathered
    parts: int = 0


def read_message(data: bytes) -> Article:
    """Reads an article from the bytes of one message.

    Raises:
        ReaderError: There is nothing in it, or it cannot be taken apart.
        ArticleError: A value in it is not valid.
    """
    from email import message_from_bytes, policy

    if _parts(data) > 2 * _MAX_PARTS:
        raise ReaderError(_TOO_MANY)  # before a parser takes a minute for them
    try:
        message = message_from_bytes(data.removeprefix(b"\xef\xbb\xbf"), policy=policy.compat32)
    except _UNEXPECTED:
        raise ReaderError("the message's parts cannot be taken apart") from None
    content = _Content()
    _collect(message, content, _is_newsletter(message), 0)
    body = "\n\n".join(text for text in content.texts if text) or "\n\n".join(content.spare)
    title = header(message, "Subject")
    if not (title or body or content.attachments):
        raise ReaderError("the message has neither subject nor text")
    attached = {"attachments": content.attachments} if content.attachments else {}
    return make_article({**_metadata(message, title), **attached}, body)


def _parts(data: bytes) -> int:
    """Returns about how many parts a message has: how often a boundary or the type of a part stands in it."""
    head = data[:_MAX_HEAD]
    if not _WITH_PARTS.search(head):
        return 0
    boundaries = {match[1] for match in _BOUNDARY.finditer(head)}
    return max(len(_TYPED.findall(data)), *(data.count(b"\n--" + boundary) for boundary in boundaries), 0)


def header(message: Message[Any, Any], name: str) -> str:
    """Returns a header decoded, on one line; empty if there is none."""
    return " ".join(str(_parsed(name, _raw(message, name))).split())


def _raw(message: Message[Any, Any], name: str) -> str:
    """Returns a header as it stands, unfolded; bytes that are not ASCII are decoded as they look."""
    value = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    with suppress(UnicodeEncodeError):
        value = decode_declared(value.encode("ascii", "surrogateescape"), None)
    return re.sub(r"[\r\n]+(?=[ \t])|[\r\n]", "", value).strip()


def _parsed(name: str, raw: str) -> Any:
    """Returns a header's value as the standard library's new rules have it, or by its old ones."""
    from email import policy
    from email.header import decode_header, make_header

    if len(raw) <= _MAX_HEADER:
        with suppress(*_UNEXPECTED):
            value = policy.default.header_factory(name, raw)
            str(value)
            return value
    with suppress(*_UNEXPECTED):
        return str(make_header(decode_header(raw[:_MAX_HEADER])))
    return raw[:_MAX_HEADER]


def _metadata(message: Message[Any, Any], title: str) -> dict[str, Any]:
    message_id = header(message, "Message-ID").strip("<> ")
    senders = _addresses(message, "From") or _addresses(message, "Sender")
    metadata: dict[str, Any] = {
        "title": title,
        "authors": [name or address for name, address in senders],
        "source_id": message_id,
        "language": header(message, "Content-Language").partition(",")[0],
        "message_id": message_id,  # the key that identity knows
        "from": [_person(name, address) for name, address in senders],
    }
    date = _parsed("Date", _raw(message, "Date"))
    if moment := getattr(date, "datetime", None):
        metadata["date"] = moment
    elif str(date):
        try:
            metadata["date"] = PartialDate.parse(str(date))
        except ValueError:
            set_aside(metadata, "date", str(date))
    address = header(message, "Archived-At").strip("<> ")
    if address.startswith(("http://", "https://")):
        metadata["url"] = address
    for name in ("To", "Cc"):
        people = _addresses(message, name)
        metadata[name.lower()] = [_person(name, address) for name, address in people]
    for name in ("Newsgroups", "List-Id", "In-Reply-To"):
        metadata[name.lower().replace("-", "_")] = header(message, name)
    metadata["references"] = header(message, "References").split()[-100:]
    return {key: value for key, value in metadata.items() if value}


def _addresses(message: Message[Any, Any], name: str) -> list[tuple[str, str]]:
    """Returns the names and addresses in a header, at most 100."""
    from email import policy
    from email.utils import getaddresses

    raw = _raw(message, name)
    with suppress(*_UNEXPECTED):
        if len(raw) <= _MAX_HEADER and (found := policy.default.header_factory(name, raw).addresses):
            pairs = [(" ".join(each.display_name.split()), _address(each)) for each in found[:100]]
            return [(name, address) for name, address in pairs if name or address]
    pairs = getaddresses([str(_parsed("Subject", raw))])[:100]
    return [(" ".join(name.split()), address) for name, address in pairs if name or address]


def _person(name: str, address: str) -> str:
    return f"{name} <{address}>" if name and address else name or address


def _address(found: Any) -> str:
    """Returns an address; where no domain is in it, what stands there is a name, and is not quoted."""
    address = str(found.addr_spec if found.domain else found.username)
    return "" if address == "<>" else address


# The parts


def _is_newsletter(message: Message[Any, Any]) -> bool:
    """Tells whether its HTML is the text as its writer meant it: of newsletters, plain text is what a machine made."""
    return bool(_raw(message, "List-Unsubscribe")) and not _raw(message, "List-Post")


def _collect(part: Message[Any, Any], content: _Content, rich: bool, depth: int) -> None:
    """Gathers texts and attachments of a part and those in it."""
    content.parts += 1
    if content.parts > _MAX_PARTS or depth > _MAX_DEPTH:
        raise ReaderError(_TOO_MANY)
    kind = part.get_content_type()
    children: Any = part.get_payload() if part.is_multipart() else None
    if isinstance(children, list):
        if kind == "multipart/alternative":
            _choose(children, content, rich, depth)
        elif kind.startswith("message/"):
            _enclosed(part, children, content, rich, depth)
        else:
            for child in children:
                _collect(child, content, rich, depth + 1)
    elif _is_text(part, kind, depth):
        if content.wanted:
            content.texts.append(_text(part, kind))
    else:
        _attach(part, kind, content)


def _attach(part: Message[Any, Any], kind: str, content: _Content) -> None:
    if not kind.startswith("multipart/"):
        content.attachments.append(_attachment(part, kind))
        if kind == "text/plain":
            content.spare.append(_text(part, kind))
    elif content.wanted:  # said to have parts, and has none
        content.texts.append(_text(part, "text/plain"))


def _choose(children: Sequence[Any], content: _Content, rich: bool, depth: int) -> None:
    """Takes one of several forms of a text: plain text if it says something, else HTML; rich, the other way."""
    chosen: list[str] = []
    problem: ReaderError | None = None
    for child in reversed(children) if rich else children:
        tried = _Content(wanted=content.wanted and not chosen, parts=content.parts)
        try:
            _collect(child, tried, rich, depth + 1)
        except ReaderError as error:
            problem = problem or error
        content.parts = tried.parts
        content.attachments.extend(tried.attachments)
        chosen = chosen or [text for text in tried.texts if text]
    if problem and not chosen:
        raise problem
    content.texts.extend(chosen)


def _enclosed(part: Message[Any, Any], children: Sequence[Any], content: _Content, rich: bool, depth: int) -> None:
    """Puts messages inside of a message under a heading; what mail programs tell each other is attached."""
    kind = part.get_content_type()
    if kind != "message/rfc822":
        content.attachments.append(_attachment(part, kind))
        return
    for child in children:
        subject = header(child, "Subject")
        content.attachments.append({"name": subject or "message", "type": kind})
        inner = _Content(wanted=content.wanted, parts=content.parts)
        _collect(child, inner, rich, depth + 1)
        content.parts = inner.parts
        content.attachments.extend(inner.attachments)
        if any(inner.texts):
            content.texts.extend([f"## {subject or 'Message'}", *inner.texts])


def _is_text(part: Message[Any, Any], kind: str, depth: int) -> bool:
    if kind not in _TEXT:
        return False
    return depth == 0 or not (_disposition(part) == "attachment" or _file_name(part))


def _disposition(part: Message[Any, Any]) -> str:
    return _raw(part, "Content-Disposition").partition(";")[0].strip().lower()


def _file_name(part: Message[Any, Any]) -> str:
    try:
        name = part.get_filename() or ""
    except _UNEXPECTED:
        name = ""
    return re.split(r"[/\\]", " ".join(str(_parsed("Subject", name)).split()))[-1][:200]


def _attachment(part: Message[Any, Any], kind: str) -> dict[str, str]:
    name = _file_name(part)
    return {"name": name, "type": kind} if name else {"type": kind}


def _text(part: Message[Any, Any], kind: str) -> str:
    try:
        data = part.get_payload(decode=True)
    except _UNEXPECTED:
        data = None
    if not isinstance(data, bytes):
        data = str(part.get_payload()).encode("utf-8", "surrogateescape")
    try:
        charset = part.get_content_charset()
    except _UNEXPECTED:
        charset = None
    text = decode_declared(data, charset).replace("\r\n", "\n").replace("\r", "\n")
    return to_markdown(text) if kind == "text/html" else text.strip("\n").rstrip()
