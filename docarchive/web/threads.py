"""The threads that answer: the server itself never waits for an archive.

A request gets a thread, or waits for one. If too many wait, or an answer takes too long, the request is refused, so
that others are answered. Changes and imports have one thread: one is made after the other, and none holds up a search.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from docarchive.web.options import ANSWERING, EXPORTING, MAX_IMPORTS, MAX_SECONDS, MAX_WAITING

T = TypeVar("T")

#: For how long, in seconds, an answer has the processor for itself. Python runs one thread at a time: answers that are
#: computed together delay one another, and each takes as long as all of them.
_MOMENT: Final = 0.1


class Busy(Exception):
    """The server has too much to do; its text says what to do."""


class Threads:
    """The threads of one server. Close it.

    Attributes:
        ended: Whether the server ends: what takes long ends by itself then.
        streams: How many streams of changes are open.
    """

    def __init__(self) -> None:
        self.ended = False
        self.streams = 0
        self._turn = asyncio.Semaphore(1)
        self._answering = ThreadPoolExecutor(ANSWERING, thread_name_prefix="answer")
        self._exporting = ThreadPoolExecutor(EXPORTING, thread_name_prefix="export")
        self._changing = ThreadPoolExecutor(1, thread_name_prefix="change")
        self._waiting = self._exports = self._imports = 0

    async def answer(self, function: Callable[[], T]) -> T:
        """Calls a function in a thread.

        Raises:
            Busy: Too many others wait, or it takes too long.
        """
        self._check_waiting()
        future = asyncio.ensure_future(self._in_turn(function))
        self._waiting += 1
        future.add_done_callback(self._answered)
        try:
            return await asyncio.wait_for(asyncio.shield(future), MAX_SECONDS)
        except TimeoutError:
            raise Busy("This takes too long. Use a more precise query.") from None

    async def change(self, function: Callable[[], T]) -> T:
        """Calls a function that changes the archive, after the changes before it. What has begun is waited for.

        Raises:
            Busy: An import is running, or other changes take too long; then the function is not called.
        """
        if self._imports:
            raise Busy("An import is running. Try again when it is done.")
        self._check_waiting()
        begun = self._changing.submit(function)
        future = asyncio.wrap_future(begun)
        self._waiting += 1
        future.add_done_callback(self._answered)
        await asyncio.wait([future], timeout=MAX_SECONDS)
        if not future.done() and begun.cancel():
            raise Busy("Other changes take too long. Nothing was changed. Try again in a moment.")
        return await asyncio.shield(future)

    def import_(self, function: Callable[[], None]) -> None:
        """Begins an import after the imports and changes before it.

        Raises:
            Busy: As many imports as may be are waiting.
        """
        self.check_imports()
        self._imports += 1
        future = asyncio.get_running_loop().run_in_executor(self._changing, function)
        future.add_done_callback(self._imported)

    def check_imports(self) -> None:
        """Raises ``Busy`` if as many imports as may be are waiting."""
        if self._imports >= MAX_IMPORTS:
            raise Busy("Other imports are waiting. Try again when they are done.")

    def export(self, function: Callable[[], None]) -> None:
        """Begins a function that writes an export, in a thread of its own.

        Raises:
            Busy: As many exports as may be are being written.
        """
        if self._exports >= EXPORTING:
            raise Busy("The server is writing other exports. Try again when they are done.")
        self._exports += 1
        future = asyncio.get_running_loop().run_in_executor(self._exporting, function)
        future.add_done_callback(self._exported)

    async def _in_turn(self, function: Callable[[], T]) -> T:
        """Calls a function in a thread, once those before it are done or have taken longer than a moment."""
        async with self._turn:
            future = asyncio.get_running_loop().run_in_executor(self._answering, function)
            await asyncio.wait([future], timeout=_MOMENT)
        return await future

    def _check_waiting(self) -> None:
        if self._waiting >= MAX_WAITING:
            raise Busy("The server is busy. Try again in a moment.")

    def _answered(self, future: asyncio.Future[Any]) -> None:
        self._waiting -= 1
        if not future.cancelled():
            future.exception()  # nobody may wait for it any more

    def _exported(self, future: asyncio.Future[None]) -> None:
        self._exports -= 1

    def _imported(self, future: asyncio.Future[None]) -> None:
        self._imports -= 1

    def close(self) -> None:
        """Waits for what has begun, and begins nothing more."""
        self.ended = True
        for executor in (self._answering, self._exporting, self._changing):
            executor.shutdown(cancel_futures=True)
