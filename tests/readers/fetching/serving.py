"""A web server of this machine for the tests of fetching."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any

Handler = Callable[["Asked"], None]


class Asked(BaseHTTPRequestHandler):
    """One request: pages by their path, and what was asked."""

    pages: dict[str, Handler]
    log: list[tuple[str, dict[str, str]]]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.log.append((self.path, {key.lower(): value for key, value in self.headers.items()}))
        handler = self.pages.get(self.path.partition("?")[0])
        if handler is None:
            self.answer(b"", 404)
        else:
            handler(self)

    def answer(self, data: bytes, status: int = 200, **headers: str) -> None:
        given = {"Content-Length": str(len(data))} | {key.replace("_", "-"): value for key, value in headers.items()}
        self.send_response(status)
        for key, value in given.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: who fetches goes away."""


class Site:
    """A server: its address, its pages and what was asked of it."""

    def __init__(self, server: ThreadingHTTPServer, pages: dict[str, Handler], handler: type[Asked]) -> None:
        self.host = f"{server.server_address[0]!s}:{server.server_address[1]}"
        self.url = f"http://{self.host}"
        self.pages = pages
        self.log = handler.log


@contextmanager
def serving(
    address: str = "127.0.0.1", extra: Mapping[str, Handler] = MappingProxyType({}), **pages: Handler
) -> Iterator[Site]:
    """Serves pages; the name of one is its path without the slash."""
    by_path = {f"/{name}": page for name, page in (*extra.items(), *pages.items())}
    handler = type("Handler", (Asked,), {"pages": by_path, "log": []})
    server = _Server((address, 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield Site(server, by_path, handler)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def gives(data: bytes, status: int = 200, **headers: str) -> Handler:
    return lambda asked: asked.answer(data, status, **headers)


def leads(to: str, status: int = 302) -> Handler:
    return gives(b"", status, Location=to)
