"""Kindle's ``My Clippings.txt``: passages and notes of all books in one file, in the language of the device."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.readers.encoding.detect import MAX_SIZE, decode
from docarchive.readers.exports.entries import annotated, entry, highlight, quotes_of
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.values.people import several_people
from docarchive.readers.values.written_dates import read_date
from docarchive.records import NamedTuple

_END: Final = re.compile(r"^={10}[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
#: How long the lines may be in which an author or a date is looked for.
_LONGEST: Final = 500
#: A book: its title, and its author in the last brackets.
_BOOK: Final = re.compile(r"(.*\S)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*")
_PLACE: Final = re.compile(r"(\d+)(?:\s*[-\u2013]\s*(\d+))?")
#: What a note is called, in the languages of the device.
_NOTE: Final = re.compile(r"(?i)\b(?:notes?|notiz|nota|notitie|заметка|notat)\b|\u30e1\u30e2|\u7b14\u8bb0|\u7b46\u8a18")
#: What is before a date in its line: ``Added on``, ``Hinzugefügt am``.
_BEFORE_DATE: Final = re.compile(r"\A\D*?(?=(?:[^\W\d_]+\.?,?\s+)?(?:[^\W\d_]+\.?\s+)?\d)")


#: A date and a time in Chinese or Japanese: ``2024年3月1日星期五 下午10:11:12``.
_EAST_ASIAN: Final = re.compile(
    r"(\d{4})\u5e74(\d{1,2})\u6708(\d{1,2})\u65e5\D*?(\u4e0b\u5348|\u5348\u5f8c)?\s*(\d{1,2}):(\d\d)(?::(\d\d))?"
)


class Clipping(NamedTuple):
    """One clipping."""

    is_note: bool
    place: str  # such as ``150-152``
    added: str
    text: str


def clippings_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields all clippings of a book as one article."""
    text = decode(source.read(MAX_SIZE, advice="; split it between two lines of =")).text
    text = text if "\n" in text else text.replace("\r", "\n")  # the line ends of old Macs
    books: dict[str, tuple[list[str], list[Clipping]]] = {}
    for whole in _END.split(text):
        lines = whole.strip("\ufeff\r\n \t").splitlines()
        if len(lines) < 2 or not lines[1].startswith("- "):
            if whole.strip():
                yield Refusal(
                    "", whole.encode("utf-8", "surrogatepass"), "it is not a clipping: its second line is no place"
                )
            continue
        raws, clippings = books.setdefault(lines[0].strip("\ufeff "), ([], []))
        raws.append(whole)
        clippings.append(_clipping(lines[1], "\n".join(lines[2:]).strip()))
    for number, (book, (raws, clippings)) in enumerate(books.items(), start=1):
        raw = "".join(raws).encode("utf-8", "surrogatepass")
        yield Record(f"book {number}", raw, partial(_read_book, book, clippings))


def _clipping(line: str, text: str) -> Clipping:
    kind, *parts = line.removeprefix("- ").split("|")
    added = parts.pop() if parts else ""
    places = [place[0] for part in (kind, *parts) for place in [_PLACE.search(part)] if place]
    is_note = any(map(_NOTE.search, (kind, *parts)))  # in Japanese, it is after the place
    return Clipping(is_note, places[-1].replace(" ", "") if places else "", added.strip(), text)


def _read_book(book: str, clippings: Sequence[Clipping]) -> Article:
    title, author = (match[1], match[2]) if (match := _BOOK.fullmatch(book[:_LONGEST])) else (book, "")
    marks = [*_marks(clippings)]
    return entry(
        "",
        title,
        quotes_of(marks),
        authors=[name for part in author.split(";") if part.strip() for name in several_people(part) or [part.strip()]],
        guid=f"kindle:{book}",
        **annotated(marks),
    )


def _marks(clippings: Sequence[Clipping]) -> Iterator[dict[str, Any]]:
    """Yields passages, each with the note that was written at its end, and notes that are on none."""
    passages = [clipping for clipping in dict.fromkeys(clippings) if clipping.text and not clipping.is_note]
    at_end = {_end(clipping): number for number, clipping in enumerate(passages) if clipping.place}
    notes: dict[int, list[str]] = {}
    alone = []
    for clipping in dict.fromkeys(clippings):
        if clipping.text and clipping.is_note:
            number = at_end.get(_end(clipping))
            if number is None or not clipping.place:
                alone.append(clipping)
            else:
                notes.setdefault(number, []).append(clipping.text)
    for number, clipping in enumerate(passages):
        yield _mark(clipping, clipping.text, "\n\n".join(notes.get(number, [])))
    for clipping in alone:
        yield _mark(clipping, "", clipping.text)


def _end(clipping: Clipping) -> str:
    """Returns where a clipping ends; of ``1406-08``, that is 1408."""
    match = _PLACE.fullmatch(clipping.place)
    if match is None:
        return clipping.place
    start, end = match[1], match[2] or match[1]
    return start[: len(start) - len(end)] + end if len(end) < len(start) else end


def _date_in(added: str) -> PartialDate | None:
    """Returns the date in a line such as ``Added on Friday, March 1, 2024 10:11:12 AM``."""
    if match := _EAST_ASIAN.search(added):
        year, month, day, afternoon, hour, minute, second = match.groups()
        hours = int(hour) % 12 + 12 if afternoon else int(hour)
        return read_date(f"{year}-{month:0>2}-{day:0>2}T{hours:02}:{minute}:{second or '00'}")
    return read_date(_BEFORE_DATE.sub("", added))


def _mark(clipping: Clipping, text: str, note: str) -> dict[str, Any]:
    date = _date_in(clipping.added[:_LONGEST])
    return highlight(text, note, created=str(date or ""), location=clipping.place, added="" if date else clipping.added)
