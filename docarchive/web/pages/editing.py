"""The pages of changes: an article's file to edit, and the log with what can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from docarchive.errors import EditConflict, NotFoundError
from docarchive.web.site import Site, changed_of
from docarchive.web.verbs import digest_of

_ENTRIES: Final = 100


def edit(site: Site, request: Request) -> Response:
    """Returns the page with an article's file to edit."""
    if not site.options.write:
        raise NotFoundError("this server changes nothing; run 'docarchive serve --write'")
    id = request.path_params["id"]
    return _page(site, id, site.archive.text(id), site.archive.text(id), "")


def conflict(site: Site, request: Request, values: Mapping[str, Sequence[str]], error: EditConflict) -> Response:
    """Returns the page to edit the text again, of an edit that conflicts with another one."""
    text = error.text or "".join(values.get("text", ()))
    return _page(site, request.path_params["id"], text.replace("\r\n", "\n"), error.base, str(error), status=409)


def log(site: Site, request: Request) -> Response:
    """Returns the page with the last changes."""
    entries = [*islice(site.archive.log(limit=_ENTRIES), _ENTRIES)]
    values = {"title": "Changes", "section": "log", "entries": entries, "changed": changed_of(request)}
    return site.page("log.jinja", values)


def _page(site: Site, id: str, text: str, base: str, problem: str, *, status: int = 200) -> Response:
    article = site.archive.get(id)
    values = {"title": f"Edit {article.title}", "section": "article", "article": article, "text": text}
    return site.page("edit.jinja", {**values, "base": digest_of(base), "problem": problem}, status=status)
