"""What every request and every answer passes: hosts, origins, sizes, and headers that browsers obey.

Decision 0092 says against what each of them is. Pages themselves are not made here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

from docarchive.web.options import MAX_ADDRESS, MAX_SECONDS, MIN_RATE, ServeOptions

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: What pages may do: show styles, pictures and scripts of this server, and ask it. Nothing inline, nothing elsewhere.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
#: What bytes of strangers may do, such as originals and pictures: nothing.
SANDBOX: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
_HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with no-referrer, browsers would not say that a form is of this server
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "private, no-cache",
}
#: The path of messages, which say themselves whether they change something.
MESSAGES: Final = "/mcp"
#: How the paths of what programs ask begin: they get errors as JSON, and browsers pages.
FOR_PROGRAMS: Final = ("/api/", MESSAGES)
#: What kind of error a status is.
TITLES: Final = {
    400: "The request is wrong",
    403: "Refused",
    404: "Not found",
    405: "Not allowed",
    406: "Not acceptable",
    408: "Too slow",
    413: "Too large",
    414: "Too long",
    415: "Not that kind",
    421: "Not known by that name",
}
_SAFE_METHODS: Final = frozenset({"GET", "HEAD"})


class Refused(Exception):
    """A request that is not answered.

    Args:
        status: The status of the answer.
        reason: One sentence that says why.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Safety:
    """Passes on the requests that are safe to answer, and adds headers to the answers.

    Args:
        app: What answers.
        options: The options of the server.
    """

    def __init__(self, app: App, options: ServeOptions) -> None:
        self._app = app
        self._options = options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            raise RuntimeError(f"this server does not speak {scope['type']}")
        guarded = _with_headers(send)
        try:
            self._check(scope)
        except Refused as refused:
            path = self._without_root_path(scope)["path"]
            await _refuse(guarded, refused, path if path.startswith(FOR_PROGRAMS) else None)
            return
        scope = self._without_root_path(scope)
        await self._app(scope, _limited(receive, self._options.most_of_body(scope["path"])), guarded)

    def _check(self, scope: Scope) -> None:
        """Raises ``Refused`` for a request of a page elsewhere, or a too large one."""
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        hosts = [value for name, value in headers if name == "host"]
        if len(hosts) != 1 or not self._options.knows(hosts[0]):
            raise Refused(421, "This server is not known by that name. See --allow-host in docarchive serve --help.")
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > MAX_ADDRESS:
            raise Refused(414, "The address is too long.")
        most = self._options.most_of_body(self._without_root_path(scope)["path"])
        if any(name == "content-length" and _size(value) > most for name, value in headers):
            raise Refused(413, "The request is too large.")
        if scope["method"] not in _SAFE_METHODS:
            _check_origin(hosts[0], dict(headers))

    def _without_root_path(self, scope: Scope) -> Scope:
        """Returns a request without the path that comes before those of pages; a proxy may have left it out."""
        root_path = self._options.root_path
        if not root_path or not (scope["path"] + "/").startswith(root_path + "/"):
            return scope
        return {**scope, "path": scope["path"][len(root_path) :] or "/"}


def _check_origin(host: str, headers: dict[str, str]) -> None:
    """Raises ``Refused`` for a change that the page of another site asks for.

    Browsers say which page asks. What says nothing is no browser.
    """
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        raise Refused(403, "Another site asked for this change.")
    if origin is None and headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise Refused(403, "Another site asked for this change.")


def _size(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 20 else 2**63


def _limited(receive: Receive, most: int) -> Receive:
    """Returns what receives a body, and raises ``Refused`` once it is too large or too slow.

    Its length may not be stated. It may take ``MAX_SECONDS``, and more only while it comes at ``MIN_RATE``: the time in
    which it is waited for counts, not that in which what came is read. After its end, what comes is the end of the
    connection, however late.
    """
    size, waited, is_whole = 0, 0.0, False

    async def limited() -> Message:
        nonlocal size, waited, is_whole
        begun = monotonic()
        try:
            left = MAX_SECONDS + size / MIN_RATE - waited
            message = await (receive() if is_whole else asyncio.wait_for(receive(), left))
        except TimeoutError:
            raise Refused(408, "The request takes too long.") from None
        waited += monotonic() - begun
        size += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        if size > most:
            raise Refused(413, "The request is too large.")
        return message

    return limited


def _with_headers(send: Send) -> Send:
    """Returns what sends an answer with the headers that it does not have of its own."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name.decode("latin-1").lower() for name, _ in message.get("headers", ())}
            more = [(name.encode(), value.encode()) for name, value in _HEADERS.items() if name not in own]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return with_headers


async def _refuse(send: Send, refused: Refused, path: str | None) -> None:
    """Sends an error: as JSON to who asks for a path of programs; else as a page, which loads nothing."""
    title = TITLES[refused.status]
    if path is None:
        kind = b"text/html; charset=utf-8"
        shown = (
            f"<!DOCTYPE html><html lang=en><title>{title}</title><main><h1>{title}</h1><p>{refused.reason}</p></main>"
        )
    else:
        kind = b"application/problem+json"
        content = {"type": "about:blank", "title": title, "status": refused.status, "detail": refused.reason}
        shown = json.dumps({**content, "instance": path})
    body = f"{shown}\n".encode()
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
