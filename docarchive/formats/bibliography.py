"""Keys of references that are no known keys, and their names in BibTeX, BibLaTeX, RIS and CSL-JSON.

The readers of bibliographies set these keys; their writers, and those of citations, read them. So a reference may be
imported from one format and exported to another.
"""

from __future__ import annotations

from typing import Final

from docarchive import keys

#: The name by which a reference is cited.
CITATION_KEY: Final = keys.CITATION_KEY
#: The type of a reference, as its bibliography calls it.
ENTRY_TYPE: Final = "entry_type"
#: Names of the editors, a list.
EDITORS: Final = "editors"
#: City of the publisher; the known key ``places`` holds places that an article is about.
PLACE: Final = "place_of_publication"

#: Addresses of the article that are not its ``url``, a list.
OTHER_URLS: Final = "other_urls"

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
    """Returns the key of a number under RIS's ``SN``: ``issn`` for eight digits, else ``isbn``.

    >>> serial_key("1234-567X"), serial_key("978-3-16-148410-0")
    ('issn', 'isbn')
    """
    return "issn" if sum(map(str.isalnum, number)) == _ISSN_DIGITS else "isbn"
