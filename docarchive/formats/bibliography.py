"""References: under which keys articles keep what bibliographies say beside the known keys, and what each calls that.

The readers of BibTeX, RIS and CSL-JSON fill these keys, and their writers and the citations read them, so that a
reference may come from one format and go to another.
"""

from __future__ import annotations

from typing import Final

#: By which a reference is cited.
CITATION_KEY: Final = "citation_key"
#: Its type, as the bibliography that it came from calls it.
ENTRY_TYPE: Final = "entry_type"
#: Names of its editors.
EDITORS: Final = "editors"
#: Where its publisher is; a known key ``places`` says what it is about.
PLACE: Final = "place_of_publication"

#: Keys, and their tags in RIS.
RIS: Final = {CITATION_KEY: "ID", "volume": "VL", "number": "IS", PLACE: "CY", "section": "SE"}
#: Keys, and their names in CSL-JSON.
CSL: Final = {
    "volume": "volume",
    "number": "issue",
    "pages": "page",
    PLACE: "publisher-place",
    "isbn": "ISBN",
    "issn": "ISSN",
    "section": "section",
}
#: Keys, and their fields in BibTeX where these are called otherwise.
BIBTEX: Final = {PLACE: "address"}
#: Fields of BibTeX that BibLaTeX calls otherwise.
BIBLATEX: Final = {"journal": "journaltitle", "address": "location", "school": "institution"}

_ISSN_DIGITS: Final = 8


def serial_key(number: str) -> str:
    """Returns the key of RIS's ``SN``, which holds either: ``issn`` for eight digits, else ``isbn``.

    >>> serial_key("1234-567X"), serial_key("978-3-16-148410-0")
    ('issn', 'isbn')
    """
    return "issn" if sum(map(str.isalnum, number)) == _ISSN_DIGITS else "isbn"
