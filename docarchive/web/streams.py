"""A stream from a thread to a browser: what an export writes is sent in pieces, of which never more than a few wait."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from concurrent.futures import CancelledError, Future
from typing import Any, Final

from docarchive.errors import OutputClosed
from docarchive.web.threads import Threads

_PIECE: Final = 65_536  # bytes
_WAITING: Final = 4  # pieces
#: Seconds after which a browser that reads nothing gets no more: it would keep a thread for ever.
_PATIENCE: Final = 60


class StreamedExport:
    """Runs what writes to a stream, and yields what it writes.

    Args:
        threads: The server's threads.
        write: Writes to a stream, which it leaves open.
    """

    def __init__(self, threads: Threads, write: Callable[[io.RawIOBase], Any]) -> None:
        self._pieces: asyncio.Queue[bytes | BaseException | None] = asyncio.Queue(_WAITING)
        self._out = _Out(asyncio.get_running_loop(), self._pieces)
        self._write = write
        self._first: bytes | None = None
        threads.export(self._run)

    def _run(self) -> None:
        try:
            self._write(self._out)
            self._out.flush_pieces()
            self._out.send(None)
        except OutputClosed:
            pass  # nobody reads it any more
        except BaseException as error:
            try:
                self._out.send(error)
            except OutputClosed:
                return

    async def start(self) -> None:
        """Waits for the first piece; raises what the export raises before it."""
        try:
            self._first = await self._next()
        except BaseException:
            self._out.end()
            raise

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yields the pieces; after ``start``."""
        try:
            piece = self._first
            while piece is not None:
                yield piece
                piece = await self._next()
        finally:
            self._out.end()
            while not self._pieces.empty():
                self._pieces.get_nowait()

    async def _next(self) -> bytes | None:
        piece = await self._pieces.get()
        if isinstance(piece, BaseException):
            raise piece
        return piece


class _Out(io.RawIOBase):
    """What an export writes to, in its thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, pieces: asyncio.Queue[bytes | BaseException | None]) -> None:
        super().__init__()
        self._loop = loop
        self._pieces = pieces
        self._buffer = bytearray()
        self._ended = False

    def writable(self) -> bool:
        """Returns that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Takes bytes; waits while the browser has not read enough of those before.

        Raises:
            OutputClosed: The browser reads no more.
        """
        view = memoryview(data).cast("B")
        self._buffer += view
        if len(self._buffer) >= _PIECE:
            self.flush_pieces()
        return len(view)

    def flush_pieces(self) -> None:
        """Sends what waits in the buffer."""
        if self._buffer:
            piece, self._buffer = bytes(self._buffer), bytearray()
            self.send(piece)

    def send(self, piece: bytes | BaseException | None) -> None:
        """Sends a piece; None after the last one."""
        if self._ended or self._loop.is_closed():
            raise OutputClosed("the browser has closed the connection")
        sent: Future[None] = asyncio.run_coroutine_threadsafe(self._pieces.put(piece), self._loop)
        for _ in range(_PATIENCE):
            try:
                return sent.result(1)
            except TimeoutError:
                if self._ended or self._loop.is_closed():
                    break
            except CancelledError:
                break
        self._ended = True
        raise OutputClosed("the browser reads no more")

    def end(self) -> None:
        """Lets the next write fail."""
        self._ended = True
