"""Exports: every format, to files, folders and streams; the same bytes each time."""

import csv
import errno
import io
import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ARTICLES, exported, snapshot

from docarchive import Archive, ArchiveDamaged, ArchiveError, NoRoom, OutputClosed, QueryError, UsageError
from docarchive.archive.export.exporting import Exporter
from docarchive.archive.progress import no_progress
from docarchive.catalog import Catalog
from docarchive.folder import Folder
from docarchive.store import Store
from docarchive.store.layout import DERIVED
from docarchive.writers import Document, WriteOptions, writer

TEXT = st.text(st.one_of(st.characters(), st.sampled_from('\n\t",;|=😀שלום\u2028\x85 0123456789.-:')), max_size=12)
VALUES = st.recursive(
    TEXT | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)
RECORDS = st.fixed_dictionaries(
    {"title": TEXT, "body": TEXT},
    optional={
        "date": st.sampled_from(["2024", "2024-03-16T10:00:00+01:00", "1963-11"]),
        "tags": st.lists(TEXT, max_size=3),
        "schema": VALUES,
        "version": st.sampled_from(["1.10", "2024-03-16", "true", "null", "0x10", "1_000", "1e3", "~"]),
        "geo": VALUES,
    },
)


@pytest.mark.parametrize("format", ["json", "jsonl", "md", "csv"])
def test_the_same_twice(archive: Archive, tmp_path: Path, format: str) -> None:
    first = exported(archive, format=format)
    archive.rebuild()
    assert exported(archive, format=format) == first
    path = tmp_path / f"all.{format}"
    assert archive.export(format=format, to=path).articles == len(ARTICLES)
    assert path.read_bytes() == first


def test_json_forms_agree_and_come_by_date(archive: Archive) -> None:
    records = [json.loads(line) for line in exported(archive, format="jsonl").splitlines()]
    assert json.loads(exported(archive, format="json")) == {"schema": 1, "articles": records}
    assert [record.get("date") for record in records] == [
        "1963",
        "2023-11-05T10:30:00+01:00",
        "2024-03",
        "2024-03-16",
        None,
    ]
    wheat = records[2]
    assert (wheat["rating"], wheat["source_id"], wheat["schema"]) == (4, "2", 1)
    assert wheat["body"].startswith("Wheat climbed")


@pytest.mark.parametrize(
    ("query", "count"), [("", 5), ("harbour", 2), ("tag:harbour", 2), ("trade date:2024", 1), ("nothing-at-all", 0)]
)
def test_a_query_chooses(archive: Archive, query: str, count: int) -> None:
    out = io.BytesIO()
    assert archive.export(query, format="jsonl", to=out).articles == count
    assert len(out.getvalue().splitlines()) == count


def test_sorted_as_asked(archive: Archive) -> None:
    for query in ("", "pier OR wheat OR coffee"):
        lines = exported(archive, query, format="jsonl", sort="-date").splitlines()
        dates = [json.loads(line).get("date") for line in lines]
        assert dates[0] == "2024-03-16"
        assert dates[-1] is None


def test_csv_has_a_row_an_article(archive: Archive) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(archive, format="csv").decode(), newline="")))
    assert len(rows) == len(ARTICLES)
    assert rows[2]["authors"] == "Bo Larsen; Ada Meyer"
    assert json.loads(rows[2]["extra"]) == {"rating": 4}


def test_markdown_goes_to_a_folder_as_the_files_are(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert archive.export("harbour", format="md", to=folder).articles == 2
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert found == {
        hit.path.removeprefix("articles/"): (archive.path / hit.path).read_bytes() for hit in archive.search("harbour")
    }
    with pytest.raises(UsageError, match="not empty"):
        archive.export(format="md", to=folder)
    assert archive.export(format="md", to=folder, force=True).articles == len(ARTICLES)
    with pytest.raises(UsageError, match="is not a folder"):
        archive.export(format="md", to=next(folder.rglob("*.md")).rename(tmp_path / "file"))


def test_nothing_is_written_over_without_force(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="--force"):
        archive.export(format="json", to=path)
    assert path.read_text("utf-8") == "mine"
    archive.export(format="json", to=path, force=True)
    assert json.loads(path.read_bytes())["schema"] == 1
    with pytest.raises(UsageError, match="is a folder"):
        archive.export(format="json", to=tmp_path)


@pytest.mark.parametrize("place", ["", "docarchive.toml", "articles", "originals/x.jsonl", ".docarchive", "versions/a"])
def test_places_of_the_archive_itself_are_not_written_to(archive: Archive, place: str) -> None:
    before = snapshot(archive.path)
    for format in ("md", "jsonl"):
        with pytest.raises(UsageError, match="belongs to the archive"):
            archive.export(format=format, to=archive.path / place, force=True)
    assert snapshot(archive.path) == before
    assert archive.export(to=archive.path / "out.jsonl").articles == len(ARTICLES)


def test_a_name_that_ends_as_a_folder_is_none_of_a_file(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        archive.export(format="csv", to=f"{tmp_path}/out/")
    assert archive.export(format="md", to=f"{tmp_path}/out/").articles == len(ARTICLES)
    assert (tmp_path / "out").is_dir()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("format", ["jsonl", "md"])
def test_a_named_pipe_is_written_to(archive: Archive, tmp_path: Path, format: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(pipe.read_bytes)
        archive.export(format=format, to=pipe)
        assert read.result(10) == exported(archive, format=format)
    assert pipe.is_fifo()


def test_a_template_needs_no_format(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "title.txt").write_text("{{ title }}\n")
    archive.export("wheat", to=tmp_path / "titles.csv", template=tmp_path / "title.txt")
    assert (tmp_path / "titles.csv").read_text() == "Wheat prices climb\n"


def test_a_failed_export_leaves_nothing(archive: Archive, tmp_path: Path) -> None:
    (hit,) = archive.search("wheat climbed").hits
    (archive.path / hit.path).write_bytes(b"caf\xe9")
    with pytest.raises(Exception, match="not UTF-8"):
        archive.export(format="json", to=tmp_path / "out.json")
    assert not [path for path in tmp_path.iterdir() if "out.json" in path.name]


@pytest.mark.parametrize("format", ["json", "jsonl", "md", "csv"])
def test_a_file_that_is_gone_is_skipped_and_counted(archive: Archive, tmp_path: Path, format: str) -> None:
    (hit,) = archive.search("wheat climbed")
    (archive.path / hit.path).unlink()
    out = io.BytesIO()
    assert archive.export(format=format, to=out).articles == len(ARTICLES) - 1
    assert b"Wheat" not in out.getvalue()
    assert b"A year alone" in out.getvalue()
    catalog = Catalog.open(Folder(archive.path) / DERIVED)
    assert catalog is not None
    with closing(catalog):
        exporter = Exporter(Store(archive.path), catalog, writer(format), WriteOptions(), no_progress)
        exporter.to_path(archive.list(), tmp_path / "out", force=False)
    assert (exporter.report.articles, exporter.report.missing) == (len(ARTICLES) - 1, [hit.path])


def test_a_file_that_was_edited_since_is_exported_as_it_is_now(archive: Archive) -> None:
    (hit,) = archive.search("wheat climbed")
    path = archive.path / hit.path
    path.write_text(path.read_text("utf-8").replace("title: ", "title: Now ", 1), "utf-8")
    assert json.loads(exported(archive, "wheat", format="jsonl"))["title"].startswith("Now ")


@given(st.lists(RECORDS, min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_what_the_catalog_knows_is_what_the_files_say(records: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder, Archive.create(Path(folder, "archive")) as archive:
        lines = "".join(json.dumps(record) + "\n" for record in records).encode()
        archive.import_(io.BytesIO(lines), format="jsonl", on_duplicate="keep")
        for row in archive.list():
            text = archive.text(row.id)
            document = Document(row.id, row.path, text, None, row.metadata)
            assert json.dumps(document.article.to_dict()) == json.dumps(
                Document(row.id, row.path, text).article.to_dict()
            )


@pytest.mark.parametrize("options", [{"format": "pdf"}, {"sort": "relevance"}, {"sort": "size"}])
def test_wrong_usage(archive: Archive, options: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        archive.export(to=io.BytesIO(), **options)  # type: ignore[arg-type]
    with pytest.raises(QueryError):
        archive.export("(", to=io.BytesIO())


def test_a_file_that_can_no_longer_be_read_is_named(archive: Archive) -> None:
    (hit,) = archive.search("wheat climbed").hits
    (archive.path / hit.path).write_text("---\ndate: never\n---\n\nText.\n", "utf-8")
    for read in (lambda: archive.get(hit.id), lambda: archive.export(to=io.BytesIO()), lambda: hit.article):
        with pytest.raises(ArchiveDamaged, match=rf"{hit.path}: date: 'never' is not a date.*docarchive sync"):
            read()


class Failing(io.RawIOBase):
    """A stream of a caller that cannot be written."""

    name = "upload"

    def __init__(self, number: int) -> None:
        self._number = number

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        raise OSError(self._number, os.strerror(self._number))


@pytest.mark.parametrize("format", ["jsonl", "csv", "markdown", "xlsx"])
def test_errors_name_the_stream_that_is_written_to(archive: Archive, format: str) -> None:
    with pytest.raises(NoRoom, match=r"^upload cannot be written: no room"):
        archive.export(format=format, to=Failing(errno.ENOSPC))  # type: ignore[arg-type]
    with pytest.raises(ArchiveError, match=r"^the archive at .* or upload cannot be read or written"):
        archive.export(format=format, to=Failing(errno.EIO))  # type: ignore[arg-type]
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(OutputClosed, match="is closed"):
        archive.export(format=format, to=closed)
    if Path("/dev/full").exists():
        with pytest.raises(NoRoom, match=r"^/dev/full cannot be written"):
            archive.export(format=format, to="/dev/full")
