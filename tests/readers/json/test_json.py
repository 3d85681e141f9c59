from __future__ import annotations

import io
import json
from typing import Any

import pytest

from docarchive.errors import ArticleError, ReaderError
from docarchive.readers import ReadOptions, Record, Source, choose, readers
from docarchive.readers.json import json as json_reader
from docarchive.readers.json.jsonl import read_record
from docarchive.readers.json.nested_lists import suggestion


def records(data: bytes) -> list[Record]:
    found = list(readers()["json"].records(Source("a.json", len(data), lambda: io.BytesIO(data))))
    assert all(isinstance(record, Record) for record in found)
    return [record for record in found if isinstance(record, Record)]


ITEMS: list[dict[str, Any]] = [{"title": "a", "body": "A."}, {"headline": "b"}]


@pytest.mark.parametrize("value", [ITEMS, {"articles": ITEMS}, {"schema": 1, "articles": ITEMS, "total": 2}])
def test_a_list_and_an_object_that_holds_one(value: object) -> None:
    found = records(json.dumps(value, indent=1).encode())
    assert [(record.location, record.load().title) for record in found] == [("item 1", "a"), ("item 2", "b")]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_single_article(mark: bytes) -> None:
    [record] = records(mark + json.dumps(ITEMS[0]).encode())
    assert (record.location, record.raw, record.load().body) == ("", None, "A.")


def test_articles_may_be_a_key_of_an_article() -> None:
    [record] = records(b'{"title": "t", "articles": "three"}')
    assert record.load().extra == {"articles": "three"}


def test_the_raw_item_does_not_depend_on_white_space() -> None:
    [one], [other] = records(b'[{"title":"\xc3\xa9"}]'), records(b'[ {"title" : "\\u00e9"} ]')
    assert one.raw == other.raw == b'{"title":"\\u00e9"}'


def test_an_item_that_is_no_article_is_refused_by_itself() -> None:
    first, second, third = records(b'[1, {}, {"title": "t"}]')
    with pytest.raises(ReaderError, match="it is not a JSON object"):
        first.load()
    with pytest.raises(ArticleError, match="no text and no title"):
        second.load()
    assert third.load().title == "t"


@pytest.mark.parametrize("data", [b"[]", b'{"articles": []}'])
def test_an_empty_list_has_no_articles(data: bytes) -> None:
    with pytest.raises(ReaderError, match=r"^there is no article in it; the list is empty$"):
        records(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not valid JSON: Expecting value at character 1"),
        (b'{"a": 1,\n "b" 2}', "not valid JSON: Expecting ':' delimiter at line 2"),
        (b'[{"a": 1}', "not valid JSON: Expecting ',' delimiter at character 10"),
        (b'{"a": NaN}', "not valid JSON: NaN is no JSON number"),
        (b"\xff\xfe{\0}\0", "not valid JSON: it is not UTF-8 (offset 0)"),
        (b'{"a": 1} {"b": 2}', "not valid JSON: Extra data at character 10"),
    ],
)
def test_broken_json_is_refused_as_a_whole(data: bytes, message: str) -> None:
    with pytest.raises(ReaderError) as caught:
        records(data)
    assert str(caught.value) == message


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_reader, "MAX_SIZE", 10)
    with pytest.raises(ReaderError, match="convert it to JSON Lines, one article per line"):
        records(b'{"title": "t"}')


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (b' \xef\xbb\xbf{"title": "t"}', False),
        (b'\xef\xbb\xbf {"title": "t"}\n', True),
        (b'[{"title": "t"},\n {"title": "u"}]', True),
        (b'{"title": "t", "body": "' + b"x" * 70_000, True),
        (b'{"title": "t", "body": "cut', False),
        (b"[1, 2]", False),
        (b"[]", False),
        (b"{curly} text", False),
        (b"[a link](x) " * 10_000, False),
        (b"", False),
    ],
)
def test_json_is_recognized(head: bytes, known: bool) -> None:
    assert readers()["json"].recognizes(head) is known


#: A record, and the text that is read of it; None: it is refused, and the reason names the keys in the list.
TEXTS: list[tuple[dict[str, object], str | list[str]]] = [
    ({"title": "A", "body_html": "<p>One <b>two</b></p>"}, "One **two**"),
    ({"title": "A", "body_text": "One two", "body_html": "<p>One <i>two</i></p>"}, "One *two*"),
    ({"title": "A", "text": "", "content_text": "One two"}, "One two"),
    ({"title": "A", "textContent": "One two", "color": "RED"}, "One two"),
    ({"title": {"rendered": "A &amp; B"}, "content": {"rendered": "<p>One <b>two</b></p>"}}, "One **two**"),
    ({"title": "A", "storyContent": "One two"}, ["storyContent", "--map"]),
    ({"title": "A", "summary": "S", "inhalt": "One two"}, ["inhalt", "--map"]),
    ({"title": "A", "data": {"parts": [{"said": "One two"}]}}, ["data.parts.0.said"]),
    ({"title": "A", "lines": ["One two three four", "five"]}, ["lines"]),
    ({"title": "A", "url": "https://example.org/a", "color": "RED", "author": "Ada Meyer"}, ""),
    ({"title": "A", "summary": "One two"}, ""),
]


@pytest.mark.parametrize(("record", "wanted"), TEXTS)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_no_text_is_left_behind_in_silence(record: dict[str, object], wanted: str | list[str], name: str) -> None:
    data = json.dumps(record).encode()
    source = Source(name, len(data), lambda: io.BytesIO(data))
    (item,) = choose(source, "json" if name == "a.json" else "jsonl").records(source)
    assert isinstance(item, Record)
    if isinstance(wanted, str):
        assert item.load().body == wanted
        return
    with pytest.raises(ArticleError) as refused:
        item.load()
    assert all(word in str(refused.value) for word in wanted)


def test_a_mapping_says_that_there_is_no_text() -> None:
    data = b'{"title": "A", "storyContent": "One two"}'
    mapped = ReadOptions({"title": "title"})
    (item,) = choose(Source("a.json", 0, lambda: io.BytesIO(data))).records(
        Source("a.json", len(data), lambda: io.BytesIO(data), options=mapped)
    )
    assert isinstance(item, Record)
    assert (item.load().title, item.load().extra) == ("A", {"storyContent": "One two"})


@pytest.mark.parametrize(
    ("record", "body", "others"),
    [
        ({"content": {"type": "text", "text": "The crane."}}, "The crane.", {"content_as_written": {"type": "text"}}),
        ({"body": {"value": "<p>The <b>crane</b>.</p>"}}, "The **crane**.", {}),
        (
            {"summary": {"direction": "ltr", "content": "<p>It is.</p>"}},
            "It is.",
            {"summary_as_written": {"direction": "ltr"}},
        ),
        ({"summary": {"content": "<b>Short</b>"}, "content": {"content": "Long."}}, "Long.", {"summary": "Short"}),
        ({"content": {"rendered": "<p>The crane.</p>", "protected": False}}, "The crane.", {}),
    ],
)
def test_a_text_in_an_object_is_the_text(record: dict[str, object], body: str, others: dict[str, object]) -> None:
    article = read_record({"title": "Crane", **record})
    assert article.body == body
    metadata = article.metadata()
    assert {key: metadata.get(key) for key in others} == others


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (
            {"orderedItems": [{"object": {"content": "The crane is back.", "tag": [{"name": "#ships"}]}}]},
            "orderedItems",
        ),
        ({"collections": [{"name": "Ships", "links": [{"textContent": "The crane is back."}]}]}, "collections.links"),
        ({"cards": [{"name": "Oil the crane", "note": "It squeaks a lot."}]}, "cards"),
    ],
)
def test_the_list_that_is_suggested_is_that_of_the_texts(value: dict[str, object], path: str) -> None:
    assert suggestion(value) == f"--map articles={path}"
