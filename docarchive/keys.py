"""The known metadata keys, and how other programs spell them: one table.

Everything that reads metadata (front matter, JSON, queries) asks ``canonical()``, so that a key means the same
everywhere. Other keys are kept unchanged. Readers of other programs' metadata ask ``descriptive()``.
"""

from __future__ import annotations

from typing import Final

#: Version of the JSON form of an article and of everything that ``--json`` prints.
SCHEMA: Final = 1

TEXT: Final = "text"
DATE: Final = "date"
LIST: Final = "list"
#: Notes or marked passages: a list of objects (``article.annotations``).
OBJECTS: Final = "objects"

#: The known keys in the order in which they are written, and the kinds of their values.
KNOWN: Final[dict[str, str]] = {
    "id": TEXT,
    "title": TEXT,
    "title_derived": TEXT,
    "date": DATE,
    "updated": DATE,
    "authors": LIST,
    "source": TEXT,
    "source_id": TEXT,
    "section": TEXT,
    "url": TEXT,
    "language": TEXT,
    "summary": TEXT,
    "tags": LIST,
    "people": LIST,
    "organizations": LIST,
    "places": LIST,
    "duplicate_of": LIST,
    "archived": DATE,
    "original": TEXT,
    "fingerprint": TEXT,
    "format": TEXT,
    "reader": TEXT,
    "imported_from": TEXT,
    "highlights": OBJECTS,
    "notes": OBJECTS,
}

#: Keys for what readers of an article have added to it. They are no part of its content, and are written last.
ANNOTATIONS: Final = tuple(key for key, kind in KNOWN.items() if kind == OBJECTS)

#: Keys that hold several values.
SEVERAL: Final = frozenset(key for key, kind in KNOWN.items() if kind in (LIST, OBJECTS))

#: Keys that say where an article came from and which others it repeats; they are not part of its content.
PROVENANCE: Final = ("duplicate_of", "archived", "original", "fingerprint", "format", "reader", "imported_from")

#: The key of a reference under which it has its name in a bibliography.
CITATION_KEY: Final = "citation_key"
#: The key under which an article has the ids of those that were merged into it, and that lead to it.
MERGED: Final = "merged_ids"

#: Keys that docarchive writes itself. In the metadata of another program such a key means something else (``reader:
#: Kindle``), and readers set its value aside (``readers.values.reserved_keys``). ``id`` is not reserved: a foreign one
#: becomes ``source_id``.
RESERVED: Final = frozenset({*PROVENANCE, "title_derived", MERGED})

#: (known key, its spellings in lower case, whose they are)
_CONVENTIONS: Final = (
    ("title", "headline", "schema.org, NewsML, ninjs"),
    ("title", "name dc.title dc:title dcterms.title", "schema.org, Dublin Core"),
    ("date", "datepublished", "schema.org"),
    ("date", "published publishdate pubdate date_published published_at published_time", "Hugo, RSS, JSON Feed"),
    ("date", "created issued dc.date dc:date dcterms.date dcterms.issued", "Obsidian, CSL, Dublin Core"),
    ("date", "pubdatetime publish_date published_date publishedat createdat created_at date_created", "Astro, Ghost"),
    ("date", "pub_date published_on publication_date publish_time date_publish webpublicationdate", "Django, Guardian"),
    ("date", "datetime date_time post_date posted_at created_on created_utc first_published_at", "WordPress, Reddit"),
    ("updated", "lastmod modified last_modified last_modified_at", "Hugo, Jekyll"),
    ("updated", "updateddate moddatetime lastupdated last_updated updatedat date-modified", "Astro, VuePress, Quarto"),
    ("updated", "datemodified date_modified updated_at dcterms.modified", "schema.org, JSON Feed, Dublin Core"),
    ("authors", "author", "Hugo, Jekyll, Pandoc, schema.org"),
    ("authors", "creator byline dc.creator dc:creator dcterms.creator", "schema.org, ninjs, Dublin Core"),
    ("authors", "author_name author_names authorname authornames written_by bylines", "exports of news sites"),
    ("source", "publisher dc.publisher dc:publisher dcterms.publisher", "schema.org, Dublin Core"),
    ("section", "articlesection", "schema.org"),
    ("url", "link canonical_url source_url", "RSS, Jekyll, Pocket"),
    ("language", "lang", "Pandoc, HTML"),
    ("language", "inlanguage dc.language dc:language dcterms.language", "schema.org, Dublin Core"),
    ("summary", "description", "Hugo, Jekyll, schema.org"),
    ("summary", "abstract excerpt dc.description dc:description dcterms.abstract", "Pandoc, Jekyll, Dublin Core"),
    ("tags", "tag keyword keywords", "Jekyll, Pandoc, schema.org"),
    ("tags", "category categories topic topics", "Hugo, Jekyll, Reuters"),
    ("tags", "subject subjects dc.subject dc:subject dcterms.subject", "Pandoc, Dublin Core"),
    ("people", "person persons", "ninjs"),
    ("organizations", "organization organisation organisations org orgs", "ninjs, Reuters"),
    ("places", "place location locations", "ninjs, schema.org"),
)

#: Keys of other programs that mean a date or authors only if their value shows it; see ``readers.values.unsure_keys``.
UNSURE_DATES: Final = ("time", "timestamp", "posted")
UNSURE_AUTHORS: Final = ("by", "writer", "reporter")
UNSURE: Final = frozenset((*UNSURE_DATES, *UNSURE_AUTHORS))

#: Spellings under which a record (JSON, CSV) may hold the text of an article.
BODY_KEYS: Final = ("body", "content", "text", "articlebody", "content_text", "markdown")

_ALIASES: Final[dict[str, str]] = {key: key for key in KNOWN} | {
    form: key
    for key, spellings, _ in _CONVENTIONS
    for spelling in spellings.split()
    for form in (spelling, spelling.replace("_", " "))  # as Obsidian has it: ``date created``
}

#: The spellings of ``authors``, in lower case.
AUTHOR_SPELLINGS: Final = frozenset(spelling for spelling, key in _ALIASES.items() if key == "authors")
#: The spellings of the keys whose values are dates, in lower case.
DATE_SPELLINGS: Final = frozenset(spelling for spelling, key in _ALIASES.items() if KNOWN[key] == DATE)


def canonical(key: str) -> str | None:
    """Returns the known key of a spelling, None if it is no spelling of one.

    >>> canonical("lastmod"), canonical("datePublished"), canonical("date created"), canonical("shoe_size")
    ('updated', 'date', 'date', None)
    """
    return _ALIASES.get(key.lower())


def descriptive(key: str) -> str | None:
    """Returns the known key of a spelling in the metadata of another program, where ``RESERVED`` keys are none.

    >>> descriptive("lastmod"), descriptive("Reader"), descriptive("shoe_size")
    ('updated', None, None)
    """
    known = canonical(key)
    return None if known in RESERVED else known


def conventions() -> list[tuple[str, str, str]]:
    """Returns the table, for the documentation: (known key, spellings, whose they are)."""
    return [(key, spellings, whose) for key, spellings, whose in _CONVENTIONS]
