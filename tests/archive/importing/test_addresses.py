"""Importing addresses: pages and feeds from a server on this machine, and what it says the second time."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import Cli

from docarchive import Archive

TEXT = "The pier stands again. " * 30
PAGE = f"<html><head><title>Pier</title></head><body><article><h1>Pier</h1><p>{TEXT}</p></article></body></html>"
FEED = "<rss><channel><title>Post</title><item><title>One</title><link>http://x.example/1</link></item></channel></rss>"


class Site:
    """A server with a few pages; ``asked`` is what it was asked for, ``pages`` what it has."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.pages: dict[str, tuple[int, str, str]] = {
            "/pier": (200, "text/html; charset=utf-8", PAGE),
            "/feed": (200, "application/rss+xml", FEED),
            "/gone": (410, "text/html", "gone"),
        }
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, self.headers.get("If-None-Match")))
                status, kind, text = site.pages.get(self.path, (404, "text/plain", "not found"))
                etag = f'"{hash(text)}"'
                if self.headers.get("If-None-Match") == etag:
                    status, text = 304, ""
                data = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.send_header("ETag", etag)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked if path != "/robots.txt"]


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_a_page_comes_in_with_its_address(site: Site, root: Path) -> None:
    with Archive.create(root) as archive:
        report = archive.import_(f"{site.url}/pier")
        assert (report.new, report.refused) == (1, [])
        (row,) = archive.list()
        article = archive.get(row.id)
        assert (article.title, article.url, article.format) == ("Pier", f"{site.url}/pier", "html")
        provenance = archive.provenance(row.id)
        assert provenance.imported_from == f"{site.url}/pier"
        assert provenance.original_path
        assert (root / provenance.original_path).read_text("utf-8") == PAGE


def test_a_text_that_changes_at_its_address_is_a_new_version(site: Site, root: Path) -> None:
    with Archive.create(root) as archive:
        for number in range(2):
            site.pages["/note.md"] = (200, "text/markdown", f"# A note\n\nVersion {number} of it.\n")
            report = archive.import_(f"{site.url}/note.md")
        assert (report.new, report.updated) == (0, 1)
        assert archive.get(report.ids[0]).url == f"{site.url}/note.md"


def test_what_has_not_changed_is_not_sent_again(site: Site, root: Path) -> None:
    with Archive.create(root) as archive:
        archive.import_(f"{site.url}/pier")
        assert archive.import_(f"{site.url}/pier").unchanged == 1
        assert [etag is not None for path, etag in site.asked if path == "/pier"] == [False, True]
        site.pages["/pier"] = (200, "text/html", PAGE.replace("stands again", "is gone once more"))
        assert archive.import_(f"{site.url}/pier").updated == 1


def test_an_article_that_was_deleted_is_fetched_whole(site: Site, root: Path) -> None:
    with Archive.create(root) as archive:
        archive.import_(f"{site.url}/pier")
        (row,) = archive.list()
        (root / row.path).unlink()
        assert archive.import_(f"{site.url}/pier", again=True).new == 1
        (root / row.path).unlink()
        archive.sync()
        assert archive.import_(f"{site.url}/pier").deleted == 1
        assert archive.import_(f"{site.url}/pier", again=True).new == 1


def test_a_feed_is_read_entry_by_entry(site: Site, root: Path) -> None:
    with Archive.create(root) as archive:
        assert archive.import_(f"{site.url}/feed").new == 1
        assert [row.metadata["title"] for row in archive.list()] == ["One"]


def test_what_is_not_there_is_one_sentence_and_stops_nothing(site: Site, root: Path) -> None:
    with Archive.create(root) as archive:
        report = archive.import_(f"{site.url}/gone", f"{site.url}/missing", f"{site.url}/pier")
        assert report.new == 1
        assert [refused.where for refused in report.refused] == [f"{site.url}/gone", f"{site.url}/missing"]
        assert all(refused.reason and "\n" not in refused.reason for refused in report.refused)


def test_a_dry_run_keeps_nothing_of_what_it_fetched(site: Site, root: Path) -> None:
    with Archive.create(root) as archive:
        assert archive.import_(f"{site.url}/pier", dry_run=True).new == 1
        assert len(archive) == 0
        assert archive.import_(f"{site.url}/pier").new == 1


def test_by_the_command_line(site: Site, cli: Cli) -> None:
    assert cli("--archive", "news", "import", f"{site.url}/pier", code=0).out.startswith("1 new")
    assert cli("--archive", "news", "search", "pier", "--count", code=0).out == "1\n"
    assert "410" in cli("--archive", "news", "import", f"{site.url}/gone", code=3).err
