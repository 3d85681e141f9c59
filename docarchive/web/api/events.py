"""Changes as they come: a stream of server-sent events, for programs that would otherwise ask again and again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from functools import partial
from time import monotonic
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from docarchive.web.api.handlers import changes, has_changed
from docarchive.web.options import MAX_STREAMS
from docarchive.web.site import Site
from docarchive.web.threads import Busy, Threads

MEDIA_TYPE: Final = "text/event-stream"
#: Seconds between looks for a change.
PAUSE: Final = 0.5
#: Seconds after which something is sent although nothing has changed, so that proxies leave the connection open.
_SILENCE: Final = 15


def are_wanted(request: Request) -> bool:
    """Returns whether a request asks for events."""
    return MEDIA_TYPE in request.headers.get("accept", "")


async def events(site: Site, threads: Threads, request: Request, values: Mapping[str, Any]) -> Response:
    """Returns the changes after a position, and all that follow until the connection is closed.

    The id of an event is the position after it. A client that sends it as ``Last-Event-ID`` misses nothing.

    Raises:
        Busy: As many streams as may be are open.
        UsageError: It is no position.
    """
    if threads.streams >= MAX_STREAMS:
        raise Busy("Too many programs wait for changes. Try again later.")
    since = request.headers.get("last-event-id") or values["since"]
    first = await threads.answer(lambda: changes(site, request, {**values, "since": since}))
    stream = _stream(site, threads, request, values, first)
    return StreamingResponse(stream, media_type=MEDIA_TYPE, headers={"cache-control": "no-store"})


async def _stream(
    site: Site, threads: Threads, request: Request, values: Mapping[str, Any], content: dict[str, Any]
) -> AsyncIterator[bytes]:
    threads.streams += 1
    sent = monotonic()
    try:
        yield b"retry: 2000\n\n"
        while not threads.ended:
            if content["articles"] or content["removed"]:
                yield _event(content)
                sent = monotonic()
            since = {**values, "since": content["position"]}
            while not content["more"] and not threads.ended:
                if await threads.answer(partial(has_changed, site, request, since)):
                    break
                await asyncio.sleep(PAUSE)
                if monotonic() - sent > _SILENCE:
                    yield b":\n\n"
                    sent = monotonic()
            content = await threads.answer(partial(changes, site, request, since))
    except Busy:
        return  # the client comes back in a moment
    finally:
        threads.streams -= 1


def _event(content: Mapping[str, Any]) -> bytes:
    data = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    return f"event: changes\nid: {content['position']}\ndata: ".encode() + data + b"\n\n"
