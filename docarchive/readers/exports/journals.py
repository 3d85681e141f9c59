"""Readers of note programs: Joplin's raw export, and Day One's JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import read_text
from docarchive.readers.json.json import item_records, read_json
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.untyped import without_empty

_LINE = re.compile(r"([a-z_]+): ?(.*)\Z")
_NOTE: Final = "1"


def load_joplin(source: Source) -> Article:
    """Makes an article of a note; refuses the folders, tags and attachments of the same export."""
    text, _ = read_text(source)
    lines = text.rstrip().splitlines()
    fields: dict[str, str] = {}
    while lines and (match := _LINE.match(lines[-1])):
        fields.setdefault(match[1], match[2].strip())
        lines.pop()
    if fields.get("type_") != _NOTE:
        raise ReaderError("it is not a note, but a folder, tag or attachment of Joplin")
    title, body = (lines[0].strip() if lines else ""), "\n".join(lines[1:]).strip("\n").rstrip()
    if not title and not body:
        raise ReaderError("the note has neither text nor title")
    metadata: dict[str, Any] = {
        "title": title,
        "guid": f"joplin:{fields.get('id', '')}",
        "date": _without_fraction(fields.get("user_created_time") or fields.get("created_time")),
        "updated": _without_fraction(fields.get("user_updated_time") or fields.get("updated_time")),
        "authors": fields.get("author"),
        "url": fields.get("source_url"),
    }
    return make_article(without_empty(metadata), body or title)


def _without_fraction(text: str | None) -> str:
    return re.sub(r"(:\d\d)\.\d+", r"\1", text or "")


def day_one_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the entries of a journal, with their numbers as locations."""
    journal = read_json(source, "journal")
    entries = journal.get("entries") if isinstance(journal, dict) else None
    if not isinstance(entries, list) or not entries:
        raise ReaderError("there is no entry in it")
    yield from item_records(entries, _read_entry)


def _read_entry(entry: Mapping[str, Any]) -> Article:
    text = entry.get("text")
    body = re.sub(r"\\([.!()+#*_-])", r"\1", text).strip() if isinstance(text, str) else ""
    if not body:
        raise ReaderError("the entry has no text")
    location = entry.get("location") if isinstance(entry.get("location"), dict) else {}
    heading = re.match(r"#\s+(.+)\n+(?=\S)", body)
    metadata: dict[str, Any] = {
        "title": heading[1].strip() if heading else "",
        "guid": f"dayone:{entry.get('uuid')}" if entry.get("uuid") else "",
        "date": entry.get("creationDate"),
        "updated": entry.get("modifiedDate"),
        "tags": [tag for tag in entry.get("tags") or [] if isinstance(tag, str)],
        "places": [
            str(location[key]) for key in ("placeName", "localityName", "country") if location and location.get(key)
        ],
        "starred": entry.get("starred") or None,
    }
    stated = without_empty(metadata)
    return make_article(stated, body[heading.end() :] if heading else body)
