"""The page of a search, which is the first page too: articles, facets, and how many there are over time."""

from __future__ import annotations

from typing import Any, Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from docarchive import Hit, Results
from docarchive.dates import PartialDate
from docarchive.web.histogram import Bar, histogram
from docarchive.web.options import MAX_OFFSET, PER_PAGE
from docarchive.web.parameters import SearchPage, filter_of, search_page
from docarchive.web.site import Site

#: The keys whose values are counted, and what they are called.
FACETS: Final = {
    "tags": "Tags",
    "people": "People",
    "organizations": "Organizations",
    "places": "Places",
    "authors": "Authors",
    "source": "Source",
    "section": "Section",
    "language": "Language",
}
#: Values of a facet on the page, and of one whose rest is asked for.
_SHOWN: Final = 6
_ALL: Final = 100
_ORDERS: Final = {
    "relevance": "Best first",
    "-date": "Newest first",
    "date": "Oldest first",
    "title": "By title",
    "-archived": "Last imported",
}
#: What to look for, where search by meaning is on.
_MODES: Final = {"both": "Words and meaning", "words": "Words", "meaning": "Meaning"}
_FORMATS: Final = {
    "csv": "CSV",
    "json": "JSON",
    "jsonl": "JSON Lines",
    "markdown": "Markdown",
    "html": "HTML",
    "epub": "EPUB",
}


def search(site: Site, request: Request) -> Response:
    """Returns a page of a search; without a query, of all articles."""
    asked = asked_for(request)
    keys = [*FACETS, *(key for key in asked.facets if key not in FACETS)]
    results = site.archive.search(
        asked.query,
        limit=PER_PAGE,
        offset=asked.offset,
        sort=asked.order,
        facets=[*keys, "month"],
        facet_limit=None,
        mode=site.mode(asked.mode),
    )
    values: dict[str, Any] = {
        "title": asked.text or "Search",
        "section": "search",
        "text": asked.text,
        "asked": asked,
        "results": results,
        "hits": [_shown(hit, asked) for hit in results],
        "facets": [_facet(asked, key, results) for key in keys if results.facets.get(key)],
        "bars": _bars(site, asked, results),
        "orders": [(name, label) for name, label in _ORDERS.items() if asked.text or name != "relevance"],
        "modes": _MODES if asked.text and site.archive.settings.meaning == "on" else {},
        "pages": _pager(asked, results.total),
        "formats": _FORMATS,
        "searches": site.archive.settings.searches,
        "behind": not site.archive.is_current(),
    }
    return site.page("search.jinja", values)


def asked_for(request: Request) -> SearchPage:
    """Returns the search that the address of a request has."""
    parameters = request.query_params
    return search_page(parameters, parameters.getlist("filter"), parameters.getlist("facet"))


def _shown(hit: Hit, asked: SearchPage) -> dict[str, Any]:
    """Returns an article as the page lists it."""
    snippet = Markup(hit.readable_snippet.html())  # noqa: S704 - escaped
    tags = hit.metadata.get("tags") or []
    return {
        "id": hit.id,
        "title": hit.title,
        "date": PartialDate(hit.date) if hit.date else None,
        "snippet": snippet,
        "damage": hit.damage,
        "source": hit.metadata.get("source") or "",
        "archives": hit.archives,
        "differing": hit.differing,
        "tags": [(tag, asked.with_filter(filter_of("tags", str(tag)))) for tag in tags[:_SHOWN]],
    }


def _facet(asked: SearchPage, key: str, results: Results) -> dict[str, Any]:
    """Returns a facet as the page shows it: its values with links to the articles that have them."""
    values = results.facets[key]
    shown = _ALL if key in asked.facets else _SHOWN
    links = []
    for value, count in values[:shown]:
        query = filter_of(key, value)
        is_chosen = query in asked.filters
        link = asked.without_filter(query) if is_chosen else asked.with_filter(query)
        links.append({"value": value, "count": count, "link": link, "is_chosen": is_chosen})
    more = asked.link(facets=(*asked.facets, key)) if len(values) > shown and key not in asked.facets else ""
    return {
        "key": key,
        "name": FACETS.get(key, key),
        "links": links,
        "more": more,
        "left_out": len(values) - len(links),
    }


def _bars(site: Site, asked: SearchPage, results: Results) -> list[Bar]:
    """Returns the number of articles over time: by month, by year if there are many months, by day if there are few."""
    bars = histogram(results.facets.get("month", []), asked)
    if bars and len(bars) <= 2 and any(query.startswith("date:") for query in asked.filters):
        days = site.archive.search(asked.query, limit=0, sort="-date", facets=["day"], facet_limit=None)
        return histogram(days.facets.get("day", []), asked)
    return bars


def _pager(asked: SearchPage, total: int) -> dict[str, Any]:
    """Returns the links to other pages."""
    last = min(-(-total // PER_PAGE), MAX_OFFSET // PER_PAGE) or 1
    return {
        "number": asked.number,
        "of": last,
        "previous": asked.link(number=asked.number - 1) if asked.number > 1 else "",
        "next": asked.link(number=asked.number + 1) if asked.number < last else "",
        "is_cut": total > MAX_OFFSET and asked.number == last,
    }
