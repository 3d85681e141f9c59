"""The parts of a message (MIME): its texts and its attachments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from docarchive.errors import ReaderError
from docarchive.markdown import escape
from docarchive.readers.encoding.declared import decode_declared
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.mail.flowed import unfolded
from docarchive.readers.mail.headers import UNEXPECTED, header_line, parse_header, raw_header
from docarchive.readers.protocol import EMBEDDED, embedded
from docarchive.records import dataclass, field

if TYPE_CHECKING:
    from email.message import Message

_WITH_PICTURES: Final = ("multipart/alternative", "multipart/related")
_TEXT_TYPES: Final = ("text/plain", "text/html", "text/markdown")
_MAX_PARTS: Final = 2_000
_MAX_DEPTH: Final = 40
_MAX_PREFIX: Final = 65_536  # bytes in which boundaries are looked for
_TOO_MANY: Final = "the message has too many parts, or they are nested too deeply"
_BOUNDARY: Final = re.compile(rb"boundary=[\"']?([^\"'\s;]{1,70})", re.IGNORECASE)
_WITH_PARTS: Final = re.compile(rb"multipart/|message/", re.IGNORECASE)
#: How many letters a text has that only says that the message is in HTML, and how many times more the HTML has.
_LONGEST_STUB: Final = 300
_SHARE_OF_STUB: Final = 3
_TAG: Final = re.compile(r"<[^<>]*>|&\w{1,20};")
_CONTENT_TYPE: Final = re.compile(rb"^content-type:", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class Content:
    """The texts and attachments of a message, in order.

    Attributes:
        texts: Its texts, as Markdown.
        attachments: The name and media type of each attachment.
        attached_texts: Texts of attachments, for a message without texts.
        wants_text: Whether texts are collected; not once another alternative of the text was chosen.
        parts: How many parts were visited.
    """

    texts: list[str] = field(default_factory=list)
    attachments: list[dict[str, str]] = field(default_factory=list)
    attached_texts: list[str] = field(default_factory=list)
    wants_text: bool = True
    parts: int = 0


def check_parts(data: bytes) -> None:
    """Checks the bytes of a message before they are parsed: with very many parts, parsing takes a minute.

    Raises:
        ReaderError: There are too many parts.
    """
    head = data[:_MAX_PREFIX]
    if not _WITH_PARTS.search(head):
        return
    boundaries = {match[1] for match in _BOUNDARY.finditer(head)}
    count = max(len(_CONTENT_TYPE.findall(data)), *(data.count(b"\n--" + boundary) for boundary in boundaries), 0)
    if count > 2 * _MAX_PARTS:
        raise ReaderError(_TOO_MANY)


def read_parts(message: Message[Any, Any]) -> Content:
    """Returns the texts and attachments of a message.

    Raises:
        ReaderError: It has too many parts, or a text cannot be read.
    """
    content = Content()
    _collect(message, content, _is_newsletter(message), 0)
    return content


def _is_newsletter(message: Message[Any, Any]) -> bool:
    """Returns whether a message is a newsletter, whose HTML is preferred: its plain text is made by a program."""
    return bool(raw_header(message, "List-Unsubscribe")) and not raw_header(message, "List-Post")


def _collect(part: Message[Any, Any], content: Content, prefer_html: bool, depth: int) -> None:
    """Adds the texts and attachments of a part and of those in it."""
    content.parts += 1
    if content.parts > _MAX_PARTS or depth > _MAX_DEPTH:
        raise ReaderError(_TOO_MANY)
    media_type = part.get_content_type()
    children: Any = part.get_payload() if part.is_multipart() else None
    if isinstance(children, list):
        prefer_html = prefer_html or (media_type in _WITH_PICTURES and _shows_pictures(children))
        if media_type == "multipart/alternative":
            prefer_html = prefer_html or _is_stub(children)
            _collect_alternative(children, content, prefer_html, depth)
        elif media_type.startswith("message/"):
            _collect_enclosed(part, children, content, prefer_html, depth)
        else:
            for child in children:
                _collect(child, content, prefer_html, depth + 1)
    elif _is_text(part, media_type, depth):
        if content.wants_text:
            content.texts.append(_text(part, media_type))
    else:
        _attach(part, media_type, content)


def _shows_pictures(parts: Sequence[Any]) -> bool:
    """Returns whether HTML in these parts shows a picture that is one of them: plain text would lose it."""
    every_part = [part for child in parts for part in child.walk()]
    if not any(part.get_content_maintype() == "image" and raw_header(part, "Content-ID") for part in every_part):
        return False
    return any(
        part.get_content_type() == "text/html" and EMBEDDED in _text_as_sent(part).lower() for part in every_part
    )


def _is_stub(alternatives: Sequence[Any]) -> bool:
    """Returns whether the plain text only says that the text is in HTML: it is short, and the HTML has far more."""
    plain = sum(_letters(part) for part in alternatives if part.get_content_type() == "text/plain")
    if not 0 < plain < _LONGEST_STUB:
        return False
    pages = (part for child in alternatives for part in child.walk() if part.get_content_type() == "text/html")
    return any(_letters(page) > plain * _SHARE_OF_STUB + _LONGEST_STUB for page in pages)


def _letters(part: Message[Any, Any]) -> int:
    text = _text_as_sent(part)
    if part.get_content_type() == "text/html":
        first, *others = text.lower().split("<style")
        text = _TAG.sub("", "".join([first, *(other.partition("</style>")[2] for other in others)]))
    return sum(map(str.isalnum, text))


def _attach(part: Message[Any, Any], media_type: str, content: Content) -> None:
    if not media_type.startswith("multipart/"):
        content.attachments.append(_attachment(part, media_type))
        if media_type == "text/plain":
            content.attached_texts.append(_text(part, media_type))
    elif content.wants_text:  # a multipart without parts
        content.texts.append(_text(part, "text/plain"))


def _collect_alternative(children: Sequence[Any], content: Content, prefer_html: bool, depth: int) -> None:
    """Adds one of several alternatives of a text: plain text if it is not empty, else HTML, or the other way round."""
    texts: list[str] = []
    problem: ReaderError | None = None
    for child in reversed(children) if prefer_html else children:
        candidate = Content(wants_text=content.wants_text and not texts, parts=content.parts)
        try:
            _collect(child, candidate, prefer_html, depth + 1)
        except ReaderError as error:
            problem = problem or error
        content.parts = candidate.parts
        content.attachments.extend(candidate.attachments)
        texts = texts or [text for text in candidate.texts if text]
    if problem and not texts:
        raise problem
    content.texts.extend(texts)


def _collect_enclosed(
    part: Message[Any, Any], children: Sequence[Any], content: Content, prefer_html: bool, depth: int
) -> None:
    """Adds forwarded messages under a heading; reports of mail servers are attachments."""
    media_type = part.get_content_type()
    if media_type != "message/rfc822":
        content.attachments.append(_attachment(part, media_type))
        return
    for child in children:
        subject = header_line(child, "Subject")
        content.attachments.append({"name": subject or "message", "type": media_type})
        enclosed = Content(wants_text=content.wants_text, parts=content.parts)
        _collect(child, enclosed, prefer_html, depth + 1)
        content.parts = enclosed.parts
        content.attachments.extend(enclosed.attachments)
        if any(enclosed.texts):
            content.texts.extend([f"## {subject or 'Message'}", *_head(child), *enclosed.texts])


def _head(message: Message[Any, Any]) -> list[str]:
    """Returns who sent a forwarded message, and when, as one paragraph; none if it does not say so."""
    lines = [f"{name}: {escape(line)}" for name in ("From", "Date") if (line := header_line(message, name))]
    return ["\\\n".join(lines)] if lines else []


def _is_text(part: Message[Any, Any], media_type: str, depth: int) -> bool:
    if media_type not in _TEXT_TYPES:
        return False
    return depth == 0 or not (_disposition(part) == "attachment" or _file_name(part))


def _disposition(part: Message[Any, Any]) -> str:
    return raw_header(part, "Content-Disposition").partition(";")[0].strip().lower()


def _file_name(part: Message[Any, Any]) -> str:
    try:
        name = part.get_filename() or ""
    except UNEXPECTED:
        name = ""
    return re.split(r"[/\\]", " ".join(str(parse_header("Subject", name)).split()))[-1][:200]


def _kept(address: str) -> str | None:
    """Returns the address of a picture in the message (RFC 2392); None for others."""
    return embedded(unquote(address[4:])) if address[:4].lower() == EMBEDDED else None


def _attachment(part: Message[Any, Any], media_type: str) -> dict[str, str]:
    name = _file_name(part)
    return {"name": name, "type": media_type} if name else {"type": media_type}


def _text_as_sent(part: Message[Any, Any]) -> str:
    try:
        data = part.get_payload(decode=True)
    except UNEXPECTED:
        data = None
    if not isinstance(data, bytes):
        data = str(part.get_payload()).encode("utf-8", "surrogateescape")
    try:
        charset = part.get_content_charset()
    except UNEXPECTED:
        charset = None
    return decode_declared(data, charset).replace("\r\n", "\n").replace("\r", "\n")


def _text(part: Message[Any, Any], media_type: str) -> str:
    text = _text_as_sent(part)
    if media_type == "text/html":
        return to_markdown(text, picture=_kept)
    if _parameter(part, "format") == "flowed":
        text = unfolded(text, delete_space=_parameter(part, "delsp") == "yes")
    return text.strip("\n").rstrip()


def _parameter(part: Message[Any, Any], name: str) -> str:
    """Returns a parameter of the media type, in lower case; empty if there is none."""
    try:
        return str(part.get_param(name) or "").strip().lower()
    except UNEXPECTED:
        return ""
