"""Texts in exports of note programs that only repeat what other files of the export have."""

from __future__ import annotations

import json
from itertools import chain
from typing import Final

from docarchive.readers.encoding.detect import decode
from docarchive.readers.protocol import Source
from docarchive.readers.values.untyped import objects_in
from docarchive.texts import one_line

_MAX_NOTE: Final = 10_000_000
_MAX_NOTES: Final = 20_000_000
#: The names of the labels of notes in Google's Takeout, which the notes have too.
_LABELS: Final = "Labels.txt"
_OF_KEEP: Final = b'"userEditedTimestampUsec"'
#: Where Simplenote exports all notes, next to one file for each.
_SIMPLENOTE: Final = "source/notes.json"
_LISTS: Final = ("activeNotes", "trashedNotes")


def repeats(source: Source) -> str:
    """Returns what a text is that another file of its export has too; empty for any other text."""
    if source.name == _LABELS and _is_of_keep(source):
        return "the list of labels of Google Keep"
    return "a note of Simplenote that is next to it as JSON" if _is_in_simplenote(source) else ""


def _is_of_keep(source: Source) -> bool:
    notes = (name for name in (source.files.names() if source.files else ()) if name.endswith(".json"))
    note = source.sibling(next(notes, ""))
    return note is not None and note.size <= _MAX_NOTE and _OF_KEEP in note.read(_MAX_NOTE)


def _is_in_simplenote(source: Source) -> bool:
    if source.files is None or source.size > _MAX_NOTE:
        return False
    memory = source.files.memory
    if _SIMPLENOTE not in memory:
        notes = source.sibling(_SIMPLENOTE)
        memory[_SIMPLENOTE] = _texts_in(notes.read(_MAX_NOTES)) if notes and notes.size <= _MAX_NOTES else frozenset()
    if not memory[_SIMPLENOTE]:
        return False
    text = one_line(decode(source.read(_MAX_NOTE)).text)
    return not {text, text.rpartition(" Tags:")[0]}.isdisjoint(memory[_SIMPLENOTE])  # which are below the text


def _texts_in(data: bytes) -> frozenset[str]:
    """Returns the text of each note on one line; none if it is another file."""
    try:
        notes = json.loads(data)
    except (ValueError, RecursionError):
        return frozenset()
    lists = [objects_in(notes.get(name)) for name in _LISTS] if isinstance(notes, dict) else []
    contents = (note.get("content") for note in chain.from_iterable(lists))
    return frozenset(filter(None, (one_line(text) for text in contents if isinstance(text, str))))
