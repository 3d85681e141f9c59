"""What the routes answer: objects as the commands print them with ``--json``."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from docarchive.keys import SCHEMA
from docarchive.web import files
from docarchive.web.api.cursors import page_after
from docarchive.web.parameters import SearchPage
from docarchive.web.site import Site

Values = dict[str, Any]


def query_of(values: Values) -> str:
    """Returns the whole query of a request: its text and its filters."""
    return SearchPage(values["q"] or "", tuple(values.get("filter") or ())).query


def search(site: Site, request: Request, values: Values) -> Values:
    """Returns a page of a search, as ``search --json``."""
    query, limit, cursor = query_of(values), values["limit"], values["cursor"]
    options = {
        "sort": values["sort"],
        "language": values["language"],
        "freshness": values["freshness"],
        "explain": values["explain"],
        "all_words": values["all_words"],
        "mode": site.mode(values["mode"]),
    }
    facets = {"facets": values["facet"], "facet_limit": values["facet_limit"]}
    first = site.archive.search(query, limit=limit + 1 if cursor is None else 0, **options, **facets)

    def fetch(offset: int, count: int) -> list[Any]:
        if cursor is None:
            return first.hits
        return site.archive.search(query, limit=count, offset=offset, **options).hits

    first.hits, following = page_after(fetch, cursor, limit, ("search", query, {**options, "explain": None}))
    return {**first.to_dict(), "cursor": following}


def count(site: Site, request: Request, values: Values) -> Values:
    """Returns how many articles match, as ``search --count --json``."""
    query = query_of(values)
    return {"schema": SCHEMA, "query": query, "total": site.archive.count(query, language=values["language"])}


def facets(site: Site, request: Request, values: Values) -> Values:
    """Returns the values of keys with their numbers of articles."""
    results = site.archive.search(
        query_of(values), limit=0, facets=values["facet"], facet_limit=values["facet_limit"], all_words=True
    )
    counted = results.to_dict()
    return {
        "schema": SCHEMA,
        "query": results.query,
        "total": results.total,
        "facets": counted.get("facets", {}),
        "more": results.more,
    }


def articles(site: Site, request: Request, values: Values) -> Values:
    """Returns a page of a list, as ``list --json``."""
    query, sort = query_of(values), values["sort"]

    def fetch(offset: int, count: int) -> list[Any]:
        return [*site.archive.list(query, sort=sort, limit=count, offset=offset)]

    rows, following = page_after(fetch, values["cursor"], values["limit"], ("articles", query, sort))
    return {
        "schema": SCHEMA,
        "query": query,
        "total": site.archive.list_count(query),
        "articles": [row.to_dict() for row in rows],
        "cursor": following,
    }


def article(site: Site, request: Request, values: Values) -> Values:
    """Returns an article, as ``show --json``."""
    id, version = request.path_params["id"], values["version"]
    shown = site.archive.get(id, version=version)
    return {"schema": SCHEMA, **shown.to_dict(), "path": site.archive.file(id, version=version)}


def original(site: Site, request: Request, values: Values) -> Response:
    """Returns the bytes of an original."""
    return files.original(site, request)


def similar(site: Site, request: Request, values: Values) -> Values:
    """Returns similar articles, as ``similar --json``."""
    return site.archive.similar(request.path_params["id"], limit=values["limit"]).to_dict()


def versions(site: Site, request: Request, values: Values) -> Values:
    """Returns the versions of an article, as ``versions --json``."""
    listed = [version.to_dict() for version in site.archive.versions(request.path_params["id"])]
    id = listed[-1]["id"]
    return {
        "schema": SCHEMA,
        "id": id,
        "versions": [{key: version[key] for key in version if key not in ("schema", "id")} for version in listed],
    }


def diff(site: Site, request: Request, values: Values) -> Values:
    """Returns what differs between two versions, as ``diff --json``."""
    return site.archive.diff(request.path_params["id"], values["a"], values["b"]).to_dict()


def provenance(site: Site, request: Request, values: Values) -> Values:
    """Returns where an article comes from, as ``show --provenance --json``."""
    return site.archive.provenance(request.path_params["id"]).to_dict()


def changes(site: Site, request: Request, values: Values) -> Values:
    """Returns the articles that changed after a position, and the ids of those that were removed."""
    written = BytesIO()
    limit, since = values["limit"], values["since"]
    report = site.archive.export(to=written, format="jsonl", since=since, limit=limit)
    return {
        "schema": SCHEMA,
        "articles": [json.loads(line) for line in written.getvalue().splitlines()],
        "removed": [*report.removed],
        "position": report.position,
        "more": report.position != site.archive.position,
    }


def has_changed(site: Site, request: Request, values: Values) -> bool:
    """Returns whether something has changed after a position."""
    return site.archive.position.partition("-")[0] != str(values["since"]).partition("-")[0]


def imports(site: Site, request: Request, values: Values) -> Values:
    """Returns the imports, without their reports."""
    listed = [import_.to_dict() for import_ in site.imports.listed()]
    return {"schema": SCHEMA, "imports": [{key: row[key] for key in row if key != "report"} for row in listed]}


def import_(site: Site, request: Request, values: Values) -> Values:
    """Returns an import."""
    return site.imports.get(request.path_params["number"]).to_dict()


def is_over(site: Site, request: Request, values: Values) -> bool:
    """Returns whether an import has ended."""
    return site.imports.get(request.path_params["number"]).is_over


def trash(site: Site, request: Request, values: Values) -> Values:
    """Returns a page of the articles in the trash."""
    query, sort = query_of(values), values["sort"]

    def fetch(offset: int, count: int) -> list[Any]:
        return [*site.archive.trash(query, sort=sort, limit=count, offset=offset)]

    rows, following = page_after(fetch, values["cursor"], values["limit"], ("trash", query, sort))
    return {
        "schema": SCHEMA,
        "query": query,
        "total": site.archive.list_count(f"in:trash ({query})" if query else "in:trash"),
        "articles": [row.to_dict() for row in rows],
        "cursor": following,
    }


def saved(site: Site, request: Request, values: Values) -> Values:
    """Returns the saved searches, as ``saved --json``."""
    return {"schema": SCHEMA, "searches": dict(sorted(site.archive.settings.searches.items()))}


def statistics(site: Site, request: Request, values: Values) -> Values:
    """Returns the statistics, as ``stats --json``, without the path of the archive."""
    return {key: value for key, value in site.archive.statistics().to_dict().items() if key != "path"}


def quarantine(site: Site, request: Request, values: Values) -> Values:
    """Returns what was refused, as ``quarantine --json``."""
    return {"schema": SCHEMA, "entries": [entry._asdict() for entry in site.archive.quarantine()]}


def formats(site: Site, request: Request, values: Values) -> Values:
    """Returns the formats, as ``formats --json``."""
    return {"schema": SCHEMA, "formats": [format.to_dict() for format in site.archive.formats()]}
