"""Exports to streams of text, such as ``io.StringIO`` or a terminal: writers write bytes."""

from __future__ import annotations

import codecs
import io
from typing import Any, BinaryIO, Final, TextIO, cast

from docarchive.errors import UsageError
from docarchive.writers import Writer

_ADVICE: Final = "export it to a file, or to a stream of bytes"


def byte_stream(to: BinaryIO | TextIO, writer: Writer, *, zipped: bool) -> BinaryIO:
    """Returns a stream for the bytes of an export that is written to an open stream.

    Args:
        to: The stream. If it takes only text, its attribute ``advice`` may say where else to export to.
        writer: The writer of the format.
        zipped: Whether the export is written as a ZIP file.

    Raises:
        UsageError: The stream takes only text, and the format is not text.
    """
    buffer = getattr(to, "buffer", None)
    if buffer is not None:  # a file open for text
        to.flush()
        return cast(BinaryIO, buffer)
    if not isinstance(to, io.TextIOBase):
        return cast(BinaryIO, to)
    if writer.binary or zipped:
        raise UsageError(f"{writer.name} is not text; {getattr(to, 'advice', _ADVICE)}")
    return cast(BinaryIO, _Decoding(to))


class _Decoding(io.RawIOBase):
    """Decodes what is written to it, and passes it on."""

    def __init__(self, to: io.TextIOBase) -> None:
        self._to = to
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._to.write(self._decode(bytes(data)))
        return len(data)
