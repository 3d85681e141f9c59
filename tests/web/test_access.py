"""Tokens: who is let in."""

import os
import stat
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from conftest import Cli
from serving import Answer, Browser, served

from docarchive import Archive, UsageError
from docarchive.web.tokens import Tokens, add_token


@pytest.fixture
def tokens(tmp_path: Path) -> dict[str, str]:
    return {role: add_token(tmp_path / "tokens", role) for role in ("read", "write")}


@pytest.fixture
def closed(unchanged: Archive, tmp_path: Path, tokens: dict[str, str]) -> Iterator[Browser]:
    """A server that lets in who has a token."""
    with served(unchanged, token_file=tmp_path / "tokens") as browser:
        yield browser


def _login(browser: Browser, token: str, following: str = "/", **headers: str) -> Answer:
    return browser.ask("POST", "/login", f"token={token}&next={following}".encode(), **headers)


@pytest.mark.parametrize("path", ["/", "/timeline", "/articles/x/original", "/?format=csv", "/pictures/x", "/nothing"])
def test_a_page_without_a_token_leads_to_where_one_is_asked_for(closed: Browser, path: str) -> None:
    answer = closed.get(path)
    assert answer.status == 303
    assert answer.headers["location"].startswith("/login?next=/")
    assert answer.body == b""


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/articles?format=csv", "/api/openapi.json"])
def test_a_program_without_a_token_is_refused(closed: Browser, path: str, tokens: dict[str, str]) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": f"Basic {tokens['read']}"},
        {"Cookie": "docarchive="},
    ):
        answer = closed.get(path, **headers)
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert closed.get(path, Authorization=f"Bearer {tokens['read']}").status == 200
    assert closed.get(path, Authorization=f"bearer {tokens['write']}").status == 200


def test_a_token_for_reading_changes_nothing(closed: Browser, tokens: dict[str, str]) -> None:
    assert closed.ask("POST", "/", b"", Authorization=f"Bearer {tokens['read']}").status == 403
    assert closed.ask("POST", "/", b"", Authorization=f"Bearer {tokens['write']}").status == 405


def test_who_may_only_read_sees_no_form_that_changes(archive: Archive, tokens: dict[str, str], tmp_path: Path) -> None:
    id = next(archive.list("title:harbour")).id
    archive.remove(ids=[next(archive.list("NOT title:harbour")).id])
    paths = ["/", f"/articles/{id}", f"/articles/{id}/versions", "/log?changed=1", "/trash", "/quarantine", "/login"]
    with served(archive, write=True, token_file=tmp_path / "tokens") as browser:
        sessions = {role: _login(browser, tokens[role]).headers["set-cookie"].partition(";")[0] for role in tokens}
        for role, session in sessions.items():
            actions, links = set(), set()
            for path in paths:
                page = browser.get(path, Cookie=session).page
                actions |= {a["action"] for tag, a in page.elements if tag == "form" and a.get("method") == "post"}
                links |= {*page.links()}
            assert (actions == {"/login"}) == (role == "read"), actions
            assert ("Import" in links, "Edit" in links) == (role == "write", role == "write")
        for path in ("/import", f"/articles/{id}/edit"):
            answer = browser.get(path, Cookie=sessions["read"])
            assert (answer.status, answer.page.named["p"][-1]) == (403, "Your token is for reading only.")
            assert browser.get(path, Cookie=sessions["write"]).status == 200


def test_a_form_is_refused_with_a_page_and_a_program_with_json(
    archive: Archive, tokens: dict[str, str], tmp_path: Path
) -> None:
    id = next(archive.list("title:harbour")).id
    with served(archive, write=True, token_file=tmp_path / "tokens") as browser:
        session = _login(browser, tokens["read"]).headers["set-cookie"].partition(";")[0]
        for headers, status, sentence in (
            ({"Cookie": session}, 403, "for reading only"),
            ({}, 401, "Enter your token"),
            ({"Cookie": session, "Origin": "http://evil.example"}, 403, "Another site"),
        ):
            page = browser.ask("POST", f"/articles/{id}/note", b"text=x", **headers)
            assert (page.status, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
            assert sentence in page.page.text
            answer = browser.ask("POST", f"/api/v1/articles/{id}/note", b"{}", **headers)
            assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
            assert answer.json["instance"] == f"/api/v1/articles/{id}/note"


def test_a_browser_shows_its_token_once(closed: Browser, tokens: dict[str, str]) -> None:
    answer = _login(closed, tokens["read"], "/%3Fq%3Dpier")
    assert (answer.status, answer.headers["location"]) == (303, "/?q=pier")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert tokens["read"] not in cookie
    session = cookie.partition(";")[0]
    assert "3 articles" in closed.get("/?q=pier", Cookie=session).text
    assert "has a token to read" in closed.get("/login", Cookie=session).page.text
    closed.ask("POST", "/login", b"", Cookie=session)
    assert closed.get("/", Cookie=session).status == 303


def test_behind_https_the_cookie_is_for_https(closed: Browser, tokens: dict[str, str]) -> None:
    answer = _login(closed, tokens["read"], X_Forwarded_Proto="https")
    assert "Secure" in answer.headers["set-cookie"]


def test_a_wrong_token_is_refused_and_begins_nothing(closed: Browser) -> None:
    answer = _login(closed, "docarchive_x")
    assert (answer.status, "set-cookie" in answer.headers) == (403, False)
    assert "There is no such token." in answer.page.text


@pytest.mark.parametrize(
    "following", ["//evil.example", "https://evil.example", "/%5Cevil.example", "/%09/evil.example", "x"]
)
def test_no_address_elsewhere_follows(closed: Browser, tokens: dict[str, str], following: str) -> None:
    assert _login(closed, tokens["read"], following).headers["location"] == "/"


def test_another_site_cannot_show_a_token(closed: Browser, tokens: dict[str, str]) -> None:
    assert _login(closed, tokens["read"], Origin="http://evil.example").status == 403


def test_a_token_that_is_taken_out_of_the_file_ends_its_sessions(
    closed: Browser, tokens: dict[str, str], tmp_path: Path
) -> None:
    session = _login(closed, tokens["read"]).headers["set-cookie"].partition(";")[0]
    assert closed.get("/", Cookie=session).status == 200
    lines = (tmp_path / "tokens").read_text().splitlines(keepends=True)
    (tmp_path / "tokens").write_text(lines[1])
    assert closed.get("/", Cookie=session).status == 303
    assert closed.get("/api/v1/count", Authorization=f"Bearer {tokens['read']}").status == 401
    assert closed.get("/api/v1/count", Authorization=f"Bearer {tokens['write']}").status == 200
    (tmp_path / "tokens").unlink()
    assert closed.get("/api/v1/count", Authorization=f"Bearer {tokens['write']}").status == 401


def test_the_file_has_digests_only_and_is_for_its_user(tmp_path: Path, tokens: dict[str, str]) -> None:
    text = (tmp_path / "tokens").read_text()
    assert text == "".join(f"{role} sha256:{sha256(token.encode()).hexdigest()}\n" for role, token in tokens.items())
    if os.name != "nt":
        assert stat.S_IMODE((tmp_path / "tokens").stat().st_mode) == 0o600


@pytest.mark.parametrize("line", ["admin sha256:" + "0" * 64, "read x", "read sha256:" + "0" * 63, "docarchive_token"])
def test_a_line_that_is_no_token_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "tokens").write_text(f"# mine\n\n{line}\n")
    with pytest.raises(UsageError, match=r"tokens:3 is not 'read' or 'write' and a digest"):
        Tokens(tmp_path / "tokens")
    with pytest.raises(UsageError, match=r"tokens:3 is not"):
        add_token(tmp_path / "tokens", "read")


def test_the_command_makes_tokens_and_serves_with_them(cli: Cli, tmp_path: Path) -> None:
    token = cli("serve", "--token-file", "tokens", "--new-token", "read", code=0).out.strip()
    assert Tokens(tmp_path / "tokens").role_of(token) == (sha256(token.encode()).hexdigest(), "read")
    for arguments, message in (
        (["--new-token", "read"], "--new-token requires --token-file"),
        (["--token-file", "tokens", "--new-token", "admin"], "there is no role 'admin'; use read or write"),
    ):
        assert cli("serve", *arguments, code=2).err == f"docarchive: {message}\n"
    cli("init", "news", code=0)
    refused = cli("--archive", "news", "serve", "--token-file", "none", code=2)
    assert refused.err.endswith("none cannot be read: No such file or directory; make it with --new-token\n")
