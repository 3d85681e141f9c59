"""The application: which function answers which address, in threads, and behind what keeps it safe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from docarchive import Archive
from docarchive.archive.progress import gathering
from docarchive.errors import DocarchiveError
from docarchive.web import assistants, changing, exports, files
from docarchive.web.access import Access
from docarchive.web.api.answers import endpoint as api_endpoint
from docarchive.web.api.answers import problem_answer
from docarchive.web.api.cursors import Expired
from docarchive.web.api.openapi import description
from docarchive.web.api.table import IMPORT_ROUTES, PREFIX, ROUTES
from docarchive.web.importing.routes import routes as import_routes
from docarchive.web.options import ServeOptions
from docarchive.web.pages import article, editing, importing, overview, search, upkeep
from docarchive.web.problems import problem_of
from docarchive.web.safety import FOR_PROGRAMS, App, Refused, Safety
from docarchive.web.site import Site
from docarchive.web.threads import Busy, Threads
from docarchive.web.tokens import Tokens

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
    "/articles/{id}/edit": editing.edit,
    "/log": editing.log,
    "/statistics": upkeep.statistics,
    "/trash": upkeep.trash,
    "/quarantine": upkeep.quarantine,
    "/static/{version}/{name}": files.static,
}
#: The pages that there are besides with ``--write``.
WRITING_PAGES: Final[dict[str, Handler]] = {"/import": importing.form, "/imports/{number}": importing.state}


def application(
    archive: Archive, options: ServeOptions, threads: Threads, follow: Callable[[], None] = lambda: None
) -> App:
    """Returns the application that serves an archive.

    Args:
        archive: The archive.
        options: The options of the server.
        threads: The threads that answer.
        follow: Called after each change.
    """
    site = Site(archive, options, threads, follow)

    def endpoint(handler: Handler) -> Callable[..., object]:
        async def answer(request: Request) -> Response:
            if "format" in request.query_params and handler in exports.EXPORTED:
                return await exports.export(site, threads, request, exports.EXPORTED[handler])
            return await threads.answer(lambda: _answered(handler, site, request))

        return answer

    async def failed(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        if request.url.path.startswith(FOR_PROGRAMS):
            response = problem_answer(problem, request)
        else:
            response = await threads.answer(lambda: site.seen_by(request).problem(problem, request))
        response.headers.update(getattr(error, "headers", None) or {})  # such as Allow of 405
        if response.status_code == 503:
            response.headers["retry-after"] = "2"
        return response

    async def described(request: Request) -> Response:
        return JSONResponse(description(options.root_path, write=options.write))

    pages = PAGES | (WRITING_PAGES if options.write else {})
    listed = [*ROUTES, *(IMPORT_ROUTES if options.write else ())]
    routes = [Route(path, endpoint(handler), methods=["GET"]) for path, handler in pages.items()]
    routes += [Route(PREFIX + route.path, api_endpoint(site, threads, route), methods=["GET"]) for route in listed]
    routes += [Route("/api/openapi.json", described, methods=["GET"]), assistants.route(site, threads)]
    if options.write:
        routes += [*import_routes(site, threads), *changing.routes(site, threads)]
    kinds = (DocarchiveError, HTTPException, Refused, Busy, Expired, ClientDisconnect, Exception)
    app: App = Starlette(routes=routes, exception_handlers=dict.fromkeys(kinds, failed))
    if options.token_file is not None:
        app = Access(app, site, Tokens(options.token_file))
    return Safety(app, options)


def _answered(handler: Handler, site: Site, request: Request) -> Response:
    """Returns the answer of a page, which says what it lacks."""
    with gathering():
        return handler(site.seen_by(request), request)
