"""The border of the library: every public method of ``Archive`` passes it.

Here a call gets a session of its own (``sessions``), and an error of the system becomes a ``DocarchiveError``. The same
holds for each step of an iterator that a method returns. Errors that are mistakes of a program, such as a TypeError,
pass as they are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol, TypeVar

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


def _raise(error: Exception, subject: str, path: Path | None = None) -> NoReturn:
    """Raises an error as users of the library get it."""
    described = failures.described(error, subject, path)
    if described is None:
        raise error
    raise described from error


def _without_session(function: Callable[..., T]) -> Callable[..., T]:
    @wraps(function)
    def call(*arguments: Any, **options: Any) -> T:
        try:
            return function(*arguments, **options)
        except DocarchiveError:
            raise
        except Exception as error:
            paths = (Path(argument) for argument in arguments if isinstance(argument, str | os.PathLike))
            _raise(error, "the archive", next(paths, None))

    return call


def _with_session(function: Callable[..., T]) -> Callable[..., T]:
    @wraps(function)
    def call(self: _HasSessions, *arguments: Any, **options: Any) -> T:
        sessions = self._sessions
        sessions.check_call(function.__name__)
        try:
            with sessions.call():
                return function(self, *arguments, **options)
        except DocarchiveError:
            raise
        except Exception as error:
            _raise(error, f"the archive at {sessions.root}", sessions.root)

    return call


def _with_iterator(function: Callable[..., Iterator[T]]) -> Callable[..., Iterator[T]]:
    @wraps(function)
    def call(self: _HasSessions, *arguments: Any, **options: Any) -> Iterator[T]:
        sessions = self._sessions
        sessions.check_call(function.__name__)
        try:
            loan = sessions.lend()
            steps: _Steps[T] = _Steps(loan, sessions.root)
            before = loan.begin()
            try:
                loan.iterator = function(self, *arguments, **options)
            finally:
                loan.pause(before)
        except DocarchiveError:
            raise
        except Exception as error:
            _raise(error, f"the archive at {sessions.root}", sessions.root)
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
            return loan.step()  # type: ignore[return-value]
        except BaseException as error:
            loan.spoil(error)
            loan.end()
            if isinstance(error, DocarchiveError | StopIteration) or not isinstance(error, Exception):
                raise
            _raise(error, f"the archive at {self._root}", self._root)

    def close(self) -> None:
        """Ends the iterator before its end."""
        self._loan.end()

    __del__ = close
