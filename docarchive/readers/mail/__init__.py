"""Mail: one message, and files of many."""

from __future__ import annotations

import re
from typing import Final

from docarchive.readers.lazy_reader import LazyReader

_MBOX: Final = rb"From [^\r\n]+\r?\n(?:[!-9;-~]+[ \t]*:|>From )"
_FIELD: Final = rb"([!-9;-~]+)[ \t]*:"
_ONLY_MAIL: Final = frozenset(
    [b"message-id", b"received", b"return-path", b"mime-version", b"delivered-to", b"newsgroups", b"dkim-signature"]
)
_SAVED_PAGE: Final = rb"(?im)^(?:snapshot-content-location:|from: <saved by)"


def _is_mbox(head: bytes) -> bool:
    """Returns whether it begins with the line before a message, and a header line."""
    return bool(re.match(_MBOX, head))


def _is_message(head: bytes) -> bool:
    """Returns whether it begins with header lines that only mail has, or with who wrote what to whom and when."""
    names = set()
    sender = b""
    head = re.sub(rb"\A(?:[ \t]*\n)+", b"", head.replace(b"\r\n", b"\n"))
    if head.startswith(b"From "):  # left over from an mbox
        head = head.partition(b"\n")[2]
    for line in head.split(b"\n"):
        field = re.match(_FIELD, line)
        if field:
            names.add(field[1].lower())
            sender = line if field[1].lower() == b"from" else sender
        elif not names or not line.startswith((b" ", b"\t")):
            if line:
                return False
            break
    if re.search(_SAVED_PAGE, head):
        return False
    complete = {b"from", b"subject"} <= names and bool(names & {b"to", b"date"})
    return bool(names & _ONLY_MAIL) or (complete and b"@" in sender)  # a text with such a head names no address


#: In the order in which they are asked.
READERS: Final = (
    LazyReader("mbox", "mail, many messages in one file", (".mbox", ".mbx"), "mail.mbox:records", _is_mbox, version=4),
    LazyReader(
        "mail",
        "mail, one message per file",
        (".eml", ".emlx"),
        "mail.message:records",
        _is_message,
        version=4,
    ),
)
