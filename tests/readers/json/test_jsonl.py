from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.article import Article
from docarchive.errors import ArticleError, InputError, ReaderError
from docarchive.readers import Refusal, Source, readers
from docarchive.readers.json import jsonl
from docarchive.readers.json.jsonl import parse_json, read_record


def read(data: bytes) -> list[tuple[str, str]]:
    """Place and title of each record, or place and reason of each refusal."""
    found = []
    for record in jsonl.records(Source("a.jsonl", len(data), lambda: io.BytesIO(data))):
        if isinstance(record, Refusal):
            found.append((record.location, record.reason))
            continue
        try:
            found.append((record.location, record.load().title))
        except InputError as error:
            found.append((record.location, str(error)))
    return found


def test_bad_lines_are_refused_and_the_others_are_read() -> None:
    lines = [
        b'\xef\xbb\xbf{"title": "first"}',
        b"",
        b" \t ",
        b'{"title" "broken"}',
        b'["no object"]',
        b'{"title": "n", "n": NaN}',
        b'{"title": "n", "n": -Infinity}',
        b'{"title": "\xff"}',
        b'{"tags": ["a"]}',
        b'{"title": "t", "date": "soon"}',
        b"[" * 100_000,
        b'  {"title": "second"}\r',
        b'{"title": "trunca',
    ]
    assert read(b"\n".join(lines)) == [
        ("1", "first"),
        ("4", "not valid JSON: Expecting ':' delimiter at character 10"),
        ("5", "it is not a JSON object"),
        ("6", "not valid JSON: NaN is no JSON number"),
        ("7", "not valid JSON: -Infinity is no JSON number"),
        ("8", "not valid JSON: it is not UTF-8 (offset 11)"),
        (
            "9",
            "body: there is no text and no title; "
            "the key of a text is body, content, text, articlebody, content_text or markdown",
        ),
        ("10", "t"),
        ("11", "not valid JSON: maximum recursion depth exceeded while decoding a JSON arra…"),
        ("12", "second"),
        ("13", "not valid JSON: Unterminated string starting at character 11"),
    ]


@pytest.mark.parametrize("key", ["content", "Content", "text", "body"])
@pytest.mark.parametrize(
    ("written", "body"),
    [
        ("<p>The new <b>tables</b> are up.</p>", "The new **tables** are up."),
        ("<h2>Tides</h2>\n<p>See <a href='/b'>b</a>.</p>", "## Tides\n\nSee [b](https://a.example/b)."),
        (
            "Low water<br>at six<br>and at noon<br>and at<br>nine",
            "Low water\\\nat six\\\nand at noon\\\nand at\\\nnine",
        ),
        ("A <b>word</b> in text, and 1 < 2 > 0.", None),
        ("# Title\n\n<p>a</p><p>b</p><p>c</p><p>d</p>", None),
        ("<p align='center'>Logo</p>\n\n# Title\n\nText", None),
        ("Write:\n\n```html\n<p>a</p><p>b</p><p>c</p><p>d</p>\n```", None),
    ],
)
def test_a_text_that_is_html_becomes_markdown(key: str, written: str, body: str | None) -> None:
    article = read_record({"title": "T", "url": "https://a.example/a", key: written})
    assert article.body == (written if body is None else body)


@pytest.mark.parametrize("key", ["markdown", "content_text"])
def test_a_text_whose_key_says_that_it_is_none_stays(key: str) -> None:
    assert read_record({"title": "T", key: "<p>A tag.</p>"}).body == "<p>A tag.</p>"


def test_the_raw_record_is_the_line_without_white_space_round_it() -> None:
    data = b'\xef\xbb\xbf {"title": "a"} \r\n{"title": "b"}'
    records = list(jsonl.records(Source("a.jsonl", len(data), lambda: io.BytesIO(data))))
    assert [record.raw for record in records] == [b'{"title": "a"}', b'{"title": "b"}']


def test_a_line_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "MAX_SIZE", 100)
    long = b'{"title": "' + b"x" * 1_000 + b'"}'
    data = b'{"title": "a"}\n' + long + b'\n{"title": "b"}\n' + long
    reason = "the line is longer than 0 MB"
    assert read(data) == [("1", "a"), ("2", reason), ("3", "b"), ("4", reason)]


def test_an_empty_file_has_no_records() -> None:
    assert read(b"") == read(b"\n\n") == []


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (b'{"a": 1}\n{"a": 2}\n', True),
        (b'\xef\xbb\xbf\n{"a": 1}\r\n{"trunca', True),
        (b'{"a": 1}\n', False),
        (b'{"a": 1}', False),
        (b'{\n"a": 1}\n', False),
        (b'{"a": 1} x\n{"a": 2}\n', False),
        (b"[1]\n[2]\n", False),
        (b"text\n{}\n", False),
        (b"", False),
    ],
)
def test_json_lines_are_recognized(head: bytes, known: bool) -> None:
    assert readers()["jsonl"].recognizes(head) is known


@pytest.mark.parametrize("value", ["{}", "[]", "1", '"a"', '{"a":1}'])
def test_json_of_too_many_values_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setattr(jsonl, "MAX_SIGNS", 1_000)
    few, many = (f"[{','.join([value] * count)}]".encode() for count in (300, 1_001))
    assert len(parse_json(few)) == 300
    with pytest.raises(ReaderError, match=r"^it has more than 1,000 brackets and commas; convert it to JSON Lines"):
        parse_json(many)
    assert parse_json(b'"' + b"A long text. " * 1_000 + b'"')


@pytest.mark.parametrize("digits", [1_000, 3_990])
def test_long_integers_are_kept(digits: int) -> None:
    article = read_record(parse_json(b'{"title": "t", "n": ' + b"7" * digits + b"}"))
    assert article.extra["n"] == int("7" * digits)


def test_longer_integers_are_refused() -> None:
    with pytest.raises(InputError):
        read_record(parse_json(b'{"title": "t", "n": ' + b"7" * 5_000 + b"}"))
    with pytest.raises(ArticleError, match=r"^n: the number has more digits"):
        read_record({"title": "t", "n": 10**4_100})


def test_lone_surrogates_become_replacement_characters() -> None:
    article = read_record(parse_json(rb'{"title": "t\ud800", "k\udfff": "\ud83d\ude00"}'))
    assert article == Article.from_metadata({"title": "t\ufffd", "k\ufffd": "😀"})


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_what_is_no_object_is_refused(value: object) -> None:
    with pytest.raises(ReaderError, match="it is not a JSON object"):
        read_record(parse_json(json.dumps(value).encode()))


@given(st.binary())
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    try:
        value = parse_json(data)
    except ReaderError as error:
        reason = str(error)
    else:
        assert parse_json(json.dumps(value).encode()) == value
        reason = "not valid JSON"
    assert reason.startswith("not valid JSON")


def test_a_title_that_a_program_wrote_for_none_is_none() -> None:
    assert read_record({"title": "None", "body": "Ships are back."}).title == "Ships are back"
    own = {"id": "0123456789ab", "archived": "2024-03-16", "original": "sha256:00"}
    for record in (own, {"schema": 1, "id": "0123456789ab"}):
        assert read_record({"title": "None", "body": "Ships.", **record}).title == "None"
    with pytest.raises(ArticleError, match="no text and no title"):
        read_record({"title": "None", "author": ""})
