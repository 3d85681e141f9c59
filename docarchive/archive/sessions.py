"""Sessions: the sessions of one open archive, one for each call that is in progress, whatever thread it is in.

A session is used by one call at a time, so that neither SQLite nor the engines need to know of threads. Calls at the
same time have different sessions; afterwards a session is kept for the next call. What a call calls in turn, such as
the caller's own function for the progress of an import, has the session of that call. Only one session writes at a
time. See docs/decisions/0065.
"""

from __future__ import annotations

import os
from _thread import RLock, _local, allocate_lock
from _weakrefset import WeakSet
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docarchive.archive.session import Session
from docarchive.archive.settings import Settings
from docarchive.errors import ArchiveLocked, InputError, NotFoundError, UsageError

if TYPE_CHECKING:
    from docarchive.archive.progress import Progress

#: How many sessions are kept open between calls.
_KEPT: Final = 4
#: Errors after which a session is as it was before.
_HARMLESS: Final = (UsageError, NotFoundError, InputError, ArchiveLocked, StopIteration)


class Loan:
    """A session that one call, or one iterator that a call returned, has for itself. End it."""

    def __init__(self, sessions: Sessions, session: Session) -> None:
        self.iterator: Iterator[object] = iter(())
        self._sessions = sessions
        self._session: Session | None = session
        self._in_use = allocate_lock()
        self._spoiled = False
        self._inherited = False

    def begin(self) -> Session | None:
        """Makes the session the one of this thread, until ``pause``; waits while another thread uses it.

        Returns:
            The session that this thread had before; give it to ``pause``.

        Raises:
            UsageError: The archive is closed, or it was opened by the process that this one was forked from.
            StopIteration: The loan has ended.
        """
        self._in_use.acquire()
        try:
            self._sessions.check_open()
            if self._inherited:
                raise UsageError("another process began to read this; ask the archive for it again")
            if self._session is None:
                raise StopIteration
        except BaseException:
            self._in_use.release()
            raise
        local = self._sessions.local
        before: Session | None = getattr(local, "session", None)
        local.session = self._session
        return before

    def pause(self, before: Session | None) -> None:
        """Ends what ``begin`` began."""
        self._sessions.local.session = before
        self._in_use.release()

    def spoil(self, error: BaseException) -> None:
        """Notes an error after which nobody knows in what state the session is: it is not used again."""
        self._spoiled = self._spoiled or not isinstance(error, _HARMLESS)

    def end(self) -> None:
        """Gives the session back, unless it is in use: then its user does so."""
        if self._inherited or not self._in_use.acquire(blocking=False):
            return
        try:
            session, self._session = self._session, None
            if session is not None:
                try:
                    if hasattr(self.iterator, "close"):
                        self.iterator.close()
                finally:
                    self._sessions.take_back(self, session, spoiled=self._spoiled)
        finally:
            self._in_use.release()

    def leave_to_parent(self) -> None:
        """Makes the loan unusable, in a process that was forked from the one that made it."""
        self._inherited = True
        self._in_use = allocate_lock()


class Sessions:
    """The sessions of one open archive.

    Args:
        first: An open session.
    """

    def __init__(self, first: Session) -> None:
        self.root: Path = first.root
        self._progress: Progress = first.progress
        self._wait = first.store.lock.wait
        self._kept = [first]
        self._closed = False
        self._renew()
        first.store.lock.turn = self._turn
        _all.add(self)

    def _renew(self) -> None:
        """Makes what belongs to the threads of one process."""
        self.local = _local()  # its ``session`` is the one of the call in progress in a thread
        self._lock = RLock()  # the collector may end an iterator while this is held
        self._turn = allocate_lock()  # to write
        self._loans: set[Loan] = set()

    @property
    def current(self) -> Session:
        """The session of the call in progress in this thread."""
        session: Session | None = getattr(self.local, "session", None)
        if session is None:
            raise RuntimeError("this is for the methods of Archive alone")
        return session

    @contextmanager
    def call(self) -> Iterator[Session]:
        """Has a session for one call, or that of the call which this one is a part of.

        Raises:
            UsageError: The archive is closed.
        """
        session: Session | None = getattr(self.local, "session", None)
        if session is not None:
            self.check_open()
            yield session
            return
        loan = self.lend()
        try:
            before = loan.begin()
            try:
                yield self.current
            finally:
                loan.pause(before)
        except BaseException as error:
            loan.spoil(error)
            raise
        finally:
            loan.end()

    def lend(self) -> Loan:
        """Lends a session, which follows what other sessions and other processes have changed.

        Raises:
            UsageError: The archive is closed.
        """
        with self._lock:
            self.check_open()
            session = self._kept.pop() if self._kept else None
        if session is None:
            session = Session.open(self.root, Settings.load(self.root), self._progress, self._wait)
            session.store.lock.turn = self._turn
        else:
            try:
                session.follow()
            except BaseException:
                session.close()
                raise
        loan = Loan(self, session)
        with self._lock:
            self._loans.add(loan)
        return loan

    def take_back(self, loan: Loan, session: Session, *, spoiled: bool) -> None:
        """Keeps a session that was lent for another call, or closes it."""
        with self._lock:
            self._loans.discard(loan)
            keep = not (spoiled or self._closed) and len(self._kept) < _KEPT
            if keep:
                self._kept.append(session)
        if not keep:
            session.close()

    def check_open(self) -> None:
        """Raises ``UsageError`` if the archive is closed."""
        if self._closed:
            raise UsageError("this archive is closed; open it again with Archive.open")

    @property
    def closed(self) -> bool:
        """Whether the archive is closed."""
        return self._closed

    def close(self) -> None:
        """Closes the archive: at once what no call uses, the rest when the calls in progress return."""
        with self._lock:
            self._closed = True
            loans = [*self._loans]
        self.close_kept()
        for loan in loans:
            loan.end()

    def close_kept(self) -> None:
        """Closes the sessions that no call uses."""
        with self._lock:
            kept, self._kept = self._kept, []
        for session in kept:
            session.close()

    def leave_to_parent(self) -> None:
        """Forgets what belongs to the process that this one was forked from: SQLite must not use it in two."""
        for loan in self._loans:
            loan.leave_to_parent()
            _inherited.append(loan)
        self._renew()


_all: WeakSet[Sessions] = WeakSet()
#: Loans of the process that this one was forked from. Kept, because SQLite must not close them here.
_inherited: list[Loan] = []


def _before_fork() -> None:
    for sessions in _all:
        sessions.close_kept()


def _after_fork() -> None:
    for sessions in _all:
        sessions.leave_to_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
