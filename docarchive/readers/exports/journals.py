"""Readers of note programs: Joplin's raw export, and Day One's JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import InputError, ReaderError
from docarchive.markdown import escape
from docarchive.readers.encoding.detect import read_text
from docarchive.readers.exports.entries import times_of_note
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.json.json import item_records, read_json
from docarchive.readers.json.jsonl import parse_json
from docarchive.readers.protocol import Record, Refusal, Skip, Source
from docarchive.readers.text.headings import plain_title
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.untyped import as_text, objects_in, without_empty

_LINE = re.compile(r"([a-z_]+): ?(.*)\Z")
_NOTE: Final = "1"
_TAG: Final = "5"
_TAG_OF_NOTE: Final = "6"
_JOPLIN_KINDS: Final = {
    "2": "a notebook of Joplin",
    "4": "the description of an attached file of Joplin",
    "5": "a tag of Joplin",
    "6": "a tag of a note of Joplin",
    "13": "an earlier revision of a note of Joplin",
}
_HTML: Final = "2"
_PHOTO: Final = re.compile(r"dayone-moment:/{1,3}([0-9A-F]{1,64})(?=\))")
_MAX_FOLDER: Final = 100_000
#: Bytes of the file of a tag, or of a tag of a note.
_MAX_TAG: Final = 4_000
#: The names of the files of an export.
_EXPORTED: Final = re.compile(r"[0-9a-f]{32}\.md")
#: Under what the files and the tags of all notes are kept while an export is read.
_FILES: Final = "files of Joplin"
_RESOURCES: Final = "resources"
_FILE: Final = re.compile(r"(?<=[(\"'<]):/([0-9a-f]{32})")
_TAGS: Final = "tags of Joplin"


def joplin_records(source: Source) -> Iterator[Record | Skip]:
    """Yields a note as one article; folders, tags and the like of the same export are skipped as what they are."""
    lines, fields = _joplin_fields(source)
    kind = fields.get("type_", "")
    if kind == _NOTE:
        tags = _tags_of(source, fields)
        # Tags are in other files, so a note whose tags change is another record.
        raw = "\n".join([*lines, *map(": ".join, fields.items()), *tags]).encode() if tags else None
        lines = lines[:1] + [_with_files(line, source) for line in lines[1:]]
        yield Record("", raw, partial(_read_joplin, lines, fields, _folder_of(source, fields), tags))
    else:
        yield Skip("", _JOPLIN_KINDS.get(kind, "no note of Joplin"))


def _joplin_fields(source: Source) -> tuple[list[str], dict[str, str]]:
    """Returns the lines of the text, with the title as the first, and the fields below it."""
    text, _ = read_text(source)
    lines = text.rstrip().splitlines()
    fields: dict[str, str] = {}
    while lines and (match := _LINE.match(lines[-1])):
        fields.setdefault(match[1], match[2].strip())
        lines.pop()
    return lines, fields


def _folder_of(source: Source, fields: Mapping[str, str]) -> str:
    """Returns the name of the notebook of a note, which is a file of the same export; empty if it is not there."""
    parent = fields.get("parent_id", "")
    folder = source.sibling(f"{parent}.md") if re.fullmatch("[0-9a-f]{32}", parent) else None
    lines = _joplin_fields(folder)[0] if folder is not None and folder.size < _MAX_FOLDER else []
    return lines[0].strip() if lines else ""


def _with_files(line: str, source: Source) -> str:
    """Returns a line of a note with the paths of files in the export where it has their ids."""
    if ":/" not in line or source.files is None:
        return line
    memory = source.files.memory
    if _FILES not in memory:
        memory[_FILES] = {name[:32]: f"{_RESOURCES}/{name}" for name in source.files.names(_RESOURCES)}
    return _FILE.sub(lambda match: memory[_FILES].get(match[1], match[0]), line)


def _tags_of(source: Source, fields: Mapping[str, str]) -> list[str]:
    """Returns the tags of a note, which are files of the same export."""
    if source.files is None:
        return []
    memory = source.files.memory
    if _TAGS not in memory:
        memory[_TAGS] = _tags_by_note(source, source.files.names())
    tags: list[str] = memory[_TAGS].get(fields.get("id", ""), [])
    return tags


def _tags_by_note(source: Source, names: Iterable[str]) -> dict[str, list[str]]:
    """Returns the tags of each note of an export, by its id."""
    tags: dict[str, str] = {}
    tagged: list[tuple[str, str]] = []
    for name in sorted(filter(_EXPORTED.fullmatch, names)):
        file = source.sibling(name)
        if file is None or file.size > _MAX_TAG:
            continue
        try:
            lines, fields = _joplin_fields(file)
        except InputError:
            continue
        if fields.get("type_") == _TAG and lines:
            tags[fields.get("id", "")] = lines[0].strip()
        elif fields.get("type_") == _TAG_OF_NOTE:
            tagged.append((fields.get("note_id", ""), fields.get("tag_id", "")))
    by_note: dict[str, list[str]] = {}
    for note, tag in tagged:
        if name := tags.get(tag, ""):
            by_note.setdefault(note, []).append(name)
    return {note: sorted(names) for note, names in by_note.items()}


def _read_joplin(lines: Sequence[str], fields: Mapping[str, str], folder: str, tags: Sequence[str]) -> Article:
    title, body = (lines[0].strip() if lines else ""), "\n".join(lines[1:]).strip("\n").rstrip()
    if fields.get("encryption_applied") == "1":
        raise ReaderError("the note is encrypted; turn encryption off in Joplin, and export again")
    if fields.get("markup_language") == _HTML and "<" in body:
        body = to_markdown(body, base=fields.get("source_url", ""))
    if not title and not body:
        raise ReaderError("the note has neither text nor title")
    done = fields.get("todo_completed", "0") != "0"
    created, updated = (
        _without_fraction(fields.get(f"user_{time}") or fields.get(time)) for time in ("created_time", "updated_time")
    )
    metadata: dict[str, Any] = {
        "title": title,
        "guid": f"joplin:{fields.get('id', '')}",
        **times_of_note(created, updated, fields.get("source_url", "")),
        "authors": fields.get("author"),
        "url": fields.get("source_url"),
        "folder": folder,
        "tags": tags,
        "todo": ("done" if done else "open") if fields.get("is_todo") == "1" else "",
        "state": "trashed" if fields.get("deleted_time", "0") not in ("", "0") else "",
    }
    return make_article(without_empty(metadata), body or escape(title))


def _without_fraction(text: str | None) -> str:
    return re.sub(r"(:\d\d)\.\d+", r"\1", text or "")


def day_one_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the entries of a journal, with their numbers as locations."""
    journal = read_json(source, "journal")
    entries = journal.get("entries") if isinstance(journal, dict) else None
    if not isinstance(entries, list) or not entries:
        raise ReaderError("there is no entry in it")
    yield from item_records(entries, _read_entry)


def _local_time(written: object, zone: object) -> Any:
    """Returns a moment in UTC as the time of day in a time zone, at which the entry was written; others unchanged.

    >>> _local_time("2024-01-05T03:00:00Z", "America/New_York")
    '2024-01-04T22:00:00-05:00'
    """
    if not isinstance(written, str) or not written.endswith("Z") or not isinstance(zone, str) or not zone:
        return written
    from zoneinfo import ZoneInfo

    try:
        return datetime.fromisoformat(written).astimezone(ZoneInfo(zone)).isoformat()
    except (ValueError, OverflowError, OSError, KeyError):  # an unknown zone is a KeyError, a strange name a ValueError
        return written


def _rich_text(written: object) -> str:
    """Returns the text of an entry that has only the form of Day One's editor, as Markdown."""
    if not isinstance(written, str):
        return ""
    try:
        rich = parse_json(written.encode("utf-8", "replace"))
    except ReaderError:
        return ""
    pieces = objects_in(rich.get("contents")) if isinstance(rich, dict) else []
    return escape("".join(text for piece in pieces if isinstance(text := piece.get("text"), str)).strip())


def _with_photos(body: str, entry: Mapping[str, Any]) -> str:
    """Returns a text with the files of photos, which are next to the journal; others that the entry has are below."""
    files = {
        as_text(photo.get("identifier")): f"photos/{photo.get('md5')}.{photo.get('type')}"
        for photo in objects_in(entry.get("photos"))
        if photo.get("md5") and photo.get("type")
    }
    shown = {photo[1] for photo in _PHOTO.finditer(body)}
    others = [f"![]({file})" for identifier, file in files.items() if identifier not in shown]
    body = _PHOTO.sub(lambda match: files.get(match[1], match[0]), body) if shown else body
    return "\n\n".join(filter(None, [body, *others]))


def _read_entry(entry: Mapping[str, Any]) -> Article:
    text = entry.get("text")
    body = re.sub(r"\\([.!()+#*_-])", r"\1", text).strip() if isinstance(text, str) else ""
    body = _with_photos(body or _rich_text(entry.get("richText")), entry)
    if not body:
        raise ReaderError("the entry has no text")
    location = entry.get("location") if isinstance(entry.get("location"), dict) else {}
    heading = re.match(r"#\s+(.+)\n+(?=\S)", body)
    metadata: dict[str, Any] = {
        "title": plain_title(heading[1]) if heading else "",
        "guid": f"dayone:{entry.get('uuid')}" if entry.get("uuid") else "",
        "date": _local_time(entry.get("creationDate"), entry.get("timeZone")),
        "updated": _local_time(entry.get("modifiedDate"), entry.get("timeZone")),
        "tags": [tag for tag in entry.get("tags") or [] if isinstance(tag, str)],
        "places": [
            str(location[key]) for key in ("placeName", "localityName", "country") if location and location.get(key)
        ],
        "starred": entry.get("starred") or None,
    }
    stated = without_empty(metadata)
    return make_article(stated, body[heading.end() :] if heading else body)
