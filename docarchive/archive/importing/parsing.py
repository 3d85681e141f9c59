"""Parsing: from records to articles, in this process or in others.

Records that are quick to parse are parsed in this process. Those that take longer to parse than to send to another
process are parsed by a ``ProcessPool``, as are all records of readers that may hang or crash (decision 0028).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from time import thread_time
from typing import TYPE_CHECKING, Any, Final

from docarchive.archive.importing.records import PendingRecord, RefusedInput
from docarchive.article import Article
from docarchive.errors import InputError, ReaderError
from docarchive.processes import processors
from docarchive.readers import Reader

if TYPE_CHECKING:
    from concurrent.futures import Future

    from docarchive.process_pool import ProcessPool

#: Seconds of processor time per record above which worker processes help; sending one takes about a tenth of that.
_SLOW: Final = 0.002
#: How many records are timed first; fewer are not worth starting a process for.
_TIMED: Final = 8
#: After those, one record in so many is timed: where calls of the system are watched, asking for the time costs as much
#: as parsing a short record.
_SAMPLED: Final = 64
#: How many records of slow readers are worth starting processes for at once: each of them takes that long to start.
_MANY: Final = 16

Parsed = Article | InputError


class Parser:
    """Parses records. Close it.

    Args:
        jobs: How many processes may parse at once; 1: this process alone, except for readers that must be isolated.
            None: one per CPU.
    """

    def __init__(self, jobs: int | None) -> None:
        self._jobs = jobs or processors()
        self._pool: ProcessPool | None = None
        self._begun: dict[str, Future[Any]] = {}  # by fingerprint: records that are parsed, or were, in other processes
        self._early: list[PendingRecord] = []  # that would be begun if there were more of them
        self._parsed: dict[str, int] = {}  # by reader: how many records
        self._times: dict[str, tuple[int, float]] = {}  # by reader: how many were timed, in how many seconds

    def close(self) -> None:
        """Ends the processes."""
        if self._pool is not None:
            self._pool.close()

    def begin(self, record: PendingRecord) -> None:
        """Begins to parse one of many records for which ``is_elsewhere``; ``parse`` or ``forget`` it later."""
        if record.fingerprint in self._begun:
            return
        self._early.append(record)
        if self._pool is not None or len(self._early) >= _MANY:
            for early in self._early:
                if future := self._submitted(early):
                    self._begun[early.fingerprint] = future
            self._early.clear()

    def forget(self, fingerprints: Iterable[str]) -> None:
        """Forgets records that were begun and need not be parsed."""
        for fingerprint in fingerprints:
            self._begun.pop(fingerprint, None)

    def has_begun(self, records: Iterable[PendingRecord | RefusedInput]) -> bool:
        """Returns whether one of the records is parsed in another process, or was."""
        return any(isinstance(record, PendingRecord) and record.fingerprint in self._begun for record in records)

    def parse(self, records: Sequence[PendingRecord], done: Callable[[PendingRecord], None]) -> list[Parsed]:
        """Returns the article of each record, or the error; calls ``done`` with each record once it is parsed."""
        self._early.clear()
        results: list[Parsed | None] = [None] * len(records)
        elsewhere: dict[int, Future[Any]] = {}  # by the index of the record
        for index, record in enumerate(records):
            future = self._begun.pop(record.fingerprint, None)
            if future is None and self._is_for_pool(record, len(records) - index, started=bool(elsewhere)):
                future = self._submitted(record)
            if future is not None:
                elsewhere[index] = future
            else:
                results[index] = self._parse_here(record)
                done(record)
        for index, future in elsewhere.items():
            results[index] = _of_pool(future.result(), records[index].reader)
            done(records[index])
        return [result or ReaderError("there is no article in it") for result in results]

    def is_elsewhere(self, reader: Reader) -> bool:
        """Returns whether many records of a reader are parsed in other processes."""
        return self._jobs > 1 and (reader.slow or self._takes_long(reader))

    def _submitted(self, record: PendingRecord) -> Future[Any] | None:
        """Begins to parse a record in another process; returns None if it must be parsed here."""
        from docarchive.process_pool import ProcessPool, pack

        task = pack(record.record.load)
        if task is None:
            return None
        if self._pool is None:
            self._pool = ProcessPool(self._jobs)
        return self._pool.submit(task)

    def _is_for_pool(self, record: PendingRecord, remaining: int, *, started: bool) -> bool:
        if record.reader.isolated:
            return True
        started = started or self._pool is not None
        if self._jobs == 1 or not (started or remaining >= _TIMED):
            return False
        if record.reader.slow and (started or remaining >= _MANY):
            return True
        return self._takes_long(record.reader)

    def _takes_long(self, reader: Reader) -> bool:
        count, seconds = self._times.get(reader.name, (0, 0.0))
        return count >= _TIMED and seconds > _SLOW * count

    def _parse_here(self, record: PendingRecord) -> Parsed:
        name = record.reader.name
        parsed = self._parsed[name] = self._parsed.get(name, 0) + 1
        if parsed == 1 or (parsed > _TIMED + 1 and parsed % _SAMPLED):
            return _loaded(record)  # the first also loads the modules of its reader
        count, seconds = self._times.get(name, (0, 0.0))
        start = thread_time()  # of the processor: on a busy machine every record takes long
        try:
            return _loaded(record)
        finally:
            self._times[name] = (count + 1, seconds + thread_time() - start)


def _of_pool(result: Any, reader: Reader) -> Parsed:
    from docarchive.process_pool import Ended, Failed

    if isinstance(result, Ended):
        return ReaderError(f"parsing it {result}")
    parsed: Parsed = ReaderError(bug_of(reader.name, result)) if isinstance(result, Failed) else result
    return parsed


def _loaded(record: PendingRecord) -> Parsed:
    try:
        return record.record.load()
    except InputError as error:
        return error
    except Exception as error:  # a reader's bug must not stop the other records
        return ReaderError(bug_of(record.reader.name, error))


def bug_of(reader: str, error: Exception) -> str:
    """Returns the reason for refusing an input on which a reader raised an unexpected exception."""
    if isinstance(error, MemoryError) or str(error).startswith("MemoryError"):
        return f"the {reader} reader exceeds its memory limit on it"
    from docarchive.process_pool import Failed

    detail = str(error) if isinstance(error, Failed) else " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return f"the {reader} reader failed on it ({detail}); please report this"
