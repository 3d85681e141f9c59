"""The server: listens, answers until it is stopped, and closes what it opened."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Final

import uvicorn

from docarchive import Archive
from docarchive.errors import UsageError
from docarchive.web.app import application
from docarchive.web.connections import Connection
from docarchive.web.options import MAX_CONNECTIONS, ServeOptions
from docarchive.web.threads import Threads

_GRACE: Final = 3  # seconds that answers may take when the server is stopped
_BACKLOG: Final = 128


class Server:
    """Serves an archive on an address of this machine. Listening begins at once; answering with ``run``. Close it.

    Args:
        archive: The archive, which stays open.
        options: The options.
        follow: Called after each change that a request made.

    Raises:
        UsageError: An option is not valid, or the address cannot be listened on.
    """

    def __init__(self, archive: Archive, options: ServeOptions, follow: Callable[[], None] = lambda: None) -> None:
        self._options = options.checked()
        self._threads = Threads()
        config = uvicorn.Config(
            application(archive, self._options, self._threads, follow),
            loop="asyncio",
            http=Connection,
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MAX_CONNECTIONS,
            timeout_graceful_shutdown=_GRACE,
        )
        self._server = _Server(config)
        self._server.threads = self._threads
        self._socket = _listen(self._options)

    @property
    def address(self) -> str:
        """The address of the first page."""
        host, port = self._socket.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{port}{self._options.root_path}/"

    def run(self, started: Callable[[], None] = lambda: None) -> None:
        """Answers until ``stop`` is called, or the process is interrupted: then it raises ``KeyboardInterrupt``.

        Args:
            started: Called once it answers, and an interruption lets answers finish that have begun.
        """
        self._server.started_answering = started
        self._server.run([self._socket])

    def stop(self) -> None:
        """Ends ``run``, at once or as soon as it begins; any thread may call it."""
        self._server.should_exit = True

    def close(self) -> None:
        """Stops listening, and waits for answers that have begun."""
        self._socket.close()
        self._threads.close()


class _Server(uvicorn.Server):
    """Says when it answers, and when it ends: then what waits for changes ends too."""

    started_answering: Callable[[], None]
    threads: Threads

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.threads.ended = True
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.started_answering()


def _listen(options: ServeOptions) -> socket.socket:
    """Returns a socket that listens.

    Raises:
        UsageError: Another program uses the port, or the address is not one of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            options.host, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError:
        raise UsageError(f"there is no address {options.host!r}; use one such as 127.0.0.1") from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise UsageError(f"another program uses port {options.port}; use another one with --port") from None
        if error.errno == errno.EACCES:
            raise UsageError(f"port {options.port} is not for every user; use one above 1023 with --port") from None
        raise UsageError(
            f"{options.host} is not an address of this machine; use 127.0.0.1, or 0.0.0.0 for all"
        ) from None
    return listening
