"""The reader of Reuters-21578: the SGML files of 1987's newswire that much research is done with.

They are no XML: several roots, references to control characters, bytes in Latin-1. See the README of the
collection (D. Lewis, Reuters-21578, distribution 1.0).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.protocol import Reader, Record, Refusal, Source
from docarchive.readers.values.people import without_by
from docarchive.readers.values.reserved_keys import make_article

_CHUNK: Final = 1 << 20
_MAX_STORY: Final = 10_000_000
_END: Final = b"</REUTERS>"
_START = re.compile(rb"<REUTERS\b[^>]*>")
_NUMBER = re.compile(r'NEWID="(\d+)"')
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_DATE = re.compile(r"(\d{1,2})-([A-Z]{3})-(\d{4})(?:\s+(\d\d:\d\d:\d\d))?")
_MONTHS: Final = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_ITEM = re.compile(r"<D>(.*?)</D>", re.DOTALL)
_HOUSE = re.compile(r", reuters?$", re.IGNORECASE)
_LISTS: Final = ("TOPICS", "PLACES", "PEOPLE", "ORGS", "EXCHANGES", "COMPANIES")


class ReutersReader(Reader):
    """Reads the stories of a file one after the other."""

    name = "reuters"
    summary = "Reuters-21578, newswire in SGML"
    suffixes = (".sgm", ".sgml")

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        return _START.search(head[:2000]) is not None

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """See ``Reader``; the place is the story's number."""
        found = False
        with source.open() as file:
            for count, story in enumerate(_stories(file), start=1):
                found = True
                number = _NUMBER.search(story[:1000].decode("latin-1"))
                place = number[1] if number else str(count)
                if not story.endswith(_END):
                    yield Refusal(place, story, "the story does not end: the file is cut off")
                else:
                    yield Record(place, story, partial(read_story, story))
        if not found:
            raise ReaderError("there is no story (<REUTERS …>) in it")


def _stories(file: BinaryIO) -> Iterator[bytes]:
    """Yields the bytes from the start of each story to its end, the last one even if it is cut off."""
    waiting = b""
    while chunk := file.read(_CHUNK):
        waiting += chunk
        while (end := waiting.find(_END)) >= 0:
            end += len(_END)
            if start := _START.search(waiting, 0, end):
                yield waiting[start.start() : end]
            waiting = waiting[end:]
        if len(waiting) > _MAX_STORY:
            raise ReaderError(f"a story in it is longer than {_MAX_STORY // 1_000_000} MB")
    if start := _START.search(waiting):
        yield waiting[start.start() :]


def read_story(story: bytes) -> Article:
    """Makes an article of a story.

    Raises:
        ReaderError: There is no text in it.
    """
    text = story.decode("latin-1")
    inner = _element(text, "TEXT") or ""
    metadata: dict[str, Any] = {"title": _line(_element(inner, "TITLE")), "date": _date(_element(text, "DATE"))}
    if number := _NUMBER.search(text):
        metadata["id"] = number[1]
    for name in _LISTS:
        metadata[name.lower()] = [_line(item) for item in _ITEM.findall(_element(text, name) or "")]
    metadata["authors"] = _HOUSE.sub("", without_by(_line(_element(inner, "AUTHOR"))))
    metadata["dateline"] = _plain(_element(inner, "DATELINE") or "").strip()
    body = _element(inner, "BODY")
    if body is None:  # a brief, or a story as it came from the wire: all of the text is its body
        body = re.sub(r"<(TITLE|AUTHOR|DATELINE)>.*?</\1>", "", inner, flags=re.DOTALL)
    body = _plain(body).strip()
    if not body and not metadata["title"]:
        raise ReaderError("there is no text in it")
    return make_article({key: value for key, value in metadata.items() if value}, body or metadata["title"])


def _element(text: str, name: str) -> str | None:
    match = re.search(rf"<{name}\b[^>]*>(.*?)</{name}>", text, re.DOTALL)
    return match[1] if match else None


def _plain(text: str) -> str:
    return _CONTROLS.sub("", html.unescape(_CONTROLS.sub("", re.sub(r"&#(?:[0-8]|1[1-9]|2\d|3[01]|127);", "", text))))


def _line(text: str | None) -> str:
    return " ".join(_plain(text or "").split())


def _date(text: str | None) -> str:
    match = _DATE.search(text or "")
    if match is None or match[2] not in _MONTHS:
        return ""
    day = f"{match[3]}-{_MONTHS.index(match[2]) + 1:02}-{int(match[1]):02}"
    return f"{day}T{match[4]}" if match[4] else day
