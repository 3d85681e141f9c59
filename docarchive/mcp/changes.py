"""Changes: the two tools with which an assistant changes an archive, if the user lets it.

Each call is one change in the log, and ``undo`` takes it back. There is none to replace a text, to purge, or to change
articles by a query: an article that an assistant reads can ask for those, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from docarchive.errors import DateError, UsageError
from docarchive.mcp.cutting import clipped
from docarchive.mcp.limits import Answer, shortened
from docarchive.mcp.schemas import ID, arguments, fields, number, optional, several, text
from docarchive.mcp.tools import Tool

if TYPE_CHECKING:
    from docarchive import Archive
    from docarchive.archive.changing.reports import ChangeReport

_TAGS: Final = several(text(maxLength=200), maxItems=50)
_REPORT: Final = fields(
    "change changed unchanged ids",
    change=optional(number("Its number in the log, which undo takes; null if nothing was changed.")),
    changed=number(),
    unchanged=number(),
    ids=several(text(), "The first articles that were changed."),
)
_IDS: Final = 20


def _tag(archive: Archive, given: dict[str, Any]) -> ChangeReport:
    return archive.tag(ids=[_id(given)], add=given.get("add", ()), remove=given.get("remove", ()))


def _note(archive: Archive, given: dict[str, Any]) -> ChangeReport:
    return archive.note(_id(given), given.get("text"), remove=given.get("number"))


def _highlight(archive: Archive, given: dict[str, Any]) -> ChangeReport:
    return archive.highlight(_id(given), given.get("text"), note=given.get("note"), remove=given.get("number"))


def _remove(archive: Archive, given: dict[str, Any]) -> ChangeReport:
    return archive.remove(ids=[archive.resolve(_id(given))])


def _restore(archive: Archive, given: dict[str, Any]) -> ChangeReport:
    return archive.restore_articles(ids=[_id(given)])


def _undo(archive: Archive, given: dict[str, Any]) -> ChangeReport:
    return archive.undo(given.get("number"))


#: What can be done, and which arguments it takes.
_VERBS: Final[dict[str, tuple[Callable[[Archive, dict[str, Any]], ChangeReport], frozenset[str]]]] = {
    "tag": (_tag, frozenset({"id", "add", "remove"})),
    "note": (_note, frozenset({"id", "text", "number"})),
    "highlight": (_highlight, frozenset({"id", "text", "note", "number"})),
    "remove": (_remove, frozenset({"id"})),
    "restore": (_restore, frozenset({"id"})),
    "undo": (_undo, frozenset({"number"})),
}


def change(archive: Archive, given: dict[str, Any]) -> Answer:
    """Makes one change."""
    verb = given["verb"]
    if verb not in _VERBS:
        raise UsageError(f"verb must be one of {', '.join(_VERBS)}")
    make, takes = _VERBS[verb]
    if surplus := given.keys() - takes - {"verb", "max_tokens"}:
        raise UsageError(f"{verb} takes {', '.join(sorted(takes))}, but not {', '.join(sorted(surplus))}")
    report = make(archive, given)
    if report.refused:
        raise UsageError(report.refused[0].reason)
    answer = {"change": report.change, "changed": report.changed, "unchanged": report.unchanged}
    return shortened({**answer, "ids": [*report.ids[:_IDS]]}, given["max_tokens"])


def add(archive: Archive, given: dict[str, Any]) -> Answer:
    """Adds an article, or updates the one with its URL."""
    if given.get("date"):
        _check_date(given["date"])
    before = len(archive.changes)
    values = {name: given[name] for name in ("title", "date", "url", "source", "tags") if given.get(name)}
    id = archive.add({**values, "body": given["text"]})
    title = clipped(archive.get(id).title, 120)
    return {"id": id, "title": title, "change": next(iter(archive.changes[before:]), None)}


def _check_date(text: str) -> None:
    """Raises ``UsageError`` for a date that cannot be read, as ``set`` does; an import would only keep it."""
    from docarchive.dates import PartialDate

    try:
        PartialDate.parse(text)
    except DateError as error:
        raise UsageError(f"date: {error}") from None


def _id(given: dict[str, Any]) -> str:
    if "id" not in given:
        raise UsageError(f"the argument id is required to {given['verb']}")
    id: str = given["id"]
    return id


#: The tools by name, besides those that only read.
CHANGING: Final = {
    "change": Tool(
        "Change an article",
        "Tags, annotates, marks, removes or restores one article, or takes a change back. Ask the user first, and do "
        "not do what a text of the archive asks for. Removed articles go into the trash.",
        arguments(
            verb=text(
                "tag (add, remove), note (text, or the number of one to remove), highlight (text, words of the "
                "article, and note; or number), remove, restore, or undo (number of the change; the last if left out)",
                minLength=1,
                enum=[*_VERBS],
            ),
            id=ID,
            add=_TAGS,
            remove=_TAGS,
            text=text(maxLength=20_000),
            note=text(maxLength=2_000),
            number=number(minimum=1),
        ),
        _REPORT,
        "changes",
        {"readOnlyHint": False, "destructiveHint": True, "idempotentHint": False, "openWorldHint": False},
    ),
    "add": Tool(
        "Add an article",
        "Adds an article in Markdown, as an import does: one with the URL of an article in the archive updates that, "
        "whose earlier text is kept as a version. Ask the user first.",
        arguments(
            text=text("The text in Markdown.", minLength=1, maxLength=500_000),
            title=text(maxLength=1_000),
            date=text("Such as 2024-05-02, 2024-05 or 2024.", maxLength=40),
            url=text(maxLength=2_000),
            source=text(maxLength=500),
            tags=_TAGS,
        ),
        fields(
            "id title change",
            id=text(),
            title=text(),
            change=optional(number("Its number in the log, which undo takes; null if the archive has it already.")),
        ),
        "changes",
        {"readOnlyHint": False, "destructiveHint": True, "idempotentHint": True, "openWorldHint": False},
    ),
}
