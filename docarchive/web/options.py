"""The options of a server, and the limits of what it answers."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Final

from docarchive.errors import UsageError
from docarchive.records import NamedTuple
from docarchive.regexes import lazy

HOST: Final = "127.0.0.1"
PORT: Final = 8765
#: How many heights the bars of a histogram have, besides none.
STEPS: Final = 100
#: Articles on a page.
PER_PAGE: Final = 20
#: The most articles that pages go through; an export has all of them.
MAX_OFFSET: Final = 10_000
#: The most characters of a query with its filters.
MAX_QUERY: Final = 2_000
#: The most characters of the address of a page.
MAX_ADDRESS: Final = 8_000
#: The most bytes of a request's body; and where requests may change articles.
MAX_BODY: Final = 65_536
MAX_EDIT: Final = 5_000_000
#: The most bytes and files of an upload, the most addresses, and the most imports that wait.
MAX_UPLOAD: Final = 1_000_000_000
MAX_FILES: Final = 100
MAX_ADDRESSES: Final = 100
MAX_IMPORTS: Final = 4
#: Seconds after which an answer is given up.
MAX_SECONDS: Final = 30.0
#: Seconds that the head of a request may take, and the least bytes of a body in a second after ``MAX_SECONDS``.
MAX_HEAD_SECONDS: Final = 10.0
MIN_RATE: Final = 1_000
#: Threads that answer, and that export; an archive keeps as many sessions open as answer.
ANSWERING: Final = 4
EXPORTING: Final = 2
#: The most requests that wait for a thread.
MAX_WAITING: Final = 64
#: The most programs that get changes as they come.
MAX_STREAMS: Final = 32
#: The most connections at the same time.
MAX_CONNECTIONS: Final = 200

#: The paths that take uploads.
UPLOADS: Final = frozenset({"/import", "/api/v1/import"})

_ROOT_PATH = lazy(r"(?:/[A-Za-z0-9._~-]+)*")
_NAME = lazy(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


class ServeOptions(NamedTuple):
    """What a server needs to know but the archive.

    Attributes:
        host: The address to listen on.
        port: The port to listen on; 0 for any that is free.
        root_path: What comes before the path of every page, behind a proxy: ``/news``; else empty.
        names: The names by which browsers may call the server, besides ``localhost`` and addresses of numbers.
        write: Whether requests may change the archive.
        token_file: The file with the digests of the tokens, one of which each request needs; None if none does.
        local_addresses: Whether imports fetch addresses of this machine and of private networks, too.
    """

    host: str = HOST
    port: int = PORT
    root_path: str = ""
    names: tuple[str, ...] = ()
    write: bool = False
    token_file: Path | None = None
    local_addresses: bool = False

    def checked(self) -> ServeOptions:
        """Returns the options; raises ``UsageError`` if a value is not valid."""
        if not 0 <= self.port <= 65_535:
            raise UsageError("the port must be a number from 0 to 65535")
        root_path = self.root_path.rstrip("/")
        if not _ROOT_PATH.fullmatch(root_path):
            raise UsageError(f"{self.root_path!r} is no path; use one such as /news")
        for name in self.names:
            if not _NAME.fullmatch(name):
                raise UsageError(f"{name!r} is no name of a host; use one such as news.example.org, without a port")
        return self._replace(root_path=root_path, names=tuple(name.lower() for name in self.names))

    def most_of_body(self, path: str) -> int:
        """Returns the most bytes of the body of a request, by the path of its page."""
        if not self.write:
            return MAX_BODY
        return MAX_UPLOAD if path in UPLOADS else MAX_EDIT

    @property
    def is_only_here(self) -> bool:
        """Whether only programs on this machine can reach the server."""
        own = _address(self.host)
        return self.host == "localhost" or (own is not None and own.is_loopback)

    def knows(self, host: str) -> bool:
        """Returns whether a browser may call the server by a host, as the header ``Host`` has it.

        A page of a stranger can have its own name resolved to this machine, but no address of numbers and not
        ``localhost``. Where the server listens on this machine alone, only its own addresses are known.
        """
        name = _without_port(host).lower()
        if name in ("localhost", *self.names) or (name == self.host.lower() and name):
            return True
        address = _address(name)
        if address is None:
            return False
        return address.is_loopback or not self.is_only_here


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
