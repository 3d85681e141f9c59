"""Answers of the API: JSON with its tag, exports, and errors as RFC 9457 describes them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import partial
from hashlib import sha256
from time import monotonic
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from docarchive import Archive, __version__
from docarchive.archive.progress import gathering, is_partial
from docarchive.web import exports
from docarchive.web.advice import for_programs
from docarchive.web.api.events import PAUSE, are_wanted
from docarchive.web.api.handlers import query_of
from docarchive.web.api.routes import Route, values_of
from docarchive.web.problems import Problem
from docarchive.web.site import Site
from docarchive.web.threads import Threads


def endpoint(site: Site, threads: Threads, route: Route) -> Callable[[Request], Awaitable[Response]]:
    """Returns what answers the requests of a route."""

    async def answer(request: Request) -> Response:
        values = values_of(route.parameters, request.query_params)
        if route.streams and values["format"] is not None:
            return await exports.stream(
                site, threads, request, values["format"], lambda: _exported(site, request, values)
            )
        if route.events is not None and are_wanted(request):
            return await route.events(site, threads, request, values)
        if route.ready is not None:
            await wait(threads, partial(route.ready, site, request, values), values["wait"])
        return await threads.answer(lambda: _answer(site, request, route, values))

    return answer


def problem_answer(problem: Problem, request: Request) -> Response:
    """Returns an error."""
    content: dict[str, Any] = {"type": "about:blank", "title": problem.title, "status": problem.status}
    content |= {"detail": for_programs(problem.detail), "instance": request.url.path}
    if problem.position is not None:
        content |= {"query": problem.query, "position": problem.position}
    return Response(_bytes(content), problem.status, media_type="application/problem+json")


def _answer(site: Site, request: Request, route: Route, values: Mapping[str, Any]) -> Response:
    tag = _tag_by_position(site.archive, request) if route.by_position else ""
    if tag and _is_known(request, tag):
        return Response(status_code=304, headers={"etag": tag})
    with gathering():
        content = route.handler(site, request, dict(values))
        if is_partial() and not isinstance(content, Response):
            content, tag = {**content, "partial": True}, ""
    if isinstance(content, Response):
        return content
    body = _bytes(content)
    tag = tag or f'"{sha256(body).hexdigest()[:32]}"'
    if _is_known(request, tag):
        return Response(status_code=304, headers={"etag": tag})
    return Response(body, media_type="application/json", headers={"etag": tag})


def _tag_by_position(archive: Archive, request: Request) -> str:
    """Returns the tag of an answer that depends on the archive, the address and the day alone; empty for a collection.

    Weak, since the time that a search took is in it, and snippets are read from files.
    """
    position = archive.position
    if not position:
        return ""
    state = (__version__, position, archive.is_current(), archive.settings.searches, str(date.today()))
    return f'W/"{sha256(repr((state, str(request.url))).encode()).hexdigest()[:32]}"'


def _is_known(request: Request, tag: str) -> bool:
    known = request.headers.get("if-none-match", "")
    return known == "*" or tag.removeprefix("W/") in {each.strip().removeprefix("W/") for each in known.split(",")}


def _exported(site: Site, request: Request, values: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Returns what an export of a route has."""
    if "id" in request.path_params:
        return exports.selected_article(site, request)
    return {"query": query_of(dict(values)), "sort": values["sort"]}, "articles"


async def wait(threads: Threads, ready: Callable[[], bool], seconds: int) -> None:
    """Waits until there is something to answer, or the server ends."""
    end = monotonic() + seconds
    while monotonic() < end and not threads.ended and not await threads.answer(ready):
        await asyncio.sleep(PAUSE)


def _bytes(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
