"""Headers of mail: each is parsed by the strict new rules of the standard library, or else by its old ones.

Much mail is broken, so a header that cannot be parsed is kept as it is written (decision 0022).
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from docarchive.readers.encoding.declared import decode_declared

if TYPE_CHECKING:
    from email.message import Message

#: What the standard library raises on broken mail.
UNEXPECTED: Final = (ValueError, TypeError, LookupError, AttributeError, RecursionError, AssertionError)

_MAX_HEADER: Final = 20_000  # characters
_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")
_TWO: Final = re.compile(rb"[\x80-\xff]{2}")
_FEW: Final = 4


def header_line(message: Message[Any, Any], name: str) -> str:
    """Returns a decoded header on one line; empty if there is none. A date is as it is written."""
    raw = raw_header(message, name)
    return " ".join(str(parse_header("Subject" if name == "Date" else name, raw)).split())


def raw_header(message: Message[Any, Any], name: str) -> str:
    """Returns a header as it is written, unfolded; for bytes that are not ASCII, the encoding is detected."""
    value = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    if not value.isascii():
        value = _decoded(value.encode("ascii", "surrogateescape"), message)
    return re.sub(r"[\r\n]+(?=[ \t])|[\r\n]", "", value).strip()


def _decoded(raw: bytes, message: Message[Any, Any]) -> str:
    """Decodes a header with bytes that are not ASCII: as UTF-8, as the message says of its text, or as detected.

    Single letters of windows-1252 (``£``) are too few for a detection.
    """
    charset = None
    with suppress(*UNEXPECTED):
        charset = message.get_content_charset()
    with suppress(UnicodeDecodeError):
        return raw.decode("utf-8")
    if charset in (None, "us-ascii", "utf-8") and len(_NOT_ASCII.findall(raw)) <= _FEW and not _TWO.search(raw):
        charset = "cp1252"
    return decode_declared(raw, charset)


def parse_header(name: str, raw: str) -> Any:
    """Returns a header's value, parsed by the new rules of the standard library, or else by its old ones."""
    from email import policy
    from email.header import decode_header, make_header

    if len(raw) <= _MAX_HEADER:
        with suppress(*UNEXPECTED):
            value = policy.default.header_factory(name, raw)
            str(value)
            return value
    with suppress(*UNEXPECTED):
        return str(make_header(decode_header(raw[:_MAX_HEADER])))
    return raw[:_MAX_HEADER]


def addresses(message: Message[Any, Any], name: str) -> list[tuple[str, str]]:
    """Returns the names and addresses in a header, at most 100; one of the two may be empty."""
    from email import policy
    from email.utils import getaddresses

    raw = raw_header(message, name)
    with suppress(*UNEXPECTED):
        if len(raw) <= _MAX_HEADER and (parsed := policy.default.header_factory(name, raw).addresses):
            pairs = [(" ".join(item.display_name.split()), _address_text(item)) for item in parsed[:100]]
            return [(name, address) for name, address in pairs if name or address]
    pairs = getaddresses([str(parse_header("Subject", raw))])[:100]
    return [(" ".join(name.split()), address) for name, address in pairs if name or address]


def _address_text(parsed_address: Any) -> str:
    """Returns an address; without a domain it is a name, which is not quoted."""
    address = str(parsed_address.addr_spec if parsed_address.domain else parsed_address.username)
    return "" if address == "<>" else address
