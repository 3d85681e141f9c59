"""Parquet and SQLite, read by the programs of others."""

import json
import sqlite3
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import ARTICLES

from docarchive import Archive, UsageError
from docarchive.formats.tables import guarded, unguarded


def test_parquet_is_read_by_pyarrow_and_duckdb(archive: Archive, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "out.parquet"
    archive.export(to=path)
    table = parquet.read_table(path)
    assert table.num_rows == len(ARTICLES)
    wheat = next(row for row in table.to_pylist() if (row["body"] or "").startswith("Wheat climbed"))
    assert wheat["authors"] == ["Bo Larsen", "Ada Meyer"]
    assert json.loads(wheat["extra"]) == {"rating": 4}
    duckdb = pytest.importorskip("duckdb")
    asked = duckdb.sql(f"SELECT count(*), max(date) FROM '{path}' WHERE list_contains(tags, 'harbour')").fetchall()
    assert asked == [(2, "2024-03-16")] or asked[0][0] == 2
    archive.export(to=tmp_path / "few.parquet", fields=["title", "rating", "tags"])
    assert parquet.read_table(tmp_path / "few.parquet").column_names == ["title", "rating", "tags"]


def test_a_database_can_be_searched(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "out.db"
    archive.export(to=path)
    database = sqlite3.connect(path)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    found = database.execute(
        "SELECT json_extract(extra, '$.rating') FROM articles WHERE rowid IN "
        "(SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'wheat')"
    ).fetchall()
    assert (4,) in found
    tags = database.execute("SELECT value FROM articles, json_each(articles.tags)").fetchall()
    assert ("harbour",) in tags
    database.close()
    with pytest.raises(UsageError, match="upper and lower case"):
        archive.export(to=tmp_path / "bad.db", fields=["title", "Title"])


def test_csv_flattened_has_a_column_for_each_key(tmp_path: Path) -> None:
    lines = tmp_path / "in.jsonl"
    lines.write_text('{"body": "a", "geo": {"lat": 1, "in": {"x": 2}}}\n{"body": "b", "geo": "none", "other": [1]}\n')
    with Archive.create(tmp_path / "archive") as archive:
        archive.import_(lines)
        archive.export(to=tmp_path / "all.csv", flatten=True)
        header, *rows = (tmp_path / "all.csv").read_text().splitlines()
        assert header.endswith(",geo.lat,geo.in.x,geo,other,body")
        assert len(rows) == 2
        archive.export(to=tmp_path / "few.jsonl", flatten=True, fields=["geo"])
        assert {"geo.lat": 1, "geo.in.x": 2} in map(json.loads, (tmp_path / "few.jsonl").read_text().splitlines())


_SIGNS = [*"=+-@", *"＝＋－＠", "−", "﹢", "﹣", "﹦", "﹫"]
_UNSEEN = [*"\x1b\0\x7f\u034f\u061c\u115f\u180b\u180e\u3164\ufe0f\uffa0\u2060\U000e0020\U000e0100"]
_BEFORE = [
    *_UNSEEN,
    "",
    " ",
    "\u00a0",
    "\u3000",
    '"',
    "'",
    "“",
    "\u200b",
    "\ufeff",
    "\t",
    "\r",
    "\n",
    "\u202e",
    " \"'\u00a0",
]


@pytest.mark.parametrize("sign", _SIGNS)
@pytest.mark.parametrize("before", _BEFORE)
def test_nothing_that_a_spreadsheet_could_run_is_a_cell(sign: str, before: str) -> None:
    cell = f"{before}{sign}1+1"
    assert guarded(cell) == f"'{cell}"
    assert unguarded(guarded(cell)) == cell


@given(st.text(st.sampled_from(["'", "=", "-", "＝", "\u00a0", "\t", "\n", " ", '"', "1", "x"]), max_size=8))
def test_every_cell_comes_back(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


def test_numbers_and_words_stay_as_they_are() -> None:
    for cell in ("-5", "+49", "3.5", "a=b", "x - y", "“Quoted”", "\u00a0word", "'s avonds", "(=1)", ""):
        assert guarded(cell) == cell


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_for_excel_a_table_begins_with_a_mark_and_comes_back(archive: Archive, tmp_path: Path, format: str) -> None:
    lines = [{"title": f"{before}{sign}1+1", "body": "Über 漢字."} for before in ("", "\u00a0", '"') for sign in "=＝@"]
    source = "".join(json.dumps(line) + "\n" for line in lines).encode()
    archive.import_(BytesIO(source), format="jsonl", on_duplicate="keep")
    plain, excel = BytesIO(), BytesIO()
    archive.export(to=plain, format=format)
    archive.export(to=excel, format=format, excel=True)
    assert excel.getvalue() == b"\xef\xbb\xbf" + plain.getvalue()
    with Archive.create(tmp_path / "again") as again:
        again.import_(BytesIO(excel.getvalue()), format="csv", on_duplicate="keep")
        assert {row.metadata["title"] for row in again.list()} == {row.metadata["title"] for row in archive.list()}
    with pytest.raises(UsageError, match="--excel does not apply to json"):
        archive.export(to=BytesIO(), format="json", excel=True)
