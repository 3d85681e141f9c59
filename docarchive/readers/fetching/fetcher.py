"""Fetching one address: what the site asks of robots, redirects, and what changed since."""

from __future__ import annotations

import io
import threading
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import monotonic, sleep
from typing import Final, NamedTuple
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from docarchive.errors import ReaderError
from docarchive.readers.fetching import robots
from docarchive.readers.fetching.addresses import is_private
from docarchive.readers.fetching.requests import Limits, Request, Response, send
from docarchive.readers.protocol import Source

_AGENT: Final = "docarchive"
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_SAFE: Final = "!#$%&'()*+,/:;=?@[]~"
_REASONS: Final = {
    401: "needs a password for it; log in with a browser, save the page, and import the file",
    403: "does not give it to programs; save it with a browser, and import the file",
    404: "does not have it; check the address",
    410: "does not have it any more",
    429: "asks for fewer requests; try again later",
}


class Validators(NamedTuple):
    """What a server said of the version that was fetched before."""

    etag: str | None = None
    last_modified: str | None = None


class Fetched(NamedTuple):
    """What was fetched.

    Attributes:
        url: The address that was asked for, without a name and a password.
        final_url: The address that it came from, after redirects.
        data: The bytes, without encodings.
        media_type: What the server said that it is.
        etag: As the server gave it, for the next time.
        last_modified: The same.
    """

    url: str
    final_url: str
    data: bytes
    media_type: str = ""
    etag: str | None = None
    last_modified: str | None = None

    def source(self) -> Source:
        """Returns it as an input for readers."""
        name = unquote(urlsplit(self.final_url).path.rpartition("/")[2]).replace("/", " ").replace("\0", "")
        open_ = partial(io.BytesIO, self.data)
        return Source(name, len(self.data), open_, url=self.final_url, media_type=self.media_type)


class NotModified(NamedTuple):
    """The server said that nothing changed since."""

    url: str


def fetch(url: str, validators: Validators | None = None, *, limits: Limits | None = None) -> Fetched | NotModified:
    """Fetches one address; for several, use one ``Fetcher``, which pauses between them.

    Raises:
        ReaderError: It cannot be fetched, or the site does not want that.
    """
    return Fetcher(limits).fetch(url, validators)


class Fetcher:
    """Fetches addresses, one at a time, and remembers what sites ask of robots.

    Args:
        limits: Bounds.
        private: Tells whether an IP address is of a private network.
    """

    def __init__(self, limits: Limits | None = None, private: Callable[[str], bool] = is_private) -> None:
        self._limits = limits or Limits()
        self._private = private
        self._robots: dict[str, bytes] = {}
        self._last: dict[str, float] = {}
        self._lock = threading.Lock()

    def fetch(self, url: str, validators: Validators | None = None) -> Fetched | NotModified:
        """Fetches one address; see ``fetch``."""
        target, password = _split(url)
        host = target.hostname or ""
        with self._lock:
            sleep(max(0.0, self._last.get(host, 0.0) + self._limits.pause - monotonic()))
            try:
                return self._follow(target, password, validators or Validators())
            finally:
                self._last[host] = monotonic()

    def _follow(self, target: SplitResult, password: str, validators: Validators) -> Fetched | NotModified:
        first, public_only, deadline = target, False, monotonic() + self._limits.total
        headers = _headers(validators)
        for _ in range(self._limits.redirects + 1):
            self._ask_robots(Request(target, {}, public_only, deadline))
            own = {"Authorization": password} if password and _origin(target) == _origin(first) else {}
            response = self._send(Request(target, headers | own, public_only, deadline))
            if response.status == 304:
                return NotModified(first.geturl())
            if response.status not in _REDIRECTS:
                return _fetched(first, target, response)
            public_only = public_only or not response.is_private
            target = _next(target, response)
        raise ReaderError(f"it leads on more than {self._limits.redirects} times; check the address")

    def _send(self, request: Request, limits: Limits | None = None) -> Response:
        return send(request, limits or self._limits, self._private)

    def _ask_robots(self, request: Request) -> None:
        """Raises ``ReaderError`` if the site does not want the address to be fetched by robots."""
        origin = _origin(request.url)
        if origin not in self._robots:
            self._robots[origin] = self._robots_of(request)
        if not robots.may_fetch(self._robots[origin], _AGENT, request.url.geturl()):
            raise ReaderError(
                f"{request.url.hostname!r} does not want programs to fetch it (robots.txt);"
                " save it with a browser, and import the file"
            )

    def _robots_of(self, request: Request) -> bytes:
        target, public_only = request.url._replace(path="/robots.txt", query="", fragment=""), request.public_only
        for _ in range(6):  # RFC 9309 asks to follow five redirects
            response = self._send(Request(target, _headers(Validators()), public_only, request.deadline))
            if response.status == 200:
                return response.data
            if response.status >= 500:
                raise ReaderError(
                    f"{target.hostname!r} cannot say whether programs may fetch it"
                    f" (robots.txt: {response.status}); try again later"
                )
            if response.status not in _REDIRECTS:
                return b""
            public_only = public_only or not response.is_private
            target = _next(target, response)
        return b""


def _headers(validators: Validators) -> dict[str, str]:
    from importlib.metadata import version

    given = {
        "User-Agent": f"{_AGENT}/{version('docarchive')}",
        "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
        "Accept-Encoding": "gzip",
        "Connection": "close",
        "If-None-Match": validators.etag,
        "If-Modified-Since": validators.last_modified,
    }
    return {key: value for key, value in given.items() if value and value.isprintable()}


def _split(url: str) -> tuple[SplitResult, str]:
    """Returns an address as it is sent, and the header with the name and the password in it."""
    try:
        found = urlsplit(url.strip())
        host = (found.hostname or "").encode("ascii" if ":" in (found.hostname or "") else "idna").decode()
        port = found.port
    except ValueError:
        raise ReaderError("it is no address that can be fetched; check it") from None
    if found.scheme not in ("http", "https") or not host:
        raise ReaderError("it is no address that begins with http:// or https://, so that it is not fetched")
    password = ""
    if found.username is not None:
        pair = f"{unquote(found.username)}:{unquote(found.password or '')}"
        password = "Basic " + b64encode(pair.encode()).decode()
    where = f"[{host}]" if ":" in host else host
    where = where if port is None else f"{where}:{port}"
    path, query = quote(found.path or "/", _SAFE), quote(found.query, _SAFE)
    return SplitResult(found.scheme, where, path, query, ""), password


def _next(target: SplitResult, response: Response) -> SplitResult:
    location = response.headers.get("Location", "")
    if not location:
        raise ReaderError(f"{target.hostname!r} leads on to nowhere ({response.status}); check the address")
    with suppress(ValueError):  # servers send UTF-8 in headers, which http.client reads as Latin-1
        location = location.encode("latin-1").decode("utf-8")
    try:
        return _split(urljoin(target.geturl(), location))[0]
    except ValueError:
        raise ReaderError(f"{target.hostname!r} leads on to what is no address; check the address") from None


def _origin(url: SplitResult) -> str:
    return f"{url.scheme}://{url.netloc}"


def _fetched(first: SplitResult, target: SplitResult, response: Response) -> Fetched:
    if response.status == 200:
        get = response.headers.get
        validators = get("ETag"), get("Last-Modified")
        return Fetched(first.geturl(), target.geturl(), response.data, get("Content-Type", ""), *validators)
    if response.status >= 500:
        raise ReaderError(f"{target.hostname!r} fails on it ({response.status}); try again later")
    reason = _REASONS.get(response.status, "does not give it; check the address")
    raise ReaderError(f"{target.hostname!r} {reason} ({response.status})")
