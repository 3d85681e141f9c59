"""What changes an archive, by the names that addresses and programs have for it. Each is one change in the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal

from docarchive import Archive
from docarchive.errors import EditConflict, UsageError
from docarchive.web.parameters import whole

if TYPE_CHECKING:
    from docarchive.archive.changing.reports import ChangeReport

#: The values of a request: texts by names.
Values = Mapping[str, Sequence[str]]
_MAX_VALUES: Final = 100


def tag(archive: Archive, id: str, values: Values) -> ChangeReport:
    """Adds the tags ``add``, and removes the tags ``remove``."""
    add, remove = _texts(values, "add"), _texts(values, "remove")
    if not (add or remove):
        raise UsageError("name a tag to add or to remove")
    return archive.tag(ids=[id], add=add, remove=remove)


def note(archive: Archive, id: str, values: Values) -> ChangeReport:
    """Adds the note ``text``, or removes the note with the number ``remove``."""
    if number := _number(values, "remove"):
        return archive.note(id, remove=number)
    return archive.note(id, _text(values, "text"))


def highlight(archive: Archive, id: str, values: Values) -> ChangeReport:
    """Marks the passage ``text``, or its ``occurrence``, with a ``note``; or removes the one of number ``remove``."""
    if number := _number(values, "remove"):
        return archive.highlight(id, remove=number)
    note = " ".join(values.get("note", ())) or None
    return archive.highlight(id, _text(values, "text"), note=note, occurrence=_number(values, "occurrence"))


def edit(archive: Archive, id: str, values: Values) -> ChangeReport:
    """Replaces the file by ``text``, which was made of the version with the digest ``base``.

    A form sends lines with CR LF; they end as those of the version.
    """
    base = _version(archive, id, _text(values, "base"))
    text = _text(values, "text").replace("\r\n", "\n")
    return archive.edit(id, text.replace("\n", "\r\n") if "\r\n" in base else text, base=base)


def remove(archive: Archive, id: str, values: Values) -> ChangeReport:
    """Moves the article into the trash."""
    return archive.remove(ids=[archive.resolve(id)])


def restore(archive: Archive, id: str, values: Values) -> ChangeReport:
    """Restores the article from the trash."""
    return archive.restore_articles(ids=[id])


def undo(archive: Archive, values: Values) -> ChangeReport:
    """Takes back the change with the number ``change``, or the last one."""
    return archive.undo(_number(values, "change"))


def redo(archive: Archive, values: Values) -> ChangeReport:
    """Makes the change again that was undone last."""
    return archive.redo()


#: What can be done with an article.
OF_ARTICLE: Final[dict[str, Callable[[Archive, str, Values], ChangeReport]]] = {
    "tag": tag,
    "note": note,
    "highlight": highlight,
    "edit": edit,
    "remove": remove,
    "restore": restore,
}
#: What can be done with the archive.
OF_ARCHIVE: Final[dict[str, Callable[[Archive, Values], ChangeReport]]] = {"undo": undo, "redo": redo}

#: The names of the values of each, and what they are.
FIELDS: Final[dict[str, dict[str, Literal["text", "texts", "number"]]]] = {
    "tag": {"add": "texts", "remove": "texts"},
    "note": {"text": "text", "remove": "number"},
    "highlight": {"text": "text", "note": "text", "occurrence": "number", "remove": "number"},
    "edit": {"text": "text", "base": "text"},
    "remove": {},
    "restore": {},
    "undo": {"change": "number"},
    "redo": {},
}

#: The names of the values of which a request has all of one group; those of the others it may leave out.
REQUIRED: Final[dict[str, Sequence[Sequence[str]]]] = {
    "tag": (("add",), ("remove",)),
    "note": (("text",), ("remove",)),
    "highlight": (("text",), ("remove",)),
    "edit": (("text", "base"),),
}


def digest_of(text: str) -> str:
    """Returns the digest by which a request names the text that it has edited."""
    return sha256(text.encode()).hexdigest()


def _version(archive: Archive, id: str, digest: str) -> str:
    """Returns the text of the version of an article that has a digest.

    Raises:
        EditConflict: It is neither the current one nor an earlier one.
    """
    current = archive.text(id)
    if digest_of(current) == digest:
        return current
    for version in archive.versions(id):
        if version.sha256 == digest:
            return archive.text(id, version=version.number)
    raise EditConflict("the article was changed meanwhile; edit its present text", "", current)


def _texts(values: Values, name: str) -> list[str]:
    texts = [part.strip() for text in values.get(name, ()) for part in text.split(",")]
    if len(texts) > _MAX_VALUES:
        raise UsageError(f"{name} has more than {_MAX_VALUES} values")
    return [text for text in texts if text]


def _text(values: Values, name: str) -> str:
    if len(values.get(name, ())) != 1:
        raise UsageError(f"{name} must be there once")
    return values[name][0]


def _number(values: Values, name: str) -> int | None:
    texts = values.get(name, ())
    if not texts:
        return None
    number = whole(texts[0]) if len(texts) == 1 else None
    if not number:
        raise UsageError(f"{name} must be a number from 1")
    return number
