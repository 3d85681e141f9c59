"""The reader of Reuters-21578: SGML files of the newswire of 1987, used in research (decision 0025).

They are not XML: several roots, references to control characters, bytes in Latin-1. Format: the README of the
collection (D. Lewis, Reuters-21578, distribution 1.0).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.dates.months import month
from docarchive.errors import ReaderError
from docarchive.markdown import escape
from docarchive.readers.html.elements import elements
from docarchive.readers.news import REUTERS_STORY
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.values.people import without_by
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.untyped import without_empty
from docarchive.texts import one_line

_MAX_STORY: Final = 10_000_000
_END: Final = b"</REUTERS>"
_START = re.compile(REUTERS_STORY)
_NUMBER = re.compile(r'NEWID="(\d+)"')
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_DATE = re.compile(r"(\d{1,2})-([A-Z]{3})-(\d{4})(?:\s+(\d\d:\d\d:\d\d))?")
_ITEM = re.compile(r"<D>(.*?)</D>", re.DOTALL)
_AGENCY = re.compile(r", reuters?$", re.IGNORECASE)
_LIST_ELEMENTS: Final = ("TOPICS", "PLACES", "PEOPLE", "ORGS", "EXCHANGES", "COMPANIES")


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the stories of a file, with their numbers as locations."""
    count = 0
    with source.open() as file:
        for count, story in enumerate(elements(file, _START, _END, _MAX_STORY, "story"), start=1):
            number = _NUMBER.search(story[:1000].decode("latin-1"))
            location = number[1] if number else str(count)
            if story.endswith(_END):
                yield Record(location, story, partial(_read_story, story))
            else:
                yield Refusal(location, story, "the story does not end: the file is cut off")
    if not count:
        raise ReaderError("there is no story (<REUTERS …>) in it")


def _read_story(story: bytes) -> Article:
    text = story.decode("latin-1")
    text_element = _element(text, "TEXT") or ""
    metadata: dict[str, Any] = {"title": _line(_element(text_element, "TITLE")), "date": _date(_element(text, "DATE"))}
    if number := _NUMBER.search(text):
        metadata["id"] = number[1]
    for name in _LIST_ELEMENTS:
        metadata[name.lower()] = [_line(item) for item in _ITEM.findall(_element(text, name) or "")]
    metadata["authors"] = _AGENCY.sub("", without_by(_line(_element(text_element, "AUTHOR"))))
    metadata["dateline"] = _unescape(_element(text_element, "DATELINE") or "").strip()
    body = _element(text_element, "BODY")
    if body is None:  # a brief, or an unprocessed story: all of the text is its body
        body = re.sub(r"<(TITLE|AUTHOR|DATELINE)>.*?</\1>", "", text_element, flags=re.DOTALL)
    body = _unescape(body).strip()
    if not body and not metadata["title"]:
        raise ReaderError("there is no text in it")
    return make_article(without_empty(metadata), body or escape(metadata["title"]))


def _element(text: str, name: str) -> str | None:
    match = re.search(rf"<{name}\b[^>]*>(.*?)</{name}>", text, re.DOTALL)
    return match[1] if match else None


def _unescape(text: str) -> str:
    return _CONTROLS.sub("", html.unescape(_CONTROLS.sub("", re.sub(r"&#(?:[0-8]|1[1-9]|2\d|3[01]|127);", "", text))))


def _line(text: str | None) -> str:
    return one_line(_unescape(text or ""))


def _date(text: str | None) -> str:
    match = _DATE.search(text or "")
    number = month(match[2]) if match else None
    if match is None or number is None:
        return ""
    day = f"{match[3]}-{number:02}-{int(match[1]):02}"
    return f"{day}T{match[4]}" if match[4] else day
