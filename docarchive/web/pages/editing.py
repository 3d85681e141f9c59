"""The pages of changes: an article's file to edit, and the log with what can be undone."""

from __future__ import annotations

from itertools import islice
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from docarchive.article import ID_FORM
from docarchive.errors import NotFoundError
from docarchive.web.pages.notices import notice_of
from docarchive.web.problems import Problem
from docarchive.web.site import Site
from docarchive.web.verbs import digest_of

_ENTRIES: Final = 100
_LINKS: Final = 200  # ids that are looked up for a page: a change may name all articles


def edit(site: Site, request: Request) -> Response:
    """Returns the page with an article's file to edit."""
    if not site.options.write:
        raise NotFoundError("this server changes nothing; run 'docarchive serve --write'")
    site.check_write()
    id = request.path_params["id"]
    text = site.archive.text(id)
    return _page(site, id, text, digest_of(text))


def again(site: Site, id: str, text: str, base: str, problem: Problem, other: str | None) -> Response:
    """Returns the page to edit a text again that was refused.

    Args:
        site: The site.
        id: The article's id.
        text: The text as it was typed.
        base: The digest of the text that it was made of.
        problem: Why it was refused.
        other: The text with which it conflicts; None if it does not.
    """
    return _page(site, id, text, base if other is None else digest_of(other), problem, other)


def log(site: Site, request: Request, problem: Problem | None = None) -> Response:
    """Returns the page with the last changes.

    Args:
        site: The site.
        request: The request.
        problem: Why a change cannot be taken back or made again; None if that was not asked for.
    """
    entries = [*islice(site.archive.log(limit=_ENTRIES), _ENTRIES)]
    words = dict.fromkeys(word for entry in entries for word in entry.words.split(" ") if ID_FORM.fullmatch(word))
    values = {"title": "Changes", "section": "log", "entries": entries, "notice": notice_of(site, request)}
    ids = {word for word in islice(words, _LINKS) if word in site.archive}  # what was removed has no page
    status = 200 if problem is None else problem.status
    return site.page("log.jinja", {**values, "ids": ids, "problem": problem}, status=status)


def _page(
    site: Site, id: str, text: str, base: str, problem: Problem | None = None, other: str | None = None
) -> Response:
    article = site.archive.get(id)
    values = {"title": f"Edit {article.title}", "section": "article", "article": article, "text": text}
    values |= {"base": base, "problem": problem, "other": other}
    return site.page("edit.jinja", values, status=200 if problem is None else problem.status)
