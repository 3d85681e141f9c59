"""Uniting an archive with another one: what it gets, what stays apart, and what a stranger's archive cannot do."""

from __future__ import annotations

import io
import json
import os
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli
from support import snapshot

from docarchive import Archive, ArchiveDamaged, ArchiveReadOnly, Conflict, Decision, NotAnArchive, UsageError

FERRY = {"title": "Ferry", "url": "https://example.org/ferry", "tags": ["harbour", "ships"], "body": "A ferry left."}
PIER = {"title": "Pier", "url": "https://example.org/pier", "tags": ["harbour"], "body": "The pier is closed."}
GULL = {"title": "Gull", "url": "https://example.org/gull", "body": "A gull on the pier."}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def imported(archive: Archive, *articles: dict[str, Any], again: bool = False) -> list[str]:
    lines = "".join(f"{json.dumps(article)}\n" for article in articles)
    return archive.import_(io.BytesIO(lines.encode()), format="jsonl", again=again).ids


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    with Archive.create(tmp_path / "desk") as archive:
        imported(archive, FERRY, PIER)
    return tmp_path / "desk"


@pytest.fixture
def laptop(tmp_path: Path) -> Path:
    with Archive.create(tmp_path / "laptop", engine="whoosh") as archive:
        imported(archive, PIER, GULL)
    return tmp_path / "laptop"


def file_of(root: Path, title: str) -> Path:
    (path,) = (root / "articles").rglob(f"{title}.*.md")
    return path


def test_new_articles_have_the_same_bytes_and_are_found(desk: Path, laptop: Path) -> None:
    before = snapshot(laptop)
    with Archive.open(desk) as archive:
        report = archive.unite(laptop)
        assert (report.new, report.changed, report.unchanged, report.refused) == (1, 0, 1, [])
        assert [hit.title for hit in archive.search("gull").hits] == ["Gull"]
        assert archive.original(report.ids[0]).read_bytes()
        assert archive.verify().ok
    assert file_of(desk, "gull").read_bytes() == file_of(laptop, "gull").read_bytes()
    assert snapshot(laptop) == before


def test_what_only_one_has_changed_is_taken_and_what_one_has_removed_from_a_list_is_gone(
    desk: Path, laptop: Path
) -> None:
    with Archive.open(desk) as archive, Archive.open(laptop) as other:
        archive.set("pier", {"section": "Ports"})
        archive.tag("pier", remove=["harbour"], add=["closed"])
        other.note(next(other.list("title:pier")).id, "Why?")
        other.tag("title:pier", add=["repairs"])
        report = archive.unite(laptop)
        pier = archive.get(next(archive.list("title:pier")).id)
    assert (report.changed, report.conflicts) == (1, [])
    assert (pier.section, pier.tags, [note.text for note in pier.notes]) == ("Ports", ["closed", "repairs"], ["Why?"])


def test_what_both_have_changed_is_listed_and_the_other_text_is_a_version(desk: Path, laptop: Path) -> None:
    with Archive.open(desk) as archive, Archive.open(laptop) as other:
        (pier,) = (row.id for row in archive.list("title:pier"))
        archive.set(ids=[pier], values={"section": "Ports"})
        other.set(ids=[pier], values={"section": "Harbours"})
        report = archive.unite(laptop)
        assert report.conflicts == [Conflict(pier, ("section",))]
        assert archive.get(pier).section == "Harbours"
        sections = [archive.get(pier, version=version.number).section for version in archive.versions(pier)]
        assert {*sections} == {None, "Ports", "Harbours"}


def test_the_newer_edition_is_taken_and_imports_go_on_from_it(desk: Path, laptop: Path) -> None:
    newer = PIER | {"body": "The pier is open again.", "updated": "2024-05-02", "section": "Ports"}
    with Archive.open(desk) as archive, Archive.open(laptop) as other:
        (pier,) = imported(other, newer)
        archive.tag(ids=[pier], add=["to-read"])
        report = archive.unite(laptop)
        assert (report.changed, report.conflicts) == (1, [])
        assert (archive.get(pier).body, archive.get(pier).tags) == ("The pier is open again.", ["harbour", "to-read"])
        last = archive.import_(io.BytesIO(json.dumps(newer | {"section": "Piers"}).encode()), format="jsonl")
        assert (last.updated, last.conflicts) == (1, [])
        assert archive.get(pier).section == "Piers"


def test_it_is_one_change_that_undo_takes_back(desk: Path, laptop: Path) -> None:
    with Archive.open(desk) as archive, Archive.open(laptop) as other:
        other.tag("title:pier", add=["repairs"])
        articles = snapshot(desk / "articles")
        number = archive.unite(laptop).change
        assert [(entry.command, entry.articles) for entry in archive.log(limit=1)] == [("unite", 2)]
        assert snapshot(desk / "articles") != articles
        assert archive.undo().undoes == number
        assert snapshot(desk / "articles") == articles
        assert archive.verify().ok
        assert archive.redo().changed == 2
        assert archive.list_count("tag:repairs") == archive.list_count("gull") == 1


def test_versions_trash_refused_inputs_and_deletions_come_too(desk: Path, laptop: Path) -> None:
    with Archive.open(desk) as archive, Archive.open(laptop) as other:
        imported(other, PIER | {"body": "The pier is closed for long."})
        other.import_(io.BytesIO(b'{"title": 3\n'), format="jsonl")
        (gull,) = (row.id for row in other.list("gull title:gull"))
        other.remove(ids=[gull])
        report = archive.unite(laptop)
        assert (report.new, report.changed) == (0, 1)
        assert (report.trashed, report.quarantined, report.deleted) == (1, 1, 1)
        assert [item.id for item in archive.trash()] == [gull]
        assert [entry.reason for entry in archive.quarantine()] == [entry.reason for entry in other.quarantine()]
        again = imported(archive, GULL)
        assert again == []
        assert archive.restore_articles(ids=[gull]).changed == 1
        assert archive.verify().ok


def test_an_article_that_was_removed_here_comes_back_if_the_other_has_it(desk: Path, laptop: Path) -> None:
    with Archive.open(desk) as archive:
        archive.remove("title:pier")
        report = archive.unite(laptop)
        assert (report.new, report.back) == (2, 1)
        assert archive.list_count("title:pier") == 1


def test_a_dry_run_writes_nothing_and_says_the_same(desk: Path, laptop: Path) -> None:
    with Archive.open(desk) as archive, Archive.open(laptop) as other:
        other.tag("title:pier", add=["repairs"])
        other.remove("title:gull")
        imported(other, FERRY | {"body": "A ferry arrived.", "updated": "2024-01-01"})
        decisions: list[Decision] = []
        before = snapshot(desk)
        trial = archive.unite(laptop, dry_run=True, observe=decisions.append)
        assert snapshot(desk) == before
        report = archive.unite(laptop)
    assert sorted(decision.kind for decision in decisions) == ["changed", "changed"]
    values = {name: value for name, value in report.to_dict().items() if name != "change"}
    assert values == {name: value for name, value in trial.to_dict().items() if name != "change"}


def test_merged_articles_are_merged_on_both_sides(desk: Path, laptop: Path, tmp_path: Path) -> None:
    copy = {"title": "Pier 2", "url": "https://example.org/pier?page=2", "tags": ["copy"], "body": "The pier is shut."}
    with Archive.open(desk) as archive, Archive.open(laptop) as other:
        imported(archive, copy)
        imported(other, copy)
        kept, merged = (next(archive.list(f'url:"{url}"')).id for url in (PIER["url"], copy["url"]))
        archive.merge(kept, merged)
    shutil.copytree(desk, tmp_path / "desk2")
    for root, added in ((desk, laptop), (laptop, tmp_path / "desk2")):
        with Archive.open(root) as archive:
            archive.unite(added)
            assert archive.get(merged).id == kept
            assert archive.get(kept).tags == ["harbour", "copy"]
            bodies = {archive.get(kept, version=version.number).body for version in archive.versions(kept)}
            assert bodies == {PIER["body"], copy["body"]}
            assert len(archive) == 3
            assert archive.verify().ok
            assert archive.unite(added).change is None


def test_pictures_come_with_their_articles(desk: Path, laptop: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<title>Seal seen</title><article><p>A seal on the pier.</p><img src="seal.png"></article>')
    page.with_name("seal.png").write_bytes(PNG)
    with Archive.open(laptop) as other:
        other.import_(page)
    with Archive.open(desk) as archive:
        report = archive.unite(laptop)
        assert report.originals == 3
        assert archive.picture(f"originals/{(d := sha256(PNG).hexdigest())[:2]}/{d}.png").read_bytes() == PNG
        assert archive.verify().ok


def test_damaged_files_are_named_and_the_rest_is_added(desk: Path, laptop: Path) -> None:
    with Archive.open(laptop) as other:
        imported(other, FERRY, PIER | {"body": "The pier is open.", "updated": "2024-05-02"})
        other.import_(io.BytesIO(b'{"title": 3\n'), format="jsonl")
    damaged = {
        file_of(laptop, "ferry"): b"",
        next(path for path in (laptop / "originals").rglob("*") if path.is_file()): b"other bytes",
        next((laptop / "versions").rglob("*.md")): b"---\nid: \0\0\0",
        next(path for path in (laptop / "quarantine").iterdir() if path.suffix != ".json"): b"{}",
    }
    for path, data in damaged.items():
        path.write_bytes(data)
    with Archive.open(desk) as archive:
        report = archive.unite(laptop)
        assert {refusal.where for refusal in report.refused} == {
            path.relative_to(laptop).as_posix() for path in damaged
        }
        assert all(refusal.reason for refusal in report.refused)
        assert archive.list_count("title:gull") == 1
        assert archive.get(next(archive.list("title:pier")).id).body == "The pier is open."
        (original,) = (refusal.where for refusal in report.refused if refusal.where.startswith("originals/"))
        assert {fault.path for fault in archive.verify().faults} <= {original}


def test_files_that_people_named_are_read_as_a_sync_reads_them(desk: Path, laptop: Path) -> None:
    (laptop / "articles/notes").mkdir()
    (laptop / "articles/notes/own.md").write_text("---\ntitle: By hand\n---\n\nA heron.\n")
    gull = file_of(laptop, "gull")
    (laptop / "articles/a copy.md").write_bytes(gull.read_bytes().replace(b"on the pier", b"in the air"))
    file_of(laptop, "pier").rename(laptop / "articles/moved.md")
    with Archive.open(desk) as archive:
        report = archive.unite(laptop)
        assert report.new == 2
        assert archive.get(next(archive.list("title:gull")).id).body == GULL["body"]
        (refusal,) = report.refused
        assert (refusal.where, "same id" in refusal.reason) == ("articles/a copy.md", True)
        assert (desk / "articles/notes/own.md").exists()
        assert archive.unite(laptop).new == 0


def test_a_file_of_yours_in_its_place_stays(desk: Path, laptop: Path) -> None:
    gull = file_of(laptop, "gull").relative_to(laptop)
    (desk / gull).write_text("no front matter: [\n", "utf-8")
    with Archive.open(desk) as archive:
        archive.sync()
        refused = archive.unite(laptop).refused
    assert (desk / gull).read_text("utf-8") == "no front matter: [\n"
    assert [refusal.where for refusal in refused] in ([], [gull.as_posix()])


def test_nothing_derived_and_no_setting_of_the_other_is_read(desk: Path, laptop: Path) -> None:
    for path in (laptop / ".docarchive").rglob("*"):
        if path.is_file():
            path.write_bytes(b"nothing of this is believed")
    with (laptop / "docarchive.toml").open("a") as file:
        file.write('\n[searches]\nbirds = "gull"\n\n[hooks.note]\nrun = ["touch", "ran"]\n')
    before = {path: path.read_bytes() for path in laptop.rglob("*") if path.is_file()}
    with Archive.open(desk) as archive:
        assert archive.unite(laptop).new == 1
        assert not archive.settings.searches
        assert not archive.settings.hooks
    assert {path: path.read_bytes() for path in laptop.rglob("*") if path.is_file()} == before


def test_links_in_the_other_archive_lead_nowhere(desk: Path, laptop: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: Secret\n---\n\nThe key is under the mat.\n")
    (laptop / "articles/secret.md").symlink_to(secret)
    digest = sha256(secret.read_bytes()).hexdigest()
    (laptop / f"originals/{digest[:2]}").mkdir(exist_ok=True)
    (laptop / f"originals/{digest[:2]}/{digest}.md").symlink_to(secret)
    with Archive.open(desk) as archive:
        archive.unite(laptop)
        assert archive.list_count("secret") == 0
    assert not (desk / f"originals/{digest[:2]}/{digest}.md").exists()
    shutil.rmtree(laptop / "originals")
    (laptop / "originals").symlink_to(tmp_path)
    with Archive.open(desk) as archive, pytest.raises(ArchiveDamaged, match="originals"):
        archive.unite(laptop)


def test_the_stamp_of_a_refused_input_is_left_out(desk: Path, laptop: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_bytes(b'{"title": 3\n')
    with Archive.open(laptop) as other:
        other.import_(tmp_path / "bad.jsonl")
        assert "stamp" in next((laptop / "quarantine").glob("*.json")).read_text()
    with Archive.open(desk) as archive:
        assert archive.unite(laptop).quarantined == 1
        note = json.loads(next((desk / "quarantine").glob("*.json")).read_text())
        assert "stamp" not in note
        assert archive.unite(laptop).quarantined == 0
        assert archive.verify().ok


def test_what_is_no_other_archive_is_refused(desk: Path, laptop: Path, tmp_path: Path) -> None:
    before = snapshot(desk)
    with Archive.open(desk) as archive:
        for wrong, error, words in (
            (desk, UsageError, "this archive"),
            (desk / "articles", UsageError, "this archive"),
            (tmp_path, NotAnArchive, "not an archive"),
            (tmp_path / "missing", NotAnArchive, "not an archive"),
        ):
            with pytest.raises(error, match=words):
                archive.unite(wrong)
        settings = laptop / "docarchive.toml"
        whole = settings.read_text()
        settings.write_text(whole.replace("layout = 2", "layout = 3"))
        with pytest.raises(ArchiveDamaged, match="layout 3 is not supported"):
            archive.unite(laptop)
        settings.write_text(whole.replace("layout = 2", "layout = 1"))
        assert archive.unite(laptop, dry_run=True).new == 1
        settings.write_text("")
        with pytest.raises(ArchiveDamaged, match="is empty"):
            archive.unite(laptop)
        settings.write_text(whole)
        (laptop / "articles").rename(laptop / "gone")
        with pytest.raises(ArchiveDamaged, match="articles is missing"):
            archive.unite(laptop)
    assert snapshot(desk) == before


def test_an_archive_that_may_only_be_read_gets_nothing_and_can_be_the_other(
    desk: Path, laptop: Path, tmp_path: Path
) -> None:
    shutil.copytree(laptop, tmp_path / "read-only")
    for path in (tmp_path / "read-only").rglob("*"):
        path.chmod(path.stat().st_mode & ~0o222)
    with Archive.open(desk) as archive:
        assert archive.unite(tmp_path / "read-only").new == 1
    if os.geteuid():
        with Archive.open(tmp_path / "read-only") as archive, pytest.raises(ArchiveReadOnly):
            archive.unite(desk)
    for path in (tmp_path / "read-only").rglob("*"):
        path.chmod(path.stat().st_mode | 0o200)


def test_it_reports_its_progress(desk: Path, laptop: Path) -> None:
    calls: list[tuple[str, int, int | None]] = []
    with Archive.open(desk, progress=lambda *call: calls.append(call)) as archive:
        archive.unite(laptop)
    assert [call for call in calls if call[0] == "unite"] == [("unite", 2, 2)]


def test_on_the_command_line(desk: Path, laptop: Path, cli: Cli) -> None:
    with Archive.open(laptop) as other:
        other.remove("title:gull")
    ran = cli("--archive", "desk", "merge", "laptop", "--dry-run")
    assert ran.out.splitlines()[-1] == "0 new, 0 changed, 1 unchanged, 0 refused, 1 original, 1 in the trash, 1 deleted"
    assert "nothing was changed" in ran.err
    ran = cli("--archive", "desk", "merge", "./laptop", "--json")
    assert json.loads(ran.out.splitlines()[-1])["trashed"] == 1
    file_of(laptop, "pier").write_bytes(b"")
    ran = cli("--archive", "desk", "merge", "laptop", code=3)
    assert ran.out == "0 new, 0 changed, 0 unchanged, 1 refused\n"
    assert "refused articles/undated/pier" in ran.err
    assert "is not an archive" in cli("--archive", "desk", "merge", "./missing", code=4).err
    assert "no article has an id" in cli("--archive", "desk", "merge", "missing", code=1).err
