"""The pages about the archive itself: statistics, what was refused, and what was removed."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from docarchive.web.pages.notices import notice_of
from docarchive.web.parameters import filter_of, number
from docarchive.web.site import Site, numbered

_ENTRIES: Final = 200
_DISK: Final = {
    "articles": "Articles",
    "originals": "Originals",
    "versions": "Earlier versions",
    "quarantine": "Quarantine",
    "trash": "Trash",
    "index": "Catalog and index",
}
_TOP: Final = {"tags": "Tags", "authors": "Authors", "source": "Sources", "sites": "Sites"}


def statistics(site: Site, request: Request) -> Response:
    """Returns the page of statistics."""
    known = site.archive.statistics()
    years = dict(sorted(known.years.items(), reverse=True))
    tables = [
        _table(
            "Articles by year",
            years,
            lambda year: site.search_url(f"date:{year}" if year else "no:date"),
        )
    ]
    tables.append(_table("Languages", known.languages, lambda code: site.search_url(filter_of("language", code))))
    for key, name in _TOP.items():
        link = (lambda value, key=key: site.search_url(filter_of(key, value))) if key != "sites" else None
        tables.append(_table(name, known.top.get(key, {}), link))
    tables.append(_table("Archives", dict(known.archives), None))
    names = {
        **_DISK,
        **({"articles": "Files of articles", "index": "Index, with all copies"} if known.archives else {}),
    }
    where = "In the cluster, in bytes" if known.archives else "On disk, in bytes"
    disk = _table(where, {names.get(name, name): size for name, size in known.disk.items()}, None)
    values = {"title": "Statistics", "section": "statistics", "known": known}
    return site.page("statistics.jinja", {**values, "tables": [table for table in [*tables, disk] if table["rows"]]})


def quarantine(site: Site, request: Request) -> Response:
    """Returns the page of the inputs that were refused, with the reasons."""
    entries = site.archive.quarantine()
    values = {"title": "Quarantine", "section": "quarantine", "count": len(entries)}
    return site.page("quarantine.jinja", {**values, "entries": entries[:_ENTRIES]})


def trash(site: Site, request: Request) -> Response:
    """Returns a page of the articles in the trash, those removed last first."""
    total = site.archive.list_count("in:trash")
    page = number(request.query_params, "page", 1, 1, max(1, -(-total // _ENTRIES)))
    rows = [*site.archive.trash(limit=_ENTRIES, offset=(page - 1) * _ENTRIES)]
    values = {"title": "Trash", "section": "trash", "count": total, "rows": rows, "notice": notice_of(site, request)}
    return site.page("trash.jinja", {**values, "pages": numbered(page, -(-total // _ENTRIES))})


def _table(name: str, counts: dict[str, int], link: Any) -> dict[str, Any]:
    """Returns a table of counts with bars."""
    most = max(counts.values(), default=1) or 1
    rows = [
        {
            "name": value or "Undated",
            "count": count,
            "link": link(value) if link else "",
        }
        for value, count in counts.items()
    ]
    return {"name": name, "rows": rows, "most": most}
