"""Messages in the words of pages and of the API."""

from __future__ import annotations

import html

import pytest
from serving import Browser, served

from docarchive import Archive
from docarchive.web.advice import for_pages, for_programs


@pytest.mark.parametrize(
    ("sentence", "page", "program"),
    [
        ("x was removed; 'docarchive undo' takes that back", "the page Changes takes", "/undo takes that back"),
        ("to remove the article, run 'docarchive remove'", "use the button Remove", "use /articles/ID/remove"),
        ("'docarchive list --trash' shows ids", "the page Trash shows ids", "/trash shows ids"),
        (
            "'docarchive list' and 'docarchive search' show ids",
            "the page Search shows ids",
            "/articles and /search show",
        ),
        ("run 'docarchive sync'", "'docarchive sync' on the machine of the archive", "on the machine of the archive"),
        ("it is gone; use --format, such as --format text", "choose the format, such as text", "use format=text"),
        ("run 'docarchive restore x --version 2'", "--version 2' on the machine", "--version 2' on the machine"),
    ],
)
def test_commands_are_pages_and_paths(sentence: str, page: str, program: str) -> None:
    shown = for_pages(sentence, lambda path: path).striptags()
    assert page in html.unescape(shown)
    assert program in for_programs(sentence)


def test_nothing_in_a_message_is_markup() -> None:
    assert "<b>" not in for_pages("<b>'docarchive undo'</b>", lambda path: f'/"{path}')


def test_a_page_links_to_the_page_that_helps_and_the_api_names_the_path(archive: Archive) -> None:
    id = next(archive.list()).id
    archive.remove(ids=[id])
    with served(archive, write=True, root_path="/news") as browser:
        page = browser.get(f"/articles/{id}").page
        assert "docarchive" not in page.named["main"][0]
        assert "/news/trash" in [a.get("href") for tag, a in page.elements if tag == "a"][-3:]
        detail = browser.get(f"/api/v1/articles/{id}").json["detail"]
        assert "docarchive" not in detail
        assert "/articles/ID/restore" in detail
        form = browser.ask("POST", f"/articles/{id}/note", b"text=x", Content_Type="application/x-www-form-urlencoded")
        assert form.status == 404
        assert "docarchive" not in form.page.named["main"][0]


def test_an_empty_edit_names_the_button(browser: Browser) -> None:
    assert browser.get("/articles/zzzz").status == 404
    assert "docarchive" not in browser.get("/articles/zzzz").page.named["main"][0]
