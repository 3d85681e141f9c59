"""Errors as answers: the status, and what is wrong in one sentence."""

from __future__ import annotations

from typing import Final

from starlette.requests import ClientDisconnect

from docarchive.errors import (
    ArchiveLocked,
    ArchiveReadOnly,
    DocarchiveError,
    EditConflict,
    IndexUnavailable,
    InputError,
    NoRoom,
    NotFoundError,
    NotInCollection,
    Overtaken,
    PassageNotFound,
    QueryError,
    UsageError,
)
from docarchive.records import NamedTuple
from docarchive.web.api.cursors import Expired
from docarchive.web.safety import TITLES, Refused
from docarchive.web.threads import Busy

#: The status of each kind of error; the first that fits counts.
_STATUS: Final[tuple[tuple[type[Exception], int, str], ...]] = (
    (PassageNotFound, 422, "Not accepted"),
    (Overtaken, 409, "Changed meanwhile"),
    (QueryError, 400, "The query cannot be read"),
    (NotInCollection, 404, "Not in a collection"),
    (UsageError, 400, "The request is wrong"),
    (NotFoundError, 404, "Not found"),
    (EditConflict, 409, "Changed meanwhile"),
    (InputError, 422, "Not accepted"),
    (ArchiveLocked, 503, "The archive is busy"),
    (NoRoom, 507, "No room left"),
    (IndexUnavailable, 503, "Index unavailable"),
    (ArchiveReadOnly, 403, "Read-only"),
    (DocarchiveError, 500, "The archive cannot be used"),
    (Busy, 503, "The server is busy"),
)


class Problem(NamedTuple):
    """An error as people and programs get it.

    Attributes:
        status: The status of the answer.
        title: What kind of error it is.
        detail: What is wrong, in one sentence.
        caret: Of a query: the query, and below it a mark at the error; else empty.
        query: Of a query: the query.
        position: Of a query: the index of the character at the error; else None.
    """

    status: int
    title: str
    detail: str
    caret: str = ""
    query: str = ""
    position: int | None = None


def problem_of(error: Exception) -> Problem:
    """Returns what an error is called."""
    for kind, status, title in _STATUS:
        if isinstance(error, kind):
            if isinstance(error, QueryError):
                return Problem(status, title, str(error), error.caret(), error.query, error.position)
            return Problem(status, title, str(error))
    if isinstance(error, Expired):
        return Problem(410, "Gone", str(error))
    if isinstance(error, Refused):
        return Problem(error.status, TITLES.get(error.status, "Refused"), error.reason)
    if isinstance(error, ClientDisconnect):
        return Problem(400, "Interrupted", "The connection was closed before the end of the request.")
    status = getattr(error, "status_code", 500)
    if status == 404:
        return Problem(404, "Not found", "There is no such page.")
    if status != 500:
        return Problem(status, TITLES.get(status, "Refused"), "This cannot be done with that page.")
    return Problem(500, "Internal error", "Something went wrong. The terminal of the server says what.")
