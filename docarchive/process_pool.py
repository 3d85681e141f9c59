"""Process pool: worker processes that run tasks, each of them within bounds.

A record may come from anyone, and parsing it may be slow, hang, use all memory or crash. A worker has limits on its
memory and on its time for one task; if it exceeds one or dies, that task has failed, and another worker continues
(decision 0028). Useful for tasks that need much of a processor, or that may come from anyone. Not useful for many that
take less than a millisecond: to send one takes a fifth of that.
"""

from __future__ import annotations

import io
import pickle
import selectors
import signal
import struct
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from time import monotonic
from typing import Any, BinaryIO, Final

from docarchive import processes
from docarchive.errors import InputError, ReaderError

#: Seconds that a task may take.
TIME: Final = 60.0
#: Bytes of memory that a worker may use.
MEMORY: Final = 1_000_000_000

_LENGTH: Final = struct.Struct(">Q")

Task = Callable[[], Any]
_Worker = subprocess.Popen[bytes]


class Failed(Exception):
    """A task raised an exception that is not one of docarchive's; the message says which."""


class Ended(Failed):
    """A worker ended before its task did; the message says why, such as ``takes longer than 60 seconds``."""


class ProcessPool:
    """Up to ``jobs`` processes that run tasks of up to ``time`` seconds. Close it, or use it as a context manager.

    A thread of this process waits for each of them, so that they are busy whatever the others of its threads do.
    """

    def __init__(self, jobs: int, time: float = TIME) -> None:
        self._time = time
        self._threads = ThreadPoolExecutor(jobs, "docarchive-worker")
        self._lock = Lock()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._closed = False

    def __enter__(self) -> ProcessPool:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the processes; tasks that have not ended are abandoned."""
        with self._lock:
            self._closed = True
            for worker in self._busy:
                worker.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._idle:
            assert worker.stdin is not None
            with suppress(OSError):
                worker.stdin.close()  # so that all of them end at once
        for worker in self._idle:
            _end(worker)
        self._idle.clear()

    def submit(self, task: bytes) -> Future[Any]:
        """Runs a task as ``pack`` returns it.

        The result of the future is that of the task, or the exception that it raised: ``ReaderError`` for an
        ``InputError``, ``Ended`` if the worker ended, or ``Failed``.
        """
        return self._threads.submit(self._answer, task)

    def _answer(self, task: bytes) -> Any:
        with self._lock:
            if self._closed:
                raise CancelledError
            worker = self._idle.pop() if self._idle else processes.start(f"{__name__}:serve")
            self._busy.add(worker)
        answer = _exchanged(worker, task, self._time)
        with self._lock:
            self._busy.discard(worker)
            if isinstance(answer, bytes):
                self._idle.append(worker)
        if isinstance(answer, bytes):
            return pickle.loads(answer)  # noqa: S301, our own process wrote it
        worker.kill()
        _end(worker)
        return Ended(answer or f"crashes the process ({_signal_or_code(worker.returncode)})")


def _exchanged(worker: _Worker, task: bytes, time: float) -> bytes | str | None:
    """Sends a task to a worker and returns its answer; None if it dies, and a reason if it takes too long."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    deadline = monotonic() + time
    with suppress(BrokenPipeError):  # it died: reading its answer shows that
        worker.stdin.write(_LENGTH.pack(len(task)) + task)
        worker.stdin.flush()
    with selectors.DefaultSelector() as answering:
        answering.register(worker.stdout, selectors.EVENT_READ)
        if not answering.select(max(0.0, deadline - monotonic())):
            return f"takes longer than {time:g} seconds"
    return _received(worker.stdout)


def pack(task: Task) -> bytes | None:
    """Returns a task as ``submit`` needs it, or None if it cannot be pickled."""
    try:
        return pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
    except Exception:  # pickling fails with many kinds of exceptions
        return None


def serve(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Runs in a worker: answers each task until there are no more."""
    _limit_memory()
    while (data := _received(tasks)) is not None:
        answer = _packed(_run(data))
        answers.write(_LENGTH.pack(len(answer)) + answer)
        answers.flush()


def _run(data: bytes) -> Any:
    try:
        return pickle.loads(data)()  # noqa: S301, the process that started this one wrote it
    except InputError as error:
        return ReaderError(str(error))
    except Exception as error:
        return Failed(processes.describe(error))


def _packed(result: Any) -> bytes:
    try:
        return pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        return pickle.dumps(Failed(processes.describe(error)))


def _limit_memory() -> None:
    if sys.platform != "linux":  # other systems ignore the limit, or count mapped memory too
        return
    import resource

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def _received(stream: BinaryIO | Any) -> bytes | None:
    """Returns the next message, or None if there is no whole one."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = io.BytesIO()
    while data.tell() < length and (chunk := stream.read(min(length - data.tell(), 1 << 24))):
        data.write(chunk)
    return data.getvalue() if data.tell() == length else None


def _end(worker: _Worker) -> None:
    for stream in (worker.stdin, worker.stdout):
        with suppress(OSError):
            assert stream is not None
            stream.close()
    worker.wait()


def _signal_or_code(code: int | None) -> str:
    name = f"code {code}"
    with suppress(ValueError):
        name = signal.Signals(-code).name if code and code < 0 else name
    return name
