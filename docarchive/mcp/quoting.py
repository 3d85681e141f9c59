"""Quoting: the tool that checks a quote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from docarchive.mcp.cutting import clipped
from docarchive.mcp.limits import Answer, fitted

if TYPE_CHECKING:
    from docarchive import Archive, QuotedPart, QuotedPassage

_TITLE: Final = 100
_PASSAGES: Final = 20
_DIFFERENCES: Final = 3
_WORDS: Final = 60


def quote(archive: Archive, given: dict[str, Any]) -> Answer:
    """Checks a quote."""
    quotation = archive.quote(given["text"], versions=given["versions"], limit=_PASSAGES)
    unread = [clipped(sentence, _TITLE) for sentence in quotation.unread[:2]]
    answer: Answer = {"verdict": quotation.verdict, "more": quotation.more, "unread": unread}
    answer = fitted(answer, "passages", map(_passage, quotation.passages), given["max_tokens"])
    answer["more"] += len(quotation.passages) - len(answer["passages"])
    return answer


def _passage(passage: QuotedPassage) -> Answer:
    return {
        "id": passage.id,
        "title": clipped(passage.title, _TITLE),
        "date": passage.date,
        "version": passage.version,
        "current": passage.current,
        "original": passage.original,
        "field": passage.field,
        "parts": _parts(passage.parts),
    }


def _parts(parts: Sequence[QuotedPart]) -> list[Answer]:
    """Returns the first parts, with the first differences of each."""
    shown = []
    for part in parts[:2]:
        text = clipped(part.text, _TITLE)
        answer: Answer = {"text": text, "start": part.start, "end": part.end}
        answer["differences"] = [
            {
                "quoted": clipped(own.quoted, _WORDS),
                "archived": clipped(own.archived, _WORDS),
                "start": own.start,
                "end": own.end,
            }
            for own in part.differences[:_DIFFERENCES]
        ]
        if len(text) < len(part.text):
            answer["cut"] = True
        if len(part.differences) > _DIFFERENCES:
            answer["more_differences"] = len(part.differences) - _DIFFERENCES
        shown.append(answer)
    return shown
