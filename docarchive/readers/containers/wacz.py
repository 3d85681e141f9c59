"""The reader of WACZ: ZIP archives of web archives with their indexes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docarchive.errors import ReaderError
from docarchive.readers.containers.zip import ZipReader
from docarchive.readers.protocol import Member, Reader, Refusal, Source

_FOLDER: Final = "archive/"
_ENTRY: Final = re.compile(
    rb"PK\x03\x04.{26}(?:archive/[^/\0]{1,200}\.warc(?:\.gz)?|indexes/[^/\0]{1,200}\.cdxj?)", re.DOTALL
)


class WaczReader(Reader):
    """Reads the web archives in one; indexes, lists of pages and logs are passed over."""

    name = "wacz"
    summary = "web archives with their indexes (WACZ): each page in them"
    suffixes = (".wacz",)
    extra = "warc"
    requires = ("warcio",)

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        return head.startswith(b"PK\x03\x04") and bool(_ENTRY.search(head))

    def records(self, source: Source) -> Iterator[Member | Refusal]:
        """See ``Reader``."""
        found = False
        for each in ZipReader().records(source):
            if each.location.startswith(_FOLDER):
                found = True
                yield each
        if not found:
            raise ReaderError("it has no web archive in the folder 'archive', as a WACZ file has")
