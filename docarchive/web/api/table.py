"""The table of routes: all that the API has."""

from __future__ import annotations

from typing import Final

from docarchive.archive.import_and_export_options import DUPLICATE_CHOICES
from docarchive.web.api import handlers
from docarchive.web.api.events import events
from docarchive.web.api.routes import Parameter, Route
from docarchive.web.options import MAX_ADDRESSES

#: What comes before the path of each route.
PREFIX: Final = "/api/v1"
#: The most articles of a page.
MOST: Final = 100

_REPEATED: Final = 20
_QUERY: Final = (
    Parameter("q", "string", "The query. Without one, all articles match."),
    Parameter("filter", "string", "A query that must match, too.", repeated=_REPEATED),
)
_LANGUAGE: Final = Parameter(
    "language", "string", "The language of the query's words, as ISO 639-1; else each of the archive.", most=20
)
_LIMIT: Final = Parameter("limit", "integer", "How many articles to return.", default=10, most=MOST)
_CURSOR: Final = Parameter("cursor", "string", "The `cursor` of the page before.", most=300)
_WAIT: Final = Parameter("wait", "integer", "Seconds to wait if there is nothing new.", default=0, most=25)
_FORMAT: Final = Parameter("format", "string", "Return an export in this format instead; see `/formats`.", most=40)


def _facets(most: int) -> tuple[Parameter, ...]:
    return (
        Parameter(
            "facet",
            "string",
            "A key whose values are counted; also `year`, `month` and `day`.",
            most=80,
            repeated=_REPEATED,
        ),
        Parameter("facet_limit", "integer", "How many values of each; 0 for all.", default=10, most=most),
    )


def _sort(default: str, meaning: str) -> Parameter:
    return Parameter("sort", "string", meaning, default=default, most=80)


ROUTES: Final = (
    Route(
        "/search",
        handlers.search,
        "Search for articles.",
        "Results",
        (
            *_QUERY,
            _sort("relevance", "The order: `relevance`, `date`, `title` or another key; `-date` reverses it."),
            _LIMIT,
            _CURSOR,
            *_facets(10_000),
            _LANGUAGE,
            Parameter(
                "freshness",
                "number",
                "Lower the scores of older articles: by a quarter after this many days.",
                most=100_000,
            ),
            Parameter(
                "all_words", "boolean", "Return only articles with all words, even if there are none.", default=False
            ),
            Parameter(
                "mode", "string", "What to look for; see [ranking](ranking.md).", choices=("words", "meaning", "both")
            ),
            Parameter("explain", "boolean", "Return the parts of each score.", default=False),
        ),
        by_position=True,
    ),
    Route(
        "/count",
        handlers.count,
        "Count the articles that match a query.",
        "Count",
        (*_QUERY, _LANGUAGE),
        by_position=True,
    ),
    Route(
        "/facets",
        handlers.facets,
        "Count the values of keys.",
        "Facets",
        (*_QUERY, *_facets(100_000)),
        by_position=True,
    ),
    Route(
        "/articles",
        handlers.articles,
        "List articles by their metadata, or export them.",
        "List",
        (*_QUERY, _sort("-date", "The order, but not by relevance."), _LIMIT, _CURSOR, _FORMAT),
        by_position=True,
        streams=True,
    ),
    Route(
        "/articles/{id}",
        handlers.article,
        "Return an article, or export it.",
        "Article",
        (
            Parameter("version", "integer", "An earlier version, as `/versions` has them.", default=0, most=999_999),
            _FORMAT,
        ),
        streams=True,
    ),
    Route("/articles/{id}/original", handlers.original, "Return the bytes that an article was imported from.", ""),
    Route("/articles/{id}/similar", handlers.similar, "Find similar articles.", "Results", (_LIMIT,)),
    Route("/articles/{id}/versions", handlers.versions, "List the versions of an article.", "Versions"),
    Route(
        "/articles/{id}/diff",
        handlers.diff,
        "Return what differs between two versions.",
        "Diff",
        (
            Parameter(
                "a",
                "integer",
                "A version; -1 is the last one before the current.",
                default=-1,
                least=-999_999,
                most=999_999,
            ),
            Parameter(
                "b",
                "integer",
                "The version that is compared; 0 is the current one.",
                default=0,
                least=-999_999,
                most=999_999,
            ),
        ),
    ),
    Route("/articles/{id}/provenance", handlers.provenance, "Return where an article comes from.", "Provenance"),
    Route(
        "/changes",
        handlers.changes,
        "Return the articles that changed after a position, the earliest change first.",
        "Changes",
        (
            Parameter("since", "string", "The `position` of an earlier answer; 0 for all.", default="0", most=40),
            Parameter("limit", "integer", "How many articles to return.", default=50, least=1, most=MOST),
            _WAIT,
        ),
        ready=handlers.has_changed,
        events=events,
    ),
    Route("/saved", handlers.saved, "List the saved searches.", "Saved"),
    Route("/statistics", handlers.statistics, "Return statistics of the archive.", "Statistics"),
    Route(
        "/trash",
        handlers.trash,
        "List the articles in the trash.",
        "Trash",
        (*_QUERY, _sort("-date", "The order."), _LIMIT, _CURSOR),
    ),
    Route("/quarantine", handlers.quarantine, "List what could not be imported.", "Quarantine"),
    Route("/formats", handlers.formats, "List the formats to import and export.", "Formats"),
)

#: What there is besides with ``--write``.
IMPORT_ROUTES: Final = (
    Route("/imports", handlers.imports, "List the imports since the server was started, the last first.", "Imports"),
    Route(
        "/imports/{number}",
        handlers.import_,
        "Return how far an import is, or what it did.",
        "Import",
        (_WAIT,),
        ready=handlers.is_over,
    ),
)
#: The parameters of a request to import what is in quarantine again.
RETRY: Final = (
    Parameter("name", "string", "A `name` in `/quarantine`, or a unique prefix of it; without one, all.", repeated=100),
    Parameter("format", "string", "The format of the inputs; detected if left out.", most=40),
    Parameter("wait", "integer", "Seconds to wait for the end of the import.", default=0, most=25),
)
#: The parameters of a request to import; a form has them as fields.
IMPORT: Final = (
    Parameter("name", "string", "The name of the file that is the body.", most=200),
    Parameter("address", "string", "An http or https URL to import.", repeated=MAX_ADDRESSES),
    Parameter("format", "string", "The format of the inputs; detected if left out.", most=40),
    Parameter("tag", "string", "A tag to add to every article.", most=200, repeated=_REPEATED),
    Parameter("language", "string", "The language of every article, such as `en`.", most=20),
    Parameter("on_duplicate", "string", "What to do with near duplicates; see `import`.", choices=DUPLICATE_CHOICES),
    Parameter("images", "boolean", "Whether to keep pictures, of fetched pages too; if left out, of files only."),
    Parameter("wait", "integer", "Seconds to wait for the end of the import.", default=0, most=25),
    Parameter("again", "boolean", "Whether to import articles that were deleted earlier.", default=False),
)
