from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from samples import EXPORTS, articles

from docarchive.archive.importing.sources import sibling
from docarchive.article import Article, Highlight, Note
from docarchive.dates import PartialDate
from docarchive.readers import readers
from docarchive.readers.protocol import Reader


def said(article: Article) -> dict[str, object]:
    return {**article.metadata(), "body": article.body}


LINK = "[The pier](<https://example.org/a>)"


@pytest.mark.parametrize(
    ("reader", "wanted"),
    [
        (
            readers()["wallabag"],
            [
                {
                    "title": "The pier",
                    "date": PartialDate("2024-03-16T10:00:00+01:00"),
                    "authors": ["Ada Meyer"],
                    "url": "https://example.org/a",
                    "language": "en-GB",
                    "tags": ["harbour"],
                    "saved": "2024-03-17T10:00:00+0100",
                    "state": "archived",
                    "highlights": [{"text": "new", "note": "Is it?"}],
                    "body": "A **new** pier",
                },
                {
                    "title": "https://example.org/b",
                    "url": "https://example.org/b",
                    "tags": ["a", "b"],
                    "state": "unread",
                    "favourite": True,
                    "body": "<https://example.org/b>",
                },
            ],
        ),
        (
            readers()["omnivore"],
            [
                {
                    "title": "The pier",
                    "date": PartialDate("2024-03-16T10:00:00.000Z"),
                    "authors": ["Ada Meyer"],
                    "source_id": "20db",
                    "url": "https://example.org/a",
                    "summary": "What it is about",
                    "tags": ["harbour"],
                    "saved": "2024-03-17T10:00:00.000Z",
                    "state": "archived",
                    "body": LINK,
                }
            ],
        ),
        (
            readers()["pinboard"],
            [
                {
                    "title": "The pier",
                    "url": "https://example.org/a",
                    "tags": ["harbour", "free_trade"],
                    "saved": "2024-03-16T10:00:00Z",
                    "state": "unread",
                    "private": True,
                    "body": "My note",
                }
            ],
        ),
        (
            readers()["delicious"],
            [
                {
                    "title": "The pier",
                    "url": "https://example.org/a",
                    "tags": ["harbour"],
                    "saved": "2024-03-16T10:00:00Z",
                    "private": True,
                    "body": "My note",
                }
            ],
        ),
        (
            readers()["readability"],
            [
                {
                    "title": "The pier",
                    "url": "https://example.org/a",
                    "summary": "A ’new’ pier",
                    "saved": "2024-03-16T10:00:00",
                    "state": "unread",
                    "favourite": True,
                    "body": LINK,
                }
            ],
        ),
    ],
)
def test_entries_become_articles(reader: Reader, wanted: list[dict[str, object]]) -> None:
    assert [said(article) for article in articles(reader, EXPORTS[reader.name])] == wanted


#: How Omnivore ends a quote.
_LINK = "[\u2934\ufe0f](https://omnivore.app/me/the-pier-1#20db)"


def test_the_texts_of_omnivore_lie_beside_its_list(tmp_path: Path) -> None:
    for folder, file, text in (
        ("content", "the-pier-1.html", "<p>A <b>new</b> pier</p>"),
        (
            "highlights",
            "the-pier-1.md",
            f"Of the page.\n\n> A new\n> pier {_LINK}\n\nIs it?\n\nOr not?\n\n> new {_LINK}\n",
        ),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / file).write_text(text, "utf-8")
    (article,) = articles(readers()["omnivore"], EXPORTS["omnivore"], sibling=partial(sibling, tmp_path))
    assert article.body == "A **new** pier"
    assert article.highlights == [Highlight("A new\npier", "Is it?\n\nOr not?"), Highlight("new")]
    assert article.notes == [Note("Of the page.")]


def test_a_slug_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("<p>secret</p>")
    (tmp_path / "export").mkdir()
    data = EXPORTS["omnivore"].replace(b"the-pier-1", b"../../secret")
    (article,) = articles(readers()["omnivore"], data, sibling=partial(sibling, tmp_path / "export"))
    assert article.body == LINK
