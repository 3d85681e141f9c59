"""A record whose words are under keys that no article has is refused, in every format of records: nothing is lost."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from docarchive import Archive

Row = Mapping[str, Any]
URL = "https://example.org/1"


def _as_csv(path: Path, row: Row) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[*row], [*row.values()]])


def _as_tsv(path: Path, row: Row) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter="\t").writerows([[*row], [*row.values()]])
    path.write_text(out.getvalue(), encoding="utf-8")


def _as_sqlite(path: Path, row: Row) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(f"CREATE TABLE articles ({', '.join(row)})")
        connection.execute(f"INSERT INTO articles VALUES ({', '.join('?' * len(row))})", [*row.values()])
    connection.close()


def _as_parquet(path: Path, row: Row) -> None:
    pq.write_table(pa.table({key: [value] for key, value in row.items()}), path)


WRITERS: dict[str, Callable[[Path, Row], object]] = {
    "a.csv": _as_csv,
    "a.tsv": _as_tsv,
    "a.sqlite": _as_sqlite,
    "a.parquet": _as_parquet,
    "a.json": lambda path, row: path.write_text(json.dumps(row)),
    "list.json": lambda path, row: path.write_text(json.dumps([row])),
    "articles.json": lambda path, row: path.write_text(json.dumps({"articles": [row]})),
    "a.jsonl": lambda path, row: path.write_text(json.dumps(row) + "\n"),
    "a.md": lambda path, row: path.write_text(f"---json\n{json.dumps(row)}\n---\n"),
}
RECORDS = {name: write for name, write in WRITERS.items() if name != "a.md"}


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("words", ["The council voted.", "\u6e2f\u6e7e\u8a55\u8b70\u4f1a\u306f\u6a4b\u3092"])
@pytest.mark.parametrize("text", [None, "", "  "], ids=["no text", "empty text", "blank text"])
def test_words_under_an_unknown_key_refuse_the_record(tmp_path: Path, name: str, words: str, text: str | None) -> None:
    row = {"title": "Pier", "url": URL, "remarks": words, **({} if text is None else {"body": text})}
    RECORDS[name](tmp_path / name, row)
    with Archive.create(tmp_path / "archive") as archive:
        report = archive.import_(tmp_path / name)
        assert report.new == 0
        (reason,) = [refusal.reason for refusal in report.refused]
        assert "--map body=KEY" in reason
        assert reason.endswith(": remarks")


@pytest.mark.parametrize("name", RECORDS)
def test_what_the_message_says_imports_the_record(tmp_path: Path, name: str) -> None:
    row = {"title": "Pier", "url": URL, "remarks": "The council voted."}
    RECORDS[name](tmp_path / name, row)
    for mapping, body in (({"body": "remarks"}, "The council voted."), ({"title": "title"}, "")):
        with Archive.create(tmp_path / f"archive of {[*mapping]}") as archive:
            report = archive.import_(tmp_path / name, map=mapping)
            assert (report.new, report.refused, report.without_text) == (1, [], not body)
            (row_,) = archive.list()
            assert archive.get(row_.id).body == body


@pytest.mark.parametrize("name", WRITERS)
def test_a_title_without_any_text_is_counted(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name, {"title": "Pier", "url": URL, "views": 7})
    with Archive.create(tmp_path / "archive") as archive:
        report = archive.import_(tmp_path / name)
        assert (report.new, report.refused, report.without_text) == (1, [], 1)


DEEP = {"a": {"b": {"c": {"d": {"e": {"f": "The words are deep."}}}}}}


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"paragraphs": ["One two.", "Three four."]}, "value.paragraphs"),
        ([{"type": "p", "data": {"text": "One two."}}], "value.0.data.text"),
        ([["One two.", "Three"]], "value.0"),
        (DEEP, "value.a.b.c.d.e.f"),
    ],
    ids=["list", "blocks", "list of lists", "deep"],
)
def test_paths_into_objects_are_named_as_map_takes_them(tmp_path: Path, value: Any, path: str) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"title": "Pier", "value": value}) + "\n")
    with Archive.create(tmp_path / "archive") as archive:
        (refusal,) = archive.import_(tmp_path / "a.jsonl").refused
        assert path in refusal.reason.rpartition(": ")[2].split(", ")
        report = archive.import_(tmp_path / "a.jsonl", map={"body": path})
        assert (report.new, report.without_text) == (1, 0)


@pytest.mark.parametrize("key", ["body", "content", "Text"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_list_of_paragraphs_is_a_text(tmp_path: Path, name: str, key: str) -> None:
    (tmp_path / name).write_text(json.dumps({"title": "T", key: ["One.", "Two."]}), encoding="utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        assert archive.get(archive.import_(tmp_path / name).ids[0]).body == "One.\n\nTwo."


def test_the_table_of_zotero(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        '"Key","Item Type","Publication Year","Author","Title","Publication Title","DOI","Url","Abstract Note","Date",'
        '"Date Added","Manual Tags"\n"AB","journalArticle","2021","Meyer, Ada; Ek, Bo","Ropes","Journal of the sea",'
        '"10.1234/zz","https://quay.example/z","Ropes hold the ships.","2021-05-03","2024-03-16 10:15:00","sea; rope, knots"\n',
        encoding="utf-8",
    )
    with Archive.create(tmp_path / "archive") as archive:
        article = archive.get(archive.import_(tmp_path / "a.csv").ids[0])
    assert (article.title, article.source, str(article.date)) == ("Ropes", "Journal of the sea", "2021-05-03")
    assert (article.authors, article.tags) == (["Meyer, Ada", "Ek, Bo"], ["sea", "rope, knots"])
    assert article.summary == "Ropes hold the ships."


@pytest.mark.parametrize("value", ["2024-03-16 10:15:00", "12 345", "40.7, -74.0"])
def test_figures_are_no_words(tmp_path: Path, value: str) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"title": "T", "seen": value}), encoding="utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        assert archive.import_(tmp_path / "a.json").new == 1
