"""What the tests of archives share."""

import io
import random
from typing import NamedTuple

from docarchive.errors import ReaderError
from docarchive.readers.protocol import Member, Reader, Refusal, Source

#: Files of more bytes are large, in these tests.
SMALL = 100_000
LARGE = random.Random(1).randbytes(SMALL + 100_000)


class Found(NamedTuple):
    """What a reader gave: files by place, refusals by place, and why it stopped."""

    files: dict[str, bytes]
    refused: dict[str, str]
    stopped: str


def source(data: bytes, name: str = "a.zip") -> Source:
    return Source(name, len(data), lambda: io.BytesIO(data))


def read(reader: Reader, data: bytes, name: str = "a.zip") -> Found:
    """Reads all as an import does: the bytes of each file are taken before the next is asked for."""
    found = Found({}, {}, "")
    try:
        for each in reader.records(source(data, name)):
            if isinstance(each, Refusal):
                assert isinstance(each.raw, bytes)
                found.refused[each.location] = each.reason
                continue
            assert isinstance(each, Member)
            try:
                found.files[each.location] = taken(each)
            except ReaderError as error:
                found.refused[each.location] = str(error)
    except ReaderError as error:
        return found._replace(stopped=str(error))
    return found


def taken(member: Member) -> bytes:
    with member.source.open() as stream:
        data = b"".join(iter(lambda: stream.read(1_000_000), b""))
    assert len(data) == member.source.size
    return data
