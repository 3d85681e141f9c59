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
from pathlib import Path
from types import TracebackType
from typing import Final

from docarchive.archive.session import Session
from docarchive.errors import ArchiveLocked, ArchiveReadOnly, InputError, NotFoundError, UsageError

#: How many sessions are kept open between calls.
_KEPT: Final = 4
#: Errors after which a session is as it was before.
_HARMLESS: Final = (UsageError, NotFoundError, InputError, ArchiveLocked, ArchiveReadOnly, StopIteration)


class _Local(_local):
    """What each thread has of its own."""

    session: Session | None = None


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
        before, local.session = local.session, self._session
        return before

    def pause(self, before: Session | None) -> None:
        """Ends what ``begin`` began."""
        self._sessions.local.session = before
        self._in_use.release()

    def step(self) -> object:
        """Returns the next value of the iterator; for the errors see ``begin``. Short: lists have many values."""
        sessions = self._sessions
        with self._in_use:
            if self._session is not None and not self._inherited and not sessions.closed:
                local = sessions.local
                before, local.session = local.session, self._session
                try:
                    return next(self.iterator)
                finally:
                    local.session = before
        self.pause(self.begin())  # raises the error
        raise StopIteration

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

    Attributes:
        root: The archive's folder.
        closed: Whether the archive is closed.
        changes: The numbers of the changes that were made in any of them.
        local: The session of the call in progress in each thread.
    """

    def __init__(self, first: Session) -> None:
        self.root: Path = first.root
        self.check_call = first.check_call
        self._another = first.again
        self._kept = [first]
        self.closed = False
        self.changes: list[int] = []
        self._renew()
        first.share(self._turn, self.changes)
        _all.add(self)

    def _renew(self) -> None:
        """Makes what belongs to the threads of one process."""
        self.local = _Local()
        self._lock = RLock()  # the collector may end an iterator while this is held
        self._turn = allocate_lock()  # to write
        self._loans: set[Loan] = set()

    @property
    def current(self) -> Session:
        """The session of the call in progress in this thread."""
        session = self.local.session
        if session is None:
            raise RuntimeError("this is for the methods of Archive alone")
        return session

    def call(self) -> _Call:
        """Returns a context with a session for one call, or with that of the call which this one is a part of.

        Raises:
            UsageError: The archive is closed.
        """
        return _Call(self)

    def lend(self) -> Loan:
        """Lends a session, which follows what other sessions and other processes have changed.

        Raises:
            UsageError: The archive is closed.
        """
        with self._lock:
            self.check_open()
            session = self._kept.pop() if self._kept else None
        if session is None:
            session = self._another()
            session.share(self._turn, self.changes)
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
            keep = not (spoiled or self.closed) and len(self._kept) < _KEPT
            if keep:
                self._kept.append(session)
        if not keep:
            session.close()

    def check_open(self) -> None:
        """Raises ``UsageError`` if the archive is closed."""
        if self.closed:
            raise UsageError("this archive is closed; open it again with Archive.open")

    def close(self) -> None:
        """Closes the archive: at once what no call uses, the rest when the calls in progress return."""
        with self._lock:
            self.closed = True
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


class _Call:
    """See ``Sessions.call``. No generator: that would take as long as a short call."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._loan: Loan | None = None

    def __enter__(self) -> Session:
        session = self._sessions.local.session
        if session is not None:
            self._sessions.check_open()
            return session
        self._loan = self._sessions.lend()
        self._loan.begin()
        return self._sessions.current

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loan is not None:
            self._loan.pause(None)
            if error is not None:
                self._loan.spoil(error)
            self._loan.end()


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
