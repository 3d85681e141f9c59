"""The routes of imports: what begins and stops one, for browsers and for programs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from docarchive.web.api.table import PREFIX
from docarchive.web.importing.imports import Import
from docarchive.web.importing.uploads import wanted
from docarchive.web.site import Site
from docarchive.web.threads import Threads


def routes(site: Site, threads: Threads) -> list[Route]:
    """Returns the routes of what begins and stops imports."""

    async def begun(request: Request) -> Import:
        threads.check_imports()  # before anything is read
        asked = await wanted(request, site.archive)
        try:
            return site.imports.begin(asked.inputs, asked.options)
        except BaseException:
            asked.close()
            raise

    async def begin(request: Request) -> Response:
        import_ = await begun(request)
        address = site.url(f"{PREFIX}/imports/{import_.number}")
        return JSONResponse(import_.to_dict(), 202, {"location": address})

    async def begin_by_form(request: Request) -> Response:
        import_ = await begun(request)
        return RedirectResponse(site.url(f"/imports/{import_.number}"), 303)

    async def stop(request: Request) -> Response:
        return JSONResponse(site.imports.stop(request.path_params["number"]).to_dict())

    async def stop_by_form(request: Request) -> Response:
        import_ = site.imports.stop(request.path_params["number"])
        return RedirectResponse(site.url(f"/imports/{import_.number}"), 303)

    return [
        Route(f"{PREFIX}/import", begin, methods=["POST"]),
        Route("/import", begin_by_form, methods=["POST"]),
        Route(f"{PREFIX}/imports/{{number}}/stop", stop, methods=["POST"]),
        Route("/imports/{number}/stop", stop_by_form, methods=["POST"]),
    ]
