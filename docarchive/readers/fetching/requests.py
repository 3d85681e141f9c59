"""One HTTP request to one host, with limits on time and size (decision 0024).

The socket is connected here, to an address that was checked: a second DNS lookup may return another address. A timer
ends the connection: a server that sends a byte a second never reaches the timeout of a socket.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Final
from urllib.parse import SplitResult

from docarchive.errors import ReaderError
from docarchive.readers.containers.content_encodings import decode_content
from docarchive.readers.fetching.addresses import Address, resolve
from docarchive.records import NamedTuple

_CHUNK: Final = 65_536
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_LEADS_TO_PRIVATE: Final = "it leads to a private network, from which only addresses that you name yourself are fetched"


class Limits(NamedTuple):
    """Limits on a fetch.

    Attributes:
        connect: Seconds to connect to a host.
        total: Seconds for the whole fetch, redirects included.
        size: Bytes of the content, decoded.
        redirects: How many redirects are followed.
        pause: Seconds between two fetches from the same host.
    """

    connect: float = 10.0
    total: float = 60.0
    size: int = 64 * 1024 * 1024
    redirects: int = 10
    pause: float = 1.0


class Response(NamedTuple):
    """A server's response.

    Attributes:
        status: The status code, such as 200.
        headers: The headers.
        data: The content, decoded; empty unless the status is 200.
        is_private: Whether the server is in a private network.
    """

    status: int
    headers: http.client.HTTPMessage
    data: bytes
    is_private: bool


class PrivateAddress(ReaderError):
    """An address that leads to a private network, where only public ones are fetched."""


class Request(NamedTuple):
    """A request.

    Attributes:
        url: The address, without user name and password.
        headers: The headers to send.
        public_only: Whether private addresses are refused.
        deadline: When the fetch must be complete, by ``time.monotonic``.
    """

    url: SplitResult
    headers: Mapping[str, str]
    public_only: bool
    deadline: float


def send(request: Request, limits: Limits, private: Callable[[str], bool]) -> Response:
    """Sends a request and reads the response.

    Args:
        request: The request.
        limits: Limits on time and size.
        private: Returns whether an IP address is private.

    Raises:
        ReaderError: There is no response, or it is too large or too slow.
    """
    host, port = request.url.hostname or "", request.url.port or _DEFAULT_PORTS[request.url.scheme]
    addresses = resolve(host, port, private)
    if request.public_only and any(address.is_private for address in addresses):
        raise PrivateAddress(_LEADS_TO_PRIVATE)
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
            raise _too_slow(host, limits.total) from None
        reason = getattr(error, "verify_message", "") or error.reason or "TLS failed"
        raise ReaderError(f"there is no secure connection to {host!r}: {reason}; check the address") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        if monotonic() >= request.deadline:
            raise _too_slow(host, limits.total) from None
        raise ReaderError(_failure(host, error)) from None
    finally:
        timer.cancel()
        connection.close()


def _too_slow(host: str, total: float) -> ReaderError:
    return ReaderError(f"{host!r} takes longer than {total:g} seconds; try again later")


def _failure(host: str, error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"{host!r} does not answer; try again later"
    if isinstance(error, ConnectionRefusedError):
        return f"{host!r} refuses connections; check the address, or try again later"
    if isinstance(error, OSError | http.client.RemoteDisconnected | http.client.IncompleteRead):
        return f"the connection to {host!r} failed before the end of the response; try again later"
    return f"{host!r} does not answer as a web server does; check the address"


class _Connection(http.client.HTTPConnection):
    """A connection to one of the addresses of a host."""

    def __init__(self, url: SplitResult, addresses: list[Address], deadline: float, limits: Limits) -> None:
        super().__init__(url.hostname or "", url.port or _DEFAULT_PORTS[url.scheme])
        self.default_port = _DEFAULT_PORTS[url.scheme]
        self._is_secure = url.scheme == "https"
        self._addresses = addresses
        self._deadline = deadline
        self._limits = limits
        self.is_private = False
        self._socket: socket.socket | None = None  # http.client drops its own before the response is read

    def connect(self) -> None:
        """Connects to the first address that answers."""
        failure: OSError = ConnectionRefusedError()
        for address in self._addresses:
            remaining = self._deadline - monotonic()
            if remaining <= 0:
                raise TimeoutError
            connection = socket.socket(address.family, socket.SOCK_STREAM)
            connection.settimeout(min(self._limits.connect, remaining))
            try:
                connection.connect(address.socket_address)
            except OSError as error:
                connection.close()
                failure = error
                continue
            self.is_private = address.is_private
            self.sock = self._socket = connection
            break
        else:
            raise failure
        if self._is_secure:
            context = ssl.create_default_context()
            secure = context.wrap_socket(connection, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = self._socket = secure
            secure.do_handshake()
        self.sock.settimeout(max(0.001, self._deadline - monotonic()))

    def end(self) -> None:
        """Ends the connection from another thread."""
        with suppress(OSError):
            if self._socket is not None:
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _body(response: http.client.HTTPResponse, limit: int) -> bytes:
    content_length = response.headers.get("Content-Length", "")
    if content_length.isdecimal() and len(content_length) < 20 and int(content_length) > limit:
        raise _too_large(limit)
    data = bytearray()
    while more := response.read(_CHUNK):
        data += more
        if len(data) > limit:
            raise _too_large(limit)
    if content_length.isdecimal() and len(data) < _expected_size(response, content_length):
        raise ConnectionResetError
    encoding = response.headers.get("Content-Encoding", "")
    return decode_content(bytes(data), encoding, limit)


def _expected_size(response: http.client.HTTPResponse, content_length: str) -> int:
    """Returns how many bytes a server must send at least: ``Content-Length``, unless it sends chunks."""
    return 0 if response.headers.get("Transfer-Encoding") else int(content_length)


def _too_large(limit: int) -> ReaderError:
    return ReaderError(f"it is larger than {limit // 1024 // 1024} MiB; download it yourself, and import the file")
