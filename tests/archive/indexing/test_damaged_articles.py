"""A file that was damaged is no edit: it is named, its article stays, and a whole file makes all well again."""

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli
from support import ARTICLES, UNPRIVILEGED

from docarchive import Archive, ArchiveDamaged, SyncReport

WHEAT = "wheat climbed"


def cut(text: str, at: str) -> bytes:
    return text[: text.index(at)].encode()


#: How a file is damaged: its name, what is left of its text, and what the report says of it.
DAMAGES: dict[str, tuple[Callable[[str], bytes], str]] = {
    "empty": (lambda text: b"", "is empty"),
    "a line end": (lambda text: b"\r\n", "has nothing but zero bytes and white space"),
    "a byte order mark": (lambda text: b"\xef\xbb\xbf", "has nothing but zero bytes and white space"),
    "zeros": (lambda text: bytes(len(text.encode())), "has nothing but zero bytes and white space"),
    "one page of zeros": (lambda text: bytes(4096), "has nothing but zero bytes and white space"),
    "zeros after the front matter": (lambda text: cut(text, "Wheat climbed") + bytes(100), "has zero bytes in it"),
    "zeros in the front matter": (lambda text: text.replace("date: ", "date\0\0", 1).encode(), "has zero bytes in it"),
    "zeros first": (lambda text: bytes(64) + text.encode()[64:], "has zero bytes in it"),
    "cut after the id": (lambda text: cut(text, "title: "), "is cut off in its front matter"),
    "cut in the id": (lambda text: text[:8].encode(), "is cut off in its front matter"),
    "cut after the fence": (lambda text: b"---\n", "is cut off in its front matter"),
    "cut in a list": (lambda text: cut(text, "- nat-gas"), "is cut off in its front matter"),
    "cut before the fence": (lambda text: cut(text, "---\n\n"), "is cut off in its front matter"),
    "the text alone": (lambda text: text[text.index("Wheat climbed") :].encode(), "has lost its front matter"),
    "the end of the file": (lambda text: text[40:].encode(), "has lost its front matter"),
    "no id": (lambda text: text.replace("id: ", "was: ", 1).encode(), "has lost its id"),
    "an empty id": (lambda text: b"---\nid:\n---\n\n" + text.encode()[90:], "has lost its id"),
    "a pointer": (lambda text: b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", "has lost"),
    "a page of a login": (lambda text: b"<!DOCTYPE html>\n<title>Sign in</title>\n", "has lost its front matter"),
    "another encoding": (lambda text: text.encode("utf-16"), "is not UTF-8"),
    "cut in a letter": (lambda text: text.encode() + "é".encode()[:1], "is not UTF-8"),
}


def wheat(archive: Archive) -> Path:
    (hit,) = archive.search(WHEAT).hits
    return archive.path / hit.path


def state(archive: Archive) -> list[Any]:
    rows = [(row.id, row.path, row.metadata, row.language) for row in archive.list(sort="title")]
    return [rows, [hit.id for hit in archive.search(WHEAT)], archive.count("wheat")]


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_file_is_named_and_its_article_stays(archive: Archive, kind: str) -> None:
    path = wheat(archive)
    where = path.relative_to(archive.path).as_posix()
    whole, before = path.read_bytes(), state(archive)
    damage, reason = DAMAGES[kind]
    damaged = damage(whole.decode())
    path.write_bytes(damaged)
    for report in (archive.sync(), archive.sync(), archive.rebuild(), archive.sync(), archive.rebuild()):
        assert [refusal.where for refusal in report.refused] == [where], "it is named until it is repaired"
        assert report.refused[0].reason.startswith(reason)
        assert "'docarchive restore " in report.refused[0].reason
        if isinstance(report, SyncReport):
            assert (report.added, report.modified, report.removed, report.moved) == ([], [], [], [])
        assert [row.id for row in archive.list(sort="title")] == [row[0] for row in before[0]]
        assert archive.count("title:wheat tag:wheat") == 1
        assert path.read_bytes() == damaged
    with pytest.raises(ArchiveDamaged, match="--version 1"):
        archive.text(path.name.split(".")[-2])
    path.write_bytes(whole)
    assert archive.sync().refused == []
    assert state(archive) == before
    assert not (archive.path / "deleted.jsonl").exists()


@pytest.mark.parametrize("kind", ["empty", "zeros", "cut after the id", "no id"])
def test_the_index_keeps_the_text(archive: Archive, kind: str) -> None:
    path, before = wheat(archive), state(archive)
    path.write_bytes(DAMAGES[kind][0](path.read_text("utf-8")))
    archive.sync()
    assert state(archive) == before


@pytest.mark.parametrize("kind", DAMAGES)
def test_without_a_catalog_the_name_says_which_article_it_was(archive: Archive, kind: str) -> None:
    path, before = wheat(archive), state(archive)
    whole = path.read_bytes()
    path.write_bytes(DAMAGES[kind][0](whole.decode()))
    archive.close()
    shutil.rmtree(archive.path / ".docarchive")
    with Archive.open(archive.path) as again:
        assert len(again) == len(ARTICLES) - 1
        assert [refusal.where for refusal in again.sync().refused] == [path.relative_to(again.path).as_posix()]
        path.write_bytes(whole)
        assert again.sync().refused == []
        assert state(again) == before


@pytest.mark.parametrize("kind", DAMAGES)
def test_an_import_makes_no_edit_of_it(archive: Archive, articles_file: Path, kind: str) -> None:
    path = wheat(archive)
    whole = path.read_text("utf-8")
    damaged = DAMAGES[kind][0](whole)
    path.write_bytes(damaged)
    report = archive.import_(articles_file)
    assert (report.new, report.updated, report.unchanged) == (0, 0, len(ARTICLES))
    assert archive.import_(articles_file, tags=["late"]).updated == len(ARTICLES) - 1
    assert path.read_bytes() == damaged
    if "is not UTF-8" in DAMAGES[kind][1]:
        return  # it may be an edit
    assert archive.import_(articles_file, again=True).new == 1
    assert "Wheat climbed again in March" in path.read_text("utf-8")
    assert archive.sync().refused == []
    assert archive.count(WHEAT) == 1


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_search_shows_no_text_of_a_file_without_its_front_matter(archive: Archive, kind: str) -> None:
    path = wheat(archive)
    path.write_bytes(DAMAGES[kind][0](path.read_text("utf-8")))
    (hit,) = archive.search(WHEAT)
    if kind in ("no id", "an empty id"):  # the text is there
        assert "wheat" in hit.snippet.text.lower()
        return
    for shown in (hit.snippet, hit.readable_snippet):
        assert shown.text == ""
    assert hit.damage is not None
    assert hit.path in hit.damage
    assert pickle.loads(pickle.dumps(hit)).damage == hit.damage


def test_a_new_version_of_a_damaged_article_is_refused(archive: Archive, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("---\ntitle: Oats\nurl: https://example.org/oats\n---\n\nOats, first.\n", "utf-8")
    archive.import_(page)
    (hit,) = archive.search("oats")
    path = archive.path / hit.path
    path.write_bytes(b"")
    page.write_text("---\ntitle: Oats\nurl: https://example.org/oats\n---\n\nOats, second.\n", "utf-8")
    (refusal,) = archive.import_(page).refused
    assert "is empty" in refusal.reason
    assert path.read_bytes() == b""
    assert archive.import_(page, again=True).refused == []
    assert "Oats, second." in path.read_text("utf-8")
    assert archive.count("oats second") == 1


EDITS: dict[str, Callable[[str], str]] = {
    "no text": lambda text: text[: text.index("---\n\n") + 4],
    "cut in the text": lambda text: text[: text.index("Traders")],
    "another text": lambda text: text.replace("Wheat climbed", "Spelt climbed"),
    "no metadata but the id": lambda text: text[: text.index("title: ")] + "---\n\nWheat climbed.\n",
    "in TOML": lambda text: f'+++\nid = "{text.split()[2]}"\n+++\n\nWheat climbed.\n',
}


@pytest.mark.parametrize("kind", EDITS)
def test_an_edit_is_an_edit(archive: Archive, kind: str) -> None:
    path = wheat(archive)
    path.write_text(EDITS[kind](path.read_text("utf-8")), "utf-8")
    report = archive.sync()
    assert (report.modified, report.refused) == ([path.relative_to(archive.path).as_posix()], [])


def test_files_written_by_hand(archive: Archive) -> None:
    note, page = archive.path / "articles/note.md", archive.path / "articles/page.md"
    note.write_text("Just text about oats.\n", "utf-8")
    page.write_text("---\ntitle: Rye\nurl: https://example.org/rye\n---\n\nRye.\n", "utf-8")
    assert len(archive.sync().added) == 2
    for path, text in ((note, ""), (note, "\0\0"), (page, "---\ntitle: Ry"), (page, "Rye.\n"), (page, "\n")):
        whole = path.read_text("utf-8")
        path.write_text(text, "utf-8")
        report = archive.sync()
        assert [refusal.where for refusal in report.refused] == [f"articles/{path.name}"], text
        assert archive.rebuild().refused == report.refused
        assert len(archive) == len(ARTICLES) + 2
        path.write_text(whole, "utf-8")
        assert archive.sync().refused == []
        assert archive.count("oats") == archive.count("rye") == 1
    for text in ("---\nA rule comes first.\n", "---\ntitle: Oats\n---\n\nOats.\n", "Only rye.\n"):
        note.write_text(text, "utf-8")
        assert archive.sync().modified == ["articles/note.md"], text
    page.write_text("---\ntitle: Rye\nurl: https://example.org/other\n---\n\nRye.\n", "utf-8")
    assert archive.sync().refused == []


COPIES = [
    "{stem} (Ada's conflicted copy 2024-03-16).md",
    "{stem}.sync-conflict-20240316-101010-ABCDEFG.md",
    "{stem}-DESKTOP-1AB2C3D.md",
    "{stem} 2.md",
    "{stem} (1).md",
    "a.md",
]


@pytest.mark.parametrize("name", COPIES)
@pytest.mark.parametrize("kind", [None, "empty", "no id", "another encoding"])
def test_a_conflict_copy_does_not_become_the_article(archive: Archive, name: str, kind: str | None) -> None:
    path, before = wheat(archive), state(archive)
    whole = path.read_text("utf-8")
    copy = path.with_name(name.format(stem=path.stem))
    copy.write_text(whole.replace("Wheat climbed", "Wheat fell, and climbed"), "utf-8")
    if kind is not None:
        path.write_bytes(DAMAGES[kind][0](whole))
    report = archive.sync()
    assert {refusal.where.rpartition("/")[2] for refusal in report.refused} == {
        copy.name,
        *([path.name] if kind else []),
    }
    assert state(archive) == before
    assert archive.rebuild().refused == report.refused
    assert state(archive)[0] == before[0]
    copy.replace(path)
    assert archive.sync().refused == []
    assert archive.count("wheat fell") == 1


def test_a_placeholder_of_a_cloud_is_no_deletion(archive: Archive) -> None:
    path, before = wheat(archive), state(archive)
    for name in (f".{path.name}.icloud", f"{path.name}.nextcloud", f"{path.name}.owncloud"):
        placeholder = path.rename(path.with_name(name))
        report = archive.sync()
        assert (report.removed, len(report.refused)) == ([], 1)
        assert "only in the cloud" in report.refused[0].reason
        assert state(archive) == before
        assert archive.rebuild().refused == report.refused
        placeholder.rename(path)
        assert archive.sync().refused == []
        assert state(archive) == before


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_what_became_a_link_or_a_folder_is_no_deletion(archive: Archive, tmp_path: Path) -> None:
    path, before = wheat(archive), state(archive)
    folder = path.parent
    elsewhere = path.rename(tmp_path / path.name)
    path.symlink_to(elsewhere)
    assert "is a link" in archive.sync().refused[0].reason
    path.unlink()
    path.mkdir()
    assert "is not a file" in archive.sync().refused[0].reason
    path.rmdir()
    elsewhere.rename(path)
    shutil.move(folder, tmp_path / "other disk")
    folder.symlink_to(tmp_path / "other disk")
    (refusal,) = archive.sync().refused
    assert refusal.where == folder.relative_to(archive.path).as_posix()
    assert "move the whole archive and link that" in refusal.reason
    (refusal,) = archive.rebuild().refused
    assert [row.id for row in archive.list(sort="title")] == [row[0] for row in before[0]]
    folder.unlink()
    shutil.move(tmp_path / "other disk", folder)
    assert archive.sync().refused == []
    assert state(archive) == before


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_missing_or_linked_folder_of_articles_deletes_nothing(archive: Archive, tmp_path: Path) -> None:
    articles, before = archive.path / "articles", state(archive)
    articles.rename(tmp_path / "articles")
    for action in (archive.sync, archive.rebuild):
        with pytest.raises(ArchiveDamaged, match="is missing; put it back"):
            action()
    articles.symlink_to(tmp_path / "articles")
    for action in (archive.sync, archive.rebuild):
        with pytest.raises(ArchiveDamaged, match=r"articles is a link.*; put a folder there, or move the whole"):
            action()
    with pytest.raises(ArchiveDamaged, match="articles is a link"):
        archive.text(next(iter(archive.list())).id)
    articles.unlink()
    (tmp_path / "articles").rename(articles)
    assert archive.sync() == SyncReport(unchanged=len(ARTICLES))
    assert state(archive) == before


@pytest.mark.skipif(not shutil.which(UNPRIVILEGED[0]) or os.geteuid() != 0, reason="needs to be root, and to be less")
def test_a_folder_that_cannot_be_read_is_no_deletion(archive: Archive, cli: Cli) -> None:
    import subprocess
    import sys

    folder = wheat(archive).parent
    archive.close()
    folder.chmod(0o000)
    try:
        done = subprocess.run(
            [*UNPRIVILEGED, sys.executable, "-m", "docarchive", "--archive", archive.path, "sync"],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        folder.chmod(0o755)
    assert done.returncode == 3, done
    assert "cannot be read: permission denied; change the permissions" in done.stderr
    with Archive.open(archive.path) as again:
        assert again.sync() == SyncReport(unchanged=len(ARTICLES))


def test_the_program_names_it_and_says_so_by_its_exit_code(archive: Archive, cli: Cli, root: Path) -> None:
    path = wheat(archive)
    (hit,) = archive.search(WHEAT)
    archive.close()
    whole = path.read_bytes()
    path.write_bytes(b"")
    for command in (["sync"], ["rebuild"]):
        ran = cli("--archive", root, *command, code=3)
        assert f"refused {hit.path}: is empty; the archive keeps what it has of the article; put a whole" in ran.err
        assert "0 removed" in ran.out or "5 articles" in ran.out
    for shown in (["show", hit.id], ["show", hit.id, "--json"], ["show", hit.id, "--provenance"]):
        assert "is empty" in cli("--archive", root, *shown, code=4).err
    assert hit.id in cli("--archive", root, "list", "tag:wheat", code=0).out
    searched = cli("--archive", root, "search", "title:wheat", code=3)
    assert (hit.id in searched.out, "no text is shown of 1 article" in searched.err) == (True, True)
    exported = cli("--archive", root, "export", "--format", "jsonl", code=3)
    assert (exported.out.count("\n"), "is gone or damaged" in exported.err) == (len(ARTICLES) - 1, True)
    path.write_bytes(whole)
    assert cli("--archive", root, "sync", code=0).err == ""
