"""The pictures in a message, by their Content-ID (RFC 2392)."""

from __future__ import annotations

from collections.abc import Callable

from docarchive.errors import ReaderError
from docarchive.readers.mail.headers import UNEXPECTED, raw_header
from docarchive.readers.mail.parts import check_parts
from docarchive.readers.protocol import Source


class MessagePictures:
    """Opens the parts of a message by their Content-ID or Content-Location.

    Args:
        read: Returns the bytes of the message; called when the first picture is asked for.
    """

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read = read
        self._parts: dict[str, bytes] | None = None

    def __call__(self, name: str) -> Source | None:
        """Returns a picture; None if no part has this name."""
        if self._parts is None:
            try:
                self._parts = _parts(self._read())
            except (ReaderError, OSError):
                self._parts = {}
        data = self._parts.get(name)
        return Source.in_memory(data) if data is not None else None


def _parts(data: bytes) -> dict[str, bytes]:
    """Returns the parts that are pictures, by their names."""
    from email import message_from_bytes, policy

    check_parts(data)
    parts: dict[str, bytes] = {}
    try:
        message = message_from_bytes(data, policy=policy.compat32)
        for part in message.walk():
            names = (
                raw_header(part, "Content-ID").strip("<> \t\r\n"),
                "".join(raw_header(part, "Content-Location").split()),
            )
            if part.is_multipart() or not any(names):
                continue
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                parts.update({name: content for name in names if name and name not in parts})
    except UNEXPECTED:
        pass
    return parts
