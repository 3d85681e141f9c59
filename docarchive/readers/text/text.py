"""The reader of plain text.

A text may begin with header lines or a date. A first line between blank lines that does not end like a sentence is the
title; later such lines, before a paragraph, are headings, and become Markdown's. See decision 0020.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.article.datelines import dateline
from docarchive.dates import PartialDate
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import load_text
from docarchive.readers.protocol import Record, Skip, Source
from docarchive.readers.sites.file_names import date_in_name
from docarchive.readers.text.header_lines import read_headers
from docarchive.readers.text.repeated import repeats
from docarchive.readers.values.people import byline
from docarchive.readers.values.reserved_keys import lenient_article, set_aside, with_date
from docarchive.readers.values.written_dates import leading_date, read_date
from docarchive.records import NamedTuple

_DATE = re.compile(r"\s*(?:date|datum|fecha|data|dato|дата|日付|日期)(\s*[:=：]\s*|\s+)(\S+)[^\S\r\n]*", re.IGNORECASE)
_BEHIND_DATE = re.compile(r"[^\S\r\n]+[-–—][^\S\r\n]+|[,;:]?(?:[^\S\r\n]+|(?=[\r\n])|\Z)")
_BLOCKS = re.compile(r"(\r?\n(?:[ \t]*\r?\n)+)")
_CLOSING: Final = tuple(".!?:;,…\"'”’»)]*-–—=_|。！？：；、，」』）؟।")
_SENTENCE_END = re.compile(r"(?:[.!?…:؟।][\"'”’»)\]]*|[。！？：][」』”）]*)\s*\Z")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•#>|]|\d+[.)]\s|\d+$)")
_UNDERLINE = re.compile(r"([=\-~*_#])\1{2,}")
_HEADING_LENGTH: Final = 80
_HEADING_WORDS: Final = 12


def records(source: Source) -> Iterator[Record | Skip]:
    """Yields the article of a text; one that repeats what another file of an export has is skipped."""
    if repeated := repeats(source):
        yield Skip("", repeated)
    else:
        yield Record("", None, partial(load_text, source.alone(), read_plain_text))


def read_plain_text(text: str, name: str = "", folder: str = "") -> Article:
    """Reads an article from a plain text; for ``load_text``. Nothing is taken from the folder."""
    text = text.removeprefix("\ufeff")
    headers = read_headers(text)
    metadata: dict[str, Any] = headers.metadata if headers else {}
    rest = text[headers.end :] if headers else text
    lead_follows = False
    if not read_date(metadata.get("date")):
        date, rest = _leading_date(rest)
        if date:
            metadata = with_date(metadata, date)
            lead_follows = not rest.startswith(("\r", "\n"))
    structure = _structure(rest.strip("\r\n").rstrip(), titled="title" not in metadata, lead=lead_follows)
    metadata = _merged(structure.metadata, metadata)
    if not structure.body and not metadata.get("title"):
        raise ReaderError("there is no text in it")
    if "date" not in metadata and (date := date_in_name(name)):
        metadata["date"] = date
    return lenient_article(metadata, structure.body)


def _merged(below: dict[str, Any], headers: dict[str, Any]) -> dict[str, Any]:
    """Returns header lines and the lines below a title; where both have a value, the latter's is set aside."""
    merged = {**below, **headers}
    for key, value in below.items():
        first = headers.get(key, value)
        if value not in (first, read_date(first) if key == "date" else first):
            set_aside(merged, key, value)
    return merged


class _Structure(NamedTuple):
    """What the head of a text says, and the text with its headings marked."""

    metadata: dict[str, Any]
    body: str


def _leading_date(text: str) -> tuple[PartialDate | None, str]:
    """Returns the date that a text begins with and the rest of the text, or None and the text."""
    match = _DATE.match(text)
    if not match:
        return None, text
    leading = leading_date(text[match.start(2) : match.start(2) + 200])
    if leading and leading.date.precision != "month":
        separator = _BEHIND_DATE.match(text, match.start(2) + leading.end)
        rest = text[separator.end() :] if separator else ""
        # "date 16 March 2024 was a Saturday" is prose
        if separator and (_is_sure(match[1], separator[0]) or not rest[:1].islower()):
            return leading.date, rest
    with suppress(ValueError):  # "date palms grow in …"
        date, rest = PartialDate(match[2]), text[match.end() :]
        if date.precision != "year" or rest.startswith(("\r", "\n")):  # "date 2024 in red"
            return date, rest
    return None, text


def _is_sure(label_end: str, date_end: str) -> bool:
    return bool(label_end.strip()) and not date_end.strip()


def _structure(text: str, *, titled: bool, lead: bool) -> _Structure:
    """Takes the title, if it is not known yet (``titled``), and what is below it from a text; marks its headings.

    Below a title may be a byline, a date and a dateline, in blocks of their own or in one.

    A text that begins with its lead, right after a date, has no title.
    """
    pieces = _BLOCKS.split(text)  # blocks at even indexes, the blank lines between them at odd ones
    blocks = pieces[::2]
    metadata: dict[str, Any] = {}
    first = 0
    if not lead and len(blocks) > 1:
        metadata = _title_block(blocks[0]) if titled else {}
        first = 1 if metadata else 0
        while (metadata or not titled) and len(blocks) > first + 1:  # blank lines may part a byline and a dateline
            signed = _signature(blocks[first].splitlines())
            if not signed or signed.keys() & metadata.keys():
                break
            metadata |= signed
            first += 1
    for index in range(first, len(blocks) - 1):
        if not (lead and index == 0) and _like_heading(blocks[index]) and _SENTENCE_END.search(blocks[index + 1]):
            pieces[2 * index] = f"## {blocks[index].strip()}"
    return _Structure(metadata, "".join(pieces[2 * first :]))


def _title_block(block: str) -> dict[str, Any]:
    """Returns what the first block says: a title, which a byline and a date may follow, or a date; empty if neither."""
    lines = block.splitlines()
    if lines and (dated := _date_line(lines[0])):
        return dated if len(lines) == 1 else {}
    if not lines or not _like_heading(lines[0]):
        return {}
    below = lines[1:]
    if below and _UNDERLINE.fullmatch(below[0].strip()):
        below = below[1:]
    signed = _signature(below)
    return {} if below and not signed else {**signed, "title": lines[0].strip()}


def _signature(lines: list[str]) -> dict[str, Any]:
    """Returns what the lines below a title say, if each is a byline, a date or another header."""
    signed: dict[str, Any] = {}
    for line in lines:
        if (dated := _date_line(line)) and not dated.keys() & signed.keys():
            signed |= dated
        elif (names := byline(line)) and "authors" not in signed:
            signed["authors"] = names
        elif (headers := read_headers(line)) and not headers.metadata.keys() & {*signed, "title"}:
            signed.update(headers.metadata)
        else:
            return {}
    return signed


def _date_line(line: str) -> dict[str, Any]:
    """Returns the date that a line is, and the place before it as ``dateline``; empty if it is neither."""
    place = dateline(line.strip())
    if place and place.end < len(line.strip()):
        return {}  # the text follows on the line
    date = read_date(place.day if place else line)
    dated: dict[str, Any] = {"date": date} if date and date.precision != "year" else {}
    return {**dated, "dateline": place.text} if place else dated


def _like_heading(block: str) -> bool:
    line = block.strip()
    return (
        bool(line)
        and "\n" not in line
        and len(line) <= _HEADING_LENGTH
        and len(line.split()) <= _HEADING_WORDS
        and not line.endswith(_CLOSING)
        and not _LIST_ITEM.match(line)
        and any(c.isalpha() for c in line)
        and not dateline(line)
        and not block.startswith(("    ", "\t"))
    )
