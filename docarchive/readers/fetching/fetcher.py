"""Fetching an address: robots.txt, redirects, and conditional requests."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, sleep
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from docarchive.errors import ReaderError
from docarchive.readers.fetching import robots
from docarchive.readers.fetching.addresses import is_private
from docarchive.readers.fetching.requests import Limits, Request, Response, send
from docarchive.readers.protocol import Source
from docarchive.records import NamedTuple

_AGENT: Final = "docarchive"
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_SAFE: Final = "!#$%&'()*+,/:;=?@[]~"
_FAILURES: Final = {
    401: "asks for a password; log in with a browser, save the page, and import the file",
    403: "refuses programs; save the page with a browser, and import the file",
    404: "does not have it; check the address",
    410: "does not have it any more",
    429: "asks for fewer requests; try again later",
}


class Validators(NamedTuple):
    """The headers ``ETag`` and ``Last-Modified`` of the version that was fetched last, for a conditional request."""

    etag: str | None = None
    last_modified: str | None = None


class Fetched(NamedTuple):
    """A fetched document.

    Attributes:
        url: The requested address, without user name and password.
        final_url: The address after redirects.
        data: The content, decoded from gzip and the like.
        media_type: The header ``Content-Type``.
        etag: The header ``ETag``, for the next request.
        last_modified: The header ``Last-Modified``, for the next request.
    """

    url: str
    final_url: str
    data: bytes
    media_type: str = ""
    etag: str | None = None
    last_modified: str | None = None

    def source(self) -> Source:
        """Returns the document as a source for readers."""
        name = unquote(urlsplit(self.final_url).path.rpartition("/")[2]).replace("/", " ").replace("\0", "")
        return Source.in_memory(self.data, name)._replace(url=self.final_url, media_type=self.media_type)


class NotModified(NamedTuple):
    """The document is the same as when it was fetched last.

    Attributes:
        url: The requested address, without user name and password.
    """

    url: str


def fetch(url: str, validators: Validators | None = None, *, limits: Limits | None = None) -> Fetched | NotModified:
    """Fetches one address; for several, use one ``Fetcher``, which pauses between them.

    Args:
        url: The address; it may hold a user name and a password.
        validators: Those of the version that was fetched last, to fetch only what has changed.
        limits: Limits on time and size.

    Raises:
        ReaderError: The address cannot be fetched, or the site's ``robots.txt`` forbids it.
    """
    return Fetcher(limits).fetch(url, validators)


class Fetcher:
    """Fetches addresses, one at a time, and keeps each site's ``robots.txt``.

    Args:
        limits: Limits on time and size.
        private: Returns whether an IP address is private.
    """

    def __init__(self, limits: Limits | None = None, private: Callable[[str], bool] = is_private) -> None:
        self._limits = limits or Limits()
        self._private = private
        self._robots: dict[str, bytes] = {}
        self._last_fetched: dict[str, float] = {}
        self._lock = threading.Lock()

    def fetch(
        self, url: str, validators: Validators | None = None, *, public_only: bool = False
    ) -> Fetched | NotModified:
        """Fetches one address; see ``fetch``.

        With ``public_only`` it must not be a private one, as the user's own network has: for addresses in pages.
        """
        target, password = _parse_address(url)
        host = target.hostname or ""
        with self._lock:
            sleep(max(0.0, self._last_fetched.get(host, 0.0) + self._limits.pause - monotonic()))
            try:
                return self._fetch_following_redirects(target, password, validators or Validators(), public_only)
            finally:
                self._last_fetched[host] = monotonic()

    def _fetch_following_redirects(
        self, target: SplitResult, password: str, validators: Validators, public_only: bool
    ) -> Fetched | NotModified:
        requested, deadline = target, monotonic() + self._limits.total
        headers = _headers(validators)
        for _ in range(self._limits.redirects + 1):
            self._check_robots(Request(target, {}, public_only, deadline))
            authorization = {"Authorization": password} if password and _origin(target) == _origin(requested) else {}
            response = self._send(Request(target, headers | authorization, public_only, deadline))
            if response.status == 304:
                return NotModified(requested.geturl())
            if response.status not in _REDIRECTS:
                return _result(requested, target, response)
            public_only = public_only or not response.is_private
            target = _redirect_target(target, response)
        raise ReaderError(f"it redirects more than {self._limits.redirects} times; check the address")

    def _send(self, request: Request, limits: Limits | None = None) -> Response:
        return send(request, limits or self._limits, self._private)

    def _check_robots(self, request: Request) -> None:
        """Raises ``ReaderError`` if the site's ``robots.txt`` forbids the address."""
        origin = _origin(request.url)
        if origin not in self._robots:
            self._robots[origin] = self._fetch_robots(request)
        if not robots.may_fetch(self._robots[origin], _AGENT, request.url.geturl()):
            raise ReaderError(
                f"{request.url.hostname!r} does not allow programs to fetch it (robots.txt);"
                " save the page with a browser, and import the file"
            )

    def _fetch_robots(self, request: Request) -> bytes:
        target, public_only = request.url._replace(path="/robots.txt", query="", fragment=""), request.public_only
        for _ in range(6):  # RFC 9309: follow at least five redirects
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
            target = _redirect_target(target, response)
        return b""


def _headers(validators: Validators) -> dict[str, str]:
    from importlib.metadata import version

    headers = {
        "User-Agent": f"{_AGENT}/{version('docarchive')}",
        "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
        "Accept-Encoding": "gzip",
        "Connection": "close",
        "If-None-Match": validators.etag,
        "If-Modified-Since": validators.last_modified,
    }
    return {key: value for key, value in headers.items() if value and value.isprintable()}


def _parse_address(url: str) -> tuple[SplitResult, str]:
    """Returns an address in the form that is sent, and the value of ``Authorization``, empty without a user name."""
    try:
        url.encode()
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("ascii" if ":" in (parts.hostname or "") else "idna").decode()
        port = parts.port
    except ValueError:
        raise ReaderError("it is not a valid address; check it") from None
    if parts.scheme not in ("http", "https") or not host:
        raise ReaderError("only addresses that begin with http:// or https:// are fetched")
    authorization = ""
    if parts.username is not None:
        credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = "Basic " + b64encode(credentials.encode()).decode()
    netloc = f"[{host}]" if ":" in host else host
    netloc = netloc if port is None else f"{netloc}:{port}"
    path, query = quote(parts.path or "/", _SAFE), quote(parts.query, _SAFE)
    return SplitResult(parts.scheme, netloc, path, query, ""), authorization


def _redirect_target(target: SplitResult, response: Response) -> SplitResult:
    location = response.headers.get("Location", "")
    if not location:
        raise ReaderError(f"{target.hostname!r} redirects to no address ({response.status}); check the address")
    with suppress(ValueError):  # servers send UTF-8 in headers, which http.client reads as Latin-1
        location = location.encode("latin-1").decode("utf-8")
    try:
        return _parse_address(urljoin(target.geturl(), location))[0]
    except ValueError:
        raise ReaderError(f"{target.hostname!r} redirects to an invalid address; check the address") from None


def _origin(url: SplitResult) -> str:
    return f"{url.scheme}://{url.netloc}"


def _result(requested: SplitResult, target: SplitResult, response: Response) -> Fetched:
    if response.status == 200:
        get = response.headers.get
        validators = get("ETag"), get("Last-Modified")
        return Fetched(requested.geturl(), target.geturl(), response.data, get("Content-Type", ""), *validators)
    if response.status >= 500:
        raise ReaderError(f"{target.hostname!r} fails with an error ({response.status}); try again later")
    reason = _FAILURES.get(response.status, "does not return it; check the address")
    raise ReaderError(f"{target.hostname!r} {reason} ({response.status})")
