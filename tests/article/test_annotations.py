"""Notes and highlights in their plain form: nothing is lost, whatever is written by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive import Article, Highlight, Note, PartialDate, frontmatter
from docarchive.article.annotations import read_highlights, read_notes
from docarchive.identity import content_digest, identity

_LEAVES: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a b", "2024-03"])
)
_KEYS = st.sampled_from(["text", "note", "color", "created", "prefix", "page"])
OBJECTS = st.dictionaries(_KEYS, _LEAVES | st.lists(_LEAVES, max_size=2), max_size=4)
ANNOTATED = Article(
    id="a",
    title="Pier",
    body="The old pier.",
    highlights=[Highlight("old pier", "How old?", "yellow", PartialDate("2024-03"), "The", ".", {"page": 3})],
    notes=[Note("Read again: soon.", PartialDate("2024-03-16T10:00:00Z"), {"by": "ada"}), Note("Two")],
)


@given(st.lists(OBJECTS, max_size=3))
def test_objects_come_back_with_all_that_is_in_them(objects: list[dict[str, Any]]) -> None:
    kept = [item for item in objects if item]
    for read in (read_highlights, read_notes):
        plain = [item.to_dict() for item in read(objects)]
        assert [json.dumps(item, sort_keys=True) for item in plain] == [
            json.dumps(item, sort_keys=True) for item in kept
        ]
        assert read(json.loads(json.dumps(plain))) == read(objects)


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("One; two", ["One; two"]),
        (["a", "", "b"], ["a", "b"]),
        ({"text": "a"}, ["a"]),
        (7, ["7"]),
        ([], []),
        (None, []),
    ],
)
def test_a_text_is_a_note(value: Any, texts: list[str]) -> None:
    assert [note.text for note in Article.from_metadata({"notes": value}, "x").notes] == texts


def test_metadata_json_and_the_file_have_them_last_and_plain() -> None:
    assert [*ANNOTATED.metadata()][-2:] == ["highlights", "notes"]
    assert Article.from_dict(json.loads(json.dumps(ANNOTATED.to_dict()))) == ANNOTATED
    assert Article.from_stored(json.loads(json.dumps(ANNOTATED.metadata(), default=str)), ANNOTATED.body) == ANNOTATED
    text = frontmatter.render(ANNOTATED)
    assert "created: 2024-03-16T10:00:00Z\n  by: ada" in text
    assert frontmatter.read_article(text) == ANNOTATED


def test_a_query_asks_for_passages_and_for_all_notes() -> None:
    assert ANNOTATED.values("highlights") == ["old pier"]
    assert ANNOTATED.values("notes") == ["Read again: soon.", "Two", "How old?"]
    assert Article().values("notes") == []


def test_identity_does_not_depend_on_them_but_a_comparison_does() -> None:
    bare = Article(id="a", title="Pier", body="The old pier.")
    assert identity(ANNOTATED) == identity(bare)
    assert content_digest(ANNOTATED) != content_digest(bare)
