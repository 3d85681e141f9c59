"""Changes as requests: forms of pages, after which a browser goes to a page, and JSON of programs."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from docarchive import Archive
from docarchive.errors import DocarchiveError, UsageError
from docarchive.texts import shorten
from docarchive.web.api.table import PREFIX
from docarchive.web.pages.refused import refused
from docarchive.web.site import Site
from docarchive.web.threads import Busy, Threads
from docarchive.web.verbs import FIELDS, OF_ARCHIVE, OF_ARTICLE, Values

if TYPE_CHECKING:
    from docarchive.archive.changing.reports import ChangeReport

_FORM: Final = "application/x-www-form-urlencoded"
_MAX_FIELDS: Final = 200


def routes(site: Site, threads: Threads) -> list[Route]:
    """Returns the routes of what changes the archive."""
    changes = {f"/articles/{{id}}/{name}": _of_article(verb) for name, verb in OF_ARTICLE.items()}
    changes |= {f"/{name}": _of_archive(verb) for name, verb in OF_ARCHIVE.items()}
    listed = []
    for path, change in changes.items():
        listed.append(Route(PREFIX + path, _for_programs(site, threads, change), methods=["POST"]))
        listed.append(Route(path, _for_browsers(site, threads, change), methods=["POST"]))
    return listed


#: Makes a change of a site as a request wants it.
_Change = Callable[[Site, Request, Values], "ChangeReport"]


def _of_article(verb: Callable[[Archive, str, Values], ChangeReport]) -> _Change:
    return lambda site, request, values: site.changed(lambda archive: verb(archive, request.path_params["id"], values))


def _of_archive(verb: Callable[[Archive, Values], ChangeReport]) -> _Change:
    return lambda site, request, values: site.changed(lambda archive: verb(archive, values))


def _for_programs(site: Site, threads: Threads, change: _Change) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        if request.query_params:
            raise UsageError("there are no parameters here; send a JSON object")
        values = _of_json(await request.body(), FIELDS[request.url.path.rpartition("/")[2]])
        report = await threads.change(lambda: change(site, request, values))
        return JSONResponse(report.to_dict())

    return answer


def _for_browsers(site: Site, threads: Threads, change: _Change) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        values = await form_values(request)
        try:
            return await threads.change(lambda: _changed_page(site, request, values, change))
        except (DocarchiveError, Busy) as error:
            reason = error
        return await threads.answer(lambda: refused(site, request, values, reason))

    return answer


def _changed_page(site: Site, request: Request, values: Values, change: _Change) -> Response:
    """Makes a change, and returns the way to the page that shows it."""
    report = change(site, request, values)
    if report.refused:
        raise UsageError(report.refused[0].reason)
    id = request.path_params.get("id")
    path = f"/articles/{id}" if id is not None and id in site.archive else "/log"
    return RedirectResponse(f"{site.url(path)}?changed={report.change or 0}", 303)


async def form_values(request: Request) -> Values:
    """Returns the values of a form; raises ``UsageError`` if a request has none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise UsageError("send a form")
    body = await request.body()
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise UsageError("the form cannot be read") from None


def _of_json(body: bytes, fields: Mapping[str, str]) -> Values:
    """Returns the values of an object, which are of these kinds; each is a list of texts."""
    try:
        content: Any = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise UsageError("the body is not JSON") from None
    if not isinstance(content, dict):
        raise UsageError("the body must be an object")
    for name in content:
        if name not in fields:
            names = ", ".join(fields) or "an empty object"
            raise UsageError(f"there is no value {shorten(name, 40)!r} here; use {names}")
    return {name: _texts(name, value, fields[name]) for name, value in content.items()}


def _texts(name: str, value: Any, kind: str) -> list[str]:
    """Returns a value as texts; raises ``UsageError`` if it is not of its kind."""
    if kind == "number":
        if not isinstance(value, int | float) or isinstance(value, bool) or value != value // 1:
            raise UsageError(f"{name} must be a number")
        return [str(int(value))]
    texts = value if kind == "texts" and isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise UsageError(f"{name} must be a text" + (", or a list of texts" if kind == "texts" else ""))
    return texts
