"""Headers of mail: each is parsed by the strict new rules of the standard library, or else by its old ones.

Much mail is broken, so a header that cannot be parsed is kept as it is written (decision 0022).
"""

from __future__ import annotations

import base64
import re
from binascii import a2b_qp
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from docarchive.errors import ReaderError
from docarchive.readers.encoding.declared import decode_declared
from docarchive.readers.encoding.detect import decode
from docarchive.readers.values.people import without_addresses
from docarchive.texts import one_line

if TYPE_CHECKING:
    from email.message import Message

#: What the standard library raises on broken mail.
UNEXPECTED: Final = (ValueError, TypeError, LookupError, AttributeError, RecursionError, AssertionError)

_MAX_HEADER: Final = 20_000  # characters
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")
_TWO: Final = re.compile(rb"[\x80-\xff]{2}")
_FEW: Final = 4
_SAMPLE: Final = 20_000  # bytes of a text from which the encoding of a header is detected
#: Encoded words (RFC 2047) next to one another; also with spaces in them, which they must not have.
_WORD: Final = r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]{0,2000}\??)\?="
_WORDS: Final = re.compile(rf"{_WORD}(?:\s*{_WORD})*")
_ONE_WORD: Final = re.compile(_WORD)


def header_line(message: Message[Any, Any], name: str) -> str:
    """Returns a decoded header on one line; empty if there is none. A date is as it is written."""
    raw = raw_header(message, name)
    return one_line(str(parse_header("Subject" if name == "Date" else name, raw)))


def raw_header(message: Message[Any, Any], name: str) -> str:
    """Returns a header as it is written, unfolded; for bytes that are not ASCII, the encoding is detected."""
    value = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    if not value.isascii():
        value = _decoded(value.encode("ascii", "surrogateescape"), message)
    return re.sub(r"[\r\n]+(?=[ \t])|[\r\n]", "", value).strip()


def _decoded(raw: bytes, message: Message[Any, Any]) -> str:
    """Decodes a header with bytes that are not ASCII: as UTF-8, as the message says of its text, or as detected.

    The header and the text are in one encoding, and a header alone may be too short for a detection. Single letters of
    windows-1252 (``£``) are.
    """
    charset = None
    with suppress(*UNEXPECTED):
        charset = message.get_content_charset()
    with suppress(UnicodeDecodeError):
        return raw.decode("utf-8")
    if charset in (None, "us-ascii", "utf-8"):
        charset = _encoding_with_text(raw, message) or charset
        if charset in (None, "us-ascii", "utf-8") and len(_NOT_ASCII.findall(raw)) <= _FEW and not _TWO.search(raw):
            charset = "cp1252"
    return decode_declared(raw, charset)


def _encoding_with_text(raw: bytes, message: Message[Any, Any]) -> str | None:
    """Returns the encoding that a header and the text below it are most likely in."""
    with suppress(ReaderError, *UNEXPECTED):
        text = message.get_payload(decode=True)
        if isinstance(text, bytes) and _NOT_ASCII.search(text[:_SAMPLE]):
            return decode(raw + b"\n" + text[:_SAMPLE]).encoding
    return None


def parse_header(name: str, raw: str) -> Any:
    """Returns a header's value, parsed by the new rules of the standard library, or else by its old ones."""
    from email import policy
    from email.header import decode_header, make_header

    is_short = len(raw) <= _MAX_HEADER
    raw = _in_utf_8(raw[:_MAX_HEADER])
    if is_short:
        with suppress(*UNEXPECTED):
            value = policy.default.header_factory(name, raw)
            str(value)
            return value
    with suppress(*UNEXPECTED):
        return str(make_header(decode_header(raw)))
    return raw


def _in_utf_8(raw: str) -> str:
    """Returns a header with its encoded words in UTF-8: the standard library does not read labels as browsers do.

    Words next to one another are decoded as one, since senders cut between the bytes of a letter.
    """
    return _WORDS.sub(_words_in_utf_8, raw) if "=?" in raw else raw


def _words_in_utf_8(words: re.Match[str]) -> str:
    texts: list[tuple[str, bytes]] = []
    for label, form, content in _ONE_WORD.findall(words[0]):
        data = _content(form, content)
        if texts and texts[-1][0] == label.lower():
            data = texts.pop()[1] + data
        texts.append((label.lower(), data))
    text = "".join(decode_declared(data, label) for label, data in texts)
    return f"=?utf-8?b?{base64.b64encode(text.encode('utf-8', 'replace')).decode('ascii')}?="


def _content(form: str, content: str) -> bytes:
    data = content.encode("utf-8", "surrogateescape")
    if form in "qQ":
        return a2b_qp(data, header=True)
    digits = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    return base64.b64decode(digits[: len(digits) - (len(digits) % 4 == 1)] + b"==")


def addresses(message: Message[Any, Any], name: str) -> list[tuple[str, str]]:
    """Returns the names and addresses in a header, at most 100; one of the two may be empty."""
    from email import policy
    from email.utils import getaddresses

    raw = raw_header(message, name)
    if "(" in raw and (names := without_addresses(text := str(parse_header("Subject", raw)))):  # as old programs write
        written = [text.partition("(")[0].strip()] if " at " in text else [pair[1] for pair in getaddresses([text])]
        return [*zip(names, written, strict=False)][:100]
    with suppress(*UNEXPECTED):
        if len(raw) <= _MAX_HEADER and (parsed := policy.default.header_factory(name, _in_utf_8(raw)).addresses):
            pairs = [(" ".join(item.display_name.split()), _address_text(item)) for item in parsed[:100]]
            return [(name, address) for name, address in pairs if name or address]
    pairs = getaddresses([str(parse_header("Subject", raw))])[:100]
    return [(" ".join(name.split()), address) for name, address in pairs if name or address]


def _address_text(parsed_address: Any) -> str:
    """Returns an address; without a domain it is a name, which is not quoted."""
    address = str(parsed_address.addr_spec if parsed_address.domain else parsed_address.username)
    return "" if address == "<>" else address
