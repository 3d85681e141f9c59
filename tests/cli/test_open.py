"""What the command open opens, and what it does not."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli

from docarchive import Archive
from docarchive.cli.running import run

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the program that opens is another one")


@pytest.fixture
def opener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Puts a program in the place of the system's, which writes what it is to open into the file returned."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/xdg-open"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {shlex.quote(str(tmp_path / "seen"))}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    monkeypatch.delenv("BROWSER", raising=False)
    return tmp_path / "seen"


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    Archive.create(tmp_path / "news").close()
    monkeypatch.setenv("DOCARCHIVE_ARCHIVE", str(tmp_path / "news"))
    return tmp_path / "news"


def added(news: Path, original: bytes = b"", name: str = "page.html", **values: Any) -> str:
    """Adds an article with an original; returns its id."""
    with Archive.open(news) as archive:
        article = {"title": "Pier", "body": "The old pier.", **values}
        return archive.add(article, original=original or b"<p>The old pier.", original_name=name)


def by_hand(news: Path, text: str) -> str:
    """Writes an article by hand, which has no original; returns its id."""
    (news / "articles/-own.md").write_text(text)
    with Archive.open(news) as archive:
        archive.sync()
        return next(archive.list()).id


def test_the_original_is_opened(news: Path, opener: Path, cli: Cli) -> None:
    id_ = added(news, url="https://example.org/pier")
    ran = cli("open", id_[:6], "--archive", "news", code=0)
    assert (ran.out, ran.err) == ("", "")
    with Archive.open(news) as archive:
        assert opener.read_text() == f"{archive.original(id_)}\n"
    opener.unlink()
    assert cli("open", id_, "--print", "--archive", "news", code=0).out.endswith(".html\n")
    assert not opener.exists()


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({"url": "https://example.org/a b"}, "https://example.org/a%20b"),
        ({"url": "doi:10.1000/x"}, "https://doi.org/10.1000/x"),
        ({"doi": "10.1000/x"}, "https://doi.org/10.1000/x"),
        ({"DOI": "https://doi.org/10.1000/x", "url": "javascript:alert(1)"}, "https://doi.org/10.1000/x"),
        ({"url": "javascript:alert(1)"}, None),
        ({"url": "file:///etc/passwd"}, None),
        ({"url": "mailto:a@example.org"}, None),
        ({"url": "ftp://example.org/a"}, None),
        ({"url": "-version"}, None),
        ({"url": "https://-x/"}, None),
        ({"url": "https://exa mple.org"}, None),
        ({"doi": '10.1000/x" --incognito'}, None),
        ({}, None),
    ],
)
def test_only_addresses_on_the_web_are_opened(
    values: dict[str, Any], address: str | None, news: Path, opener: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    id_ = added(news, **values)
    assert run(["open", id_, "--url"]) == (0 if address else 1)
    if address is None:
        assert not opener.exists()
        assert f"{id_} has no address on the web" in capfd.readouterr().err
    else:
        assert opener.read_text() == f"{address}\n"


def test_without_an_original_the_address_is_opened_and_else_the_file(
    news: Path, opener: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    id_ = by_hand(news, "---\nid: own\ntitle: Gull\nurl: https://example.org/gull\n---\n\nA gull.\n")
    assert run(["open", id_]) == 0
    assert opener.read_text() == "https://example.org/gull\n"
    by_hand(news, "---\nid: own\ntitle: Gull\nurl: javascript:alert(1)\n---\n\nA gull.\n")
    assert run(["open", id_]) == 0
    assert opener.read_text() == f"{news}/articles/-own.md\n"  # no option, though its name begins with a minus


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.exe", b"text", "a .exe file"),
        ("a.sh", b"text", "a .sh file"),
        ("a.desktop", b"text", "a .desktop file"),
        ("a.docm", b"text", "a .docm file"),
        ("a.bat", b"text", "a .bat file"),
        ("a.txt", b"#!/bin/sh\n", "a program"),
        ("a", b"MZ\x90", "a program"),
        ("a", b"\x7fELF", "a program"),
        ("a.html", b"\xef\xbb\xbf\n[Desktop Entry]\nExec=sh\n", "a program"),
    ],
)
def test_programs_are_not_opened(
    name: str, content: bytes, what: str, news: Path, opener: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    id_ = added(news, content, name)
    for option in ([], ["--print"]):
        assert run(["open", id_, *option]) == 2
        err = capfd.readouterr().err
        assert f"the original is {what}" in err
        assert f"print it with 'docarchive original {id_}'" in err
    assert not opener.exists()


@pytest.mark.parametrize("name", ["a.pdf", "a.HTML", "a.txt", "a.md", "a.docx", "a.eml", "a"])
def test_documents_are_opened(name: str, news: Path, opener: Path) -> None:
    assert run(["open", added(news, b"%PDF-1.7", name)]) == 0
    assert opener.exists()


def test_a_damaged_original_is_not_opened(news: Path, opener: Path, capfd: pytest.CaptureFixture[str]) -> None:
    id_ = added(news, url="https://example.org/pier")
    with Archive.open(news) as archive:
        archive.original(id_).write_bytes(b"other")
    assert run(["open", id_]) == 4
    assert "is damaged" in capfd.readouterr().err
    assert not opener.exists()


@pytest.mark.parametrize("browser", ["{} --new", "missing-browser:{} %s --tab", "{}:other"])
def test_the_browser_of_the_environment_opens_addresses_but_no_files(
    browser: str, news: Path, opener: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "bin/a-browser"
    own.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {shlex.quote(str(tmp_path / "browsed"))}\n')
    own.chmod(0o755)
    monkeypatch.setenv("BROWSER", browser.format(own))
    id_ = added(news, url="https://example.org/pier?a=%s;id")
    assert run(["open", id_, "--url"]) == 0
    assert "https://example.org/pier?a=%25s;id" in (tmp_path / "browsed").read_text().split()
    assert not opener.exists()
    assert run(["open", id_]) == 0
    assert opener.exists()


def test_a_program_that_is_missing_or_fails_is_named(
    news: Path, opener: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    id_ = added(news)
    (tmp_path / "bin/xdg-open").write_text("#!/bin/sh\nexit 3\n")
    assert run(["open", id_]) == 4
    assert "xdg-open ended with exit code 3" in capfd.readouterr().err
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert run(["open", id_]) == 4
    assert "there is no xdg-open to open it with; install it, or use --print" in capfd.readouterr().err
