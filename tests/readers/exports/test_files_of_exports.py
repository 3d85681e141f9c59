"""Exports of many files that say together what a note is: as a folder, and as archives of all kinds."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from picture_inputs import PICTURE, tarred, zipped

from docarchive import Archive, Article

Files = dict[str, bytes | str]
ID = "0123456789abcdef0123456789abcdef"
NOTE, TAG, LINK = "a" * 32, "b" * 32, "c" * 32


def _write(files: Files, folder: Path) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


def _packed(name: str, pack: Callable[[Files], bytes]) -> Callable[[Files, Path], Path]:
    def write(files: Files, folder: Path) -> Path:
        return _write({name: pack(files)}, folder) / name

    return write


PACKINGS: dict[str, Callable[[Files, Path], Path]] = {
    "folder": _write,
    "zip": _packed("a.zip", zipped),
    "tar": _packed("a.tar", tarred),
    "tgz": _packed("a.tgz", lambda files: tarred(files, "w:gz")),
    "tar in zip": _packed("b.zip", lambda files: zipped({"x/a.tar": tarred(files)})),
}


def imported(files: Files, packing: str, tmp_path: Path, skipped: int) -> list[Article]:
    with Archive.create(tmp_path / "archive") as archive:
        report = archive.import_(PACKINGS[packing](files, tmp_path / "input"))
        assert (report.refused, report.skipped) == ([], skipped)
        return sorted((archive.get(row.id) for row in archive.list()), key=lambda article: article.title)


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("folder", [f"Tasks {ID}", "Tasks"])
def test_a_row_of_notion_whose_page_is_there_is_no_second_article(packing: str, folder: str, tmp_path: Path) -> None:
    rows = 'Name,Date,Notes\nFix: the pier/mast,"January 7, 2024",\nPaint,,\nPaint,,Blue words\n,,\n'
    files: Files = {
        f"Tasks {ID}.csv": rows,
        f"{folder}/Fix the pier mast {'1' * 32}.md": "# Fix: the pier/mast\n\nDate: January 7, 2024\n\nText of the page.\n",
        f"{folder}/Paint {'2' * 32}.md": "# Paint\n\nText of the page.\n",
    }
    articles = imported(files, packing, tmp_path, skipped=2)
    assert [(article.title, article.format) for article in articles] == [
        ("Fix: the pier/mast", "markdown"),
        *sorted([("Paint", "csv"), ("Paint", "markdown")], key=lambda pair: articles[1].format != pair[1]),
    ]
    assert "Notes: Blue words" in [article.body for article in articles]
    assert f"Tasks {ID}" not in {article.section for article in articles}


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_view_of_notion_is_skipped_next_to_all_rows(packing: str, tmp_path: Path) -> None:
    files: Files = {
        f"Tasks {ID}.csv": "Name,Status\nPaint,In progress\n",
        f"Tasks {ID}_all.csv": "Name,Status\nPaint,In progress\nOld,Done\n",
    }
    old, paint = imported(files, packing, tmp_path, skipped=1)
    assert (old.title, old.body, paint.title, paint.body) == ("Old", "Old", "Paint", "Status: In progress")


KEEP_PAGE = (
    '<?xml version="1.0" ?><!DOCTYPE html><html><head><title>Berth</title></head><body><div class="note">'
    '<div class="heading"><div class="meta-icons"></div>\nSep 30, 2013, 9:15:47 PM</div><div class="title">Berth</div>'
    '<div class="content">{}</div><div class="chips"><span class="chip label"><span class="label-name">harbour</span>'
    "</span></div></div></body></html>"
)
KEEP_LIST = (
    '<ul class="list"><li class="listitem checked"><span class="bullet">&#9745;</span><span class="text">rope</span></li>'
    '<li class="listitem"><span class="bullet">&#9744;</span><span class="text">lamp</span></li></ul>'
)


@pytest.mark.parametrize("packing", PACKINGS)
def test_the_page_of_a_note_of_keep_is_no_second_article(packing: str, tmp_path: Path) -> None:
    note = {"title": "Berth", "textContent": "Quay 7", "createdTimestampUsec": 1380575747000000, "isTrashed": False}
    files: Files = {
        "Keep/Berth.html": KEEP_PAGE.format("Quay 7"),
        "Keep/Berth.json": json.dumps(note),
        "Keep/List.html": KEEP_PAGE.format(KEEP_LIST),
    }
    first, second = sorted(imported(files, packing, tmp_path, skipped=1), key=lambda article: article.body)
    assert (first.body, second.body) == ("- [x] rope\n- [ ] lamp", "Quay 7")
    assert (str(first.date), first.tags, first.title) == ("2013-09-30T21:15:47", ["harbour"], "Berth")


def joplin(tag: str) -> Files:
    return {
        f"{NOTE}.md": f"Rope\n\nText of the note.\n\nid: {NOTE}\ntype_: 1",
        f"{TAG}.md": f"{tag}\n\nid: {TAG}\nparent_id: \ntype_: 5",
        f"{LINK}.md": f"id: {LINK}\nnote_id: {NOTE}\ntag_id: {TAG}\ntype_: 6",
    }


@pytest.mark.parametrize("packing", PACKINGS)
def test_tags_of_joplin_are_those_of_the_note(packing: str, tmp_path: Path) -> None:
    (note,) = imported(joplin("deep sea"), packing, tmp_path, skipped=2)
    assert (note.title, note.body, note.tags) == ("Rope", "Text of the note.", ["deep sea"])


def test_a_changed_tag_of_joplin_updates_the_note(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        for tag, counts in (("sea", (1, 0, 0)), ("sea", (0, 1, 0)), ("lake", (0, 0, 1))):
            report = archive.import_(_write(joplin(tag), tmp_path / "joplin"))
            assert (report.new, report.unchanged, report.updated) == counts
        (row,) = archive.list()
        assert "lake" in archive.get(row.id).tags


@pytest.mark.parametrize("packing", PACKINGS)
def test_the_labels_of_keep_are_no_article(packing: str, tmp_path: Path) -> None:
    note = {"title": "Berth", "textContent": "Quay 7", "userEditedTimestampUsec": 1690575747483000, "isTrashed": False}
    files: Files = {"Keep/Berth.json": json.dumps(note), "Keep/Labels.txt": "harbour\nrope\n"}
    (article,) = imported(files, packing, tmp_path, skipped=1)
    assert article.body == "Quay 7"


@pytest.mark.parametrize("other", ["Keep/a.md", "Keep/a.json"])
def test_another_text_of_that_name_is_one(other: str, tmp_path: Path) -> None:
    files: Files = {
        other: '{"title": "A", "body": "Words."}',
        "Keep/Labels.txt": "Labels of bottles\n\nThey are old.\n",
    }
    assert "They are old." in [article.body for article in imported(files, "folder", tmp_path, skipped=0)]


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_note_of_simplenote_as_text_is_no_second_article(packing: str, tmp_path: Path) -> None:
    notes = [
        {"id": "1", "content": "Rope list\r\n\r\n- reef knot", "creationDate": "2024-03-16T10:15:00Z", "tags": ["sea"]}
    ]
    files: Files = {
        "source/notes.json": json.dumps({"activeNotes": notes, "trashedNotes": []}),
        "Rope list.txt": "Rope list\r\n\r\n- reef knot\r\n\r\nTags:\r\n  sea\r\n",
        "Other.txt": "A text of the user.",
    }
    articles = imported(files, packing, tmp_path, skipped=1)
    assert [(article.title, article.format) for article in articles] == [
        ("A text of the user", "text"),
        ("Rope list", "simplenote"),
    ]


@pytest.mark.parametrize("packing", PACKINGS)
def test_what_is_said_of_a_textbundle_is_no_article(packing: str, tmp_path: Path) -> None:
    files: Files = {
        "A.textbundle/info.json": json.dumps({"version": 2, "type": "net.daringfireball.markdown", "transient": False}),
        "A.textbundle/text.markdown": "# A\n\nWords.\n",
    }
    assert [article.title for article in imported(files, packing, tmp_path, skipped=1)] == ["A"]


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize(("written", "named"), [(".jpg", ".jpeg"), (".jpeg", ".jpg"), (".jpg", ".jpg")])
def test_a_picture_of_keep_may_have_another_ending(packing: str, written: str, named: str, tmp_path: Path) -> None:
    note = {
        "textContent": "Words.",
        "createdTimestampUsec": 1690575747483000,
        "attachments": [{"filePath": f"a{written}", "mimetype": "image/jpeg"}],
    }
    files: Files = {"Keep/a.json": json.dumps(note), f"Keep/a{named}": PICTURE}
    (article,) = imported(files, packing, tmp_path, skipped=1)
    assert "originals/" in article.body
