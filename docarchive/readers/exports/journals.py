"""Readers of note programs: Joplin's raw export, and Day One's JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import MAX_SIZE, read_text
from docarchive.readers.json.jsonl import BOM, parse_json
from docarchive.readers.protocol import Reader, Record, Refusal, Source
from docarchive.readers.values.reserved_keys import make_article

_JOPLIN = re.compile(rb"^id: [0-9a-f]{32}\r?\n", re.MULTILINE)
_TYPE = re.compile(rb"^type_: \d+\s*\Z", re.MULTILINE)
_LINE = re.compile(r"([a-z_]+): ?(.*)\Z")
_NOTE: Final = "1"
_DAYONE = (re.compile(rb'"entries"\s*:\s*\['), re.compile(rb'"(?:creationDate|richText|creationDevice)"\s*:'))


class JoplinReader(Reader):
    """Reads one note a file; folders, tags and the like of the same export are refused as what they are."""

    name = "joplin"
    summary = "notes of Joplin (RAW export)"
    suffixes = (".md",)

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``: the lines that Joplin puts below each note."""
        return _JOPLIN.search(head) is not None and _TYPE.search(head) is not None

    def records(self, source: Source) -> Iterator[Record]:
        """See ``Reader``."""
        yield Record("", None, partial(_load_joplin, source))


def _load_joplin(source: Source) -> Article:
    text, _ = read_text(source)
    lines = text.rstrip().splitlines()
    given: dict[str, str] = {}
    while lines and (found := _LINE.match(lines[-1])):
        given.setdefault(found[1], found[2].strip())
        lines.pop()
    if given.get("type_") != _NOTE:
        raise ReaderError("it is no note, but a folder, a tag or an attachment of Joplin's")
    title, body = (lines[0].strip() if lines else ""), "\n".join(lines[1:]).strip("\n").rstrip()
    if not title and not body:
        raise ReaderError("the note has neither text nor title")
    metadata: dict[str, Any] = {
        "title": title,
        "guid": f"joplin:{given.get('id', '')}",
        "date": _moment(given.get("user_created_time") or given.get("created_time")),
        "updated": _moment(given.get("user_updated_time") or given.get("updated_time")),
        "authors": given.get("author"),
        "url": given.get("source_url"),
    }
    return make_article({key: value for key, value in metadata.items() if value}, body or title)


def _moment(text: str | None) -> str:
    return re.sub(r"\.\d+", "", text or "")


class DayOneReader(Reader):
    """Reads each entry of a journal."""

    name = "dayone"
    summary = "journals of Day One, JSON"
    suffixes = (".json",)

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        start = head.removeprefix(BOM).lstrip()
        return start.startswith(b"{") and all(mark.search(start) for mark in _DAYONE)

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """See ``Reader``; the place is the entry's number."""
        with source.open() as file:
            data = file.read(MAX_SIZE + 1)
        if len(data) > MAX_SIZE:
            raise ReaderError(f"the journal is larger than {MAX_SIZE // 1_000_000} MB")
        found = parse_json(data.removeprefix(BOM))
        entries = found.get("entries") if isinstance(found, dict) else None
        if not isinstance(entries, list) or not entries:
            raise ReaderError("there is no entry in it")
        for number, entry in enumerate(entries, start=1):
            raw = json.dumps(entry, ensure_ascii=False).encode("utf-8", "surrogatepass")
            if isinstance(entry, dict):
                yield Record(f"item {number}", raw, partial(_entry, entry))
            else:
                yield Refusal(f"item {number}", raw, "the entry is no JSON object")


def _entry(entry: Mapping[str, Any]) -> Article:
    text = entry.get("text")
    body = re.sub(r"\\([.!()+#*_-])", r"\1", text).strip() if isinstance(text, str) else ""
    if not body:
        raise ReaderError("the entry has no text")
    place = entry.get("location") if isinstance(entry.get("location"), dict) else {}
    heading = re.match(r"#\s+(.+)\n+(?=\S)", body)
    metadata: dict[str, Any] = {
        "title": heading[1].strip() if heading else "",
        "guid": f"dayone:{entry.get('uuid')}" if entry.get("uuid") else "",
        "date": entry.get("creationDate"),
        "updated": entry.get("modifiedDate"),
        "tags": [tag for tag in entry.get("tags") or [] if isinstance(tag, str)],
        "places": [str(place[key]) for key in ("placeName", "localityName", "country") if place and place.get(key)],
        "starred": entry.get("starred") or None,
    }
    given = {key: value for key, value in metadata.items() if value}
    return make_article(given, body[heading.end() :] if heading else body)
