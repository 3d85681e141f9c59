"""The pages of forms that were refused: as they were, with what was typed, and why it was refused."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from docarchive.errors import EditConflict
from docarchive.web.pages import article, editing
from docarchive.web.problems import problem_of
from docarchive.web.site import Site
from docarchive.web.verbs import OF_ARCHIVE, Values


def refused(site: Site, request: Request, values: Values, error: Exception) -> Response:
    """Returns the page of a form again.

    Args:
        site: The site.
        request: The request.
        values: What was typed.
        error: Why it was refused; raised if the form has nothing to type, or its page cannot be shown.
    """
    verb, id = request.url.path.rpartition("/")[2], request.path_params.get("id", "")
    problem = problem_of(error)
    if verb in OF_ARCHIVE:
        return editing.log(site, request, problem)
    if verb not in ("edit", "tag", "note", "highlight") or id not in site.archive:
        raise error
    if verb == "edit":
        text = (error.text if isinstance(error, EditConflict) else "") or "".join(values.get("text", ()))
        other = error.base if isinstance(error, EditConflict) else None
        base = "".join(values.get("base", ()))
        return editing.again(site, id, text.replace("\r\n", "\n"), base, problem, other)
    typed = {name: "".join(texts) for name, texts in values.items()}
    return article.article(site, request, article.Refused(verb, typed, problem))
