"""One request to one host, with bounds on time and size.

The socket is connected by us, to an address that was looked at: a name that is asked for twice may lead
elsewhere the second time. A timer ends the connection, for a server that sends a byte a second never lets the
timeout of a socket pass.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Final, NamedTuple
from urllib.parse import SplitResult

from docarchive.errors import ReaderError
from docarchive.readers.containers.encodings import decoded
from docarchive.readers.fetching.addresses import Address, resolve

_CHUNK: Final = 65_536
_PORTS: Final = {"http": 80, "https": 443}
_REFUSED: Final = "it leads from the internet to an address of a private network, which is not followed"


class Limits(NamedTuple):
    """Bounds on a fetch.

    Attributes:
        connect: Seconds until a host answers that it is there.
        total: Seconds that all of it may take, with redirects.
        size: Bytes of what is fetched, inflated.
        redirects: How many may follow one another.
        pause: Seconds between two fetches from one host.
    """

    connect: float = 10.0
    total: float = 60.0
    size: int = 64 * 1024 * 1024
    redirects: int = 10
    pause: float = 1.0


class Response(NamedTuple):
    """What a server answered.

    Attributes:
        status: The number, such as 200.
        headers: Its headers.
        data: What it sent; of redirects and errors nothing.
        is_private: Whether the server is in a private network.
    """

    status: int
    headers: http.client.HTTPMessage
    data: bytes
    is_private: bool


class Request(NamedTuple):
    """What is asked for.

    Attributes:
        url: The address, split, without a name and a password.
        headers: The headers.
        public_only: Whether private addresses are refused.
        deadline: When it must be done, by ``time.monotonic``.
    """

    url: SplitResult
    headers: Mapping[str, str]
    public_only: bool
    deadline: float


def send(request: Request, limits: Limits, private: Callable[[str], bool]) -> Response:
    """Sends a request and reads the answer.

    Raises:
        ReaderError: There is no answer, or it is too large or too slow.
    """
    host, port = request.url.hostname or "", request.url.port or _PORTS[request.url.scheme]
    addresses = resolve(host, port, private)
    if request.public_only and any(address.is_private for address in addresses):
        raise ReaderError(_REFUSED)
    connection = _Connection(request.url, addresses, request.deadline, limits)
    timer = threading.Timer(max(0.0, request.deadline - monotonic()), connection.end)
    timer.daemon = True
    timer.start()
    try:
        path = request.url._replace(scheme="", netloc="", fragment="").geturl() or "/"
        connection.request("GET", path if path.startswith("/") else f"/{path}", headers=dict(request.headers))
        with connection.getresponse() as response:
            data = _body(response, limits.size) if response.status == 200 else b""
        if monotonic() >= request.deadline:
            raise TimeoutError
        return Response(response.status, response.headers, data, connection.is_private)
    except ReaderError:
        raise
    except ssl.SSLError as error:
        if monotonic() >= request.deadline:
            raise _slow(host, limits.total) from None
        reason = getattr(error, "verify_message", "") or error.reason or "TLS failed"
        raise ReaderError(f"there is no secure connection to {host!r}: {reason}; check the address") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        if monotonic() >= request.deadline:
            raise _slow(host, limits.total) from None
        raise ReaderError(_failure(host, error)) from None
    finally:
        timer.cancel()
        connection.close()


def _slow(host: str, total: float) -> ReaderError:
    return ReaderError(f"{host!r} takes longer than {total:g} seconds for it; try again later")


def _failure(host: str, error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"{host!r} does not answer; try again later"
    if isinstance(error, ConnectionRefusedError):
        return f"{host!r} refuses connections; check the address, or try again later"
    if isinstance(error, OSError | http.client.RemoteDisconnected | http.client.IncompleteRead):
        return f"the connection to {host!r} failed before all had come; try again later"
    return f"{host!r} does not answer as a web server does; check the address"


class _Connection(http.client.HTTPConnection):
    """A connection to one of the addresses that a host has."""

    def __init__(self, url: SplitResult, addresses: list[Address], deadline: float, limits: Limits) -> None:
        super().__init__(url.hostname or "", url.port or _PORTS[url.scheme])
        self.default_port = _PORTS[url.scheme]
        self._is_secure = url.scheme == "https"
        self._addresses = addresses
        self._deadline = deadline
        self._limits = limits
        self.is_private = False
        self._held: socket.socket | None = None  # http.client lets go of it before the answer is read

    def connect(self) -> None:
        """Connects to the first address that answers."""
        failure: OSError = ConnectionRefusedError()
        for address in self._addresses:
            left = self._deadline - monotonic()
            if left <= 0:
                raise TimeoutError
            made = socket.socket(address.family, socket.SOCK_STREAM)
            made.settimeout(min(self._limits.connect, left))
            try:
                made.connect(address.at)
            except OSError as error:
                made.close()
                failure = error
                continue
            self.is_private = address.is_private
            self.sock = self._held = made
            break
        else:
            raise failure
        if self._is_secure:
            context = ssl.create_default_context()
            secure = context.wrap_socket(made, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = self._held = secure
            secure.do_handshake()
        self.sock.settimeout(max(0.001, self._deadline - monotonic()))

    def end(self) -> None:
        """Ends the connection from another thread."""
        with suppress(OSError):
            if self._held is not None:
                socket.socket.shutdown(self._held, socket.SHUT_RDWR)


def _body(response: http.client.HTTPResponse, limit: int) -> bytes:
    told = response.headers.get("Content-Length", "")
    if told.isdecimal() and len(told) < 20 and int(told) > limit:
        raise _large(limit)
    data = bytearray()
    while more := response.read(_CHUNK):
        data += more
        if len(data) > limit:
            raise _large(limit)
    if told.isdecimal() and len(data) < _least(response, told):
        raise ConnectionResetError
    encoding = response.headers.get("Content-Encoding", "")
    return decoded(bytes(data), encoding, limit)


def _least(response: http.client.HTTPResponse, told: str) -> int:
    """Returns how many bytes a server must send: what it told, unless it sends chunks."""
    return 0 if response.headers.get("Transfer-Encoding") else int(told)


def _large(limit: int) -> ReaderError:
    return ReaderError(f"it is larger than {limit // 1024 // 1024} MiB; download it yourself, and import the file")
