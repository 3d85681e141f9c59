"""XLSX, read by its XML, and CSV for Excel: each text is a text and comes back, and no cell is longer than Excel's."""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spreadsheets import Cell, sheets
from support import documents, written

from docarchive import Archive, UsageError, keys
from docarchive.article import Article
from docarchive.formats.tables import COLUMNS
from docarchive.writers import Document, WriteOptions, writer
from docarchive.writers.tables.rows import CELL_SIZE, CUT, fitting

pytest.importorskip("xlsxwriter")
from docarchive.writers.tables import xlsx
from docarchive.writers.tables.workbook import Workbook

#: What a program could take for a formula, a number, a date, a link, markup, or a sign that is written by its number.
ACTIVE = [
    *("=1+1", "=cmd()|' /C calc'!A0", "{=1}", "@SUM(A1)", "+1", "-1", "'=1", "1", "1.50", "007", "1e5", "TRUE", "#N/A"),
    *("https://example.org/", "internal:Sheet1!A1", "mailto:a@example.org", "2024-03-16", "1/2", "NaN", "inf"),
    *("<r>", "</r>", "<r><t>", "</t></r>", "<f>1</f>", "&amp;", "]]>", "<!--", "_", "x0041", "_x0041_", "_x005F_"),
    *("_x000D_", "_xD83D_", "\x00", "\x01", "\r", "\n", "\t", "\x1f", "\x7f", "\x85", "\u2028", "\ufffe", "\uffff"),
    *("\ud800", "\udfff", "\ud83d\ude00", "😀", " ", "  ", "שלום"),
]
TEXT = st.lists(st.sampled_from(ACTIVE) | st.text(st.characters(exclude_categories=())), max_size=6).map("".join)
#: Excel keeps 15 digits of a number.
NUMBERS = st.integers(-(10**15) + 1, 10**15 - 1) | st.floats(-1e300, 1e300, allow_subnormal=False).map(
    lambda number: float(f"{number:.15g}")
)


def book(path: Path, header: Sequence[str], rows: Iterator[Sequence[Any]]) -> bytes:
    with Workbook(path, "A title") as made:
        made.add_sheet(header, rows)
    return path.read_bytes()


def padded(rows: list[list[Cell]], width: int) -> list[list[Cell]]:
    return [[*row, *[None] * (width - len(row))] for row in rows]


@given(st.lists(st.lists(TEXT | NUMBERS | st.booleans(), min_size=3, max_size=3), max_size=4))
def test_every_cell_comes_back_as_what_it_is(rows: list[list[Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = sheets(book(Path(folder, "a.xlsx"), ["A", "=B", "_x0041_"], iter(rows)))
    header, *cells = padded(found["Articles"], 3)
    assert header == ["A", "=B", "_x0041_"]
    cells += [[None] * 3] * (len(rows) - len(cells))  # rows at the end that have no cell are not written
    assert cells == [[None if cell == "" else cell for cell in row] for row in rows]
    for row, read in zip(rows, cells, strict=True):
        for cell, value in zip(row, read, strict=True):
            assert cell == "" or isinstance(value, bool) == isinstance(cell, bool)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=4))
def test_articles_come_back_from_their_cells(texts: list[tuple[str, str]]) -> None:
    articles = [Article.from_metadata({"title": title, "tags": [title, "b"]}, body) for title, body in texts]
    header, *rows = padded(sheets(written("xlsx", *articles))["Articles"], len(COLUMNS))
    assert tuple(header) == COLUMNS
    for row, document in zip(rows, documents(*articles), strict=True):
        cells = dict(zip(COLUMNS, row, strict=True))
        article = document.article
        assert (cells["id"], cells["title"], cells["body"]) == (article.id, article.title or None, article.body or None)


ARTICLE: dict[str, Any] = {
    "id": "0123456789ab",
    "title": "=A1",
    "date": "2024-03",
    "authors": ["Ada", "Bo"],
    "url": "https://example.org/a",
    "rating": 4,
    "price": -2.5,
    "isbn": 9_780_306_406_157_000,
    "version": "1.10",
    "draft": False,
    "geo": {"lat": 51.5},
    "body": "Line one\nline two",
}


def test_xlsx_golden() -> None:
    fields = ("title", "date", "authors", "url", "rating", "price", "isbn", "version", "draft", "geo", "none", "body")
    article = Article.from_metadata(ARTICLE, ARTICLE["body"])
    data = written("xlsx", article, fields=fields, title="News")
    assert sheets(data) == {
        "Articles": [
            [*fields],
            [
                *("=A1", "2024-03", "Ada; Bo", "https://example.org/a", 4.0, -2.5, "9780306406157000", "1.10", False),
                *('{"lat": 51.5}', None, "Line one\nline two"),
            ],
        ]
    }
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert {info.date_time[0] for info in packed.infolist()} == {1980}
        assert b"<dc:title>News</dc:title>" in packed.read("docProps/core.xml")
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet
    assert '<col min="1" max="1" width="60.7109375" customWidth="1"/>' in sheet
    assert '<c r="A1" s="1" t="inlineStr"><is><t>title</t></is></c>' in sheet
    assert '<c r="A2" t="inlineStr"><is><t>=A1</t></is></c>' in sheet
    assert '<c r="E2"><v>4</v></c><c r="F2"><v>-2.5</v></c>' in sheet
    assert not {"<f", "hyperlink"} & {part for part in ("<f", "hyperlink") if part in sheet}


def test_nothing_is_a_header_alone() -> None:
    assert sheets(written("xlsx")) == {"Articles": [[*COLUMNS]]}


def test_flattened_keys_have_columns_with_numbers() -> None:
    data = written("xlsx", Article.from_metadata(ARTICLE, "Text"), flatten=True)
    header, row = padded(sheets(data)["Articles"], len(keys.KNOWN) + 6)
    cells = dict(zip(header, row, strict=True))
    assert header[-1] == "body"
    assert (cells["geo.lat"], cells["rating"], cells["draft"], cells["version"]) == (51.5, 4.0, False, "1.10")


@pytest.mark.parametrize("number", [10**15, -(10**15), 2**70, 1e308, -1.7e308, 5e-324])
def test_numbers_that_excel_would_change_are_text(number: float) -> None:
    data = written("xlsx", Article.from_metadata({"n": number, "title": "T"}, "Text"), fields=("n",))
    assert sheets(data)["Articles"][1] == [str(number)]


@pytest.mark.parametrize(("count", "sizes"), [(0, [1]), (1, [2]), (3, [4]), (4, [4, 2]), (6, [4, 4]), (7, [4, 4, 2])])
def test_a_full_sheet_is_followed_by_another(count: int, sizes: list[int], tmp_path: Path) -> None:
    rows: list[list[Any]] = [[f"{number}"] for number in range(count)]
    with Workbook(tmp_path / "a.xlsx", "") as made:
        xlsx._fill(made, iter([["id"], *rows]), 4)
    cells = sheets((tmp_path / "a.xlsx").read_bytes())
    assert [*cells] == ["Articles", "Articles 2", "Articles 3"][: len(sizes)]
    assert [len(sheet) for sheet in cells.values()] == sizes
    assert all(sheet[0] == ["id"] for sheet in cells.values())
    assert [row for sheet in cells.values() for row in sheet[1:]] == rows


def test_more_columns_than_a_sheet_has_are_refused() -> None:
    with pytest.raises(UsageError, match="16,385 columns are more than the 16,384 of a spreadsheet"):
        written("xlsx", fields=tuple(f"k{number}" for number in range(16_385)))


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(
    st.lists(st.sampled_from(["a", "é", "😀", "\n"]), min_size=1, max_size=5).map("".join),
    st.integers(CELL_SIZE // 4, CELL_SIZE * 2),
    st.integers(0, 3),
)
def test_a_text_fits_or_is_cut_where_the_cell_ends(unit: str, length: int, rest: int) -> None:
    text = (unit * (length // len(unit))) + "b" * rest
    document = next(documents(Article(title="T", body="B")))
    kept = fitting(text, document)
    assert document.cut == (units(text) > CELL_SIZE)
    if not document.cut:
        assert kept == text
        return
    assert CELL_SIZE - 4 <= units(kept) <= CELL_SIZE  # a pair may not fit, nor does half of it
    assert kept.endswith(CUT)
    assert text.startswith(kept.removesuffix(CUT))


LONG = {"title": "Long", "body": "wheat 😀 " * 9_000, "remarks": ["=" + "n" * 40_000], "geo": {"x": "y" * 50_000}}


@pytest.mark.parametrize("options", [{}, {"flatten": True}, {"fields": ["title", "body", "remarks", "geo"]}])
@pytest.mark.parametrize(("format", "excel"), [("xlsx", {}), ("csv", {"excel": True}), ("tsv", {"excel": True})])
def test_long_texts_are_cut_and_counted(
    format: str, excel: dict[str, Any], options: dict[str, Any], tmp_path: Path
) -> None:
    csv.field_size_limit(1_000_000)
    lines = "".join(json.dumps(article) + "\n" for article in (LONG, {"title": "Short", "body": "Rye."})).encode()
    with Archive.create(tmp_path / "archive") as archive:
        archive.import_(io.BytesIO(lines), format="jsonl")
        out = io.BytesIO()
        report = archive.export(to=out, format=format, **excel, **options)
        if format == "xlsx":
            cells = [cell for row in sheets(out.getvalue())["Articles"] for cell in row if isinstance(cell, str)]
        else:
            text = io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")
            cells = [cell for row in csv.reader(text, delimiter="\t" if format == "tsv" else ",") for cell in row]
        assert max(map(units, cells)) <= CELL_SIZE
        assert report.cut == sum(cell.endswith(CUT) for cell in cells) == (3 if options else 2)
        assert report.articles == 2
        assert archive.export(to=io.BytesIO(), format="csv", **options).cut == 0
        assert archive.export("title:short", to=io.BytesIO(), format=format, **excel, **options).cut == 0


def test_after_an_error_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def broken() -> Iterator[Document]:
        yield from documents(Article(title="T", body="B"))
        raise UsageError("the second cannot be read")

    out = io.BytesIO()
    with pytest.raises(UsageError, match="the second"):
        writer("xlsx").write(broken(), out, WriteOptions())
    assert (out.getvalue(), [*tmp_path.iterdir()]) == (b"", [])
    written("xlsx", Article(title="T", body="B"))
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), Workbook(tmp_path / "none" / "a.xlsx", "") as made:
        made.add_sheet(["id"], iter(()))
    path = tmp_path / "folder.xlsx"
    path.mkdir()
    with pytest.raises(IsADirectoryError), Workbook(path, "") as made:
        made.add_sheet(["id"], iter(()))


@pytest.mark.parametrize("title", ["", "a\x00\x01\ud800b", "x" * 300, "<r>&</r>"])
def test_any_title_may_be_given(title: str) -> None:
    assert sheets(written("xlsx", Article(title="T", body="B"), title=title, fields=("title",))) == {
        "Articles": [["title"], ["T"]]
    }
