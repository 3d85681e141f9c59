"""The application: which function answers which address, in threads, and behind what keeps it safe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from docarchive import Archive
from docarchive.errors import DocarchiveError
from docarchive.web import exports, files
from docarchive.web.options import ServeOptions
from docarchive.web.pages import article, overview, search, upkeep
from docarchive.web.problems import problem_of
from docarchive.web.safety import App, Refused, Safety
from docarchive.web.site import Site
from docarchive.web.threads import Busy, Threads

Handler = Callable[[Site, Request], Response]

#: The pages, by the paths of their addresses.
PAGES: Final[dict[str, Handler]] = {
    "/": search.search,
    "/articles/{id}": article.article,
    "/articles/{id}/similar": article.similar,
    "/articles/{id}/versions": article.versions,
    "/articles/{id}/changes": article.diff,
    "/articles/{id}/original": files.original,
    "/pictures/{name}": files.picture,
    "/timeline": overview.timeline,
    "/topics": overview.topics,
    "/topics/{kind}": overview.labels,
    "/statistics": upkeep.statistics,
    "/quarantine": upkeep.quarantine,
    "/static/{version}/{name}": files.static,
}


def application(archive: Archive, options: ServeOptions, threads: Threads) -> App:
    """Returns the application that serves an archive.

    Args:
        archive: The archive.
        options: The options of the server.
        threads: The threads that answer.
    """
    site = Site(archive, options)

    def endpoint(handler: Handler) -> Callable[..., object]:
        async def answer(request: Request) -> Response:
            if "format" in request.query_params and handler in exports.EXPORTED:
                return await exports.export(site, threads, request, exports.EXPORTED[handler])
            return await threads.answer(lambda: handler(site, request))

        return answer

    async def failed(request: Request, error: Exception) -> Response:
        response = await threads.answer(lambda: site.problem(problem_of(error), request))
        if response.status_code == 503:
            response.headers["retry-after"] = "2"
        return response

    return Safety(
        Starlette(
            routes=[Route(path, endpoint(handler), methods=["GET"]) for path, handler in PAGES.items()],
            exception_handlers=dict.fromkeys((DocarchiveError, HTTPException, Refused, Busy, Exception), failed),
        ),
        options,
    )
