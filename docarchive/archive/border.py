"""The border of the library: every public method of ``Archive`` passes it.

Here a call gets a session of its own (``sessions``), and an error of the system becomes a ``DocarchiveError``. The same
holds for each step of an iterator that a method returns. Errors that are mistakes of a program, such as a TypeError,
pass as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from docarchive import failures
from docarchive.archive.sessions import Loan, Sessions
from docarchive.errors import DocarchiveError

#: What needs no session.
_FREE: Final = frozenset({"close", "path"})
_OPERATORS: Final = frozenset({"__len__", "__contains__", "__getitem__", "__iter__"})


class _HasSessions(Protocol):
    _sessions: Sessions


T = TypeVar("T")
Kind = TypeVar("Kind", bound=type)


def guarded(kind: Kind) -> Kind:
    """Makes every public method and property of a class pass the border; a class decorator."""
    for name, member in [*vars(kind).items()]:
        if name in _FREE or (name.startswith("_") and name not in _OPERATORS):
            continue
        if isinstance(member, classmethod | staticmethod):
            setattr(kind, name, type(member)(_without_session(member.__func__)))
        elif isinstance(member, property) and member.fget is not None:
            setattr(kind, name, property(_with_session(member.fget), doc=member.__doc__))
        elif callable(member):
            lazy = str(member.__annotations__.get("return", "")).startswith("Iterator")
            setattr(kind, name, (_with_iterator if lazy else _with_session)(member))
    return kind


@contextmanager
def _described(subject: str, path: Path | None = None) -> Iterator[None]:
    try:
        yield
    except DocarchiveError:
        raise
    except Exception as error:
        described = failures.described(error, subject, path)
        if described is None:
            raise
        raise described from error


def _without_session(function: Callable[..., T]) -> Callable[..., T]:
    @wraps(function)
    def call(*arguments: Any, **options: Any) -> T:
        with _described("the archive"):
            return function(*arguments, **options)

    return call


def _with_session(function: Callable[..., T]) -> Callable[..., T]:
    @wraps(function)
    def call(self: _HasSessions, *arguments: Any, **options: Any) -> T:
        sessions = self._sessions
        with _described(f"the archive at {sessions.root}", sessions.root), sessions.call():
            return function(self, *arguments, **options)

    return call


def _with_iterator(function: Callable[..., Iterator[T]]) -> Callable[..., Iterator[T]]:
    @wraps(function)
    def call(self: _HasSessions, *arguments: Any, **options: Any) -> Iterator[T]:
        sessions = self._sessions
        with _described(f"the archive at {sessions.root}", sessions.root):
            loan = sessions.lend()
            steps: _Steps[T] = _Steps(loan, sessions.root)
            before = loan.begin()
            try:
                loan.iterator = function(self, *arguments, **options)
            finally:
                loan.pause(before)
        return steps

    return call


class _Steps(Iterator[T]):
    """An iterator that has a session for itself until its end; any thread may take the next step, one at a time."""

    def __init__(self, loan: Loan, root: Path) -> None:
        self._loan = loan
        self._root = root

    def __next__(self) -> T:
        loan = self._loan
        try:
            before = loan.begin()
            try:
                return next(loan.iterator)  # type: ignore[return-value]
            finally:
                loan.pause(before)
        except BaseException as error:
            loan.spoil(error)
            loan.end()
            with _described(f"the archive at {self._root}", self._root):
                raise

    def close(self) -> None:
        """Ends the iterator before its end."""
        self._loan.end()

    __del__ = close
