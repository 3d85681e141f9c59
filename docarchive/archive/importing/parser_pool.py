"""Parser pool: worker processes that parse records.

A record may come from anyone, and parsing it may be slow, hang, use all memory or crash. A worker has limits on its
memory and on its time for one record; if it exceeds one or dies, that record is refused, and another worker continues
(decision 0028).
"""

from __future__ import annotations

import io
import pickle
import selectors
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, BinaryIO, Final

from docarchive import processes
from docarchive.errors import InputError, ReaderError

#: Seconds that parsing one record may take.
TIME: Final = 60.0
#: Bytes of memory that a worker may use.
MEMORY: Final = 1_000_000_000

_LENGTH: Final = struct.Struct(">Q")

Task = Callable[[], Any]


class Failed(Exception):
    """A task raised an exception that is not one of docarchive's; the message says which."""


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    number: int = -1  # the index of its task
    deadline: float = 0.0


class ParserPool:
    """Up to ``jobs`` processes that run tasks of up to ``time`` seconds. Close it, or use it as a context manager."""

    def __init__(self, jobs: int, time: float = TIME) -> None:
        self._jobs = jobs
        self._time = time
        self._idle: list[_Worker] = []

    def __enter__(self) -> ParserPool:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the processes."""
        for worker in self._idle:
            assert worker.process.stdin is not None
            with suppress(OSError):
                worker.process.stdin.close()  # so that all of them end at once
        for worker in self._idle:
            _end(worker, kill=False)
        self._idle.clear()

    def run(self, tasks: Iterable[bytes]) -> Iterator[tuple[int, Any]]:
        """Runs tasks as ``pack`` returns them.

        Yields the index of a task, and its result or the exception that it raised: ``ReaderError``, or ``Failed`` if it
        is not one of docarchive's; in the order in which tasks end.
        """
        waiting = iter(enumerate(tasks))
        with selectors.DefaultSelector() as busy:
            try:
                while self._assign(waiting, busy) or busy.get_map():
                    yield from self._collect(busy)
            finally:
                for key in list(busy.get_map().values()):
                    _end(key.data, kill=True)

    def _assign(self, waiting: Iterator[tuple[int, bytes]], busy: selectors.BaseSelector) -> bool:
        """Sends a task to each idle worker; returns whether there was one to send."""
        assigned = False
        while len(busy.get_map()) < self._jobs and (task := next(waiting, None)) is not None:
            worker = self._idle.pop() if self._idle else _Worker(processes.start(f"{__name__}:serve"))
            worker.number, worker.deadline = task[0], monotonic() + self._time
            assert worker.process.stdin is not None
            assert worker.process.stdout is not None
            with suppress(BrokenPipeError):  # it died: reading its answer shows that
                worker.process.stdin.write(_LENGTH.pack(len(task[1])) + task[1])
                worker.process.stdin.flush()
            busy.register(worker.process.stdout, selectors.EVENT_READ, worker)
            assigned = True
        return assigned

    def _collect(self, busy: selectors.BaseSelector) -> Iterator[tuple[int, Any]]:
        soonest = min(key.data.deadline for key in busy.get_map().values())
        for key, _ in busy.select(max(0.0, soonest - monotonic())):
            worker: _Worker = key.data
            busy.unregister(key.fileobj)
            assert worker.process.stdout is not None
            answer = _received(worker.process.stdout)
            if answer is None:
                _end(worker, kill=True)
                yield worker.number, ReaderError(_death(worker.process.returncode))
            else:
                self._idle.append(worker)
                yield worker.number, pickle.loads(answer)  # noqa: S301, our own process wrote it
        for key in list(busy.get_map().values()):
            if key.data.deadline <= monotonic():
                busy.unregister(key.fileobj)
                _end(key.data, kill=True)
                yield key.data.number, ReaderError(f"parsing it takes longer than {self._time:g} seconds")


def pack(task: Task) -> bytes | None:
    """Returns a task as ``run`` needs it, or None if it cannot be pickled."""
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


def _end(worker: _Worker, *, kill: bool) -> None:
    if kill:
        worker.process.kill()
    for stream in (worker.process.stdin, worker.process.stdout):
        with suppress(OSError):
            assert stream is not None
            stream.close()
    worker.process.wait()


def _death(code: int | None) -> str:
    name = f"code {code}"
    with suppress(ValueError):
        name = signal.Signals(-code).name if code and code < 0 else name
    return f"the parser crashed on it ({name})"
