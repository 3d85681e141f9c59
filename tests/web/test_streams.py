"""Streams from a thread to a browser."""

import asyncio
from io import RawIOBase
from threading import Event

import pytest

from docarchive.errors import OutputClosed, UsageError
from docarchive.web.streams import StreamedExport
from docarchive.web.threads import Busy, Threads

_MEGABYTE = b"x" * 1_000_000


def test_pieces_are_what_was_written() -> None:
    threads = Threads()
    data = bytes(range(256)) * 3_000

    def write(out: RawIOBase) -> None:
        for start in range(0, len(data), 1_000):
            out.write(data[start : start + 1_000])

    async def read() -> list[bytes]:
        stream = StreamedExport(threads, write)
        await stream.start()
        return [piece async for piece in stream.pieces()]

    pieces = asyncio.run(read())
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) < 70_000
    threads.close()


def test_no_more_than_a_few_pieces_wait_for_a_slow_browser() -> None:
    threads = Threads()
    written, ended, release = [0], Event(), Event()

    def write(out: RawIOBase) -> None:
        try:
            for _ in range(100):
                out.write(_MEGABYTE)
                written[0] += 1
                if written[0] == 4:
                    release.set()
        except OutputClosed:
            ended.set()

    async def read() -> None:
        stream = StreamedExport(threads, write)
        await stream.start()
        pieces = stream.pieces()
        await anext(pieces)
        await asyncio.to_thread(release.wait)
        await asyncio.sleep(0.05)
        assert written[0] < 12
        await pieces.aclose()  # type: ignore[attr-defined]
        await asyncio.to_thread(ended.wait)

    asyncio.run(read())
    assert ended.is_set()
    threads.close()


def test_an_error_before_the_first_piece_is_raised() -> None:
    threads = Threads()

    def write(out: RawIOBase) -> None:
        out.write(b"a little")
        raise UsageError("no such format")

    async def read() -> None:
        await StreamedExport(threads, write).start()

    with pytest.raises(UsageError, match="no such format"):
        asyncio.run(read())
    threads.close()


def test_an_error_later_ends_the_stream_with_it() -> None:
    threads = Threads()

    def write(out: RawIOBase) -> None:
        out.write(_MEGABYTE)
        raise UsageError("the disk is gone")

    async def read() -> None:
        stream = StreamedExport(threads, write)
        await stream.start()
        async for _ in stream.pieces():
            pass

    with pytest.raises(UsageError, match="the disk is gone"):
        asyncio.run(read())
    threads.close()


def test_more_exports_than_there_are_threads_are_refused() -> None:
    threads = Threads()
    release = Event()

    def write(out: RawIOBase) -> None:
        release.wait()

    async def read() -> None:
        streams = [StreamedExport(threads, write) for _ in range(2)]
        with pytest.raises(Busy, match="other exports"):
            StreamedExport(threads, write)
        release.set()
        for stream in streams:
            await stream.start()

    asyncio.run(read())
    threads.close()
