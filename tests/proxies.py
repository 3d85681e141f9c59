"""A proxy in front of a node, for what a node alone lacks: TLS, a password, and a cluster that is busy or gone."""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

#: What a proxy answers once in place of the node: the end of the path, the status, and the body if there is one.
Instead = list[tuple[str, int] | tuple[str, int, dict[str, Any]]]


class Proxy(ThreadingHTTPServer):
    """Passes requests on to a node.

    Attributes:
        url: Its address.
        authorization: The header that requests must have; None: none.
        instead: What it answers without the node.
        paths: The methods and paths of the requests that it has seen.
    """

    daemon_threads = True

    def __init__(self, node: str, certificate: Path | None = None, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.node = urlsplit(node).netloc
        self.authorization: str | None = None
        self.instead: Instead = []
        self.paths: list[str] = []
        self.url = f"http{'s' if certificate else ''}://localhost:{self.server_port}"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not trust the certificate, or goes away, is no error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.partition("?")[0]
        self.server.paths.append(f"{self.command} {path}")
        for number, (end, status, *given) in enumerate(self.server.instead):
            if path.endswith(end):
                del self.server.instead[number]
                self._answer(status, json.dumps(next(iter(given), {})).encode())
                return
        if self.server.authorization not in (None, self.headers.get("authorization")):
            self._answer(401, b"Unauthorized", "text/plain")
            return
        connection = http.client.HTTPConnection(self.server.node, timeout=60)
        headers = {"content-type": self.headers.get("content-type") or "application/json"}
        connection.request(self.command, self.path, body or None, headers)
        answer = connection.getresponse()
        self._answer(answer.status, answer.read())
        connection.close()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass_on  # noqa: N815, the names of the base class

    def _answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Writes nothing."""


@contextmanager
def proxy(node: str, certificate: Path | None = None, port: int = 0) -> Iterator[Proxy]:
    """A proxy that runs until the end of the block; see ``Proxy``."""
    with Proxy(node, certificate, port) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def make_certificate(path: Path) -> str:
    """Makes a certificate for ``localhost`` and its key; returns its SHA-256."""
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(path.with_suffix(".key")), "-out", str(path)]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
    shown = subprocess.run(
        ["openssl", "x509", "-in", str(path), "-noout", "-fingerprint", "-sha256"], check=True, capture_output=True
    )
    return shown.stdout.decode().strip().partition("=")[2]
