"""The trash: what is listed and searched there, and what is given back."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docarchive import ENGINES, Archive, NotFoundError, QueryError, UsageError
from docarchive.archive.progress import Incomplete
from docarchive.archive.search.options import SearchOptions
from docarchive.archive.search.searching import Searcher
from docarchive.archive.trash.trash import Trash

_FIELDS = [
    {"title": "Gulls over the harbour", "date": "2024-01-02", "tags": ["birds", "sea"], "rating": 5, "body": "White."},
    {"title": "Ferry delayed", "date": "2024-02-03", "tags": ["ferry"], "body": "Fog lay over the harbour all day."},
    {"title": "Budget talks", "date": "2023-05", "tags": ["budget"], "project": "x", "body": "Councils met twice."},
    {"title": "Letters", "body": "Two readers wrote about the ferries and about gulls."},
    {"title": "Möwen am Hafen", "date": "2024-01-09", "language": "de", "body": "Die Möwen kreisten über dem Hafen."},
]
_QUERIES = (
    *("", "harbour", "ferries", '"over the harbour"', "tag:birds", "rating:>3", "date:2024-01", "no:date", "project:x"),
    *("gull OR fog", "harbour -white", "title:ferry", "harb*", "gulls NEAR/3 harbour", "has:tags", "möwe", "*"),
)


def _import(archive: Archive) -> None:
    archive.import_(BytesIO("".join(json.dumps(article) + "\n" for article in _FIELDS).encode()), format="jsonl")


@pytest.fixture(params=ENGINES)
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "news", engine=request.param) as opened:
        _import(opened)
        yield opened


def _files(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((root / "articles").rglob("*.md"))}


def test_queries_mean_the_same_in_the_trash(archive: Archive) -> None:
    before = {query: [row.id for row in archive.list(query)] for query in _QUERIES}
    snippets = [hit.snippet.marked() for hit in archive.search("harbour")]
    archive.remove("")
    assert len(archive) == 0
    for query, ids in before.items():
        assert [entry.id for entry in archive.trash(query)] == ids
        in_trash = f"in:trash ({query})" if query else "in:trash"
        assert [row.id for row in archive.list(in_trash)] == ids
        assert archive.count(in_trash) == archive.list_count(in_trash) == len(ids)
        assert sorted(hit.id for hit in archive.search(in_trash, limit=None, all_words=True)) == sorted(ids)
    assert [hit.snippet.marked() for hit in archive.search("in:trash harbour")] == snippets
    assert archive.search("in:trash", facets=["tag"]).facets == {
        "tag": [("birds", 1), ("budget", 1), ("ferry", 1), ("sea", 1)]
    }


@pytest.mark.parametrize(
    "query",
    [
        *("in:trash OR x", "x OR in:trash y", "-in:trash", "NOT in:trash", "(in:trash) x", "+in:trash", "@saved"),
        *("title:(in:trash)", "in:trash NEAR/2 x", "x BEFORE/2 in:trash", "in:attic", "in:trash~2", "in:(trash)"),
    ],
)
def test_a_query_that_mixes_both_is_refused(tmp_path: Path, query: str) -> None:
    with Archive.create(tmp_path / "news") as archive:
        for read in (archive.count, archive.search, archive.list):
            with pytest.raises(QueryError):
                read(query)
        with pytest.raises(QueryError):
            archive.save_search("saved", "in:trash x")


def test_nothing_but_reading_takes_the_trash(archive: Archive) -> None:
    for change in (archive.remove, archive.verify, lambda query: archive.tag(query, add=["x"])):
        with pytest.raises(QueryError, match="in:trash is for search"):
            change("in:trash gulls")
    with pytest.raises(QueryError):
        archive.export("in:trash", to=BytesIO())


def test_a_list_says_when_and_by_which_change(archive: Archive) -> None:
    first = archive.remove("ferry tag:ferry")
    second = archive.remove("budget")
    log = {entry.change: entry.time for entry in archive.log()}
    entries = [*archive.trash(sort="title")]
    assert [(entry.change, entry.metadata["title"]) for entry in entries] == [
        (second.change, "Budget talks"),
        (first.change, "Ferry delayed"),
    ]
    assert all(entry.removed == log[entry.change] and entry.damage is None for entry in entries)
    assert [entry.id for entry in archive.trash(limit=1, offset=1)] == [entries[0].id]
    with pytest.raises(UsageError):
        archive.trash(sort="relevance")


def test_a_damaged_file_stops_nothing(archive: Archive) -> None:
    archive.remove("")
    count = len(_FIELDS)
    paths = sorted((archive.path / "trash").rglob("*.md"))
    for path, data in zip(paths, (b"", b"---\ntitle: [\n---\nx\n", b"\xff\xfe"), strict=False):
        path.write_bytes(data)
    entries = [*archive.trash()]
    assert [bool(entry.damage) for entry in entries] == [False] * (count - 3) + [True] * 3
    assert archive.count("in:trash") == count - 3
    report = archive.restore_articles("")
    assert (report.changed, len(archive)) == (count - 3, count - 3)


#: All ways to ask the trash that cannot name what they left out.
_ASKED: dict[str, Callable[[Archive], object]] = {
    "search": lambda archive: archive.search("in:trash"),
    "search for words": lambda archive: archive.search("in:trash harbour"),
    "search for any words": lambda archive: archive.search("in:trash nothing of all that harbour"),
    "facets": lambda archive: archive.search("in:trash", facets=["tag"], limit=0),
    "similar": lambda archive: archive.search("in:trash", similar_to=BytesIO(b"Fog lay over the harbour.")),
    "count": lambda archive: archive.count("in:trash harbour"),
    "list_count": lambda archive: archive.list_count("in:trash"),
    "list": lambda archive: [*archive.list("in:trash tag:ferry")],
    "trash with a query": lambda archive: [*archive.trash("ferry")],
    "trash with a limit": lambda archive: [*archive.trash(limit=100)],
    "resolve": lambda archive: archive.resolve(next(archive.list("in:trash")).id, trash=True),
    "restore a query": lambda archive: archive.restore_articles("harbour"),
    "purge a query": lambda archive: archive.purge("in:trash ferry", dry_run=True),
    "purge what is not in the trash": lambda archive: archive.purge("", dry_run=True),
}


@pytest.fixture
def damaged(archive: Archive) -> tuple[Path, str, list[str]]:
    """An archive, the path of a damaged file in its trash, and the notices of it."""
    archive.remove("")
    file = next((archive.path / "trash").rglob("*budget*.md"))
    file.write_bytes(b"---\ntitle: [\n---\nx\n")
    archive.close()
    return archive.path, file.relative_to(archive.path).as_posix(), []


@pytest.mark.parametrize("way", _ASKED)
def test_what_an_answer_lacks_is_said(damaged: tuple[Path, str, list[str]], way: str) -> None:
    root, path, notices = damaged
    with Archive.open(root, notify=notices.append) as archive:
        assert [entry.path for entry in archive.trash() if entry.damage] == [path]
        assert not notices
        for _ in range(2):
            _ASKED[way](archive)
            assert notices
            assert {(type(notice), path in notice) for notice in notices} == {(Incomplete, True)}
            notices.clear()


def test_who_asks_for_all_names_what_is_damaged(damaged: tuple[Path, str, list[str]]) -> None:
    root, path, notices = damaged
    with Archive.open(root, notify=notices.append) as archive:
        assert [refusal.where for refusal in archive.restore_articles("", dry_run=True).refused] == [path]
        assert path in archive.purge("", trash=True, dry_run=True).files
        assert not notices


def test_an_article_that_was_damaged_since_it_was_listed_is_left_out_everywhere(archive: Archive) -> None:
    archive.remove("")
    assert len([*archive.list("in:trash")]) == len(_FIELDS)  # the index is not asked, so it is still behind
    file = next((archive.path / "trash").rglob("*budget*.md"))
    status, data = file.stat(), file.read_bytes()
    file.write_bytes(data.replace(b"\nid: ", b"\nno: "))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    notices: list[str] = []
    with Archive.open(archive.path, notify=notices.append) as other:
        for _ in range(2):
            assert other.count("in:trash (harbour OR budget OR readers OR hafen)") == len(_FIELDS) - 1
            assert [*map(type, notices)] == [Incomplete]
            notices.clear()
        assert other.list_count("in:trash") == len(_FIELDS) - 1


def test_bytes_that_changed_alone_are_damage(archive: Archive) -> None:
    archive.remove("budget")
    (path,) = (archive.path / "trash").rglob("*.md")
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"twice", b"never"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    (entry,) = archive.trash()
    assert "its bytes have changed" in (entry.damage or "")


@pytest.mark.thorough
@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["remove", "restore", "undo", "redo"]), max_size=8), st.data())
def test_what_is_given_back_has_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str], data: st.DataObject
) -> None:
    with Archive.create(tmp_path_factory.mktemp("archives") / "news") as archive:
        _import(archive)
        before = _files(archive.path)
        ids = [row.id for row in archive.list()]
        for step in steps:
            present = [row.id for row in archive.list()]
            trashed = [entry.id for entry in archive.trash()]
            assert sorted(present + trashed) == sorted(ids)
            try:
                if step == "remove" and present:
                    archive.remove(ids=[data.draw(st.sampled_from(present))])
                elif step == "restore" and trashed:
                    archive.restore_articles(ids=[data.draw(st.sampled_from(trashed))])
                elif step in ("undo", "redo") and archive.log(limit=1):
                    last = next(archive.log())
                    if last.command != "import" and (step == "undo" or last.command == "undo"):
                        getattr(archive, step)()
            except NotFoundError:
                assert step in ("undo", "redo")
            except UsageError as error:
                refused = (step, "changed since" in str(error))
                assert refused in (("undo", True), ("redo", True))
        archive.restore_articles("")
        assert _files(archive.path) == before
        assert [*archive.trash()] == []
        assert archive.verify().ok


def test_what_cannot_be_given_back_is_refused(archive: Archive) -> None:
    archive.remove("budget")
    (entry,) = archive.trash()
    taken = archive.path / "articles" / entry.path.split("/", 2)[2]
    taken.write_text("Another note\n")
    report = archive.restore_articles("")
    assert (
        report.changed,
        [refusal.reason.endswith("is taken by another file; move that first") for refusal in report.refused],
    ) == (0, [True])
    taken.unlink()
    archive.import_(BytesIO(json.dumps(_FIELDS[2]).encode()), format="jsonl", again=True)
    report = archive.restore_articles(ids=[entry.id])
    assert "with the id" in report.refused[0].reason
    archive.remove("budget")
    assert [there.change for there in archive.trash()] == [max(log.change for log in archive.log())]
    assert archive.restore_articles("budget").changed == 1
    assert [there.id for there in archive.trash()] == [entry.id], "the one that was removed first"
    with pytest.raises(NotFoundError, match="in the trash"):
        archive.restore_articles(ids=["zzz"])
    with pytest.raises(UsageError):
        archive.restore_articles()


def test_an_earlier_version_becomes_the_current_one(archive: Archive) -> None:
    id_ = next(archive.list("budget")).id
    before = archive.text(id_)
    archive.tag(ids=[id_], add=["new"])
    changed = archive.text(id_)
    dry = archive.restore_version(id_[:8], 1, dry_run=True)
    assert (dry.change, dry.changed, archive.text(id_)) == (None, 1, changed)
    report = archive.restore_version(id_[:8], 1)
    assert (report.changed, archive.text(id_)) == (1, before)
    assert archive.restore_version(id_, 1).unchanged == 1
    assert next(archive.log()).command == "restore"
    archive.undo()
    assert archive.text(id_) == changed
    with pytest.raises(NotFoundError, match="has no version 7"):
        archive.restore_version(id_, 7)
    assert archive.restore_version(id_, -1).changed == 1
    assert archive.text(id_) == before
    assert archive.verify().ok


def test_a_read_only_archive_shows_its_trash(archive: Archive) -> None:
    archive.remove("harbour")
    ids = [entry.id for entry in archive.trash()]
    path = archive.path
    archive.close()
    shutil.rmtree(path / ".docarchive" / "trash")
    (path / ".docarchive").chmod(0o500)
    try:
        with Archive.open(path) as opened:
            if opened.read_only:  # not for root
                assert [entry.id for entry in opened.trash()] == ids
                assert opened.count("in:trash harbour") == len(ids)
    finally:
        (path / ".docarchive").chmod(0o700)


def test_while_another_process_writes_a_temporary_catalog_is_used(archive: Archive) -> None:
    archive.remove("harbour")
    with Archive.open(archive.path, wait=0) as other, archive._sessions.call() as session, session.store.lock:
        assert other.count("in:trash harbour") == len([*other.trash()]) > 0
        assert not (archive.path / ".docarchive" / "trash").exists()


def test_a_process_that_begins_to_write_meanwhile_changes_no_answer(archive: Archive) -> None:
    archive.remove("harbour")
    expected = {hit.id for hit in archive.search("in:trash harbour", limit=None)}
    shutil.rmtree(archive.path / ".docarchive" / "trash")
    with Archive.open(archive.path) as other, other._sessions.call() as reader, archive._sessions.call() as writer:
        trash = Trash(reader)
        searcher = Searcher(trash)
        with writer.store.lock:
            results = searcher.search("harbour", SearchOptions(limit=None).checked())
        trash.close()
    assert {hit.id for hit in results} == expected
