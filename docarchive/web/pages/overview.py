"""The timeline and the topics: how many articles there are of each month and each label, with links to them."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from docarchive.dates import PartialDate
from docarchive.errors import NotFoundError
from docarchive.web.parameters import filter_of, number
from docarchive.web.site import Site, numbered
from docarchive.writers.pages.metadata import written_out

#: The keys of labels, and what they are called.
KINDS: Final = {
    "tags": "Tags",
    "people": "People",
    "organizations": "Organizations",
    "places": "Places",
    "authors": "Authors",
    "section": "Sections",
    "source": "Sources",
}
_TOP: Final = 40
_PER_PAGE: Final = 500


def timeline(site: Site, request: Request) -> Response:
    """Returns the page with the years and months, the last first."""
    results = site.archive.search("", limit=0, sort="-date", facets=["month"], facet_limit=None)
    months = results.facets.get("month", [])
    most = max((count for _, count in months), default=1)
    years: dict[str, list[dict[str, Any]]] = {}
    for month, count in reversed(months):
        link = site.search_url(f"date:{month}")
        years.setdefault(month[:4], []).append({"name": written_out(PartialDate(month)), "link": link, "count": count})
    undated = results.total - sum(count for _, count in months)
    links = {year: site.search_url(f"date:{year}") for year in years}
    values = {
        "title": "Timeline",
        "section": "timeline",
        "years": years,
        "most": most,
        "links": links,
        "undated": undated,
    }
    return site.page("timeline.jinja", {**values, "undated_link": site.search_url("no:date")})


def topics(site: Site, request: Request) -> Response:
    """Returns the page with the most frequent labels of each kind."""
    results = site.archive.search("", limit=0, sort="-date", facets=[*KINDS], facet_limit=None)
    kinds = [
        {"key": key, "name": name, "count": len(values), "labels": _linked(site, key, values[:_TOP])}
        for key, name in KINDS.items()
        if (values := results.facets.get(key))
    ]
    return site.page("topics.jinja", {"title": "Topics", "section": "topics", "kinds": kinds})


def labels(site: Site, request: Request) -> Response:
    """Returns a page with all labels of a kind, the most frequent first."""
    key = request.path_params["kind"]
    if key not in KINDS:
        raise NotFoundError("there is no such page")
    results = site.archive.search("", limit=0, sort="-date", facets=[key], facet_limit=None)
    values = results.facets.get(key, [])
    last = max(1, -(-len(values) // _PER_PAGE))
    page = number(request.query_params, "page", 1, 1, last)
    start = (page - 1) * _PER_PAGE
    shown = _linked(site, key, values[start : start + _PER_PAGE])
    return site.page(
        "labels.jinja",
        {
            "title": KINDS[key],
            "section": "topics",
            "labels": shown,
            "count": len(values),
            "pages": numbered(page, last),
        },
    )


def _linked(site: Site, key: str, values: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """Returns labels with links to the articles that have them."""
    return [{"name": value, "count": count, "link": site.search_url(filter_of(key, value))} for value, count in values]
