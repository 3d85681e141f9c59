"""Keys of real exports that mean a date or authors, in every format of records; the same keys with other values do not."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from docarchive import keys
from docarchive.article import Article
from docarchive.readers import Record, Source, readers
from docarchive.readers.tables.columns import key_of

DAY = "2024-03-05"
#: Values of an article, and the date and authors that they mean.
MEANT: tuple[tuple[dict[str, Any], str | None, list[str]], ...] = (
    ({"pub_date": DAY, "by": "Ann Lee"}, DAY, ["Ann Lee"]),
    ({"time": f"{DAY}T10:00:00Z", "author_name": "Ann Lee"}, f"{DAY}T10:00:00Z", ["Ann Lee"]),
    ({"published_on": DAY, "written_by": "Ann Lee"}, DAY, ["Ann Lee"]),
    ({"publication_date": DAY, "writer": "Ann Lee; Bo Ek"}, DAY, ["Ann Lee", "Bo Ek"]),
    ({"timestamp": "1709632800", "by": "pg"}, "2024-03-05T10:00:00Z", ["pg"]),
    ({"webPublicationDate": DAY, "authorName": "Ann Lee"}, DAY, ["Ann Lee"]),
    ({"datetime": f"{DAY} 10:00", "reporter": "Ann Lee"}, f"{DAY}T10:00", ["Ann Lee"]),
    ({"post_date": DAY, "author": "17"}, DAY, []),
    ({"date": DAY, "time": "2020-01-01"}, DAY, []),
)
#: Values that mean neither; tables have columns for articles, so their ``by`` is an author.
OTHER: tuple[dict[str, Any], ...] = (
    {"by": "bus", "time": "5 min"},
    {"time": "14:00"},
    {"time": "2024"},
    {"by": "the authors of an earlier report."},
)


def _csv(values: dict[str, Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([["title", "content", *values], ["T", "The pier is open.", *values.values()]])
    return out.getvalue().encode()


def _json(values: dict[str, Any]) -> bytes:
    return json.dumps({"title": "T", "content": "The pier is open.", **values}).encode()


def _front_matter(values: dict[str, Any]) -> bytes:
    lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in values.items())
    return f"---\ntitle: T\n{lines}---\n\nThe pier is open.\n".encode()


def _toml(values: dict[str, Any]) -> bytes:
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
    return f'+++\ntitle = "T"\n{lines}+++\n\nThe pier is open.\n'.encode()


FORMATS: dict[str, tuple[str, Callable[[dict[str, Any]], bytes]]] = {
    "csv": ("csv", _csv),
    "json": ("json", _json),
    "jsonl": ("jsonl", _json),
    "yaml": ("markdown", _front_matter),
    "toml": ("markdown", _toml),
}


def _read(format_: str, values: dict[str, Any]) -> Article:
    name, write = FORMATS[format_]
    data = write(values)
    (record,) = readers()[name].records(Source("a", len(data), lambda: io.BytesIO(data)))
    assert isinstance(record, Record)
    return record.load()


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(("values", "date", "authors"), MEANT, ids=[" ".join(values) for values, _, _ in MEANT])
def test_dates_and_authors(format_: str, values: dict[str, Any], date: str | None, authors: list[str]) -> None:
    article = _read(format_, values)
    assert (str(article.date or "") or None, article.authors) == (date, authors)


@pytest.mark.parametrize("format_", [name for name in FORMATS if name != "csv"])
@pytest.mark.parametrize("values", OTHER)
def test_other_values_stay_under_their_keys(format_: str, values: dict[str, Any]) -> None:
    article = _read(format_, values)
    assert (article.date, article.authors, article.extra) == (None, [], values)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_number_is_no_author(format_: str) -> None:
    article = _read(format_, {"author": "17"})
    assert article.authors == []
    assert [value for key, value in article.extra.items() if key.endswith("_as_written")] in (["17"], [["17"]])


def test_tables_know_the_spellings_that_records_know() -> None:
    unknown = {
        spelling
        for known, row, _ in keys.conventions()
        for spelling in row.split()
        if (match := key_of(spelling)) is None or match[0] != known
    }
    assert unknown == {"subject"}  # a column of subjects is one of titles in tables of mail
