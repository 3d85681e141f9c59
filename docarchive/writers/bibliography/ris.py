"""The writer of RIS, the exchange format of reference managers: one reference an article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from docarchive.dates import PartialDate
from docarchive.formats.bibliography import CITATION_KEY, PLACE, RIS
from docarchive.writers.bibliography.names import Name
from docarchive.writers.bibliography.reference import Reference, References
from docarchive.writers.protocol import Document, WriteOptions, Writer

_BOOKS = frozenset({"BOOK", "THES", "RPRT", "DATA"})


class RisWriter(Writer):
    """Writes references as RIS, in UTF-8: the summary as ``AB``, each tag as ``KW``, no text."""

    name = "ris"
    summary = "a RIS bibliography, for reference managers"
    suffixes = (".ris",)

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        references = References()
        for document in documents:
            lines = (f"{tag}  - {text}\r\n" for tag, text in _lines(references.of(document.article)))
            out.write(("".join(lines) + "\r\n").encode())


def _lines(reference: Reference) -> Iterator[tuple[str, str]]:
    type_ = reference.type.ris
    first, _, last = reference.pages.partition("-")
    yield "TY", type_
    yield RIS[CITATION_KEY], reference.key
    yield "TI", reference.title
    yield from (("AU", _name(name)) for name in reference.authors)
    yield from (("ED", _name(name)) for name in reference.editors)
    brought_out = type_ in _BOOKS
    for tag, text in (
        ("T2", "" if brought_out else reference.container),
        ("PB", (reference.container if brought_out else "") or reference.publisher),
        (RIS[PLACE], reference.publisher_place),
        (RIS["section"], reference.section),
        ("PY", reference.date.text[:4] if reference.date else ""),
        ("DA", _date(reference.date) if reference.date else ""),
        (RIS["volume"], reference.volume),
        (RIS["number"], reference.number),
        ("SP", first),
        ("EP", last),
        ("SN", reference.isbn or reference.issn),
        ("DO", reference.doi),
        ("UR", reference.url),
        ("Y2", _date(reference.accessed) if reference.accessed else ""),
        ("LA", reference.language),
        ("AB", reference.abstract),
        *(("KW", tag) for tag in reference.keywords),
    ):
        if text:
            yield tag, text
    yield "ER", ""


def _date(date: PartialDate) -> str:
    """Returns ``YYYY/MM/DD/``; unknown parts are empty."""
    year, month, day, *_ = [*date.text[:10].split("-"), "", ""]
    return f"{year}/{month}/{day}/"


def _name(name: Name) -> str:
    if name.whole:
        return name.family.replace(",", "")  # the text before a comma is read as a family name
    return ", ".join(part for part in (f"{name.particle} {name.family}".strip(), name.given, name.suffix) if part)
