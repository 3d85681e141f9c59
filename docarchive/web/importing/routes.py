"""The routes of imports: what begins and stops one, for browsers and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from docarchive.errors import DocarchiveError
from docarchive.web.api.answers import wait
from docarchive.web.api.routes import values_of
from docarchive.web.api.table import PREFIX, RETRY
from docarchive.web.changing import form_values
from docarchive.web.importing.imports import Import
from docarchive.web.importing.uploads import Wanted, check_format, received, wanted
from docarchive.web.pages.importing import form
from docarchive.web.problems import problem_of
from docarchive.web.site import Site
from docarchive.web.threads import Busy, Threads


def routes(site: Site, threads: Threads) -> list[Route]:
    """Returns the routes of what begins and stops imports."""

    def begun(asked: Wanted) -> Import:
        try:
            return site.imports.begin(asked.inputs, asked.options)
        except BaseException:
            asked.close()
            raise

    async def begin(request: Request) -> Response:
        threads.check_imports()  # before anything is read
        asked = wanted(await received(request), site.archive)
        return await _followed(site, threads, begun(asked), asked.wait)

    async def begin_by_form(request: Request) -> Response:
        sent = await received(request)  # in any case: what was typed is shown again if it is refused
        try:
            return RedirectResponse(site.url(f"/imports/{begun(wanted(sent, site.archive)).number}"), 303)
        except (DocarchiveError, Busy) as error:
            problem = problem_of(error)
        return await threads.answer(lambda: form(site, request, dict(sent.fields), problem, had_files=sent.has_files))

    async def stop(request: Request) -> Response:
        return JSONResponse(site.imports.stop(request.path_params["number"]).to_dict())

    async def stop_by_form(request: Request) -> Response:
        import_ = site.imports.stop(request.path_params["number"])
        return RedirectResponse(site.url(f"/imports/{import_.number}"), 303)

    return [
        Route(f"{PREFIX}/import", begin, methods=["POST"]),
        Route("/import", begin_by_form, methods=["POST"]),
        *_of_quarantine(site, threads),
        Route(f"{PREFIX}/imports/{{number}}/stop", stop, methods=["POST"]),
        Route("/imports/{number}/stop", stop_by_form, methods=["POST"]),
    ]


def _of_quarantine(site: Site, threads: Threads) -> list[Route]:
    """Returns the routes of what imports refused inputs again."""

    async def retried(names: Sequence[str], options: Mapping[str, Any]) -> Import:
        chosen = await threads.answer(lambda: [site.archive.quarantined(name).name for name in names])
        count = len(chosen) or len(await threads.answer(site.archive.quarantine))
        return site.imports.retry(chosen, count, options)

    async def retry(request: Request) -> Response:
        values = values_of(RETRY, request.query_params)
        seconds, names = values.pop("wait"), values.pop("name")
        await threads.answer(lambda: check_format(site.archive, values["format"]))
        return await _followed(site, threads, await retried(names, values), seconds)

    async def retry_by_form(request: Request) -> Response:
        names = (await form_values(request)).get("name", ())
        return RedirectResponse(site.url(f"/imports/{(await retried(names, {})).number}"), 303)

    return [
        Route(f"{PREFIX}/quarantine/retry", retry, methods=["POST"]),
        Route("/quarantine/retry", retry_by_form, methods=["POST"]),
    ]


async def _followed(site: Site, threads: Threads, import_: Import, seconds: int) -> Response:
    """Answers how far an import is, once it is over or so many seconds have passed."""
    await wait(threads, lambda: import_.is_over, seconds)
    address = site.url(f"{PREFIX}/imports/{import_.number}")
    return JSONResponse(import_.to_dict(), 202, {"location": address})
