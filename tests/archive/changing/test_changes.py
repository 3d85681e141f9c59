"""Changes of articles: files, versions, catalog, index and log agree, and undo gives the same bytes back."""

from __future__ import annotations

import io
import json
import os
import shlex
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from support import ARTICLES, snapshot

from docarchive import (
    ENGINES,
    Archive,
    ArchiveDamaged,
    ArchiveReadOnly,
    ChangeReport,
    NotFoundError,
    PurgeReport,
    UsageError,
)


@pytest.fixture(params=ENGINES)
def news(request: pytest.FixtureRequest, root: Path, articles_file: Path) -> Iterator[Archive]:
    with Archive.create(root, engine=request.param) as archive:
        archive.import_(articles_file)
        yield archive


def articles(archive: Archive) -> dict[str, bytes]:
    return snapshot(archive.path / "articles")


def test_a_tag_is_in_files_catalog_and_index_and_undone_to_the_byte(news: Archive) -> None:
    before = articles(news)
    report = news.tag("pier", add=["sea"], remove=["harbour"])
    assert (report.change, report.changed, report.unchanged, report.refused) == (2, 3, 0, [])
    assert news.list_count("tag:sea") == news.count("tag:sea pier") == 3
    assert news.count("tag:harbour") == 0
    assert news.is_current()
    assert news.tag("pier", add=["Sea"]).unchanged == 3
    assert news.undo().changed == 3
    assert articles(news) == before
    assert news.count("tag:sea") == 0
    assert news.redo().changed == 3
    assert news.count("tag:sea") == 3
    assert not news.verify().faults


def test_values_are_set_over_ids_and_kept_by_another_import(news: Archive, articles_file: Path) -> None:
    id_ = next(news.list("wheat")).id
    news.set(values={"title": "Wheat, corrected", "rating": None}, add={"authors": "Cy Nilsson"}, ids=[id_])
    article = news.get(id_)
    assert (article.title, article.extra.get("rating")) == ("Wheat, corrected", None)
    assert article.authors == ["Bo Larsen", "Ada Meyer", "Cy Nilsson"]
    changed = [{**article, "body": article["body"] + " More."} for article in ARTICLES]
    lines = "".join(json.dumps(article) + "\n" for article in changed)
    report = news.import_(io.BytesIO(lines.encode()), format="jsonl")
    assert report.refused == []
    assert news.get(id_).title == "Wheat, corrected"


def test_the_catalog_has_what_a_rebuilt_one_has(news: Archive) -> None:
    """What depends on the text alone is kept, and labels are compared: nothing must be left over or forgotten."""

    def stored() -> list[list[tuple[object, ...]]]:
        with closing(sqlite3.connect(news.path / ".docarchive" / "catalog.sqlite")) as db:
            return [
                db.execute(
                    "SELECT id, identity, content, title, language, metadata FROM articles ORDER BY id"
                ).fetchall(),
                db.execute(
                    "SELECT id, key, value, terms FROM articles JOIN labelled USING (n) JOIN labels USING (label) "
                    "ORDER BY id, key, value"
                ).fetchall(),
                db.execute("SELECT count(*) FROM labels").fetchall(),
                db.execute("SELECT id, signature FROM articles JOIN signatures USING (n) ORDER BY id").fetchall(),
            ]

    news.tag("", add=["sea"])
    news.tag("pier", add=["pier"], remove=["sea"])
    news.set("pier", values={"language": "de", "rating": 4})
    news.set("wheat", values={"title": "Ernte und Handel im Norden"})
    news.set("pier", values={"language": None})
    news.rename_tag("sea", "pier")
    before = stored()
    assert not news.verify().faults
    news.rebuild()
    assert stored() == before


#: What changes the articles that match a query, which is the last argument.
_BY_QUERY: dict[str, Callable[..., ChangeReport | PurgeReport]] = {
    "tag": partial(Archive.tag, add=["sea"]),
    "set": partial(Archive.set, values={"rating": 1}),
    "remove": Archive.remove,
    "run_rules": Archive.run_rules,
    "purge": Archive.purge,
}


@pytest.mark.parametrize("change", _BY_QUERY.values(), ids=_BY_QUERY)
def test_a_change_finds_what_the_index_does_not_have_yet(news: Archive, change: Callable[..., ChangeReport]) -> None:
    news.close()
    with (news.path / "docarchive.toml").open("a") as file:
        file.write('\n[rules.sea]\nquery = "pier"\nset = ["+sea"]\n')
    shutil.rmtree(news.path / ".docarchive" / "index")
    with Archive.open(news.path) as archive:
        assert len(change(archive, "pier").ids) == 3


@pytest.mark.parametrize("name", ["tag", "set", "remove", "purge"])
def test_a_change_of_all_articles_is_refused_if_it_is_not_meant(news: Archive, name: str) -> None:
    before, count = snapshot(news.path / "articles"), len(news)
    for query in ("", "pier OR NOT pier", "has:title"):
        with pytest.raises(UsageError, match=f"the query matches all {count} articles; use --all if you mean all"):
            _BY_QUERY[name](news, query, all=False)
    assert snapshot(news.path / "articles") == before
    last = [row.id for row in news.list()][-1]
    news.remove(ids=[row.id for row in news.list() if row.id != last])
    assert _BY_QUERY[name](news, "has:title", all=False).ids == [last]


@pytest.mark.skipif(not hasattr(os, "link"), reason="there are no links")
def test_an_interrupted_change_leaves_no_second_name(news: Archive) -> None:
    """An editor that writes into the file would write into the version, too."""
    row = next(news.list())
    version = news.path / "versions" / row.id / "0001.md"
    version.parent.mkdir(parents=True)
    os.link(news.path / row.path, version)
    with closing(sqlite3.connect(news.path / ".docarchive" / "catalog.sqlite")) as db, db:
        db.execute("INSERT INTO pending VALUES (?)", (row.path,))
    before = articles(news)
    with Archive.open(news.path) as archive:
        assert (news.path / row.path).stat().st_nlink == 1
        assert articles(archive) == before
        assert archive.is_current()


def test_a_version_that_an_open_program_writes_into_is_named_and_not_used(news: Archive) -> None:
    """The version is a second name of the file that the program has open: see decision 0087."""
    row = next(news.list("pier"))
    text, version = news.text(row.id), news.path / "versions" / row.id / "0001.md"
    with (news.path / row.path).open("a") as editor:
        assert news.tag(ids=[row.id], add=["sea"]).changed == 1
        changed = news.text(row.id)
        editor.write("Written late.\n")
    assert news.text(row.id) == changed
    assert "Written late" not in changed
    if version.read_text("utf-8") == text:
        return  # a file system without links: it was lost, as it was before a change kept versions
    assert [(fault.kind, fault.path) for fault in news.verify().faults] == [("changed", f"versions/{row.id}/0001.md")]
    for use in (lambda: news.undo(), lambda: news.restore_version(row.id, 1), lambda: news.get(row.id, version=1)):
        with pytest.raises(ArchiveDamaged):
            use()
    assert news.text(row.id) == changed


def test_a_tag_is_renamed_with_those_in_it(news: Archive) -> None:
    news.tag("pier", add=["places/harbour"])
    assert news.rename_tag("places", "where").changed == 3
    assert news.list_count("tag:where/harbour") == 3
    with pytest.raises(UsageError, match="cannot be empty"):
        news.rename_tag("where", " ")


def test_removed_articles_are_in_the_trash_until_undo(news: Archive, articles_file: Path) -> None:
    before = articles(news)
    assert news.remove("tag:harbour").changed == 2
    assert len(news) == len(articles(news)) == 3
    assert news.count("pier") == 1
    assert len(snapshot(news.path / "trash")) == 2
    assert news.import_(articles_file).deleted == 2
    assert not news.verify().faults
    news.sync()
    assert news.undo().changed == 2
    assert articles(news) == before
    assert snapshot(news.path / "trash") == {}
    assert news.count("pier") == 3
    assert news.import_(articles_file).unchanged == 5


def test_a_removal_is_undone_after_its_restoration_was(news: Archive) -> None:
    """The file is in the trash of another change then."""
    before = articles(news)
    ids = news.remove("tag:harbour").ids
    news.restore_articles(ids=ids)
    news.undo()
    assert [entry.id for entry in news.trash()] == ids
    news.undo()
    assert articles(news) == before
    assert snapshot(news.path / "trash") == {}
    news.redo()
    assert len(articles(news)) == 3


def test_an_import_is_undone_new_and_updated_articles(news: Archive, articles_file: Path) -> None:
    first = ARTICLES[0] | {"url": "https://example.org/a"}
    news.import_(io.BytesIO(json.dumps(first).encode()), format="jsonl")
    before = articles(news)
    new = {"url": "https://example.org/b", "body": "Ferry."}
    update = first | {"body": "The ferry replaced the pier."}
    report = news.import_(io.BytesIO(f"{json.dumps(update)}\n{json.dumps(new)}\n".encode()), format="jsonl")
    assert (report.new, report.updated) == (1, 1)
    assert news.undo().changed == 2
    assert articles(news) == before
    assert news.count("ferry") == 0


def test_the_change_that_is_named_is_one_to_undo(news: Archive) -> None:
    """What was taken back, and what took it back, is not in the way: following the advice comes to an end."""
    before = articles(news)
    news.tag("pier", add=["sea"])
    news.set("tag:sea", {"section": "Ports"})
    news.tag("tag:sea", add=["tide"])
    news.undo()
    news.redo()
    news.undo()
    for number, command in ((3, "set"), (2, "tag")):
        if number > 2:
            with pytest.raises(UsageError, match=rf"changed since by change {number} \({command}\); undo that first"):
                news.undo(2)
        news.undo(number)
    assert articles(news) == before


def test_undo_refuses_where_a_later_change_or_edit_stands_in_the_way(news: Archive) -> None:
    news.tag("pier", add=["sea"])
    news.set("tag:sea", {"section": "Ports"})
    files = articles(news)
    with pytest.raises(UsageError, match=r"changed since by change 3 \(set\); undo that first"):
        news.undo(2)
    assert articles(news) == files
    news.undo()
    path = news.path / news.file(next(news.list("tag:sea")).id)
    path.write_text(path.read_text("utf-8") + "\nBy hand.\n", "utf-8")
    with pytest.raises(UsageError, match=r"changed since by change 5 \(sync\)"):
        news.undo(2)
    with pytest.raises(UsageError, match="undone already, by change 4"):
        news.undo(3)
    with pytest.raises(NotFoundError, match="no change 99"):
        news.undo(99)


@pytest.mark.parametrize("key", ["url", "link", "source_id", "doi", "DOI", "guid", "uuid", "Message-ID"])
def test_what_names_an_article_is_set_on_one_only(news: Archive, key: str) -> None:
    before = articles(news)
    value = "https://x.example/a"
    for ids in (None, [row.id for row in news.list("")]):
        with pytest.raises(UsageError, match="can be set on one only, not on 5"):
            news.set("" if ids is None else None, {key: value}, ids=ids)
    assert articles(news) == before
    assert news.set(ids=[next(news.list("")).id], values={key: value}).changed == 1
    assert news.set("", {key: None}).changed >= 1


def test_undo_and_redo_go_back_and_forth(news: Archive) -> None:
    states = [articles(news)]
    changes: list[Callable[[], ChangeReport]] = [
        lambda: news.set("", {"rating": 1}),
        lambda: news.remove("pier"),
        lambda: news.tag("", add=["x"]),
    ]
    for change in changes:
        change()
        states.append(articles(news))
    for _ in range(2):
        for state in states[2::-1]:
            news.undo()
            assert articles(news) == state
        for state in states[1:]:
            news.redo()
            assert articles(news) == state
    with pytest.raises(NotFoundError, match="nothing to redo"):
        news.redo()
    news.undo(4)
    news.undo(3)
    assert articles(news) == states[1], "a change that was redone is undone by its first number, too"
    news.tag("", add=["y"])
    with pytest.raises(NotFoundError, match="nothing to redo"):
        news.redo()
    assert not news.verify().faults


def test_an_edit_by_hand_is_taken_over_first(news: Archive) -> None:
    id_ = next(news.list("wheat")).id
    path = news.path / news.file(id_)
    edited = path.read_text("utf-8").replace("tags:", "# mine\nmood: good\ntags:", 1)
    path.write_text(edited, "utf-8")
    news.tag(ids=[id_], add=["sea"])
    assert news.get(id_).extra["mood"] == "good"
    assert "# mine" in path.read_text("utf-8")
    news.undo()
    assert path.read_text("utf-8") == edited


def test_what_is_gone_or_damaged_is_refused_and_the_rest_is_changed(news: Archive) -> None:
    gone, damaged = (news.path / news.file(next(news.list(query)).id) for query in ("wheat", "date:1963"))
    gone.unlink()
    status, data = damaged.stat(), damaged.read_bytes()
    damaged.write_bytes(data.replace(b"burned", b"borned"))
    os.utime(damaged, ns=(status.st_atime_ns, status.st_mtime_ns))
    report = news.tag("", add=["sea"])
    assert report.changed == 3
    assert {refusal.where for refusal in report.refused} >= {damaged.relative_to(news.path).as_posix()}
    assert b"sea" not in damaged.read_bytes()


def test_a_dry_run_changes_nothing_and_says_what_it_would_do(news: Archive) -> None:
    before = snapshot(news.path)
    kinds: list[str] = []
    for report in (
        news.tag("pier", add=["harbour"], dry_run=True, observe=lambda decision: kinds.append(decision.kind)),
        news.remove("", dry_run=True),
        news.undo(dry_run=True),
    ):
        assert report.change is None
        assert report.changed
    assert sorted(kinds) == ["changed", "unchanged", "unchanged"]
    after = snapshot(news.path)
    assert {path: data for path, data in after.items() if ".docarchive" not in path} == {
        path: data for path, data in before.items() if ".docarchive" not in path
    }


def test_the_log_lists_changes_of_all_or_of_one_article(news: Archive) -> None:
    wheat = next(news.list("wheat")).id
    news.tag("pier", add=["sea"])
    news.tag(ids=[wheat], add=["grain"])
    news.undo(2)
    assert [(entry.change, entry.command, entry.articles, entry.undoes, entry.undone) for entry in news.log()] == [
        (4, "undo", 3, 2, None),
        (3, "tag", 1, None, None),
        (2, "tag", 3, None, 4),
        (1, "import", 5, None, None),
    ]
    assert [entry.words for entry in news.log(limit=2)] == ["2", f"+grain {wheat}"]
    assert [entry.change for entry in news.log(wheat)] == [3, 1]
    assert [(entry.change, entry.articles) for entry in news.log(query="pier")] == [(4, 3), (2, 3), (1, 3)]
    assert [(entry.change, entry.undone) for entry in news.log(query="wheat OR pier", limit=3)] == [
        (4, None),
        (3, None),
        (2, 4),
    ]
    assert [*news.log(query="tag:none")] == []
    with pytest.raises(UsageError, match="not both"):
        news.log(wheat, query="pier")


def test_the_log_of_an_article_outlives_it(news: Archive) -> None:
    wheat, pier = next(news.list("wheat")).id, next(news.list("pier")).id
    news.tag(ids=[wheat], add=["grain"])
    news.merge(pier, wheat)
    assert [entry.change for entry in news.log(wheat)] == [entry.change for entry in news.log(pier)] == [3, 2, 1]
    news.undo()
    news.remove(ids=[wheat])
    assert [entry.command for entry in news.log(wheat[:6])] == ["remove", "undo", "merge", "tag", "import"]
    assert next(news.log(query="in:trash")).command == "remove"
    with pytest.raises(NotFoundError, match=f"{wheat} was removed; 'docarchive log {wheat}' says when"):
        news.get(wheat)
    news.purge(ids=[wheat])
    assert [entry.command for entry in news.log(wheat)][:2] == ["purge", "remove"]
    with pytest.raises(UsageError, match="all articles of change 2 were purged since"):
        news.undo(2)
    with pytest.raises(NotFoundError, match="no article has an id"):
        news.log("zzz")


def test_nothing_of_the_history_is_lost_without_what_is_derived(news: Archive) -> None:
    before = articles(news)
    news.tag("", add=["sea"])
    news.remove("tag:wheat")
    news.rebuild()
    assert not news.verify().faults
    news.undo()
    news.undo()
    assert articles(news) == before


def test_a_lost_version_is_said_and_nothing_is_undone(news: Archive) -> None:
    news.tag("", add=["sea"])
    files = articles(news)
    version = next((news.path / "versions").rglob("*.md"))
    version.write_bytes(b"other")
    with pytest.raises(Exception, match=r"versions/.*damaged"):
        news.undo()
    assert articles(news) == files


def test_which_articles_are_meant_must_be_said(news: Archive) -> None:
    for arguments in ({}, {"query": "pier", "ids": ["x"]}):
        with pytest.raises(UsageError, match="give a query, or ids"):
            news.remove(**arguments)  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        news.tag(ids=["nobody"], add=["x"])


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_reader_cannot_change(news: Archive) -> None:
    news.path.chmod(0o500)
    try:
        with Archive.open(news.path) as archive, pytest.raises(ArchiveReadOnly):
            archive.tag("", add=["x"])
    finally:
        news.path.chmod(0o700)


def cut(log: Path, end: bytes) -> None:
    """Removes the end of a log, and the copy that would restore it."""
    log.write_bytes(log.read_bytes().removesuffix(end))
    (log.parent / ".docarchive/kept/log.jsonl").unlink(missing_ok=True)


def test_an_interrupted_undo_and_the_one_after_it_are_made_again_as_one(news: Archive) -> None:
    news.tag("pier", add=["sea"])
    tagged = articles(news)
    news.undo()
    before = articles(news)
    log = news.path / "log.jsonl"
    cut(log, b'{"done":3}\n')  # as if it had been killed at its end
    assert news.undo().changed == 0
    assert news.redo().changed == 3
    assert articles(news) == tagged
    cut(log, b'{"done":5}\n')
    assert news.redo().changed == 0
    assert news.undo().changed == 3
    assert articles(news) == before


def test_an_undo_that_was_interrupted_is_done_again(news: Archive) -> None:
    states = [articles(news)]
    for number in range(2):
        news.set("", {"rating": number})
        states.append(articles(news))
    news.undo()
    log = news.path / "log.jsonl"
    cut(log, b'{"done":4}\n')  # as if it had been killed at its end
    assert next(news.log()).interrupted
    assert news.undo().changed == 0, "all articles are back already"
    assert articles(news) == states[1]
    news.undo()
    assert articles(news) == states[0]
    news.redo()
    assert articles(news) == states[1]


def test_the_log_has_arguments_with_spaces_in_quotes(news: Archive) -> None:
    wheat = next(news.list("wheat")).id
    news.tag(ids=[wheat], add=["real estate", "plain"], remove=["it's old"])
    news.rename_tag("real estate", "land and houses")
    news.set(values={"title": "Two words", "section": None}, ids=[wheat])
    said = [shlex.split(entry.words) for entry in news.log(limit=3)]
    assert said == [
        ["title=Two words", "section=", wheat],
        ["real estate", "land and houses"],
        ["+real estate", "+plain", "-it's old", wheat],
    ]
