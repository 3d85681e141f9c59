"""Pages and chapters that docarchive writes (HTML, sites, EPUB), and how their readers know them again.

The writers put the marks into their templates and state an article in the terms of schema.org and Dublin Core; the
readers take the text from between the marks, and the terms as they are, so that nothing is guessed.
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

#: Known keys with one text as schema.org calls them.
SCHEMA_ORG: Final = {
    "title": "headline",
    "date": "datePublished",
    "updated": "dateModified",
    "section": "articleSection",
    "language": "inLanguage",
    "summary": "description",
    "url": "url",
}
#: Known keys with names of what an article is about, and the types that schema.org has for these.
ABOUT: Final = {"people": "Person", "organizations": "Organization", "places": "Place"}

#: Known keys as Dublin Core's terms call them.
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
