"""What several tests share that is no fixture: articles written for the tests, and a look at files."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html.parser import HTMLParser
from pathlib import Path
from time import process_time
from typing import Any

import interpreter

from docarchive import Archive, Results, Verification, frontmatter
from docarchive.article import Article
from docarchive.readers import Record, Source, readers
from docarchive.writers import Document, WriteOptions, writer

#: Takes from root what it may do besides what the permissions of files allow; others have nothing of that kind.
UNPRIVILEGED = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner"]
SEEDS = Path(__file__).parent.parent / "seeds"

ARTICLES: list[dict[str, Any]] = [
    {
        "id": "1",
        "title": "Harbour council votes for the new pier",
        "date": "2024-03-16",
        "tags": ["harbour", "free trade"],
        "places": ["north-bay", "El Salvador"],
        "authors": ["Ada Meyer"],
        "body": "The harbour council voted on Saturday for a new pier.\n\nFree trade will follow, the mayor said.",
    },
    {
        "id": "2",
        "title": "Wheat prices climb",
        "date": "2024-03",
        "tags": ["wheat", "nat-gas"],
        "places": ["north-bay"],
        "authors": ["Bo Larsen", "Ada Meyer"],
        "rating": 4,
        "body": "Wheat climbed again in March. Traders in the harbour expect more of the same.",
    },
    {
        "id": "3",
        "title": "Économie: le café de Zoë",
        "date": "2023-11-05T10:30:00+01:00",
        "updated": "2024-01-02",
        "tags": ["gas"],
        "summary": "A short note on coffee and trade.",
        "body": "Zoë sells coffee. Nobody traded anything; companies closed, economies shrank.",
    },
    {"id": "4", "title": "An undated note", "body": "Nothing here says when. The pier is mentioned once: pier."},
    {
        "id": "5",
        "title": "A year alone",
        "date": 1963,
        "tags": ["harbour"],
        "body": "In that year the old pier burned.",
    },
]


@contextmanager
def affordable(seconds: int = 30) -> Iterator[None]:
    """Fails if the work inside takes that many seconds of processor time.

    Inputs are so large that work that grows with their square takes minutes, and work that grows with their size a
    second. What other programs do at the same time does not count.
    """
    began = process_time()
    yield
    assert process_time() - began < seconds


def replace_bytes(path: Path, data: bytes | bytearray) -> None:
    """Replaces a file by one with other bytes.

    A thread of an index that was closed just now may still have the old file mapped, and that would end the process if
    the file became shorter in its place.
    """
    new = path.with_name(f"{path.name}.replaced")
    new.write_bytes(data)
    new.replace(path)


def add_by_hand(archive: Archive, path: str, text: str) -> None:
    """Writes an article's file as an editor does, with the line ends that the text has, and syncs."""
    file = archive.path / path
    file.parent.mkdir(parents=True)
    file.write_bytes(text.encode())
    assert archive.sync().added


def snapshot(root: Path) -> dict[str, bytes]:
    """Returns every file of an archive that is not derived, with its bytes."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".docarchive" not in path.parts
    }


def documents(*articles: Article) -> Iterator[Document]:
    """Yields articles as writers are given them, with ids ``0000000000a0``, ``…a1`` and so on."""
    for number, article in enumerate(articles):
        article.id = article.id or f"{number:010}a{number % 10}"
        yield Document(article.id, f"articles/{article.id}.md", frontmatter.render(article))


def written(name: str, *articles: Article, **options: Any) -> bytes:
    """Returns what a writer makes of articles."""
    out = io.BytesIO()
    writer(name).write(documents(*articles), out, WriteOptions(**options))
    return out.getvalue()


def read_again(name: str, data: bytes) -> list[Article]:
    """Returns the articles that a reader finds in bytes."""
    records = readers()[name].records(Source("a", len(data), lambda: io.BytesIO(data)))
    return [record.load() for record in records if isinstance(record, Record)]


def write_manifest(archive: Archive) -> Verification:
    """Writes a manifest of an archive, of which a copy stays in the archive."""
    return archive.write_manifest(io.BytesIO())


def exported(archive: Archive, query: str = "", **options: Any) -> bytes:
    """Returns what an export writes to a stream."""
    out = io.BytesIO()
    archive.export(query, to=out, **options)
    return out.getvalue()


def on_a_terminal(*arguments: object, **environment: str) -> tuple[int, str]:
    """Runs the program on a pseudo-terminal; returns its exit code and what it shows."""
    import pty

    ours, theirs = pty.openpty()
    process = interpreter.start(
        ["-m", "docarchive", *map(str, arguments)],
        (theirs, theirs, theirs),
        env={**os.environ, "TERM": "xterm", **environment},
    )
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # how Linux says that the other end is closed
        while data := os.read(ours, 65536):
            shown += data
    os.close(ours)
    return process.wait(60), shown.decode().replace("\r\n", "\n")


class Page(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attributes}))

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.elements]

    def addresses(self, *names: str) -> list[tuple[str, str]]:
        """What the elements link to or load, by these attributes."""
        return [(tag, found[name]) for tag, found in self.elements for name in names if found.get(name)]


def search_in(root: Path, query: str) -> Results:
    """Searches in an archive, for tests that do so in another process."""
    with Archive.open(root) as archive:
        return archive.search(query)
