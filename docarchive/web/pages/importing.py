"""The pages of imports: a form for files and addresses, and how far an import is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from docarchive.web.pages.notices import notice
from docarchive.web.problems import Problem
from docarchive.web.site import Site

_SHOWN: Final = 50


def form(
    site: Site,
    request: Request,
    typed: Mapping[str, str] = MappingProxyType({}),
    problem: Problem | None = None,
    *,
    had_files: bool = False,
) -> Response:
    """Returns the page with the form, and the imports since the server was started.

    Args:
        site: The site.
        request: The request.
        typed: What the fields have.
        problem: Why what was typed is refused; None if it is not.
        had_files: Whether files were chosen, which a browser does not choose again.
    """
    site.check_write()
    formats = sorted(format.name for format in site.archive.formats() if format.direction == "import")
    values: dict[str, Any] = {
        "title": "Import",
        "section": "import",
        "formats": formats,
        "imports": site.imports.listed(),
    }
    values |= {"typed": typed, "problem": problem, "had_files": had_files}
    return site.page("import.jinja", values, status=200 if problem is None else problem.status)


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
        "done": notice(site, shown.change) if shown.change and shown.is_over and site.can_write else None,
        "left_out": len(ids) > _SHOWN,
    }
    return site.page("import_state.jinja", values)
