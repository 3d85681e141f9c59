"""Who is let in: a request needs a token in its header, or a session, which a browser gets for its token."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from time import monotonic
from typing import Final
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from docarchive.web.api.answers import problem_answer
from docarchive.web.problems import Problem
from docarchive.web.safety import FOR_PROGRAMS, MESSAGES, App, Receive, Scope, Send
from docarchive.web.site import Site
from docarchive.web.tokens import Role, Tokens, digest_of

#: The page that takes a token from a browser.
LOGIN: Final = "/login"
_NO_SESSION: Final = "Nothing was changed. Enter your token on the page Token, in another tab; then send this again."
_COOKIE: Final = "docarchive"
#: Seconds after which a browser must show its token again, and how many sessions there are at most.
_SESSION: Final = 12 * 3600
_MAX_SESSIONS: Final = 1_000
_READING: Final = frozenset({"GET", "HEAD"})


class Access:
    """Passes on the requests of those who may make them.

    Args:
        app: What answers.
        site: The site.
        tokens: The tokens.
    """

    def __init__(self, app: App, site: Site, tokens: Tokens) -> None:
        self._app = app
        self._site = site
        self._tokens = tokens
        self._sessions: OrderedDict[str, tuple[str, float]] = OrderedDict()  # digests of tokens and ends, by digests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        request = Request(scope, receive)
        path = scope["path"]
        if path.startswith("/static/"):
            return await self._app(scope, receive, send)
        request.state.role = role = self._role(request)
        if path == LOGIN:
            return await (await self._login(request))(scope, receive, send)
        if role is not None and (role == "write" or request.method in _READING or path == MESSAGES):
            return await self._app(scope, receive, send)
        return await self._refusal(request, role)(scope, receive, send)

    def _role(self, request: Request) -> Role | None:
        """Returns what a request may do."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            known = self._tokens.role_of(token.strip())
            return known[1] if known else None
        session = self._sessions.get(digest_of(request.cookies.get(_COOKIE, "")))
        if session is None or session[1] < monotonic():
            return None
        return self._tokens.roles().get(session[0])  # the token may have been taken out of the file

    async def _login(self, request: Request) -> Response:
        """Returns the page that takes a token; with one, begins a session. Without one, ends it."""
        if request.method in _READING:
            return self._page(request, 200)
        if request.method != "POST":
            return Response("Not allowed\n", 405)
        values = parse_qs((await request.body()).decode("utf-8", "replace"))
        self._sessions.pop(digest_of(request.cookies.get(_COOKIE, "")), None)
        known = self._tokens.role_of(values.get("token", [""])[0].strip())
        if known is None:
            return self._page(request, 403 if "token" in values else 200)
        session = secrets.token_urlsafe(32)
        self._sessions[digest_of(session)] = known[0], monotonic() + _SESSION
        while len(self._sessions) > _MAX_SESSIONS:
            self._sessions.popitem(last=False)
        response = RedirectResponse(self._site.url("") + _local(values.get("next", ["/"])[0]), 303)
        secure = request.headers.get("x-forwarded-proto") == "https"
        path = self._site.options.root_path or "/"
        response.set_cookie(_COOKIE, session, _SESSION, path=path, secure=secure, httponly=True, samesite="lax")
        return response

    def _page(self, request: Request, status: int) -> Response:
        following = _local(request.query_params.get("next", "/"))
        values = {"title": "Token", "section": "login", "next": following, "wrong": status == 403}
        return self._site.seen_by(request).page("login.jinja", {**values, "role": request.state.role}, status=status)

    def _refusal(self, request: Request, role: Role | None) -> Response:
        """Returns the answer to a request that is not passed on."""
        path = request.url.path
        is_page = not path.startswith(FOR_PROGRAMS)
        if request.method in _READING and is_page:
            following = path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"{self._site.url(LOGIN)}?next={quote(following, safe='/')}", 303)
        if role is not None:
            problem = Problem(403, "Read-only", "Your token is for reading only. Nothing was changed.")
        elif is_page:
            problem = Problem(401, "No token", _NO_SESSION)
        else:
            problem = Problem(401, "No token", "Send a token in the header Authorization: Bearer TOKEN.")
        response = (
            self._site.seen_by(request).problem(problem, request) if is_page else problem_answer(problem, request)
        )
        if role is None:
            response.headers["www-authenticate"] = "Bearer"
        return response


def _local(path: str) -> str:
    """Returns a path of this server; the first page instead of an address of another one."""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if is_local else "/"
