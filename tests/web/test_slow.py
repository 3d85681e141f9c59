"""What a program cannot do that sends slowly, or opens many connections. The limits are shorter here than in use."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from importlib import import_module
from pathlib import Path
from shutil import copytree
from time import monotonic, sleep

import pytest
from interpreter import PATIENCE
from serving import Browser, served

from docarchive import Archive
from docarchive.web.options import MAX_CONNECTIONS

_STEP = 0.05  # seconds between two bytes


@pytest.fixture
def browser(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """A browser of an archive that requests may change, whose server waits for 0.4 s."""
    monkeypatch.setattr(import_module("docarchive.web.safety"), "MAX_SECONDS", 0.4)
    monkeypatch.setattr(import_module("docarchive.web.connections"), "MAX_HEAD_SECONDS", 0.4)
    copytree(prepared, tmp_path / "archive")
    with closing(Archive.open(tmp_path / "archive")) as archive, served(archive, write=True) as browser:
        yield browser


def connected(browser: Browser) -> socket.socket:
    host, _, port = browser.host.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def answer_to(browser: Browser, head: bytes, slowly: bytes = b"") -> bytes:
    """Sends a head at once and more byte by byte, until the server answers or hangs up; returns the answer."""
    with connected(browser) as connection:
        connection.sendall(head)
        connection.settimeout(_STEP)
        end = monotonic() + PATIENCE
        while monotonic() < end:
            with suppress(TimeoutError):
                if received := connection.recv(65_536):
                    return received
                return b""
            try:
                connection.sendall(slowly[:1])
            except ConnectionError:
                return b""
            slowly = slowly[1:]
    raise AssertionError("the server waits for ever")


@pytest.mark.parametrize(
    "path", ["/api/v1/articles/{id}/note", "/articles/{id}/note", "/api/v1/import?name=a.txt", "/import", "/mcp"]
)
@pytest.mark.parametrize("slowly", [b"x" * 500, b""], ids=["trickles", "pauses"])
def test_a_body_that_takes_too_long_is_refused(browser: Browser, path: str, slowly: bytes) -> None:
    id = browser.get("/api/v1/articles").json["articles"][0]["id"]
    kind = "multipart/form-data; boundary=b" if path == "/import" else "application/json"
    if path == "/import" and slowly:
        slowly = b'--b\r\nContent-Disposition: form-data; name="addresses"\r\n\r\n' + slowly
    if path.startswith("/articles"):
        kind = "application/x-www-form-urlencoded"
    lines = [f"POST {path.format(id=id)} HTTP/1.1", f"Host: {browser.host}", f"Content-Type: {kind}"]
    head = "\r\n".join([*lines, "Content-Length: 900", "", ""])
    assert answer_to(browser, head.encode(), slowly).startswith(b"HTTP/1.1 408 ")
    assert browser.get("/").status == 200


def test_a_body_that_takes_long_because_it_is_large_is_read(browser: Browser) -> None:
    id = browser.get("/api/v1/articles").json["articles"][0]["id"]
    body = json.dumps({"text": "The ferry was late. " * 300}).encode()
    parts = [body[start : start + 1_000] for start in range(0, len(body), 1_000)]
    head = f"POST /api/v1/articles/{id}/note HTTP/1.1\r\nHost: {browser.host}\r\nContent-Length: {len(body)}\r\n\r\n"
    with connected(browser) as connection:
        connection.sendall(head.encode())
        for part in parts:
            connection.sendall(part)
            sleep(2 * _STEP)  # more than 0.4 s for all, but not for one
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("head", [b"", b"GET / HTTP/1.1\r\nHo", b"G"])
def test_a_head_that_takes_too_long_ends_the_connection(browser: Browser, head: bytes) -> None:
    assert answer_to(browser, head, b"X-Filling: " + b"x" * 500 if head else b"") == b""
    assert browser.get("/").status == 200


def test_the_head_of_a_further_request_may_not_take_too_long_either(browser: Browser) -> None:
    with connected(browser) as connection:
        connection.sendall(f"GET /api/v1/count HTTP/1.1\r\nHost: {browser.host}\r\n\r\n".encode())
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"GET /")  # with it uvicorn waits no more for a request, which would end the connection too
        while connection.recv(65_536):
            pass


def test_a_head_that_is_too_large_is_refused(browser: Browser) -> None:
    head = f"GET / HTTP/1.1\r\nHost: {browser.host}\r\nX-Filling: ".encode() + b"x" * 100_000
    with connected(browser) as connection, suppress(ConnectionError):
        connection.sendall(head)
        assert connection.recv(100)[:13] in (b"HTTP/1.1 400 ", b"")
    assert browser.get("/").status == 200


def test_too_many_connections_are_refused_until_some_end(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    # On a busy machine the first would end before the last is there.
    monkeypatch.setattr(import_module("docarchive.web.connections"), "MAX_HEAD_SECONDS", PATIENCE)
    with ExitStack() as stack:
        for _ in range(MAX_CONNECTIONS):
            stack.enter_context(connected(browser))
        assert browser.get("/").status == 503
    end = monotonic() + PATIENCE
    while browser.get("/").status == 503 and monotonic() < end:
        sleep(_STEP)
    assert browser.get("/").status == 200
