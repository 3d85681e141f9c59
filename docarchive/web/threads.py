"""The threads that answer: the server itself never waits for an archive.

A request gets a thread, or waits for one. If too many wait, or an answer takes too long, the request is refused, so
that others are answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from docarchive.web.options import ANSWERING, EXPORTING, MAX_SECONDS, MAX_WAITING

T = TypeVar("T")


class Busy(Exception):
    """The server has too much to do; its text says what to do."""


class Threads:
    """The threads of one server. Close it."""

    def __init__(self) -> None:
        self._answering = ThreadPoolExecutor(ANSWERING, thread_name_prefix="answer")
        self._exporting = ThreadPoolExecutor(EXPORTING, thread_name_prefix="export")
        self._waiting = self._exports = 0

    async def answer(self, function: Callable[[], T]) -> T:
        """Calls a function in a thread.

        Raises:
            Busy: Too many others wait, or it takes too long.
        """
        if self._waiting >= MAX_WAITING:
            raise Busy("The server is busy. Try again in a moment.")
        future = asyncio.get_running_loop().run_in_executor(self._answering, function)
        self._waiting += 1
        future.add_done_callback(self._answered)
        try:
            return await asyncio.wait_for(asyncio.shield(future), MAX_SECONDS)
        except TimeoutError:
            raise Busy("This takes too long. Use a more precise query.") from None

    def _answered(self, future: asyncio.Future[T]) -> None:
        self._waiting -= 1
        if not future.cancelled():
            future.exception()  # nobody may wait for it any more

    def export(self, function: Callable[[], None]) -> None:
        """Begins a function that writes an export, in a thread of its own.

        Raises:
            Busy: As many exports as may be are being written.
        """
        if self._exports >= EXPORTING:
            raise Busy("The server is writing other exports. Try again when they are done.")
        self._exports += 1
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._exporting, function)
        future.add_done_callback(self._exported)

    def _exported(self, future: asyncio.Future[None]) -> None:
        self._exports -= 1

    def close(self) -> None:
        """Waits for what has begun, and begins nothing more."""
        self._answering.shutdown(cancel_futures=True)
        self._exporting.shutdown(cancel_futures=True)
