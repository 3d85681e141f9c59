"""Advice about a query that matches nothing: another spelling of it, whatever command it was given to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from docarchive.cli.render import message, out_count

if TYPE_CHECKING:
    from docarchive import Archive


def answer_count(
    archive: Archive, query: str, total: int, *, as_json: bool, language: str | None = None, now: datetime | None = None
) -> None:
    """Prints how many articles match a query, and another spelling if none does."""
    out_count(query, total, as_json=as_json)
    if not as_json:
        advise_spelling(archive, query, total, language=language, now=now)


def advise_spelling(
    archive: Archive, query: str, total: int, *, language: str | None = None, now: datetime | None = None
) -> None:
    """Prints the suggestion that a search for a query gives; none if the index would have to be updated for it."""
    if query and (not total or "||" in query) and archive.is_current():
        results = archive.search(query, limit=0, language=language, now=now, all_words=True)
        print_suggestion(results.suggestion)


def print_suggestion(suggestion: str | None) -> None:
    """Prints another spelling of a query, if there is one."""
    if suggestion:
        message(f"did you mean: {suggestion}")
