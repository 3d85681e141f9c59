"""Bibliographies."""

from __future__ import annotations

import re
from typing import Final

from docarchive.readers.json import has_keys, start_of
from docarchive.readers.lazy_reader import LazyReader

_BIBTEX: Final = rb"(?m)^[ \t]*@[ \t]*[a-zA-Z]+[ \t]*[{(][ \t]*[^\s,{}()=\"]+[ \t]*,\s*(?:[a-zA-Z][\w-]*[ \t]*=|[})])"
_CSL_KINDS: Final = (
    rb'"type"\s*:\s*"(?:article(?:-journal|-magazine|-newspaper)?|book|chapter|paper-conference|thesis|report|webpage'
    rb"|post-weblog|manuscript|patent|entry(?:-encyclopedia|-dictionary)?|review|speech|dataset|interview|legislation"
    rb'|journal-article|proceedings-article|book-chapter|posted-content|monograph|dissertation)"'  # as Crossref says
)


def _is_bibtex(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith((b"@", b"%")) and bool(re.search(_BIBTEX, head))


def _is_ris(head: bytes) -> bool:
    return bool(re.match(rb"(?i)\s*TY  ?- ?\w+", head.removeprefix(b"\xef\xbb\xbf")))


def _is_csl(head: bytes) -> bool:
    start = start_of(head)
    return (
        start.startswith((b"[", b"{"))
        and bool(re.search(_CSL_KINDS, start))
        and has_keys(start, "(?:issued|container-title|citation-key|date-parts|publisher-place)")
    )


#: In the order in which they are asked.
READERS: Final = (
    LazyReader(
        "bibtex",
        "BibTeX and BibLaTeX bibliographies",
        (".bib", ".bibtex"),
        "bibliography.bibtex:records",
        _is_bibtex,
        by_name=True,
        extra="bibliography",
        requires=("pylatexenc",),
        version=3,
    ),
    LazyReader(
        "nbib",
        "PubMed's references (nbib)",
        (".nbib",),
        "bibliography.tagged:nbib_records",
        lambda head: bool(re.match(rb"(?:\xef\xbb\xbf)?\s*PMID ?- ?\d+\s*\n[A-Z]{2,4} *-", head)),
    ),
    LazyReader(
        "enw",
        "EndNote's references (enw)",
        (".enw",),
        "bibliography.tagged:enw_records",
        lambda head: bool(re.match(rb"(?:\xef\xbb\xbf)?\s*%0 [^\n]+\n%[A-Z0-9@] ", head)),
    ),
    LazyReader(
        "isi",
        "Web of Science's references (isi)",
        (".isi", ".ciw"),
        "bibliography.tagged:isi_records",
        lambda head: bool(
            re.match(rb"(?:\xef\xbb\xbf)?\s*(?:FN [^\n]+\nVR [\d.]+\s+)?PT [A-Z]\s*\n[A-Z][A-Z0-9] ", head)
        ),
    ),
    LazyReader("ris", "RIS bibliographies", (".ris",), "bibliography.ris:records", _is_ris, version=3),
    LazyReader(
        "csl-json", "CSL-JSON bibliographies", (".json", ".csljson"), "bibliography.csl:records", _is_csl, version=3
    ),
)
