"""Programs that export what was marked and noted, without the texts: Hypothesis and Kindle."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import EXPORTS, articles, load, source

from docarchive import Archive, Article, Highlight, Note, PartialDate
from docarchive.readers import Refusal, choose, readers

KINDLE, HYPOTHESIS = readers()["kindle"], readers()["hypothesis"]


def clippings(*parts: tuple[str, str, str]) -> bytes:
    return "".join(f"{book}\n- {place}\n\n{text}\n==========\n" for book, place, text in parts).encode()


def test_annotations_of_a_page_become_an_article() -> None:
    (article,) = articles(HYPOTHESIS, EXPORTS["hypothesis"])
    created = PartialDate("2024-06-03T09:00:00.123456+00:00")
    more = {"user": "acct:ada@hypothes.is", "tags": ["harbour"]}
    assert (article.title, article.url, article.tags) == ("The pier", "https://example.org/a", ["harbour"])
    assert article.highlights == [Highlight("old pier", "How old?", "", created, "The", ".", more)]
    assert article.notes == [Note("Of the page.")]


def test_the_api_of_hypothesis_lists_them_too() -> None:
    items = json.loads(EXPORTS["hypothesis"])["annotations"]
    data = json.dumps({"total": 2, "rows": [{**item, "permissions": {}} for item in items]}).encode()
    assert choose(source(data, "a.json")).name == "hypothesis"
    assert len(articles(HYPOTHESIS, data)) == 1


def test_what_was_marked_elsewhere_is_added_to_an_archived_text(archive: Archive) -> None:
    id_ = archive.add(Article(title="The pier", url="https://example.org/a", body="The old pier is no more."))
    archive.note(id_, "Mine")
    before = len(archive)
    archive.import_(io.BytesIO(EXPORTS["hypothesis"]))
    article = archive.get(id_)
    assert len(archive) == before
    assert article.body == "The old pier is no more."
    assert [highlight.text for highlight in article.highlights] == ["old pier"]
    assert [note.text for note in article.notes] == ["Mine", "Of the page."]
    assert archive.import_(io.BytesIO(EXPORTS["hypothesis"])).unchanged == 1


def test_a_note_of_kindle_is_on_the_passage_that_it_ends() -> None:
    data = clippings(
        (
            "Of piers (Ada Meyer)",
            "Your Highlight on page 12 | location 150-152 | Added on Monday, 3 June 2024 10:15:00",
            "Oak.",
        ),
        (
            "Of piers (Ada Meyer)",
            "Your Note on page 12 | location 152 | Added on Monday, 3 June 2024 10:16:00",
            "Which?",
        ),
        ("Of piers (Ada Meyer)", "Your Note on location 7 | Added on Monday, 3 June 2024 10:17:00", "Alone."),
        ("Of piers (Ada Meyer)", "Your Bookmark on location 160 | Added on Monday, 3 June 2024 10:17:00", ""),
        ("Of piers (Ada Meyer)", "Your Highlight on location 1406-08 | Added on Monday, 3 June 2024 10:18:00", "Tar."),
        ("Of piers (Ada Meyer)", "Your Note on location 1408 | Added on Monday, 3 June 2024 10:19:00", "Or pitch?"),
        ("Vom Weizen", "Ihre Markierung bei Position 3-4 | Hinzugefügt am Montag, 3. Juni 2024 10:20:00", "Korn."),
        ("小麦 (甲; 乙)", "您在位置 #40-42的标注 | 添加于 2024年6月3日星期一 上午10:15:00", "小麦。"),
    )
    piers, wheat, chinese = articles(KINDLE, data)
    assert (piers.title, piers.authors) == ("Of piers", ["Ada Meyer"])
    assert [(mark.text, mark.note, mark.extra) for mark in piers.highlights] == [
        ("Oak.", "Which?", {"location": "150-152"}),
        ("Tar.", "Or pitch?", {"location": "1406-08"}),
    ]
    assert [note.text for note in piers.notes] == ["Alone."]
    assert [str(mark.created) for mark in (*piers.highlights, *wheat.highlights)] == [
        *("2024-06-03T10:15:00", "2024-06-03T10:18:00", "2024-06-03T10:20:00")
    ]
    assert (chinese.title, chinese.authors, chinese.body) == ("小麦", ["甲", "乙"], "> 小麦。")
    assert chinese.highlights[0].created or chinese.highlights[0].extra["added"]


@pytest.mark.parametrize(
    ("passage", "note", "created"),
    [
        (
            "Ihre Markierung auf Seite 12 | bei Position 170-172 | Hinzugefügt am Freitag, 1. März 2024 10:11:12",
            "Ihre Notiz auf Seite 12 | bei Position 172 | Hinzugefügt am Freitag, 1. März 2024 10:12:12",
            "2024-03-01T10:11:12",
        ),
        (
            "La subrayado en la página 12 | posición 170-172 | Añadido el viernes, 1 de marzo de 2024 10:11:12",
            "Tu nota en la página 12 | posición 172 | Añadido el viernes, 1 de marzo de 2024 10:12:12",
            "2024-03-01T10:11:12",
        ),
        (
            "12ページ|位置No. 170-172のハイライト |作成日: 2024年3月1日金曜日 10:11:12",
            "12ページ|位置No. 172のメモ |作成日: 2024年3月1日金曜日 10:12:12",
            "2024-03-01T10:11:12",
        ),
        (
            "您在位置 #170-172的标注 | 添加于 2024年3月1日星期五 下午10:11:12",
            "您在位置 #172的笔记 | 添加于 2024年3月1日星期五 下午10:12:12",
            "2024-03-01T22:11:12",
        ),
    ],
)
def test_clippings_are_read_in_the_language_of_the_device(passage: str, note: str, created: str) -> None:
    (article,) = articles(
        KINDLE, clippings(("Piers (Ada Meyer)", passage, "Oak."), ("Piers (Ada Meyer)", note, "Ask."))
    )
    (highlight,) = article.highlights
    assert (highlight.text, highlight.note, str(highlight.created)) == ("Oak.", "Ask.", created)
    assert (highlight.extra, article.notes) == ({"location": "170-172"}, [])


def test_the_api_of_readwise_has_the_same_as_its_table() -> None:
    reader = readers()["readwise"]
    mark = {"text": "Oak.", "note": "Ask.", "color": "blue", "location": 7, "location_type": "order"}
    mark |= {"highlighted_at": "2024-03-02T10:00:00Z", "tags": [{"id": 1, "name": "wood"}]}
    book = {"user_book_id": 1, "title": "piers.html", "readable_title": "Piers", "author": "Ada Meyer"}
    book |= {"source_url": "https://example.org/piers", "book_tags": [{"name": "harbour"}]}
    book["highlights"] = [mark, {"text": "Gone.", "is_deleted": True}]
    data = json.dumps({"count": 1, "nextPageCursor": None, "results": [book]}).encode()
    table = (
        "Highlight,Book Title,Book Author,Note,Color,Tags,Location Type,Location,Highlighted at,Document tags,URL\n"
        "Oak.,Piers,Ada Meyer,Ask.,blue,wood,order,7,2024-03-02T10:00:00Z,harbour,https://example.org/piers\n"
    )
    assert choose(source(data, "a.json")).name == "readwise"
    assert [article.to_dict() for article in articles(reader, data)] == [
        article.to_dict() for article in articles(reader, table.encode())
    ]


def test_more_clippings_of_a_book_are_added(archive: Archive) -> None:
    line = "Your Highlight on location 1-2 | Added on Monday, 3 June 2024 10:15:00"
    first = [("Of piers", line, "Oak is hard.")]
    archive.import_(io.BytesIO(clippings(*first)), format="kindle")
    report = archive.import_(
        io.BytesIO(clippings(*first, ("Of piers", line.replace("1-2", "3-4"), "Tar."))), format="kindle"
    )
    article = archive.get(report.ids[0])
    assert (report.new, report.updated) == (0, 1)
    assert [mark.text for mark in article.highlights] == ["Oak is hard.", "Tar."]
    assert article.body == "> Oak is hard.\n\n> Tar."


@pytest.mark.parametrize(
    "data",
    [
        b"A title\n- an item | of a list\n\nText.\n",
        b"Title\n=====\n\n- a | b\n\n==========\n",
        b"A title\n- an item\n\nText\n==========\n",
        b'{"rows": [{"uri": "x", "text": "y"}], "title": "A", "body": "B"}',
        b'{"annotations": [], "title": "A", "body": "B"}',
    ],
)
def test_other_texts_are_not_taken_for_them(data: bytes) -> None:
    assert not KINDLE.recognizes(data)
    assert not HYPOTHESIS.recognizes(data)


def test_what_is_no_clipping_is_refused_with_its_bytes() -> None:
    data = EXPORTS["kindle"] + b"Only a line\n==========\n"
    refused = [item for item in KINDLE.records(source(data)) if isinstance(item, Refusal)]
    assert [item.raw for item in refused] == [b"Only a line\n"]


@given(
    st.lists(st.sampled_from(["Of piers", "- a | b", "=" * 10, "", "- Note 1-2 | x", "text", "(", ")"]), max_size=25)
)
def test_any_lines_are_read_or_refused(lines: list[str]) -> None:
    for item in KINDLE.records(source("\n".join(lines).encode())):
        assert isinstance(item, Refusal) or load(item)


@pytest.mark.parametrize("address", ["urn:x-pdf:0a1b2c", "file:///home/ada/a.pdf"])
def test_annotations_of_a_file_that_is_no_page_are_read_too(archive: Archive, tmp_path: Path, address: str) -> None:
    target = [{"selector": [{"type": "TextQuoteSelector", "exact": "The pier stands."}]}]
    annotation = {"uri": address, "text": "", "target": target, "document": {"title": ["a.pdf"]}, "tags": []}
    export = {"export_userid": "acct:ada@x", "client_version": "1", "annotations": [annotation]}
    (tmp_path / "h.json").write_text(json.dumps(export), encoding="utf-8")
    article = archive.get(archive.import_(tmp_path / "h.json").ids[0])
    assert (article.url, article.extra["guid"], article.body) == (None, address, "> The pier stands.")


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ("Ada Meyer, Bo Larsen", ["Ada Meyer", "Bo Larsen"]),
        ("Ada Meyer and Bo Larsen", ["Ada Meyer", "Bo Larsen"]),
        ("Meyer, Ada", ["Meyer, Ada"]),
        ("@ada on Twitter", ["@ada on Twitter"]),
        ("harbour.example", ["harbour.example"]),
    ],
)
def test_authors_and_the_note_of_a_book_of_readwise(
    archive: Archive, tmp_path: Path, written: str, authors: list[str]
) -> None:
    book = {
        **{"user_book_id": 1, "title": "Piers", "author": written, "document_note": "Read again.", "source": "kindle"},
        "highlights": [{"text": "They stand.", "highlighted_at": "2024-03-16T10:15:00Z"}],
    }
    (tmp_path / "r.json").write_text(json.dumps({"count": 1, "results": [book]}), encoding="utf-8")
    article = archive.get(archive.import_(tmp_path / "r.json").ids[0])
    assert (article.authors, article.body) == (authors, "> They stand.\n\nRead again.")
    assert [note.text for note in article.notes] == ["Read again."]
