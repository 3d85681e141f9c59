"""What an import decides: new, unchanged, updated or refused; and that nothing is lost by it."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import ARTICLES, SEEDS, snapshot

from docarchive import Archive, ArchiveError, Decision, ImportReport, SyncReport, UsageError
from docarchive.archive.importing import importer
from docarchive.archive.indexing import live
from docarchive.archive.reports import Refusal


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.new, report.unchanged, report.updated, len(report.refused)


def lines(*records: Any) -> io.BytesIO:
    return io.BytesIO("".join(json.dumps(record) + "\n" for record in records).encode())


def test_the_seed(root: Path) -> None:
    (seed,) = SEEDS.iterdir()
    with Archive.create(root) as archive:
        report = archive.import_(SEEDS)
        assert counts(report) == (1, 0, 0, 0)
        article = archive.get(report.ids[0])
        assert str(article.date) == "2024-03-16"
        assert article.title_derived
        assert article.body.startswith(article.title.rstrip("…"))
        assert article.body.count("\n## ") == 3
        digest = sha256(seed.read_bytes()).hexdigest()
        assert article.original == f"sha256:{digest}"
        assert (root / "originals" / digest[:2] / f"{digest}.txt").read_bytes() == seed.read_bytes()
        words = seed.read_text("utf-8").split()[2:]
        assert [word for word in article.body.split() if word != "##"] == words
        before = snapshot(root)
        assert counts(archive.import_(SEEDS)) == (0, 1, 0, 0)
        assert snapshot(root) == before


def test_importing_again_changes_nothing(archive: Archive, articles_file: Path) -> None:
    before = snapshot(archive.path)
    assert counts(archive.import_(articles_file)) == (0, len(ARTICLES), 0, 0)
    assert snapshot(archive.path) == before


def test_one_original_for_a_file_of_many(archive: Archive, articles_file: Path) -> None:
    digest = sha256(articles_file.read_bytes()).hexdigest()
    assert {archive.get(row.id).original for row in archive.list()} == {f"sha256:{digest}"}
    kept = [path for path in (archive.path / "originals").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in kept] == [articles_file.read_bytes()]


def test_known_keys_become_metadata_and_the_rest_is_kept(archive: Archive) -> None:
    (hit,) = archive.search("wheat climbed").hits
    article = hit.article
    assert article.source_id == "2"
    assert article.authors == ["Bo Larsen", "Ada Meyer"]
    assert article.extra == {"rating": 4}
    assert str(article.date) == "2024-03"


def test_the_same_record_in_another_file_is_known(archive: Archive, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text("".join(json.dumps(a, indent=None, sort_keys=True) + "\n" for a in ARTICLES[::-1]), "utf-8")
    before = snapshot(archive.path)
    assert counts(archive.import_(other)) == (0, len(ARTICLES), 0, 0)
    assert snapshot(archive.path) == before


def test_equal_texts_with_different_ids_are_different_articles(root: Path) -> None:
    records = [{"id": str(number), "title": "Same", "body": "Same text."} for number in range(5)]
    with Archive.create(root) as archive:
        assert counts(archive.import_(lines(*records, records[0]))) == (5, 1, 0, 0)
        assert archive.count("same") == 5


def test_equal_texts_without_ids_are_one_article(root: Path) -> None:
    with Archive.create(root) as archive:
        assert counts(archive.import_(lines({"body": "Same text."}, {"text": "Same text."}))) == (1, 1, 0, 0)


STRONG: list[dict[str, Any]] = [
    {"url": "https://example.org/a"},
    {"doi": "10.1234/abc"},
    {"guid": "tag:example.org,2024:1"},
    {"message_id": "<1@example.org>"},
    {"source": "Wire", "id": "17"},
]


@pytest.mark.parametrize("strong", STRONG, ids=lambda keys: next(iter(keys)))
def test_new_content_under_the_same_identity_is_a_new_version(root: Path, strong: dict[str, Any]) -> None:
    with Archive.create(root) as archive:
        first = archive.import_(lines({"title": "One", "date": "2024-01-01", "body": "First text.", **strong}))
        (id_,) = first.ids
        path, old = archive.file(id_), archive.text(id_)
        report = archive.import_(lines({"title": "Two", "date": "2024-01-02", "body": "Second text.", **strong}))
        assert counts(report) == (0, 0, 1, 0)
        assert report.ids == [id_]
        assert archive.file(id_) == path
        article = archive.get(id_)
        assert (article.title, article.body, str(article.date)) == ("Two", "Second text.", "2024-01-02")
        assert (root / "versions" / id_ / "0001.md").read_text("utf-8") == old
        assert archive.count("first") == 0
        assert archive.count("second") == 1
        assert counts(archive.import_(lines({"title": "Three", "body": "Third.", **strong}))) == (0, 0, 1, 0)
        assert sorted(path.name for path in (root / "versions" / id_).iterdir()) == ["0001.md", "0002.md"]


def test_two_spellings_of_a_url_are_one(root: Path) -> None:
    with Archive.create(root) as archive:
        first = {"url": "http://Example.org/a/?utm_source=feed", "body": "Text."}
        second = {"link": "https://example.org/a#top", "body": "Text."}
        assert counts(archive.import_(lines(first))) == (1, 0, 0, 0)
        report = archive.import_(lines(second))
        assert (report.new, report.refused) == (0, [])


def test_versions_of_one_article_within_one_file(root: Path) -> None:
    records = [{"url": "https://example.org/a", "body": f"Text {number}."} for number in (1, 2, 3)]
    with Archive.create(root) as archive:
        assert counts(archive.import_(lines(*records))) == (1, 0, 2, 0)
        (row,) = archive.list()
        assert archive.get(row.id).body == "Text 3."


def test_a_new_version_keeps_what_was_added_by_hand(root: Path) -> None:
    url = {"url": "https://example.org/a"}
    with Archive.create(root) as archive:
        (id_,) = archive.import_(lines({"title": "T", "tags": ["a"], "body": "One.", **url})).ids
        path = root / archive.file(id_)
        text = path.read_text("utf-8").replace("tags:\n- a\n", "tags:\n- a\n- mine\nnote: by hand # a comment\n")
        path.write_text(text, "utf-8")
        archive.sync()
        assert counts(archive.import_(lines({"title": "T", "tags": ["b"], "body": "Two.", **url}))) == (0, 0, 1, 0)
        article = archive.get(id_)
        assert article.tags == ["b", "a", "mine"]
        assert article.extra == {"note": "by hand"}
        assert article.body == "Two."
        assert "note: by hand # a comment\n" in archive.text(id_)


def test_an_edit_by_hand_outlives_the_same_import(archive: Archive, articles_file: Path) -> None:
    (hit,) = archive.search("wheat climbed").hits
    path = archive.path / hit.path
    path.write_text(path.read_text("utf-8").replace("Wheat climbed", "Barley climbed"), "utf-8")
    archive.sync()
    edited = path.read_bytes()
    assert counts(archive.import_(articles_file)) == (0, len(ARTICLES), 0, 0)
    archive.rebuild()
    assert counts(archive.import_(articles_file)) == (0, len(ARTICLES), 0, 0)
    assert path.read_bytes() == edited


def test_an_export_can_be_imported_again(archive: Archive, tmp_path: Path) -> None:
    for format, name in (("jsonl", "out.jsonl"), ("json", "out.json"), ("md", "out")):
        archive.export(format=format, to=tmp_path / name)
        assert counts(archive.import_(tmp_path / name)) == (0, len(ARTICLES), 0, 0)
        with Archive.create(tmp_path / f"from-{format}") as other:
            assert counts(other.import_(tmp_path / name)) == (len(ARTICLES), 0, 0, 0)
            for row in archive.list():
                ours, theirs = archive.get(row.id).to_dict(), other.get(row.id).to_dict()
                for key in ("original", "fingerprint", "format", "reader", "imported_from"):
                    ours.pop(key, None), theirs.pop(key, None)
                assert ours == theirs


BAD = {
    "broken.md": (b"---\ntitle: [open\n---\n\ntext\n", "not valid YAML: line"),
    "picture.png": (b"\x89PNG\r\n\x1a\n\0\0", "picture"),
    "binary.txt": (b"\0\1\2\3", "not text"),
    "damaged.txt": ("café, déjà vu, naïveté, été".encode() + b"\xe9\n", "not UTF-8"),
    "empty.md": (b"", "empty"),
    "blank.txt": (b" \n\n", "empty"),
    "what.xyz": (b"text\n", "unknown format '.xyz'"),
}


def test_bad_inputs_are_refused_and_kept_and_the_rest_goes_in(root: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name, (data, _) in BAD.items():
        (inbox / name).write_bytes(data)
    (inbox / "good.md").write_text("# A good one\n\nText.\n", "utf-8")
    with Archive.create(root) as archive:
        report = archive.import_(inbox, inbox / "picture.png", tmp_path / "missing")
        assert counts(report) == (1, 0, 0, len(BAD) + 1)
        assert report.skipped == 1  # the picture in the folder; named outright, it is refused
        reasons = {Path(refused.where).name: refused for refused in report.refused}
        assert "no such file" in reasons["missing"].reason
        for name, (data, reason) in BAD.items():
            refused = reasons[name]
            assert reason in refused.reason
            assert "\n" not in refused.reason
            assert refused.kept is not None
            assert (root / refused.kept).read_bytes() == data
            note = json.loads((root / f"{refused.kept}.json").read_text("utf-8"))
            assert note["reason"] == refused.reason
        assert [row.metadata["title"] for row in archive.list()] == ["A good one"]


def test_bad_lines_are_refused_by_number_and_kept(root: Path) -> None:
    data = b'{"body": "one"}\n{"body": \n\n[1]\n{"body": "two", "title": ["a", "b"]}\n{"body": "three"}'
    with Archive.create(root) as archive:
        report = archive.import_(io.BytesIO(data), format="jsonl")
        assert counts(report) == (2, 0, 0, 3)
        assert [refused.where for refused in report.refused] == ["-:2", "-:4", "-:5"]
        kept = [refused.kept for refused in report.refused]
        assert (root / str(kept[1])).read_bytes() == b"[1]"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that opens and cannot be read")
def test_an_error_while_reading_refuses_that_input_alone(root: Path, tmp_path: Path) -> None:
    good = tmp_path / "good.md"
    good.write_text("# A good one\n\nText.\n", "utf-8")
    with Archive.create(root) as archive, open("/proc/self/mem", "rb", buffering=0) as stream:
        report = archive.import_("/proc/self/mem", good, stream)
        assert counts(report) == (1, 0, 0, 2)
        assert report.refused == [Refusal("/proc/self/mem", "it cannot be read: Input/output error")] * 2


def test_a_disk_that_is_full_stops_the_import(root: Path, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    large = tmp_path / "large.jsonl"
    large.write_text(json.dumps({"body": "Words. " * 1_000_000}) + "\n", "utf-8")
    with Archive.create(root) as archive:
        limit = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, limit[1]))
        try:
            with pytest.raises(ArchiveError, match="the archive cannot be written: File too large"):
                archive.import_(large)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
            signal.signal(signal.SIGXFSZ, handler)
        assert counts(archive.import_(large)) == (1, 0, 0, 0)


@pytest.mark.parametrize("batch", [3, 1_000])
def test_of_many_refused_records_the_first_are_named_and_the_whole_is_kept(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(importer, "_MAX_REFUSED", 10)
    monkeypatch.setattr(importer, "_BATCH", batch)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.jsonl").write_text('{"body": 1.5}\n' * 10, "utf-8")
    (inbox / "b.jsonl").write_text("{}\n" * 30 + '{"body": "One that is good."}\n' + "{}\n" * 1_470, "utf-8")
    (inbox / "c.jsonl").write_text("{}\n", "utf-8")
    with Archive.create(root) as archive:
        report = archive.import_(inbox)
        assert counts(report) == (1, 0, 0, 10 + 11 + 1)
        last = report.refused[-1]
        assert (Path(last.where).name, last.reason) == ("b.jsonl", "1,490 more of its records are refused")
        assert last.kept is not None
        assert (root / last.kept).read_bytes() == (inbox / "b.jsonl").read_bytes()
        names = [Path(refused.where).name for refused in report.refused[:-1]]
        wanted = [f"a.jsonl:{n}" for n in range(1, 11)] + [f"b.jsonl:{n}" for n in range(1, 11)] + ["c.jsonl:1"]
        assert names == wanted
        assert len(list((root / "quarantine").iterdir())) == 2 * 22


def test_an_unknown_format_is_wrong_usage(archive: Archive, articles_file: Path) -> None:
    with pytest.raises(UsageError, match="there is no format 'odd'"):
        archive.import_(articles_file, format="odd")


def test_standard_input_and_names(root: Path) -> None:
    with Archive.create(root) as archive:
        assert counts(archive.import_(io.BytesIO(b"A note\n\nWith a sentence."))) == (1, 0, 0, 0)
        (row,) = archive.list()
        assert row.metadata["title"] == "A note"


@pytest.mark.parametrize("sizes", [{"_BATCH": 2}, {"_EARLY_BATCH": 2, "_MANY_BATCHES": 2}])
def test_small_batches_give_the_same_archive(
    archive: Archive, articles_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: dict[str, int]
) -> None:
    for name, size in sizes.items():
        monkeypatch.setattr(importer, name, size)
    with Archive.create(tmp_path / "other") as other:
        assert counts(other.import_(articles_file)) == (len(ARTICLES), 0, 0, 0)
        assert [row.path for row in other.list()] == [row.path for row in archive.list()]
        assert [hit.id for hit in other.search("harbour")] == [hit.id for hit in archive.search("harbour")]


def test_the_first_batches_of_many_are_small(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "_EARLY_BATCH", 5)
    stored: set[int] = set()

    def note(phase: str, done: int, total: int | None) -> None:
        if phase == "import":
            stored.add(sum(1 for _ in archive.list()))

    path = tmp_path / "many.jsonl"
    for batches in (importer._MANY_BATCHES - 1, importer._MANY_BATCHES + 1):
        lines = (json.dumps({"body": f"Pier {n:06}, with a light."}) for n in range(5 * batches))
        path.write_text("\n".join(lines), "utf-8")
        stored.clear()
        with Archive.create(root / str(batches), progress=note) as archive:
            archive.import_(path)
        assert ({5, 10} <= stored) == (5 in stored) == (batches > importer._MANY_BATCHES)


def test_what_came_in_before_an_interruption_is_indexed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "_BATCH", 2)
    monkeypatch.setattr(live, "_TOGETHER", 3)
    seen: list[Decision] = []

    def interrupt(decision: Decision) -> None:
        seen.append(decision)
        if len(seen) == 7:
            raise KeyboardInterrupt

    records = [{"title": f"Number {n}", "body": f"Harbour number {n}."} for n in range(9)]
    with Archive.create(root) as archive, pytest.raises(KeyboardInterrupt):
        archive.import_(lines(*records), observe=interrupt)
    with Archive.open(root) as archive:
        status = archive.engine_status()
        assert (status.changes, status.behind) == (6, 2)
        archive.import_(lines(*records))
        assert archive.engine_status().behind == 0
        assert archive.search("harbour").total == len(archive) == 9


def test_a_file_in_the_way_is_not_written_over(archive: Archive, articles_file: Path, tmp_path: Path) -> None:
    (hit,) = archive.search("wheat climbed").hits
    with Archive.create(tmp_path / "other") as other:
        blocker = tmp_path / "other" / hit.path
        blocker.parent.mkdir(parents=True)
        blocker.write_text("---\nid: mine\ntitle: Mine\n---\n\nMy own file.\n", "utf-8")
        report = other.import_(articles_file)
        assert counts(report) == (len(ARTICLES) - 1, 0, 0, 1)
        assert "another file is at its path" in report.refused[0].reason
        assert blocker.read_text("utf-8").endswith("My own file.\n")


@pytest.mark.parametrize("target", ["../elsewhere", "../../elsewhere"])
def test_a_year_that_is_a_link_stops_the_import_and_nothing_is_half_there(
    root: Path, articles_file: Path, target: str
) -> None:
    with Archive.create(root) as archive:
        elsewhere = root / "articles" / target
        elsewhere.mkdir()
        (root / "articles" / "2024").symlink_to(target)
        with pytest.raises(ArchiveError, match=r"^articles/2024 is a link, .* put a folder there"):
            archive.import_(articles_file)
        assert list(elsewhere.iterdir()) == []
        assert archive.sync().to_dict() == SyncReport().to_dict()
        (root / "articles" / "2024").unlink()
        assert counts(archive.import_(articles_file)) == (len(ARTICLES), 0, 0, 0)


def test_a_file_that_was_put_back_is_taken_in_rather_than_written_over(archive: Archive, articles_file: Path) -> None:
    (hit,) = archive.search("wheat climbed").hits
    path = archive.path / hit.path
    text = path.read_text("utf-8")
    path.unlink()
    archive.sync()
    path.write_text(text + "\nA line more.\n", "utf-8")
    assert counts(archive.import_(articles_file)) == (0, len(ARTICLES), 0, 0)
    assert path.read_text("utf-8").endswith("A line more.\n")
    assert archive.count('"a line more"') == 1


def test_an_update_of_an_article_whose_file_is_gone_or_broken(root: Path) -> None:
    url = {"url": "https://example.org/a"}
    with Archive.create(root) as archive:
        (id_,) = archive.import_(lines({"title": "T", "body": "One.", **url})).ids
        path = root / archive.file(id_)
        path.write_text("---\ntitle: [\n---\n", "utf-8")
        report = archive.import_(lines({"title": "T", "body": "Two.", **url}))
        assert counts(report) == (0, 0, 0, 1)
        assert "cannot be read" in report.refused[0].reason
        path.unlink()
        assert archive.import_(lines({"title": "T", "body": "Two.", **url})).deleted == 1
        assert counts(archive.import_(lines({"title": "T", "body": "Two.", **url}), again=True)) == (1, 0, 0, 0)
        assert archive.get(id_).body == "Two."


def test_another_archive_gives_its_articles_alone(archive: Archive, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "other") as other:
        assert counts(other.import_(archive.path)) == (len(ARTICLES), 0, 0, 0)
        assert sorted(row.id for row in other.list()) == sorted(row.id for row in archive.list())
        report = other.import_(tmp_path / "other" / "articles")
        assert "docarchive sync" in report.refused[0].reason


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
records = st.fixed_dictionaries(
    {"body": st.text(min_size=1, max_size=60)},
    optional={"title": st.text(max_size=20), "id": st.text(max_size=4), "x y": values, "k": values, "body ": values},
)


@pytest.mark.thorough
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(records, min_size=1, max_size=6))
def test_any_records_go_in_once_and_come_back_after_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory, found: list[dict[str, Any]]
) -> None:
    with Archive.create(tmp_path_factory.mktemp("any") / "archive") as archive:
        data = lines(*found).getvalue()
        first = archive.import_(io.BytesIO(data), format="jsonl")
        assert first.new + first.unchanged + len(first.refused) == len(found)
        again = archive.import_(io.BytesIO(data), format="jsonl")
        assert (again.new, again.updated, again.unchanged) == (0, 0, len(found) - len(first.refused))
        before = list(archive.list(sort="title"))
        sync = archive.sync()
        assert (sync.added, sync.modified, sync.removed, sync.refused) == ([], [], [], [])
        assert archive.rebuild().refused == []
        assert list(archive.list(sort="title")) == before
        last = archive.import_(io.BytesIO(data), format="jsonl")
        assert (last.new, last.updated, last.unchanged) == (0, 0, len(found) - len(first.refused))


def test_a_folder_with_two_versions_of_an_article_settles(root: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in (1, 2, 3):
        record = {"url": "https://example.org/a", "title": "T", "body": f"Text {number}."}
        (inbox / f"{number}.json").write_text(json.dumps(record), "utf-8")
    with Archive.create(root) as archive:
        assert counts(archive.import_(inbox)) == (1, 0, 2, 0)
        before = snapshot(root)
        assert counts(archive.import_(inbox)) == (0, 3, 0, 0)
        archive.rebuild()
        assert counts(archive.import_(inbox)) == (0, 3, 0, 0)
        assert snapshot(root) == before
        (row,) = archive.list()
        (root / row.path).unlink()
        archive.sync()
        assert (archive.import_(inbox).deleted, archive.count("*")) == (3, 0)
        assert archive.import_(inbox, again=True).new == 1


@pytest.mark.skipif(sys.platform != "linux", reason="names that are not UTF-8 exist on Linux alone")
def test_names_that_are_not_utf8(root: Path, tmp_path: Path) -> None:
    inbox = os.fsencode(tmp_path / "inbox")
    os.mkdir(inbox)
    for name, data in ((b"caf\xe9.txt", b"Some text.\n"), (b"bad\xe9.txt", b"\0\1")):
        with open(os.path.join(inbox, name), "wb") as file:
            file.write(data)
    with Archive.create(root) as archive:
        report = archive.import_(tmp_path / "inbox", tmp_path / os.fsdecode(b"missing\xe9"))
        assert counts(report) == (1, 0, 0, 2)
        for refused in report.refused:
            json.dumps(refused).encode()
            assert "\ufffd" in refused.where
        assert report.refused[0].kept is not None


def test_an_input_without_articles_is_named_and_not_kept(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "blank.jsonl").write_text("\n\n")
    ZipFile(tmp_path / "empty.zip", "w").close()
    report = archive.import_(tmp_path / "blank.jsonl", tmp_path / "empty.zip")
    assert [(Path(each.where).name, each.reason, each.kept) for each in report.refused] == [
        ("blank.jsonl", "there is no article in it", None),
        ("empty.zip", "there is no article in it", None),
    ]
    assert archive.quarantine() == []
