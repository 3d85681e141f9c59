"""The page of an article: its text as an exported site shows it, and what the archive knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from docarchive import Article
from docarchive.errors import ArchiveDamaged, NotFoundError
from docarchive.records import NamedTuple
from docarchive.web.pages.notices import notice_of
from docarchive.web.parameters import filter_of, number
from docarchive.web.problems import Problem
from docarchive.web.site import Site
from docarchive.writers.pages.body import html_text, text_tree
from docarchive.writers.pages.marks import marked

#: The formats that the page offers.
_FORMATS: Final = {
    "markdown": "Markdown",
    "json": "JSON",
    "html": "HTML",
    "epub": "EPUB",
    "bibtex": "BibTeX",
    "ris": "RIS",
    "citation": "Citation",
}
_SIMILAR: Final = 10
_RELATED: Final = 50
#: What the page shows elsewhere.
_SHOWN: Final = frozenset(
    [
        "id",
        "title",
        "title_derived",
        "date",
        "updated",
        "authors",
        "tags",
        "people",
        "organizations",
        "places",
        "source",
        "section",
        "summary",
        "url",
        "body",
        "highlights",
        "notes",
        "language",
        "duplicate_of",
        "schema",
        "extra",
    ]
)


class Refused(NamedTuple):
    """A form of the page that was refused."""

    verb: str  # what it was for
    typed: Mapping[str, str]  # what its fields had
    problem: Problem


def article(site: Site, request: Request, refused: Refused | None = None) -> Response:
    """Returns the page of an article, or of an earlier version of it, or with a form that was refused."""
    id = request.path_params["id"]
    full_id = site.archive.resolve(id)
    if full_id != id:
        return RedirectResponse(site.url(f"/articles/{full_id}") + _query_string(request), 302)
    version = number(request.query_params, "version", 0, 0, 999_999)
    shown = site.archive.get(id, version=version)
    tree = text_tree(shown, picture=lambda path: _picture(site, path))
    listed = marked(tree, shown.highlights)
    provenance = site.archive.provenance(id)
    values: dict[str, Any] = {
        "title": shown.title,
        "section": "article",
        "article": shown,
        "body": Markup(html_text(tree)),  # noqa: S704 - sanitised
        "listed": listed,
        "label_link": lambda key: lambda value: site.search_url(filter_of(key, value)),
        "version": version,
        "id": id,
        "provenance": provenance,
        "versions": len(provenance.versions),
        "duplicates": _duplicates(site, shown),
        "more": _more(shown),
        "notice": notice_of(site, request),
        "refused": refused,
        "formats": _FORMATS,
    }
    return site.page("article_page.jinja", values, status=200 if refused is None else refused.problem.status)


def similar(site: Site, request: Request) -> Response:
    """Returns the page of the articles that are similar to one."""
    shown = site.archive.get(request.path_params["id"])
    results = site.archive.similar(shown.id, limit=_SIMILAR)
    values = {"title": f"Similar to {shown.title}", "section": "article", "article": shown, "results": results}
    return site.page("similar.jinja", values)


def versions(site: Site, request: Request) -> Response:
    """Returns the page of the versions of an article, the current one first."""
    shown = site.archive.get(request.path_params["id"])
    listed = [*site.archive.versions(shown.id)][::-1]
    values = {"title": f"Versions of {shown.title}", "section": "article", "article": shown, "versions": listed}
    return site.page("versions.jinja", values)


def diff(site: Site, request: Request) -> Response:
    """Returns the page of what differs between two versions of an article."""
    parameters = request.query_params
    shown = site.archive.get(request.path_params["id"])
    numbers = [version.number for version in site.archive.versions(shown.id)]
    a = number(parameters, "a", numbers[-2] if len(numbers) > 1 else numbers[-1], 1, 999_999)
    b = number(parameters, "b", numbers[-1], 1, 999_999)
    current = numbers[-1]
    compared = site.archive.diff(shown.id, 0 if a == current else a, 0 if b == current else b)
    values = {"title": f"Changes of {shown.title}", "section": "article", "article": shown}
    return site.page("diff.jinja", {**values, "words": compared.words(), "a": a, "b": b, "numbers": numbers})


def _picture(site: Site, path: str) -> str | None:
    """Returns the address of a picture that the archive keeps; None if it does not."""
    try:
        site.archive.picture(path)
    except (NotFoundError, ArchiveDamaged):
        return None
    return site.url(f"/pictures/{path.rpartition('/')[2]}")


def _duplicates(site: Site, shown: Article) -> list[dict[str, str]]:
    """Returns the near duplicates of an article: those that it names, and those that name it."""
    query = f'duplicate_of:"{shown.id}"'
    rows = [*site.archive.list(query, limit=_RELATED)]
    titles = {row.id: (str(row.metadata.get("title", "")), str(row.metadata.get("date") or "")) for row in rows}
    for id in shown.duplicate_of[:_RELATED]:
        if id in site.archive:
            other = site.archive.get(id)
            titles[id] = (other.title, str(other.date or ""))
    return [{"id": id, "title": title, "date": date} for id, (title, date) in titles.items()]


def _more(shown: Article) -> list[tuple[str, str]]:
    """Returns the metadata that the page does not show elsewhere."""
    return [(key, _in_words(value)) for key, value in shown.to_dict().items() if key not in _SHOWN] + [
        (key, _in_words(value)) for key, value in shown.extra.items() if key not in shown.to_dict()
    ]


def _in_words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _query_string(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""
