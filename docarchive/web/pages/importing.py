"""The pages of imports: a form for files and addresses, and how far an import is."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from docarchive.web.site import Site

_SHOWN: Final = 50


def form(site: Site, request: Request) -> Response:
    """Returns the page with the form, and the imports since the server was started."""
    formats = sorted(format.name for format in site.archive.formats() if format.direction == "import")
    values = {"title": "Import", "section": "import", "formats": formats, "imports": site.imports.listed()}
    return site.page("import.jinja", values)


def state(site: Site, request: Request) -> Response:
    """Returns the page of an import: how far it is, and in the end what it did."""
    shown = site.imports.get(request.path_params["number"])
    ids = shown.report.ids if shown.report else []
    articles = [
        (id, site.archive.get(id).title) for id in ids[:_SHOWN] if id in site.archive
    ]  # one may have been removed since
    values = {
        "title": f"Import {shown.number}",
        "section": "import",
        "import": shown,
        "refused": shown.report.refused[:_SHOWN] if shown.report else [],
        "articles": articles,
        "left_out": len(ids) > _SHOWN,
    }
    return site.page("import_state.jinja", values)
