"""The page of an article."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Browser, served

from docarchive import Archive

_TEXT = "The tide table of the harbour was printed on Saturday and sold at the pier for one crown a copy to everybody."


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, Archive]]:
    """A server with an article that was changed, has a near duplicate, a note and a picture."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "inbox").mkdir()
    (folder / "inbox/tide.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>', "utf-8")
    (folder / "inbox/tide.md").write_text("---\ntitle: A picture\n---\nSee it.\n\n![The tide](tide.svg)\n", "utf-8")
    first = {"id": "1", "title": "Tide table", "date": "2024-03-16", "tags": ["tide"], "source": "Gazette", "depth": 4}
    with Archive.create(folder / "archive") as archive:
        for body in (_TEXT, _TEXT + "\n\nA second edition follows."):
            archive.import_(io.BytesIO(json.dumps({**first, "body": body}).encode()), format="json")
        copy = {"id": "2", "title": "Tide table again", "body": _TEXT + " Indeed."}
        archive.import_(io.BytesIO(json.dumps(copy).encode()), format="json")
        archive.import_(folder / "inbox")
        id = next(archive.list("depth:4")).id
        archive.note(id, "Ask the printer.")
        archive.highlight(id, "printed on Saturday", note="Check the day")
        with served(archive) as browser:
            yield browser, archive


def _id(archive: Archive, title: str) -> str:
    return next(row.id for row in archive.list() if row.metadata["title"] == title)


def test_an_article_is_shown_with_what_is_known_of_it(pages: tuple[Browser, Archive]) -> None:
    browser, archive = pages
    page = browser.get(f"/articles/{_id(archive, 'Tide table')}").page
    assert page.named["h1"] == ["Tide table"]
    assert page.named["mark"] == ["printed on Saturday"]
    for text in (
        "16 March 2024",
        "Gazette",
        "Ask the printer.",
        "Check the day",
        "A second edition follows.",
        "depth 4",
    ):
        assert text in page.text, text
    links = page.links()
    assert links["tide"] == "/?filter=tags%3A%22tide%22"
    assert links["Tide table again"] == f"/articles/{_id(archive, 'Tide table again')}"
    assert "3 earlier versions" in links


def test_a_beginning_of_an_id_leads_to_the_article(pages: tuple[Browser, Archive]) -> None:
    browser, archive = pages
    id = _id(archive, "Tide table")
    answer = browser.get(f"/articles/{id[:6]}?version=1")
    assert (answer.status, answer.headers["location"]) == (302, f"/articles/{id}?version=1")


def test_versions_and_what_changed_between_them(pages: tuple[Browser, Archive]) -> None:
    browser, archive = pages
    id = _id(archive, "Tide table")
    page = browser.get(f"/articles/{id}/versions").page
    assert [link for link in page.links() if link.startswith(("Version", "Current"))][-1] == "Version 1: Tide table"
    first = browser.get(f"/articles/{id}?version=1").page
    assert "This is version 1." in first.text
    assert "second edition" not in first.text
    changes = browser.get(f"/articles/{id}/changes?a=1&b=2").page
    assert "A second edition follows." in "".join(changes.named["ins"])
    assert browser.get(f"/articles/{id}/changes?a=7&b=9").status == 404
    assert browser.get(f"/articles/{id}?version=99").status == 404


def test_pictures_are_shown(pages: tuple[Browser, Archive]) -> None:
    browser, archive = pages
    page = browser.get(f"/articles/{_id(archive, 'A picture')}").page
    (picture,) = (attributes for tag, attributes in page.elements if tag == "img")
    assert picture["alt"] == "The tide"
    assert browser.get(picture["src"]).body.startswith(b"<svg")
    assert browser.get("/pictures/" + "0" * 64 + ".png").status == 404


def test_similar_articles(pages: tuple[Browser, Archive]) -> None:
    browser, archive = pages
    page = browser.get(f"/articles/{_id(archive, 'Tide table')}/similar").page
    assert "Tide table again" in page.links()


def test_an_article_in_another_format(pages: tuple[Browser, Archive]) -> None:
    browser, archive = pages
    id = _id(archive, "Tide table")
    answer = browser.get(f"/articles/{id}?format=json")
    assert answer.json["articles"][0]["title"] == "Tide table"
    assert answer.headers["content-disposition"] == f'attachment; filename="{id}.json"'


@pytest.mark.parametrize("path", ["", "/similar", "/versions", "/changes", "/original"])
def test_an_article_that_there_is_not_is_not_found(pages: tuple[Browser, Archive], path: str) -> None:
    assert pages[0].get(f"/articles/zzzzzzzzzzzz{path}").status == 404


def test_an_article_without_an_original_has_no_link_to_it(root: Path) -> None:
    with Archive.create(root) as archive:
        id = archive.import_(io.BytesIO(b"A tide table."), format="text").ids[0]
        archive.original(id).unlink()
        with served(archive) as browser:
            assert not [link for link in browser.get(f"/articles/{id}").page.links() if link.startswith("Original")]
            assert browser.get(f"/articles/{id}/original").status == 404
