import io
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import ArticleError, ReaderError
from docarchive.readers import Reader, ReadOptions, Record, Source, readers
from docarchive.readers.values.mapping import map_record

POST: dict[str, Any] = {
    "data": {"titles": ["The pier", "Der Steg"], "html": "<p>One</p><p>Two</p>", "views": 7},
    "when": 1710583200,
    "a.b": "dotted",
    "title": "slug",
}


def test_paths_lead_into_objects_and_lists() -> None:
    mapping = {"title": "data.titles.0", "body": "data.html", "date": "when", "section": "a.b"}
    article = map_record(POST, mapping)
    assert (article.title, article.body, article.section) == ("The pier", "One\n\nTwo", "dotted")
    assert article.date == PartialDate("2024-03-16T10:00:00Z")
    assert article.extra == {"data": {"titles": ["The pier", "Der Steg"], "views": 7}, "title_as_written": "slug"}


def test_what_is_not_mapped_is_read_by_its_name() -> None:
    article = map_record({"Head": "T", "text": "Words", "tags": ["a"]}, {"title": "Head"})
    assert article == Article.from_metadata({"title": "T", "tags": ["a"]}, "Words")


@pytest.mark.parametrize("value", [[["a"]], {"a": "b"}])
def test_a_text_that_is_none_is_an_error(value: object) -> None:
    with pytest.raises(ArticleError, match=r"^body: the text of an article is a string"):
        map_record({"title": "T", "x": value}, {"body": "x"})


def articles(reader: Reader, data: bytes, **mapping: str) -> list[Article]:
    source = Source("a", len(data), lambda: io.BytesIO(data), options=ReadOptions(mapping=mapping))
    found = []
    for record in reader.records(source):
        assert isinstance(record, Record)
        found.append(pickle.loads(pickle.dumps(record.load))())
    return found


OBJECTS: list[dict[str, Any]] = [{"H": "one", "d": {"t": "text"}}, {"H": "two"}, {"H": "three", "d": {"t": "more"}}]


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        (readers()["jsonl"], b"\n".join(json.dumps(each).encode() for each in OBJECTS)),
        (readers()["json"], json.dumps(OBJECTS).encode()),
        (readers()["json"], json.dumps({"articles": OBJECTS}).encode()),
    ],
)
def test_json_is_mapped_and_a_path_that_is_nowhere_is_one_error(reader: Reader, data: bytes) -> None:
    found = articles(reader, data, title="H", body="d.t")
    assert [(article.title, article.body) for article in found] == [("one", "text"), ("two", ""), ("three", "more")]
    with pytest.raises(ReaderError, match=r"^--map body=d\.x: there is no such column; the columns are H, d\.t$"):
        articles(reader, data, title="H", body="d.x")


def test_one_object_is_mapped() -> None:
    assert articles(readers()["json"], b'{"H": "one"}', title="H")[0].title == "one"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc0."), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from("abc"), JSON), st.lists(st.sampled_from("abc0."), min_size=1).map(".".join))
def test_any_path_in_any_object_gives_an_article_or_an_error(record: dict[str, Any], path: str) -> None:
    assert map_record({**record, "title": "T", "body": "B"}, {"mood": path}).title == "T"
