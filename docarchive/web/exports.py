"""Exports as answers: a search or an article in any format, streamed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from docarchive.archive.progress import gathering, is_partial
from docarchive.errors import IndexUnavailable, UsageError
from docarchive.slugs import slugify
from docarchive.web.pages import article, search
from docarchive.web.safety import SANDBOX
from docarchive.web.site import Site
from docarchive.web.streams import StreamedExport
from docarchive.web.threads import Threads

if TYPE_CHECKING:
    from docarchive.archive.formats import Format

#: Returns what an export of the page of a request has: arguments of ``Archive.export``, and a name for its file.
Selection = Callable[[Site, Request], tuple[dict[str, Any], str]]

#: Media types by the endings of files; of others a browser knows nothing but that they are to be saved.
_MEDIA_TYPES: Final = {
    ".atom": "application/atom+xml",
    ".bib": "application/x-bibtex",
    ".csv": "text/csv; charset=utf-8",
    ".epub": "application/epub+zip",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".md": "text/markdown; charset=utf-8",
    ".rss": "application/rss+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
}


def selected_by_search(site: Site, request: Request) -> tuple[dict[str, Any], str]:
    """Returns what an export of a search has: all of its articles, in its order, or by date."""
    asked = search.asked_for(request)
    order = None if asked.order == "relevance" else asked.order
    return {"query": asked.query, "sort": order}, slugify(asked.query)[:60] or "articles"


def selected_article(site: Site, request: Request) -> tuple[dict[str, Any], str]:
    """Returns what an export of an article has."""
    id = site.archive.resolve(request.path_params["id"])
    return {"ids": [id]}, id


#: The pages that can be exported.
EXPORTED: Final[dict[Callable[..., Response], Selection]] = {
    search.search: selected_by_search,
    article.article: selected_article,
}


async def export(site: Site, threads: Threads, request: Request, select: Selection) -> Response:
    """Returns the export of what the page of a request shows, in the format that its address names; see ``stream``."""
    return await stream(site, threads, request, request.query_params["format"], lambda: select(site, request))


async def stream(
    site: Site, threads: Threads, request: Request, format: str, select: Callable[[], tuple[dict[str, Any], str]]
) -> Response:
    """Returns an export.

    Args:
        site: The site.
        threads: The server's threads.
        request: The request.
        format: The name of a format.
        select: Returns what the export has: arguments of ``Archive.export``, and a name for its file.

    Raises:
        UsageError: There is no such format, or it cannot be streamed.
    """
    format, suffix = await threads.answer(lambda: _format(site, format))
    arguments, name = await threads.answer(select)
    headers = {
        "content-disposition": f'attachment; filename="{name}{suffix}"',
        "content-security-policy": SANDBOX,
    }
    media_type = _MEDIA_TYPES.get(suffix, "application/octet-stream")
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    streamed = StreamedExport(threads, partial(_write, site, format, arguments))
    await streamed.start()
    return StreamingResponse(streamed.pieces(), headers=headers, media_type=media_type)


def _write(site: Site, format: str, arguments: dict[str, Any], out: Any) -> None:
    with gathering():
        site.archive.export(**arguments, format=format, to=out)
        if is_partial():  # nobody could distinguish it from a whole one
            raise IndexUnavailable(
                "a part of the index does not answer, so the export has ended early; try again later"
            )


def _format(site: Site, name: str) -> tuple[str, str]:
    """Returns the name of a format and the ending of its files."""
    known: list[Format] = [format for format in site.archive.formats() if format.direction == "export"]
    for format in known:
        if name in (format.name, *format.aliases) and format.name not in _NOT_STREAMED:
            return format.name, format.suffixes[0] if format.suffixes else ".txt"
    names = ", ".join(format.name for format in known if format.name not in _NOT_STREAMED)
    raise UsageError(f"there is no format {name!r}; use one of {names}")


#: Formats that are folders of files, or that need files of this machine.
_NOT_STREAMED: Final = frozenset({"site", "bagit", "template", "proof"})
