"""The writer of CSL-JSON, the form in which citation processors take references: one item an article."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO

from docarchive.dates import PartialDate
from docarchive.formats.bibliography import CSL, PLACE
from docarchive.writers.bibliography.names import Name
from docarchive.writers.bibliography.reference import Reference, References, date_parts
from docarchive.writers.json import write_list
from docarchive.writers.protocol import Document, WriteOptions, Writer


class CslWriter(Writer):
    """Writes a list of items, one a line: the summary as ``abstract``, tags as ``keyword``, no text."""

    name = "csl-json"
    summary = "a CSL-JSON bibliography, for citation processors"
    suffixes = (".csl.json", ".csljson")

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        references = References()
        items = (csl_item(references.of(document.article)) for document in documents)
        write_list(out, "[", items, "]")


def csl_item(reference: Reference) -> dict[str, Any]:
    """Returns a reference as an item, as csl-data.json (CSL 1.0.2) describes it."""
    container = "publisher" if reference.type.container in ("publisher", "school", "institution") else "container-title"
    item: dict[str, Any] = {
        "id": reference.key,
        "type": reference.type.csl,
        "title": reference.title,
        "author": [_name(name) for name in reference.authors],
        "editor": [_name(name) for name in reference.editors],
        "issued": _date(reference.date),
        "accessed": _date(reference.accessed),
        "publisher": reference.publisher,
        CSL[PLACE]: reference.publisher_place,
        CSL["section"]: reference.section,
        CSL["volume"]: reference.volume,
        CSL["number"]: reference.number,
        CSL["pages"]: reference.pages,
        CSL["isbn"]: reference.isbn,
        CSL["issn"]: reference.issn,
        "DOI": reference.doi,
        "URL": reference.url,
        "language": reference.language,
        "abstract": reference.abstract,
        "keyword": ", ".join(tag.replace(",", ";") for tag in reference.keywords),
    }
    if reference.container:
        item[container] = reference.container
    return {key: value for key, value in item.items() if value}


def _date(date: PartialDate | None) -> dict[str, Any]:
    return {"date-parts": [[*date_parts(date)]]} if date else {}


def _name(name: Name) -> dict[str, str]:
    if name.whole:
        return {"literal": name.family}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {key: value for key, value in parts.items() if value}
