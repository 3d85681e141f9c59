"""What all pages share: the archive, the options, and how a page is made of a template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any, TypeVar
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from docarchive import Archive
from docarchive.archive.progress import lacking
from docarchive.errors import UsageError
from docarchive.web.importing.imports import Imports
from docarchive.web.options import ServeOptions
from docarchive.web.parameters import SearchPage
from docarchive.web.problems import Problem
from docarchive.web.safety import Refused
from docarchive.web.templates import assets_version, render
from docarchive.web.threads import Threads

T = TypeVar("T")


class Site:
    """The pages of one archive.

    Args:
        archive: The archive; any thread may ask it.
        options: The options of the server.
        threads: The threads of the server.
        follow: Called after each change, such as to run hooks.

    Attributes:
        archive: The same.
        options: The same.
        imports: The imports of the server.
        can_write: Whether whoever asks may change the archive.
        follow: The same.
    """

    def __init__(self, archive: Archive, options: ServeOptions, threads: Threads, follow: Callable[[], None]) -> None:
        self.archive = archive
        self.options = options
        self.can_write = options.write
        self.imports = Imports(archive, threads, follow, public_only=not options.local_addresses)
        self._name = archive.settings.name
        self._is_collection = bool(archive.archives)
        self.follow = follow

    def seen_by(self, request: Request) -> Site:
        """Returns the site as whoever sent a request may use it: with a token for reading, nothing is changed."""
        if self.options.token_file is None or getattr(request.state, "role", None) == "write":
            return self
        site = copy(self)
        site.can_write = False
        return site

    def check_write(self) -> None:
        """Raises ``Refused`` if whoever asks may not change the archive."""
        if not self.can_write:
            raise Refused(403, "Your token is for reading only.")

    def url(self, path: str) -> str:
        """Returns the address of a page by its path, such as ``/articles/7k2m``."""
        return self.options.root_path + quote(path)

    def search_url(self, query: str) -> str:
        """Returns the address of the search for the articles that match a query."""
        return self.url("/") + SearchPage().with_filter(query)

    def mode(self, given: str | None) -> str | None:
        """Returns what a search looks for; raises ``UsageError`` if that needs search by meaning, which is off."""
        if given and given != "words" and self.archive.settings.meaning == "off":
            raise UsageError("search by meaning is off in this archive; leave the mode out")
        return given or None

    def changed(self, change: Callable[[Archive], T]) -> T:
        """Changes the archive, and returns what the change returns; in the thread of changes."""
        report = change(self.archive)
        self.follow()
        return report

    def page(self, template: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
        """Returns a page.

        Args:
            template: The name of its template.
            values: What it shows; ``title`` and ``section`` are required.
            status: The status of the answer.
        """
        shared = {
            "site": self._name,
            "url": self.url,
            "assets_version": assets_version(),
            "can_write": self.can_write,
            "is_collection": self._is_collection,
            "notice": None,
            "lacking": lacking(),
            "has_tokens": self.options.token_file is not None,
        }
        return HTMLResponse(
            render(template, {**shared, **values}), status, {"retry-after": "2"} if status == 503 else None
        )

    def problem(self, problem: Problem, request: Request) -> Response:
        """Returns the page of an error."""
        text = request.query_params.get("q", "") if problem.caret else ""
        values = {"title": problem.title, "section": "", "problem": problem, "text": text}
        return self.page("problem.jinja", values, status=problem.status)


def numbered(page: int, last: int) -> dict[str, Any]:
    """Returns the links from a page of a list to those before and after it."""
    return {
        "number": page,
        "of": last,
        "previous": f"?page={page - 1}" if page > 1 else "",
        "next": f"?page={page + 1}" if page < last else "",
    }
