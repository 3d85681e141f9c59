"""What all pages share: the archive, the options, and how a page is made of a template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from docarchive import Archive
from docarchive.web.options import ServeOptions
from docarchive.web.problems import Problem
from docarchive.web.templates import assets_version, render


class Site:
    """The pages of one archive.

    Args:
        archive: The archive; any thread may ask it.
        options: The options of the server.
    """

    def __init__(self, archive: Archive, options: ServeOptions) -> None:
        self.archive = archive
        self.options = options
        self._name = archive.settings.name

    def url(self, path: str) -> str:
        """Returns the address of a page by its path, such as ``/articles/7k2m``."""
        return self.options.root_path + quote(path)

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
            "has_tokens": self.options.token_file is not None,
        }
        return HTMLResponse(render(template, {**shared, **values}), status)

    def problem(self, problem: Problem, request: Request) -> Response:
        """Returns the page of an error."""
        text = request.query_params.get("q", "") if problem.caret else ""
        values = {"title": problem.title, "section": "", "problem": problem, "text": text}
        return self.page("problem.jinja", values, status=problem.status)
