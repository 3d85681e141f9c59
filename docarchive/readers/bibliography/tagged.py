"""The readers of references that are lines with tags: PubMed's (nbib), EndNote's (enw) and Web of Science's (isi)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.formats.bibliography import EDITORS, ENTRY_TYPE, serial_key
from docarchive.readers.bibliography.reference import date_of, name_of, reference
from docarchive.readers.encoding.detect import read_text
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.values.reserved_keys import set_aside
from docarchive.readers.values.written_dates import read_date
from docarchive.records import NamedTuple
from docarchive.texts import one_line

_DOI: Final = re.compile(r"(10\.\d{4,9}/\S+?)(?:\s*\[doi\])?\Z")
_INITIALS: Final = re.compile(r"(\S.*?) ([A-Z]{1,3})")
_PARTS_OF_DATE: Final = re.compile(r"(\d{4})(?:$| +([A-Za-z]{3,9}|\d{1,2})(?:[^ /]*[ /-]+(\d{1,2}))?)")


class _Form(NamedTuple):
    """One of the formats.

    Attributes:
        line: Matches the start of a field: its tag, and its value.
        first: The tag that a reference begins with.
        keys: The tags of each key; the first that has a value counts.
        lists: The tags of each list.
        texts: The tags of abstracts and notes.
    """

    line: re.Pattern[str]
    first: str
    keys: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, tuple[str, ...]]
    texts: tuple[str, ...]


_NBIB: Final = _Form(
    re.compile(r"([A-Z]{2,4})[ \u00a0]*-[ \u00a0]?(.*)"),
    "PMID",
    {
        **{
            "title": ("TI", "BTI", "TT"),
            "original_title": ("TT",),
            "source": ("JT", "TA", "CTI", "PB"),
            "date": ("DP", "DEP"),
            "language": ("LA",),
        },
        **{"volume": ("VI",), "number": ("IP",), "pages": ("PG",), "pmid": ("PMID",), "pmc": ("PMC",)},
        **{ENTRY_TYPE: ("PT",)},
    },
    {
        "authors": ("FAU", "AU", "CN"),
        EDITORS: ("FED",),
        "tags": ("OT", "MH"),
        "serials": ("IS", "ISBN"),
        "dois": ("LID", "AID", "SO"),
    },
    ("AB", "GN"),
)
_ENW: Final = _Form(
    re.compile(r"%([0-9A-Z@?~!#$&()*+,\[\]:;<=>^|]) ?(.*)"),
    "0",
    {
        **{"title": ("T", "B"), "source": ("J", "B", "I"), "date": ("8", "D"), "language": ("G",), "url": ("U", ">")},
        **{"volume": ("V",), "number": ("N",), "pages": ("P",), "publisher": ("I",), "place": ("C",)},
        **{"edition": ("7",), ENTRY_TYPE: ("0",), "source_id": ("M",)},
    },
    {"authors": ("A",), EDITORS: ("E", "Y"), "tags": ("K",), "serials": ("@",), "dois": ("R",)},
    ("X", "Z", "O"),
)  # fmt: skip
_ISI: Final = _Form(
    re.compile(r"([A-Z][A-Z0-9])(?: (.*)|\Z)"),
    "PT",
    {
        **{"title": ("TI",), "source": ("SO", "JI", "PU"), "date": ("PD", "PY"), "language": ("LA",)},
        **{"volume": ("VL",), "number": ("IS",), "first_page": ("BP",), "last_page": ("EP",), "publisher": ("PU",)},
        **{ENTRY_TYPE: ("DT",), "accession_number": ("UT",)},
    },
    {
        **{"authors": ("AF", "AU", "CA"), EDITORS: ("BE", "ED"), "tags": ("DE", "ID")},
        **{"serials": ("SN", "BN"), "dois": ("DI",)},
    },
    ("AB",),
)  # fmt: skip


def nbib_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the references of PubMed's format, with their numbers as locations."""
    return _records(source, _NBIB)


def enw_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the references of EndNote's format, with their numbers as locations."""
    return _records(source, _ENW)


def isi_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the references of the format of Web of Science, with their numbers as locations."""
    return _records(source, _ISI)


def _records(source: Source, form: _Form) -> Iterator[Record | Refusal]:
    number = 0
    lines: list[str] = []
    for line in [*read_text(source).text.splitlines(), None]:
        start = form.line.match(line) if line is not None else None
        if (line is None or (start and start[1] == form.first)) and lines:
            number += 1
            yield Record(str(number), "\n".join(lines).encode(), partial(_read, form, _fields(form, lines)))
            lines = []
        if line is not None and (lines or (start and start[1] == form.first)):
            lines.append(line)
    if not number:
        raise ReaderError("there is no reference in it")


def _fields(form: _Form, lines: list[str]) -> dict[str, list[str]]:
    """Returns the values by tag; a line without a tag belongs to the value before it, and is one more in a list."""
    fields: dict[str, list[list[str]]] = {}
    tag = ""
    listed = {name for names in form.lists.values() for name in names}
    for line in lines:
        if line[:1] not in (" ", "\t") and (start := form.line.match(line)):
            tag = start[1]
            if value := (start[2] or "").strip():
                fields.setdefault(tag, []).append([value])
        elif line.strip() and tag in fields:
            if tag in listed and form is not _NBIB and tag not in ("DE", "ID"):
                fields[tag].append([line.strip()])
            else:
                fields[tag][-1].append(line.strip())
    return {tag: [one_line("\n".join(parts)) for parts in values] for tag, values in fields.items()}


def _read(form: _Form, fields: Mapping[str, list[str]]) -> Article:
    metadata: dict[str, Any] = {
        key: next((fields[tag][0] for tag in tags if fields.get(tag)), "") for key, tags in form.keys.items()
    }
    lists = {key: [value for tag in tags for value in fields.get(tag, [])] for key, tags in form.lists.items()}
    whole, groups = ("AF", "CA") if form is _ISI else ("FAU", "CN")
    if fields.get(whole):
        lists["authors"] = [*fields[whole], *fields.get(groups, [])]  # AU has the same people with initials
    dois = (match for value in lists.pop("dois") if (match := _DOI.search(value.strip())))
    pages = [metadata.pop(key, "") for key in ("first_page", "last_page")]
    metadata |= {
        "authors": [_name(name) for name in lists["authors"]],
        EDITORS: [_name(name) for name in lists[EDITORS]],
        "tags": [tag for value in lists["tags"] for tag in _tags(value)],
        "doi": next((match[1] for match in dois), ""),
        **{serial_key(number.split()[0]): number.split()[0] for number in reversed(lists["serials"])},
    }
    _add_date(metadata, fields, form)
    if form is _NBIB:
        metadata["title"] = _without_stop(metadata["title"])
        if metadata["original_title"] == metadata["title"] or not fields.get("TI"):
            del metadata["original_title"]
    if any(pages):
        metadata["pages"] = "-".join(filter(None, pages))
    if metadata.get(ENTRY_TYPE):
        metadata[ENTRY_TYPE] = metadata[ENTRY_TYPE].lower()
    return reference(metadata, [text for tag in form.texts for text in fields.get(tag, [])])


def _without_stop(title: str) -> str:
    """Returns a title without the full stop that PubMed adds to all titles."""
    return title[:-1] if title.endswith(".") and not title.endswith("..") else title


def _add_date(metadata: dict[str, Any], fields: Mapping[str, list[str]], form: _Form) -> None:
    """Adds the date of a reference; a day and month without a year have that of the field for years.

    A text that says more than its date, such as ``2021 May-Jun``, is kept as it is written, too.
    """
    values = [fields[tag][0] for tag in form.keys["date"] if fields.get(tag)]
    year = next((value for value in values if re.fullmatch(r"\d{4}", value.strip())), "")
    for value in values:
        written = value if re.search(r"\d{4}", value) else f"{year} {value}"
        parts = _PARTS_OF_DATE.match(written)
        if date := read_date(written) or (date_of(*parts.groups()) if parts else None):
            metadata["date"] = date
            said = len([part for part in parts.groups() if part]) - 1 if parts else 0
            if not read_date(written) and parts and (parts.end() < len(written) or date.text.count("-") < said):
                set_aside(metadata, "date", value)
            return
    metadata["date"] = values[0] if values else None


def _tags(value: str) -> list[str]:
    """Returns the keywords of a value; PubMed marks main headings with ``*`` and has qualifiers after ``/``."""
    return [tag.strip().lstrip("*").partition("/")[0] for tag in value.split(";") if tag.strip()]


def _name(name: str) -> str:
    if "," not in name and (initials := _INITIALS.fullmatch(name)):  # of PubMed: ``Meyer AB``
        return name_of(initials[2], initials[1])
    family, given, suffix, *_ = [*name.split(",", 2), "", ""]
    return name_of(given, family, suffix.replace(",", " "))
