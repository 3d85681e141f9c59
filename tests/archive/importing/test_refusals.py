"""What leaves the quarantine, and what stays in it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import pytest

from docarchive import Archive, NotFoundError


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "archive") as archive:
        yield archive


def kept(archive: Archive) -> list[str]:
    return [entry.where for entry in archive.quarantine()]


def test_a_record_that_is_mended_in_quarantine_keeps_its_place(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    path.write_text('{"body": "one"}\n{"body": \n')
    archive.import_(path)
    assert kept(archive) == [f"{path}:2"]
    again = archive.retry()
    assert [refused.where for refused in again.refused] == [f"{path}:2"]
    assert kept(archive) == [f"{path}:2"]
    (entry,) = archive.quarantine()
    (archive.path / "quarantine" / entry.name).write_text('{"body": "two"}')
    report = archive.retry(entry.name)
    assert (report.new, report.refused, kept(archive)) == (1, [], [])
    assert archive.get(report.ids[0]).imported_from == f"{path}:2"


#: Files whose records need what is before them: the bytes of a bad record, and those that can be read.
HEADED = {
    "t.csv": (b"title,text\nOne,Words.\nTwo,Words.,x\n", b",x", b""),
    "bom.csv": (b"\xef\xbb\xbfsep=;\ntitle;text\nOne;Words.\nTwo;Words.;x\n", b";x", b""),
    "t.tsv": (b"title\ttext\nOne\tWords.\nTwo\tWords.\tx\n", b"\tx", b""),
    "latin.csv": ("title,text\nOne,Wörter.\nTwo,Wörter.,x\n".encode("latin-1"), b",x", b""),
    "wide.csv": ("title,text\nOne,Wörter.\nTwo,Words.,x\n".encode("utf-16"), b",x", b""),
    "old.csv": (b"title,text\rOne,Words.\rTwo,Words.,x\r", b",x", b""),
    "pocket.csv": (
        b"title,url,time_added,tags,status\nOne,https://a.example/1,1,,read\nTwo,https://a.example/2,1,,read,x\n",
        *(b",x", b""),
    ),
    "blog.xml": (
        b'<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>B</title>'
        b"<item><title>One</title></item><item><title></title><wp:status>publish</wp:status></item></channel></rss>",
        *(b"<title></title>", b"<title>Two</title>"),
    ),
    "notes.enex": (
        b"<?xml version='1.0'?><en-export><note><title>One</title></note><note><title/></note></en-export>",
        *(b"<title/>", b"<title>Two</title>"),
    ),
}


@pytest.mark.parametrize("name", HEADED)
def test_the_copy_of_a_record_has_what_is_read_before_it(archive: Archive, tmp_path: Path, name: str) -> None:
    content, bad, good = HEADED[name]
    path = tmp_path / name
    path.write_bytes(content)
    first = archive.import_(path)
    assert (first.new, len(first.refused)) == (1, 1)
    where = kept(archive)
    assert len(archive.retry().refused) == 1
    assert kept(archive) == where
    (entry,) = archive.quarantine()
    copy = archive.path / "quarantine" / entry.name
    copy.write_bytes(copy.read_bytes().replace(bad, good))
    report = archive.retry()
    assert [archive.get(id_).title for id_ in report.ids] == ["Two"]
    assert kept(archive) == []


def test_what_is_mended_at_its_source_leaves_the_quarantine(archive: Archive, tmp_path: Path) -> None:
    lines, page = tmp_path / "m.jsonl", tmp_path / "a.md"
    lines.write_text('{"body": "one"}\n{"body": \n{"body": "x", "title": ["a", "b"]}\n')
    page.write_text("---\ntitle: [\n---\nText\n")
    archive.import_(lines, page)
    assert len(kept(archive)) == 3
    lines.write_text('{"body": "one"}\n{"body": "two"}\n{"body": "x", "title": ["a", "b"]}\n')
    page.write_text("---\ntitle: T\n---\nText\n")
    assert archive.import_(lines, page, dry_run=True).new == 2
    assert len(kept(archive)) == 3
    archive.import_(lines, page)
    assert kept(archive) == [f"{lines}:3"]


def test_an_input_that_was_too_large_to_keep_is_imported_again_by_its_name(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docarchive.store.quarantine.MAX_KEPT", 10)
    page, packed = tmp_path / "a.md", tmp_path / "b.zip"
    page.write_text("---\ntitle: [\n---\nThe text of it.\n")
    with ZipFile(packed, "w") as file:
        file.writestr("in/c.md", "---\ntitle: [\n---\nAnother text.\n")
        file.writestr("d.md", "A text that is read.\n")
    report = archive.import_(page, packed)
    assert [refused.kept for refused in report.refused] == [None, None]
    assert sorted(kept(archive)) == [str(page), f"{packed}:in/c.md"]
    again = archive.retry()
    assert sorted(refused.where for refused in again.refused) == sorted(kept(archive))
    assert {refused.reason for refused in again.refused} == {
        "its bytes are not in quarantine; import the file again by its name"
    }
    page.write_text("---\ntitle: A\n---\nThe text of it.\n")
    with ZipFile(packed, "w") as file:
        file.writestr("in/c.md", "---\ntitle: C\n---\nAnother text.\n")
    assert archive.retry().new == 0, "a note may be a stranger's, and name any file"
    assert (archive.import_(page, packed).new, kept(archive)) == (2, [])


def test_a_retry_may_say_what_the_columns_hold(archive: Archive, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("a,b\nHello,Words of it\n")
    archive.import_(table)
    assert kept(archive) == [str(table)]
    assert archive.retry(map={"title": "a", "body": "b"}).new == 1
    assert kept(archive) == []


def test_refused_records_beyond_a_thousand_are_counted(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    path.write_text("".join(f"[{number}]\n" for number in range(1_500)) + '{"body": "one"}\n')
    seen: list[str] = []
    rehearsed = archive.import_(path, format="jsonl", dry_run=True, observe=lambda each: seen.append(each.reason))
    assert rehearsed.refusals == 1_500
    assert any("500 more" in reason for reason in seen)
    report = archive.import_(path, format="jsonl")
    assert (report.new, report.refusals, len(report.refused)) == (1, 1_500, 1_001)


def test_an_input_with_too_many_refused_records_is_kept_whole_though_its_bytes_have_been_moved(
    archive: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "large.jsonl"
    good = "".join(json.dumps({"title": f"Number {n}", "body": f"Word {n}. " * 440}) + "\n" for n in range(1_000))
    path.write_text(good + '{"body": 1}\n' * 1_001)
    assert path.stat().st_size > 4_200_000  # what is smaller is held in memory
    report = archive.import_(path)
    assert (report.new, report.refusals) == (1_000, 1_001)
    assert report.refused[-1].kept is not None
    assert (archive.path / report.refused[-1].kept).read_bytes() == path.read_bytes()


def test_an_entry_is_named_by_its_beginning(archive: Archive) -> None:
    archive.import_(io.BytesIO(b"".join(b'{"body": %d}\n' % n for n in range(17))), format="jsonl")
    names = [entry.name for entry in archive.quarantine()]
    shared = next(one[0] for one, other in pairwise(names) if one[0] == other[0])  # of more than sixteen digests
    with pytest.raises(NotFoundError, match="several entries start with"):
        archive.discard(shared)
    for wrong in ("", "zz"):
        with pytest.raises(NotFoundError, match="no entry starts with"):
            archive.discard(wrong)
    assert archive.discard(names[0][:12]) == 1
    assert [entry.name for entry in archive.quarantine()] == names[1:]


def test_columns_of_the_settings_hold_where_they_are(archive: Archive, tmp_path: Path) -> None:
    with open(archive.path / "docarchive.toml", "a") as settings:
        settings.write('[import]\nmap = {title = "Headline"}\n')
    with_it, without, lines = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.jsonl"
    with_it.write_text("Headline,title,text\nReal,slug,Words one\n")
    without.write_text("title,text\nOther,Words two\n")
    lines.write_text(json.dumps({"title": "Third", "body": "Words three"}) + "\n")
    with Archive.open(archive.path) as opened:
        report = opened.import_(with_it, without, lines)
        assert report.refused == []
        assert {opened.get(id_).title for id_ in report.ids} == {"Real", "Other", "Third"}
        assert opened.import_(without, map={"title": "Headline"}).refused


def test_a_new_version_has_the_authors_of_its_source(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\nurl: https://example.org/a\nauthors: [A, B]\ntags: [x]\n---\nText\n")
    archive.import_(path)
    path.write_text("---\nurl: https://example.org/a\nauthors: [C]\ntags: [y]\n---\nText, new\n")
    report = archive.import_(path)
    article = archive.get(report.ids[0])
    assert (report.updated, article.authors, article.tags) == (1, ["C"], ["y", "x"])


def test_other_schemes_than_http_are_named(archive: Archive) -> None:
    (refused,) = archive.import_("ftp://example.org/a.md").refused
    assert refused == ("ftp://example.org/a.md", "only http and https URLs can be imported", None, 1)


@pytest.mark.parametrize("named", [False, True])
def test_a_retry_with_the_wrong_format_keeps_the_input(archive: Archive, named: bool) -> None:
    data = io.BytesIO(b"Oben,Unten\nA1,text of a\n")
    assert archive.import_(data, format="csv").refused
    (entry,) = archive.quarantine()
    report = archive.retry(*[entry.name] if named else [], format="jsonl")
    assert len(report.refused) == 2
    assert {refusal.kept for refusal in report.refused} == {f"quarantine/{entry.name}"}
    assert archive.quarantine() == [entry]
    assert archive.retry(format="csv", map={"title": "Oben", "body": "Unten"}).new == 1
    assert archive.quarantine() == []


def test_a_retry_keeps_the_refused_records_of_an_input_of_which_others_are_stored(archive: Archive) -> None:
    lines = b'{"Kopf": "A", "Inhalt": "one"}\n{"Kopf": \n'
    archive.import_(io.BytesIO(lines), format="csv")
    (whole,) = archive.quarantine()
    report = archive.retry(format="jsonl", map={"title": "Kopf", "body": "Inhalt"})
    assert (report.new, len(report.refused)) == (1, 1)
    (record,) = archive.quarantine()
    assert (record.where, record.is_record) == ("-:2", True)
    assert record.name != whole.name


def test_a_record_is_refused_for_the_same_reason_however_often_it_is_tried(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text('{"body": "one"}\n{"body": \n')
    archive.import_(tmp_path / "m.jsonl")
    before = archive.quarantine()
    assert before
    for _ in range(3):
        archive.retry()
        after = [entry._replace(refused="") for entry in archive.quarantine()]
        assert after == [entry._replace(refused="") for entry in before]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.ninjs", "a.ipynb"])
def test_half_a_character_in_what_is_refused_stops_no_import(archive: Archive, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"title": "t\\ud800", "k\\udfff": "\\udc00 words"}\n', "ascii")
    (tmp_path / "b.md").write_text("A pier.\n", "utf-8")
    report = archive.import_(tmp_path / name, tmp_path / "b.md")
    assert report.new >= 1
    for refused in report.refused:
        refused.reason.encode()
    assert [entry.where for entry in archive.quarantine()] == [refused.where for refused in report.refused]


def test_an_entry_that_is_deleted_during_a_retry_is_skipped(archive: Archive) -> None:
    for n in range(2):
        archive.import_(io.BytesIO(f'{{"title": 3, "body": "bad {n}"'.encode()), format="jsonl")
    first, second = archive.quarantine()

    def discard() -> bool:  # asked while the first entry is read
        for path in archive.path.joinpath("quarantine").glob(f"{second.name}*"):
            path.unlink()
        return False

    report = archive.retry(format="jsonl", stop=discard)
    assert len(report.refused) == 1
    assert [entry.name for entry in archive.quarantine()] == [first.name]
