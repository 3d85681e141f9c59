"""Assistants: the Model Context Protocol over HTTP, at ``/mcp``. Every message is one request, and one answer.

Nothing is remembered between requests, and nothing is sent unasked, so there are no sessions and no streams.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from docarchive.mcp.protocol import WITH_HANDSHAKE, Protocol, ProtocolError, error_answer, version_of
from docarchive.web.safety import MESSAGES, Refused
from docarchive.web.site import Site
from docarchive.web.threads import Threads

_HEADER_MISMATCH: Final = -32020
_STATUS: Final = {-32700: 400, -32600: 400, -32602: 400, _HEADER_MISMATCH: 400, -32022: 400, -32601: 404}
#: What requests repeat in the header ``Mcp-Name``.
_NAMED: Final = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}


def route(site: Site, threads: Threads) -> Route:
    """Returns the route of assistants."""
    reading = Protocol(site.archive)
    writing = Protocol(site.archive, write=True, follow=site.follow) if site.options.write else reading

    async def answer(request: Request) -> Response:
        _check(request)
        body = await request.body()
        protocol = writing if getattr(request.state, "role", "write") == "write" else reading
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            return JSONResponse(json.loads(protocol.answer(body) or "null"), 400)
        version = version_of(message)
        if mismatch := _mismatch(request, message, version):
            return JSONResponse(error_answer(message, ProtocolError(_HEADER_MISMATCH, mismatch)), 400)
        ask = threads.change if protocol.changes(message) else threads.answer
        answered = await ask(lambda: protocol.answer_message(message))
        if answered is None:
            return Response(status_code=202)
        code = answered.get("error", {}).get("code", 0)
        return JSONResponse(answered, _STATUS.get(code, 200) if version else 200)

    return Route(MESSAGES, answer, methods=["POST"])


def _check(request: Request) -> None:
    """Raises ``Refused`` for a request that is no message, or whose client would not read the answer."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused(415, "A message is application/json.")
    accepted = request.headers.get("accept", "*/*")
    if not any(kind in accepted for kind in ("application/json", "application/*", "*/*")):
        raise Refused(406, "Answers are application/json.")


def _mismatch(request: Request, message: Any, version: str | None) -> str:
    """Returns how the headers of a request contradict its message; empty if they do not."""
    stated = request.headers.get("mcp-protocol-version")
    if version is None:
        known = stated is None or stated in WITH_HANDSHAKE
        return "" if known else "there is no such version with initialize, and the message states none"
    if stated != version:
        return "the header MCP-Protocol-Version is not the version of the message"
    if request.headers.get("mcp-method") != message.get("method"):
        return "the header Mcp-Method is not the method of the message"
    key = _NAMED.get(str(message.get("method")))
    name = message["params"].get(key) if key else None
    if name is not None and _decoded(request.headers) != name:
        return "the header Mcp-Name is not that of the message"
    return ""


def _decoded(headers: Mapping[str, str]) -> str | None:
    name = headers.get("mcp-name")
    if name is not None and name.startswith("=?base64?") and name.endswith("?="):
        try:
            return b64decode(name[9:-2], validate=True).decode()
        except ValueError:
            return None
    return name
