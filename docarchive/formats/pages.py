"""Marks and terms of the pages and chapters that docarchive exports (HTML, sites, EPUB).

The writers put the marks into their templates and state an article in the terms of schema.org and Dublin Core; the
readers recognize the marks and read the terms, so that nothing is guessed. See decision 0053.
"""

from __future__ import annotations

from typing import Final

#: The content of ``<meta name="generator">``.
GENERATOR: Final = "docarchive"
#: The tag that begins the text of the article.
TEXT: Final = '<div class="text" dir="auto">'
#: The style sheet of a site, from its root.
STYLE_SHEET: Final = "assets/site.css"
#: The ``property`` of ``<meta>`` that pages of articles have, and lists of a site have not.
KIND: Final = "og:type"
#: Begins the ids of footnotes, which end with a hyphen and their number.
NOTE_ID: Final = "note-"
#: The roles of links to a footnote and back, in the words of DPUB-ARIA.
MARK_ROLE: Final = "doc-noteref"
BACK_ROLE: Final = "doc-backlink"

#: Known keys with one text, and their properties of schema.org (https://schema.org/NewsArticle).
SCHEMA_ORG: Final = {
    "title": "headline",
    "date": "datePublished",
    "updated": "dateModified",
    "section": "articleSection",
    "language": "inLanguage",
    "summary": "description",
    "url": "url",
}
#: Known keys with names of what an article is about, and the types of schema.org for these.
ABOUT: Final = {"people": "Person", "organizations": "Organization", "places": "Place"}

#: Known keys, and their terms of Dublin Core (https://www.dublincore.org/specifications/dublin-core/dcmi-terms/).
DUBLIN_CORE: Final = {
    "title": "title",
    "authors": "creator",
    "date": "issued",
    "updated": "modified",
    "source": "publisher",
    "language": "language",
    "summary": "abstract",
    "tags": "subject",
    "places": "spatial",
    "url": "source",
}
