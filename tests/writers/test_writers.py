import csv
import io
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support import read_again, written

from docarchive import keys
from docarchive.article import Article, clean
from docarchive.dates import PartialDate
from docarchive.errors import ReaderError, UsageError
from docarchive.formats.tables import COLUMNS, unguarded
from docarchive.readers import readers
from docarchive.writers import Document, WriteOptions, writer, writers

ID = "0123456789ab"
TEXT = st.text(st.one_of(st.characters(), st.sampled_from('\n\r\t",;😀שלום\u2028\ufeff\x85 ')), max_size=15)
VALUES = st.recursive(
    TEXT | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)
METADATA = st.builds(
    lambda known, lists, other, reserved: {**known, **lists, **other, **reserved},
    st.dictionaries(st.sampled_from(["title", "source", "url", "summary"]), TEXT),
    st.dictionaries(st.sampled_from(["tags", "authors"]), st.lists(TEXT, max_size=3)),
    st.dictionaries(TEXT.filter(lambda key: not keys.canonical(clean(key))), VALUES, max_size=3),
    st.dictionaries(st.sampled_from(["schema", "extra", "body"]), VALUES, max_size=1),
)
ARTICLES = st.lists(st.builds(lambda metadata, body: Article.from_metadata(metadata, body), METADATA, TEXT), max_size=4)


@given(ARTICLES, st.sampled_from(["json", "jsonl"]))
def test_json_and_json_lines_are_read_again_as_equal_articles(articles: list[Article], name: str) -> None:
    assume(articles or name == "jsonl")  # a JSON file without articles is refused
    for article in articles:  # as every article of an archive has it: without it, a title such as "undefined" is none
        article.archived = PartialDate("2024-03-16T10:00:00Z")
    data = written(name, *articles)
    again = read_again(name, data)
    assert [json.dumps(article.to_dict()) for article in again] == [
        json.dumps(article.to_dict()) for article in articles
    ]
    assert again == articles
    assert data.count(b"\n") == len(articles) + (2 if name == "json" else 0)


@given(ARTICLES)
def test_csv_is_read_again_by_the_csv_module(articles: list[Article]) -> None:
    rows = list(csv.reader(io.StringIO(written("csv", *articles).decode(), newline="")))
    assert rows[0] == [*COLUMNS]
    assert len(rows) == len(articles) + 1
    for row, article in zip(rows[1:], articles, strict=True):
        cells = {name: unguarded(cell) for name, cell in zip(rows[0], row, strict=True)}
        assert (cells["title"], cells["body"], cells["id"]) == (article.title, article.body, article.id)
        assert cells["title_derived"] == ("true" if article.title_derived else "")
        plain = [tag for tag in cells["tags"].split("; ") if tag]
        assert article.tags == (json.loads(cells["tags"]) if cells["tags"].startswith("[") else plain)
        assert cells["url"] == (article.url or "")
        assert (json.loads(cells["extra"]) if cells["extra"] else {}) == article.extra


ARTICLE: dict[str, Any] = {
    "id": ID,
    "title": 'A "new" pier, é',
    "date": "2024-03",
    "authors": ["Ada", "Bo"],
    "rating": 4,
    "version": "1.10",
}


def test_json_golden() -> None:
    article = Article.from_metadata(ARTICLE, "Line one\nline two")
    line = (
        '{"schema": 1, "id": "0123456789ab", "title": "A \\"new\\" pier, é", "date": "2024-03", '
        '"authors": ["Ada", "Bo"], "rating": 4, "version": "1.10", "body": "Line one\\nline two"}'
    )
    assert written("jsonl", article).decode() == f"{line}\n"
    assert written("json", article, article).decode() == f'{{"schema": 1, "articles": [\n{line},\n{line}\n]}}\n'


def test_csv_golden() -> None:
    assert written("csv", Article.from_metadata(ARTICLE, "Line one\nline two")).decode() == (
        "id,title,title_derived,date,updated,authors,source,source_id,section,url,language,summary,tags,people,"
        "organizations,places,duplicate_of,archived,original,fingerprint,format,reader,imported_from,extra,body,"
        "highlights,notes\r\n"
        '0123456789ab,"A ""new"" pier, é",,2024-03,,Ada; Bo,,,,,,,,,,,,,,,,,,"{""rating"": 4, ""version"": ""1.10""}",'
        '"Line one\nline two",,\r\n'
    )


@given(st.lists(st.text(), max_size=3))
def test_markdown_is_the_text_unchanged(texts: list[str]) -> None:
    out = io.BytesIO()
    writer("md").write((Document(ID, "a.md", text) for text in texts), out, WriteOptions())
    rest = out.getvalue().decode()
    for number, text in enumerate(texts):
        if number:
            gap = "\n" if texts[number - 1].endswith("\n") else "\n\n"
            assert rest.startswith(gap)
            rest = rest.removeprefix(gap)
        assert rest.startswith(text)
        rest = rest[len(text) :]
    assert rest == ""


def test_a_single_markdown_file_is_byte_for_byte_the_same() -> None:
    text = "\ufeff---\r\ntitle: T # c\r\n---\r\n\r\nBody \r\n\r\n"
    out = io.BytesIO()
    writer("md").write([Document(ID, "a.md", text)], out, WriteOptions())
    assert out.getvalue() == text.encode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("json", b'{"schema": 1, "articles": [\n]}\n'),
        ("jsonl", b""),
        ("md", b""),
        ("csv", ",".join(COLUMNS).encode() + b"\r\n"),
    ],
)
def test_nothing_gives_valid_output(name: str, data: bytes) -> None:
    assert written(name) == data
    if name == "jsonl":
        assert read_again(name, data) == []
    elif name in readers():  # read on purpose, a file without articles is a mistake
        with pytest.raises(ReaderError, match="no article"):
            read_again(name, data)


def test_a_document_has_its_id_even_if_its_file_names_none() -> None:
    assert Document(ID, "a.md", "Text.").article.id == ID


def test_a_writer_that_does_not_exist_is_wrong_usage() -> None:
    with pytest.raises(
        UsageError, match=r"^there is no format 'pdf' to export to; choose one of .*csv, .*json, .*jsonl, .*md, "
    ):
        writer("pdf")


def test_writers_go_by_their_names() -> None:
    for name, each in writers().items():
        assert each.name == name
        assert each.summary
        assert all(suffix.startswith(".") for suffix in each.suffixes)
        assert each.stream or each.folder
        assert each.accepts <= set(WriteOptions._fields)
        assert bool(each.requires) == bool(each.extra)
