"""The reader of RIS, the exchange format of reference managers: one article a reference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import ReaderError
from docarchive.formats.bibliography import EDITORS, ENTRY_TYPE, OTHER_URLS, RIS, serial_key
from docarchive.readers.bibliography.reference import attached, date_of, name_of, reference
from docarchive.readers.encoding.detect import read_text
from docarchive.readers.protocol import Member, Record, Refusal, Source
from docarchive.readers.values.dates_found import date_in
from docarchive.readers.values.reserved_keys import set_aside
from docarchive.texts import one_line

_TAG = re.compile(r"([A-Z][A-Z0-9])[ \u00a0]{1,2}-(?:[ \u00a0](.*))?\Z")
_TITLES: Final = ("TI", "T1", "CT", "BT", "ST", "T2", "T3")
_SOURCES: Final = ("T2", "JO", "JF", "JA", "J2", "PB")
_DATES: Final = ("DA", "Y1", "PY")
#: The keys of titles and names that are not an article's title or source, since others take precedence.
_KEYS_OF_OTHERS: Final = {
    **{"BT": "book_title", "CT": "caption", "JO": "journal", "JF": "journal", "JA": "journal_abbreviation"},
    **{"J2": "journal_abbreviation", "PB": "publisher"},
}
_READ_TAGS: Final = (
    *(*_TITLES, *_SOURCES, *_DATES, "TY", "ER", "AU", "A1", "A2", "ED"),
    *("DO", "UR", "KW", "AB", "N2", "N1", "L1", "LA", "SP", "EP", "SN"),
)
_KEYS_BY_TAG: Final = {tag: key for key, tag in RIS.items()}


def records(source: Source) -> Iterator[Record | Refusal | Member]:
    """Yields the references of a file, with their numbers as locations, and the attached files next to the file."""
    text, _ = read_text(source)
    number = 0
    for number, (lines, complete) in enumerate(_references(text), start=1):
        raw = "\n".join(lines).encode()
        if not complete:
            yield Refusal(str(number), raw, "the reference does not end with ER")
            continue
        fields = _parse_fields(lines)
        yield Record(str(number), raw, partial(_read_reference, fields))
        yield from attached(source, fields.get("L1", []), str(number))
    if not number:
        raise ReaderError("there is no reference in it")


def _references(text: str) -> Iterator[tuple[list[str], bool]]:
    lines: list[str] = []
    for line in text.splitlines():
        tag = _TAG.match(line.rstrip())
        if tag and tag[1] == "TY" and lines:
            yield lines, False
            lines = []
        if lines or (tag and tag[1] == "TY"):
            lines.append(line)
        if tag and tag[1] == "ER" and lines:
            yield lines, True
            lines = []
    if lines:
        yield lines, False


def _parse_fields(lines: list[str]) -> dict[str, list[str]]:
    fields: dict[str, list[list[str]]] = {}  # the lines of each value
    current = ""
    for line in lines:
        tag = _TAG.match(line.rstrip())
        if tag:
            current = tag[1]
            if tag[2] and tag[2].strip():
                fields.setdefault(current, []).append([tag[2].strip()])
        elif current in fields and line.strip():
            fields[current][-1].append(line.strip())
    return {tag: [one_line("\n".join(parts)) for parts in values] for tag, values in fields.items()}


def _read_reference(fields: dict[str, list[str]]) -> Article:
    def first(*tags: str) -> str:
        return next((fields[tag][0] for tag in tags if fields.get(tag)), "")

    title, source = first(*_TITLES), first(*_SOURCES)
    urls = [url for value in fields.get("UR", []) for url in re.split(r"\s*;\s*(?=https?:)", value)]
    pages = "-".join(filter(None, (first("SP"), first("EP"))))
    metadata: dict[str, Any] = {
        "title": title,
        "authors": [_name(name) for tag in ("AU", "A1") for name in fields.get(tag, [])],
        EDITORS: [_name(name) for tag in ("A2", "ED") for name in fields.get(tag, [])],
        "source": source,
        "doi": first("DO"),
        "url": next(iter(urls), ""),
        OTHER_URLS: urls[1:],
        "tags": fields.get("KW", []),
        "language": first("LA"),
        ENTRY_TYPE: first("TY").lower(),
        "pages": pages,
        "files": fields.get("L1", []),
        **{serial_key(number): number for number in reversed(fields.get("SN", []))},
        **{
            _KEYS_BY_TAG.get(tag, tag.lower()): values if len(values) > 1 else values[0]
            for tag, values in fields.items()
            if tag not in _READ_TAGS
        },
        **_others({tag: first(tag) for tag in _KEYS_OF_OTHERS}, {"", title, source}),
    }
    _add_date(metadata, [first(tag) for tag in _DATES])
    return reference(metadata, [text for tag in ("AB", "N2", "N1") for text in fields.get(tag, [])])


def _others(values: dict[str, str], known: set[str]) -> dict[str, Any]:
    """Returns the further titles and names by key: of two names of a journal, JO is the short one, and JF is not."""
    others: dict[str, list[str]] = {}
    for tag, value in values.items():
        key = "journal_abbreviation" if tag == "JO" and values["JF"] else _KEYS_OF_OTHERS[tag]
        is_twice = value in others.get(key, ()) or (tag == "JO" and value == values["JF"])
        if value not in known and not is_twice:
            others.setdefault(key, []).append(value)
    return {key: texts if len(texts) > 1 else texts[0] for key, texts in others.items()}


def _add_date(metadata: dict[str, Any], texts: list[str]) -> None:
    """Adds the first date of several texts; texts before it, and what else its text says, are kept as written."""
    for text in filter(None, texts):
        date, whole = _date(text)
        if date is not None:
            metadata["date"] = date
        if not whole:
            set_aside(metadata, "date", text)
        if date is not None:
            return


def _date(text: str) -> tuple[PartialDate | None, bool]:
    """Returns the date in a text such as ``2021/05/03/Spring`` or ``2021///``, and whether that is all it says."""
    date, whole = date_in(text)
    year, *others = (part.strip() for part in text.split("/"))
    if not date and others and (date := date_of(year, *others[:2])):
        whole = date.text.count("-") == sum(map(bool, others))
    return date, whole


def _name(name: str) -> str:
    family, given, suffix, *_ = [*name.split(",", 2), "", ""]
    return name_of(given, family, suffix.replace(",", " "))
