"""Posts of the REST API of WordPress: numbers are ids, and names are those that ``_embed`` adds."""

import json
from typing import Any

import pytest

from docarchive.readers.json.jsonl import read_line

POST: dict[str, Any] = {
    "id": 12,
    "date": "2024-03-05T10:00:00",
    "guid": {"rendered": "https://b.example/?p=12"},
    "link": "https://b.example/harbour",
    "title": {"rendered": "The harbour &amp; the pier"},
    "content": {"rendered": "<p>It is open.</p>"},
    "author": 3,
    "categories": [4, 5],
    "tags": [7],
}
NUMBERS = {"author_as_written": 3, "categories_as_written": [4, 5], "tags_as_written": [7]}
TERMS = [
    [{"id": 4, "name": "Ports &amp; ships", "taxonomy": "category"}],
    [{"id": 7, "name": "piers", "taxonomy": "post_tag"}],
    [{"id": 9, "name": "post-format-video", "taxonomy": "post_format"}],
]
NO_USER = {"code": "rest_user_invalid_id", "message": "Invalid user ID.", "data": {"status": 404}}
CASES: dict[str, tuple[dict[str, Any], list[str], list[str], dict[str, Any]]] = {
    "numbers": ({}, [], [], NUMBERS),
    "names": (
        {"_embedded": {"author": [{"id": 3, "name": "Ann Lee"}], "wp:term": TERMS}},
        ["Ann Lee"],
        ["Ports & ships", "piers"],
        NUMBERS,
    ),
    "an author who is gone": ({"_embedded": {"author": [NO_USER]}}, [], [], NUMBERS),
    "names that a plug-in adds": (
        {"author": "Ann Lee", "tags": ["piers"], "categories": []},
        ["Ann Lee"],
        ["piers"],
        {},
    ),
    "none": ({"author": 0, "tags": [], "categories": []}, [], [], {"author_as_written": 0}),
    "broken": ({"_embedded": {"author": 3, "wp:term": [None, {"name": "x"}]}}, [], [], NUMBERS),
}


@pytest.mark.parametrize(("values", "authors", "tags", "aside"), CASES.values(), ids=CASES)
@pytest.mark.parametrize(
    "mapping",
    [{}, {"body": "content.rendered", "title": "title.rendered", "section": "slug"}],
    ids=["as named", "mapped"],
)
def test_numbers_are_no_names(
    values: dict[str, Any], authors: list[str], tags: list[str], aside: dict[str, Any], mapping: dict[str, str]
) -> None:
    article = read_line(json.dumps(POST | values | {"slug": "s"}).encode(), mapping)
    assert (article.authors, article.tags) == (authors, tags)
    assert {key: value for key, value in article.extra.items() if key.endswith("_as_written")} == aside


def test_numbers_of_other_records_may_be_tags() -> None:
    article = read_line(b'{"title": "T", "body": "x", "tags": [2024, "ships"]}')
    assert article.tags == ["2024", "ships"]


def test_a_summary_is_plain_text() -> None:
    excerpt = {"rendered": "<p>10<sup>6</sup> <b>Vec</b>&lt;T&gt; # 1</p>\n<p>Next</p>"}
    assert read_line(json.dumps({**POST, "excerpt": excerpt}).encode()).summary == "10⁶ Vec<T> # 1\n\nNext"
