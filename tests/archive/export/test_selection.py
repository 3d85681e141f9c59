"""Which articles an export hands out: ids, limits, and what changed since."""

import io
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support import ARTICLES, exported

from docarchive import Archive, NotFoundError, UsageError
from docarchive.archive.indexing.live import LiveIndexer
from docarchive.folder import Folder
from docarchive.store import WriteLock
from docarchive.store.layout import LOCK


def exported_ids(archive: Archive, query: str = "", **options: Any) -> list[str]:
    return [json.loads(line)["id"] for line in exported(archive, query, **options).splitlines()]


def test_ids_come_in_the_order_in_which_they_are_named(archive: Archive) -> None:
    ids = [row.id for row in archive.list(sort="title")]
    wanted = [ids[3], ids[0], ids[3], ids[1]]
    assert exported_ids(archive, ids=wanted) == [ids[3], ids[0], ids[1]]
    assert exported_ids(archive, ids=[ids[0][:6], ids[2]], sort="-title") == [ids[2], ids[0]]
    assert exported_ids(archive, ids=[]) == []
    with pytest.raises(NotFoundError):
        exported_ids(archive, ids=["zzzz"])
    with pytest.raises(UsageError):
        exported_ids(archive, "wheat", ids=ids)


def test_a_mark_goes_no_further_than_the_index(archive: Archive, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As while another process imports, and has not indexed all of it yet."""
    before = exported_ids(archive, "harbour")
    monkeypatch.setattr(LiveIndexer, "end", lambda self: None)
    new = b"".join(b'{"title": "New %d", "body": "A new harbour %d."}\n' % (n, n) for n in range(3))
    ids = archive.import_(io.BytesIO(new)).ids
    with WriteLock(Folder(root), LOCK):
        report = archive.export("harbour", to=io.BytesIO(), since=0)
        everything = archive.export(to=io.BytesIO(), since=0)
    assert (report.articles, report.behind) == (len(before), 3)
    assert report.position.startswith(f"{len(ARTICLES)}-")
    assert (everything.articles, everything.behind) == (len(ARTICLES) + 3, 0), "the catalog answers, and has all"
    assert everything.position.startswith(f"{len(ARTICLES) + 3}-")
    assert sorted(exported_ids(archive, "harbour", since=report.position)) == sorted(ids)


def test_a_limit_takes_the_first(archive: Archive) -> None:
    everything = exported_ids(archive)
    assert exported_ids(archive, limit=2) == everything[:2]
    assert exported_ids(archive, limit=0) == []
    assert (
        exported_ids(archive, "harbour OR wheat OR trade", limit=1)
        == exported_ids(archive, "harbour OR wheat OR trade")[:1]
    )


def test_a_mark_leads_on_to_what_changed(archive: Archive, tmp_path: Path) -> None:
    first = archive.export(to=io.BytesIO())
    assert first.articles == len(ARTICLES)
    assert exported_ids(archive, since=first.position) == []
    new = tmp_path / "new.md"
    new.write_text("# Something new\n\nAbout wheat.\n")
    (id_,) = archive.import_(new).ids
    assert exported_ids(archive, since=first.position) == [id_]
    assert exported_ids(archive, "wheat", since=first.position) == [id_]
    assert exported_ids(archive, "harbour", since=first.position) == []
    gone = next(row for row in archive.list() if row.id != id_)
    (archive.path / gone.path).unlink()
    archive.sync()
    report = archive.export(to=io.BytesIO(), since=first.position)
    assert (report.articles, report.removed) == (1, [gone.id])
    number = int(first.position.partition("-")[0])
    assert exported_ids(archive, since=number) == exported_ids(archive, since=str(number)) == [id_]


def test_a_mark_of_another_journal_is_refused(archive: Archive) -> None:
    position = archive.export(to=io.BytesIO()).position
    archive.rebuild()
    with pytest.raises(UsageError, match="was rebuilt"):
        exported_ids(archive, since=position)
    with pytest.raises(UsageError, match="was rebuilt"):
        exported_ids(archive, since=10**9)
    for wrong in ("someday", "", "12-xyz"):
        with pytest.raises(UsageError, match="neither a position nor a date"):
            exported_ids(archive, since=wrong)


def test_a_date_takes_files_that_were_written_since(archive: Archive) -> None:
    rows = list(archive.list(sort="title"))
    for row in rows:
        os.utime(archive.path / row.path, (1_000_000_000, 1_000_000_000))
    os.utime(archive.path / rows[1].path, (1_710_590_400, 1_710_590_400))  # 2024-03-16T12:00Z
    archive.sync()
    assert exported_ids(archive, since="2024-03-16") == [rows[1].id]
    assert exported_ids(archive, since="2024-03-16T12:00:00+00:00") == [rows[1].id]
    assert exported_ids(archive, since="2024-03-16T12:00:01") == []
    assert len(exported_ids(archive, since="2001-01-01")) == len(ARTICLES)
    now = datetime(2024, 3, 17, 13)
    for moment in ("2024-03", "yesterday", "-25h"):
        assert exported_ids(archive, since=moment, now=now) == [rows[1].id]
    assert exported_ids(archive, since="-24h", now=now) == []


def test_exports_with_a_limit_go_on_from_each_other_and_leave_nothing_out(archive: Archive) -> None:
    found, position = [], "0"
    for _ in ARTICLES:
        out = io.BytesIO()
        report = archive.export(to=out, since=position, limit=2)
        found += [json.loads(line)["id"] for line in out.getvalue().splitlines()]
        position = report.position
    assert len(found) == len(ARTICLES)
    assert set(found) == set(exported_ids(archive))
    path = archive.path / archive.file(found[0])
    path.write_text(path.read_text("utf-8") + "More.\n", "utf-8")
    archive.sync()
    assert exported_ids(archive, since=position, limit=2) == [found[0]]


def test_a_mark_stays_where_an_order_leaves_something_out(archive: Archive) -> None:
    def position(**options: Any) -> int:
        return int(archive.export(to=io.BytesIO(), **options).position.partition("-")[0])

    last = position()
    assert position(limit=2) == 0
    assert position(limit=2, since=1, sort="title") == 1
    assert position(limit=2, since=1, format="rss") == 1
    assert position(limit=len(ARTICLES)) == position(limit=len(ARTICLES), sort="title", since=0) == last
    assert position(limit=0, since=1) == 1


def test_after_a_date_a_limit_hands_out_the_first_changes_and_a_mark_to_go_on_from(archive: Archive) -> None:
    with archive._sessions.call() as session:
        everything = [change.id for change in session.catalog.changes_since(0)]
    found: list[str] = []
    since = "2001-01-01"
    while len(found) < len(everything):
        out = io.BytesIO()
        report = archive.export(to=out, since=since, limit=2)
        part = [json.loads(line)["id"] for line in out.getvalue().splitlines()]
        assert 0 < len(part) <= 2
        found += part
        since = report.position
    assert found == everything


@pytest.mark.parametrize(
    "since", [datetime(2000, 1, 1), datetime(2000, 1, 1, tzinfo=UTC), "2000-01-01", "0001-01-01", datetime.min]
)
def test_since_takes_a_time(since: str | datetime, archive: Archive) -> None:
    assert exported_ids(archive, since=since) == exported_ids(archive)


@pytest.mark.parametrize("since", [datetime(9999, 1, 1), "9999-12-31", datetime.max])
def test_nothing_has_changed_since_a_time_to_come(since: str | datetime, archive: Archive) -> None:
    assert exported_ids(archive, since=since) == []
