"""What a new version of an article keeps of its file: edits by hand, deletions, what was set by the user."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli
from hypothesis import given
from hypothesis import strategies as st

from docarchive import Archive, Article, Decision
from docarchive.archive.importing.merging import merge, said_of

FIRST = {"url": "https://e.org/1", "title": "Wrnog title", "date": "2024-01-01", "author": "X", "body": "One."}
SECOND = {**FIRST, "body": "One. Corrected."}


def lines(*records: Any) -> io.BytesIO:
    return io.BytesIO("".join(json.dumps(record) + "\n" for record in records).encode())


@pytest.fixture
def archive_of(root: Path) -> Iterator[Callable[..., Archive]]:
    """Makes an archive of records."""
    with Archive.create(root) as archive:

        def fill(*records: Any) -> Archive:
            assert archive.import_(lines(*records)).new == len(records)
            return archive

        yield fill


def path_of(archive: Archive) -> Path:
    (path,) = (archive.path / "articles").rglob("*.md")
    return path


def edit(archive: Archive, change: Callable[[str], str]) -> None:
    path = path_of(archive)
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    archive.sync()


def correct(text: str) -> str:
    return text.replace("Wrnog title", "Right title").replace("- X", "- Jane Roe")


def only(archive: Archive) -> Article:
    (article,) = [archive.get(hit.id) for hit in archive.search("*").hits]
    return article


@pytest.mark.parametrize("rebuilt", [False, True], ids=["", "rebuilt"])
def test_corrections_by_hand_stay(archive_of: Callable[..., Archive], rebuilt: bool) -> None:
    archive = archive_of(FIRST)
    edit(archive, correct)
    if rebuilt:  # what the last import said is then read from the original
        archive.rebuild()
    report = archive.import_(lines(SECOND))
    article = only(archive)
    assert (report.updated, report.conflicts) == (1, [])
    assert (article.title, article.authors, article.body) == ("Right title", ["Jane Roe"], "One. Corrected.")


def test_they_stay_when_nothing_was_synced(archive_of: Callable[..., Archive]) -> None:
    archive = archive_of(FIRST)
    path_of(archive).write_text(correct(path_of(archive).read_text("utf-8")), "utf-8")
    archive.import_(lines(SECOND))
    assert (only(archive).title, only(archive).body) == ("Right title", "One. Corrected.")


def test_they_stay_through_several_versions(archive_of: Callable[..., Archive]) -> None:
    archive = archive_of(FIRST)
    edit(archive, correct)
    for number in range(3):
        archive.import_(lines({**FIRST, "body": f"Version {number}.", "section": f"Part {number}"}))
    article = only(archive)
    assert (article.title, article.body, article.section) == ("Right title", "Version 2.", "Part 2")


def test_conflicts_keep_the_edit_and_are_reported(archive_of: Callable[..., Archive]) -> None:
    archive = archive_of(FIRST)
    edit(archive, correct)
    decisions: list[Decision] = []
    changed = {**SECOND, "title": "Another title"}
    report = archive.import_(lines(changed), observe=decisions.append)
    assert only(archive).title == "Right title"
    assert [(*conflict,) for conflict in report.conflicts] == [(only(archive).id, ("title",))]
    assert [decision.conflicts for decision in decisions] == [("title",)]
    assert report.to_dict()["conflicts"] == [{"id": only(archive).id, "keys": ("title",)}]
    report = archive.import_(lines({**changed, "section": "News"}))  # the conflict was reported
    assert (report.updated, report.conflicts, only(archive).title) == (1, [], "Right title")


def test_a_key_that_the_import_lacks_is_no_conflict(archive_of: Callable[..., Archive]) -> None:
    archive = archive_of({**FIRST, "series": "S"})
    edit(archive, lambda text: correct(text).replace("series: S", "series: Own"))
    lacking = {key: SECOND[key] for key in ("url", "title", "body")}
    report = archive.import_(lines(lacking))
    assert (report.updated, report.conflicts) == (1, [])
    article = only(archive)
    assert (article.title, article.authors, article.extra["series"]) == ("Right title", ["Jane Roe"], "Own")
    report = archive.import_(lines({**SECOND, "series": "T"}))  # says of the others what the first import said
    assert [conflict.keys for conflict in report.conflicts] == [("series",)]


def test_a_conflict_of_texts_is_reported_though_nothing_changes(archive_of: Callable[..., Archive]) -> None:
    archive = archive_of(FIRST)
    edit(archive, lambda text: text.replace(FIRST["body"], "Text by hand."))
    decisions: list[Decision] = []
    report = archive.import_(lines(SECOND), observe=decisions.append)
    assert (report.unchanged, report.updated, only(archive).body) == (1, 0, "Text by hand.")
    assert [(*conflict,) for conflict in report.conflicts] == [(only(archive).id, ("body",))]
    assert [decision.conflicts for decision in decisions] == [("body",)]


def test_items_that_were_removed_stay_away_and_new_ones_come(archive_of: Callable[..., Archive]) -> None:
    archive = archive_of({**FIRST, "tags": ["oil", "draft"]})
    edit(archive, lambda text: text.replace("- draft", "- mine"))
    archive.import_(lines({**SECOND, "tags": ["oil", "draft", "opec"]}))
    assert sorted(only(archive).tags) == ["mine", "oil", "opec"]


def test_a_key_that_was_deleted_stays_away(archive_of: Callable[..., Archive]) -> None:
    archive = archive_of({**FIRST, "section": "Wrong", "rating": 3})
    edit(archive, lambda text: re.sub(r"section: Wrong\n|rating: 3\n", "", text))
    archive.import_(lines({**SECOND, "section": "Wrong", "rating": 3}))
    assert (only(archive).section, only(archive).extra) == (None, {})


def test_what_is_set_by_the_user_reaches_what_is_there(archive_of: Callable[..., Archive]) -> None:
    archive = archive_of(FIRST)
    assert archive.import_(lines(FIRST)).unchanged == 1
    report = archive.import_(lines(FIRST), tags=["oil"], set={"source": "Paper"})
    assert (report.updated, only(archive).tags, only(archive).source) == (1, ["oil"], "Paper")
    assert archive.import_(lines(FIRST), tags=["oil"], set={"source": "Paper"}).unchanged == 1
    edit(archive, lambda text: text.replace("- oil", "- gas"))  # a tag that was removed does not come back
    assert archive.import_(lines(FIRST), tags=["oil"], set={"source": "Paper"}).unchanged == 1
    archive.import_(lines(SECOND), tags=["oil"], set={"source": "Paper"})
    assert (only(archive).tags, only(archive).body) == (["gas"], "One. Corrected.")
    archive.import_(lines(SECOND), set={"title": "Set"})
    assert only(archive).title == "Set"


def test_an_export_that_was_edited_is_an_edit(archive_of: Callable[..., Archive]) -> None:
    archive = archive_of({**FIRST, "tags": ["oil", "draft"], "section": "News"})
    before = only(archive)
    out = io.BytesIO()
    archive.export("*", to=out, format="jsonl")
    record = json.loads(out.getvalue())
    record["tags"] = ["oil", "opec"]
    del record["section"]
    report = archive.import_(lines(record))
    article = only(archive)
    assert (report.updated, article.tags, article.section) == (1, ["oil", "opec"], None)
    assert (article.original, article.format, article.reader) == (before.original, before.format, before.reader)
    assert article.fingerprint == before.fingerprint
    assert archive.import_(lines(record)).unchanged == 1


def test_overrides_of_the_settings_leave_versions_alone(archive_of: Callable[..., Archive]) -> None:
    archive = archive_of(FIRST)
    archive.import_(lines(SECOND))
    settings = archive.path / "docarchive.toml"
    settings.write_text(settings.read_text("utf-8") + '[import]\ntags = ["wire"]\n', "utf-8")
    with Archive.open(archive.path) as again:
        for rebuilt in (False, True):
            assert [again.import_(lines(record)).updated for record in (FIRST, SECOND)] == [not rebuilt, 0]
            assert (only(again).tags, only(again).body) == (["wire"], SECOND["body"])
            again.rebuild()


@pytest.mark.parametrize(
    "commands", [["sync"], ["rebuild"], ["sync", "rebuild"], ["rebuild", "sync"], ["verify", "rebuild"]]
)
@pytest.mark.parametrize("record", [FIRST, SECOND], ids=["same", "changed"])
def test_a_deleted_article_stays_deleted(archive_of: Callable[..., Archive], record: Any, commands: list[str]) -> None:
    archive = archive_of(FIRST, {"url": "https://e.org/2", "title": "Other", "body": "Two."})
    path = next(path for path in (archive.path / "articles").rglob("*.md") if "wrnog" in path.name)
    path.unlink()
    for command in commands:
        getattr(archive, command)()
    decisions: list[Decision] = []
    report = archive.import_(lines(record), observe=decisions.append)
    assert (report.new, report.deleted, archive.count("*")) == (0, 1, 1)
    assert [(decision.kind, "--again" in decision.reason) for decision in decisions] == [("deleted", True)]
    assert archive.import_(lines(record), dry_run=True).deleted == 1
    report = archive.import_(lines(record), again=True)
    assert (report.new, report.deleted, archive.count("*")) == (1, 0, 2)
    assert archive.import_(lines(record)).unchanged == 1
    archive.rebuild()  # the list still has it, but the archive has it, too
    assert archive.import_(lines(record)).unchanged == 1


def test_a_file_that_is_gone_but_not_synced(archive_of: Callable[..., Archive]) -> None:
    archive = archive_of(FIRST)
    path_of(archive).unlink()
    assert archive.import_(lines(SECOND)).deleted == 1
    assert archive.import_(lines(FIRST), again=True).new == 1
    assert path_of(archive).exists()


def test_an_id_that_was_changed_is_no_deletion(archive_of: Callable[..., Archive]) -> None:
    archive = archive_of(FIRST)
    edit(archive, lambda text: re.sub(r"id: \S+", "id: mine", text))
    assert not (archive.path / "deleted.jsonl").exists()
    assert archive.import_(lines(FIRST)).unchanged == 1


def test_a_list_of_deletions_that_is_damaged(archive_of: Callable[..., Archive]) -> None:
    archive = archive_of(FIRST)
    path_of(archive).unlink()
    archive.sync()
    deleted = archive.path / "deleted.jsonl"
    deleted.write_bytes(
        b'nonsense\n{"id": 3}\n[]\n' + b"[" * 99_999 + b"\n" + deleted.read_bytes() + b'{"id": "x", "ke'
    )
    archive.rebuild()
    assert archive.import_(lines(FIRST)).deleted == 1


articles = st.builds(
    Article,
    title=st.sampled_from("abc"),
    section=st.sampled_from([None, *"abc"]),
    authors=st.lists(st.sampled_from("abc"), unique=True),
    tags=st.lists(st.sampled_from("abcd"), unique=True),
    extra=st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from("abc")),
    body=st.sampled_from(["one", "two", "six"]),
)


def copy(article: Article) -> Article:
    return Article.from_stored(json.loads(json.dumps(article.metadata())), article.body)


@given(articles, articles, articles)
def test_laws_of_merging(base: Article, file: Article, imported: Article) -> None:
    merged = copy(imported)
    conflicts, now = merge(file, merged, said_of(base))
    for key in ("title", "section", "body"):
        said, mine, theirs = (getattr(article, key) for article in (base, file, imported))
        if mine != said:  # an edit is kept
            assert getattr(merged, key) == mine
        else:  # without one the import decides, but takes nothing away
            assert getattr(merged, key) == (theirs or mine)
        assert (key in conflicts) == (mine != said and theirs not in (None, said, mine))
    assert set(file.tags) <= set(merged.tags)
    assert not (set(base.tags) - set(file.tags)) & set(merged.tags)
    assert set(imported.tags) - set(base.tags) <= set(merged.tags)
    again = copy(imported)  # the same import once more changes nothing, and no conflict is reported twice
    conflicts, later = merge(merged, again, now)
    assert (conflicts, later, said_of(again)) == ([], now, said_of(merged))


def test_the_command_reports_conflicts_and_deletions(cli: Cli, root: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.jsonl"
    page.write_bytes(lines(FIRST).getvalue())
    assert cli("--archive", root, "import", page).code == 0
    (path,) = (root / "articles").rglob("*.md")
    path.write_text(correct(path.read_text("utf-8")), "utf-8")
    page.write_bytes(lines({**SECOND, "title": "Third title"}).getvalue())
    ran = cli("--archive", root, "import", page)
    assert (ran.code, ran.out) == (0, "0 new, 0 unchanged, 1 updated, 0 refused\n")
    assert "both you and the import changed title; your value was kept" in ran.err
    path.unlink()
    cli("--archive", root, "sync")
    assert cli("--archive", root, "import", page).out == "0 new, 0 unchanged, 0 updated, 0 refused, 1 deleted earlier\n"
    assert cli("--archive", root, "import", "--again", page).out == "1 new, 0 unchanged, 0 updated, 0 refused\n"
