"""The reader of WACZ: ZIP archives of web archives with their indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from docarchive.errors import ReaderError
from docarchive.readers.containers.zip import records as zip_records
from docarchive.readers.protocol import Member, Refusal, Source

_FOLDER: Final = "archive/"


def records(source: Source) -> Iterator[Member | Refusal]:
    """Yields the web archives in one; indexes, lists of pages and logs are skipped."""
    has_web_archive = False
    for member in zip_records(source):
        if member.location.startswith(_FOLDER):
            has_web_archive = True
            yield member
    if not has_web_archive:
        raise ReaderError("it has no web archive in the folder 'archive', as a WACZ file has")
