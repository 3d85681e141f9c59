"""Workers: scan the units of a verification, in this process or in several."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Final

from docarchive import failures
from docarchive.archive.session import Session
from docarchive.archive.verifying.scanning import Scanned, scan
from docarchive.archive.verifying.units import Unit
from docarchive.catalog import Catalog
from docarchive.errors import ArchiveError, DocarchiveError
from docarchive.folder import Folder
from docarchive.folder.scan import Listings
from docarchive.store.layout import DERIVED

if TYPE_CHECKING:
    import subprocess

_AHEAD: Final = 2  # units that each process has, so that it never waits


class Workers:
    """Processes that scan; with one job, this process does. Close it."""

    def __init__(self, session: Session, jobs: int) -> None:
        self._session = session
        self._processes: list[subprocess.Popen[bytes]] = []
        # A temporary catalog, as of an archive that may only be read, is for this process alone.
        if jobs > 1 and not session.read_only:
            from docarchive import processes

            self._processes = [processes.start(f"{__name__}:serve") for _ in range(jobs)]
            for process in self._processes:
                _send(process, (str(session.root), session.settings.language))

    def scan(self, units: Iterator[Unit]) -> Iterator[tuple[Unit, Scanned]]:
        """Yields what was found in each unit, in their order."""
        if not self._processes:
            listings = Listings()
            for unit in units:
                yield unit, scan(self._session.store.folder, self._session.catalog, unit, listings)
            return
        waiting: deque[tuple[Unit, subprocess.Popen[bytes]]] = deque()
        for number, unit in enumerate(units):
            process = self._processes[number % len(self._processes)]
            _send(process, unit)
            waiting.append((unit, process))
            if len(waiting) >= _AHEAD * len(self._processes):
                yield _received(*waiting.popleft())
        while waiting:
            yield _received(*waiting.popleft())

    def close(self) -> None:
        """Ends the processes."""
        for process in self._processes:
            process.kill()
            process.communicate()


def serve(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Scans the units that it is sent, in a process of its own."""
    import pickle

    root, language = pickle.load(tasks)  # noqa: S301 - from our own process
    folder = Folder(str(root))
    catalog = Catalog.open(folder / DERIVED, language)
    assert catalog is not None
    listings = Listings()
    while True:
        try:
            unit: Unit = pickle.load(tasks)  # noqa: S301
        except EOFError:
            return
        try:
            answer: Scanned | DocarchiveError = scan(folder, catalog, unit, listings)
        except Exception as error:
            answer = failures.in_words(error, unit.area, folder.path)
        pickle.dump(answer, answers)
        answers.flush()


def _send(process: subprocess.Popen[bytes], task: object) -> None:
    import pickle

    assert process.stdin is not None
    try:
        pickle.dump(task, process.stdin)
        process.stdin.flush()
    except BrokenPipeError:
        raise ArchiveError("a process that reads files has ended; run the command again with --jobs 1") from None


def _received(unit: Unit, process: subprocess.Popen[bytes]) -> tuple[Unit, Scanned]:
    import pickle

    assert process.stdout is not None
    try:
        answer = pickle.load(process.stdout)  # noqa: S301 - from our own process
    except (EOFError, pickle.UnpicklingError):
        raise ArchiveError("a process that reads files has ended; run the command again with --jobs 1") from None
    if isinstance(answer, DocarchiveError):
        raise answer
    return unit, answer
