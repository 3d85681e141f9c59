"""A server on this machine, with an archive behind it, and what asks it."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from html.parser import HTMLParser
from http.client import HTTPConnection
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from interpreter import PATIENCE

from docarchive import Archive
from docarchive.web.options import ServeOptions
from docarchive.web.server import Server


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def page(self) -> "Page":
        page = Page()
        page.feed(self.text)
        return page


class Page(HTMLParser):
    """The elements of a page, with their attributes, and its texts."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.named: dict[str, list[str]] = {}
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._open.append(tag)
        self.named.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        for tag in {*self._open}:
            self.named[tag][-1] += data

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def links(self) -> dict[str, str]:
        """Returns addresses by the text or the label of the link."""
        texts = self.named.get("a", [])
        anchors = [attributes for tag, attributes in self.elements if tag == "a"]
        return {" ".join(text.split()): a.get("href", "") for text, a in zip(texts, anchors, strict=True)}

    def addresses(self) -> list[str]:
        """Returns all that a browser would load or follow."""
        return [value for _, attributes in self.elements for name, value in attributes.items() if name in _ADDRESSES]


_ADDRESSES = {"href", "src", "action", "srcset", "poster", "data", "formaction"}


class Browser:
    """Asks a server, one connection for each request."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.host = urlsplit(address).netloc

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, **headers)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Asks; a header's name has _ for -, and the address may be relative to the first page."""
        split = urlsplit(urljoin(self.address, path))
        connection = HTTPConnection(self.host, timeout=PATIENCE)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, split.path + (f"?{split.query}" if split.query else ""), body, named)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()


@contextmanager
def served(archive: Archive, **options: Any) -> Iterator[Browser]:
    """Serves an archive until the end of the block."""
    with closing(Server(archive, ServeOptions(port=0, **options))) as server:
        thread = Thread(target=server.run)
        thread.start()
        try:
            yield Browser(server.address)
        finally:
            server.stop()
            thread.join(PATIENCE)
