"""Entries of other programs whose text is under a key that is not known are refused, as those of JSON are."""

from __future__ import annotations

import io
import json
from functools import partial
from typing import Any, Final

import pytest

from docarchive.errors import ArticleError
from docarchive.readers import ReadOptions, Record, Source, readers

WORDS: Final = "The harbour opens again."
#: A file of one entry with these keys, by reader.
FORMS: Final[dict[str, Any]] = {
    "jsonfeed": lambda item: {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "f",
        "items": [{"id": "1", **item}],
    },
    "wallabag": lambda item: [{"id": 1, "url": "https://example.org/1", "is_archived": 0, "is_starred": 0, **item}],
}
#: What each format has next to the text.
KNOWN: Final[dict[str, dict[str, Any]]] = {
    "jsonfeed": {
        "title": "On piers",
        "url": "https://example.org/1",
        "authors": [{"name": "Ann Lee"}],
        "attachments": [{"url": "https://example.org/1.mp3", "title": "The first part"}],
    },
    "wallabag": {"title": "On piers", "headers": ["text / html", "a b"], "published_by": ["Ann Lee"], "content": None},
}


def load(reader: str, item: dict[str, Any]) -> Any:
    data = json.dumps(FORMS[reader](item)).encode()
    source = Source("a.json", len(data), partial(io.BytesIO, data), options=ReadOptions())
    (record,) = (entry for entry in readers()[reader].records(source) if isinstance(entry, Record))
    return record.load()


@pytest.mark.parametrize(("key", "value"), [("story", WORDS), ("_custom", {"story": WORDS}), ("parts", [WORDS, WORDS])])
@pytest.mark.parametrize("reader", FORMS)
def test_a_text_under_an_unknown_key_is_refused(reader: str, key: str, value: Any) -> None:
    with pytest.raises(ArticleError, match=r"--map body=KEY.*(?:story|parts)"):
        load(reader, {**KNOWN[reader], key: value})


@pytest.mark.parametrize("reader", FORMS)
def test_known_keys_hold_no_text(reader: str) -> None:
    assert load(reader, KNOWN[reader]).title == "On piers"


@pytest.mark.parametrize(
    ("reader", "key"), [("jsonfeed", "content_text"), ("jsonfeed", "summary"), ("wallabag", "content")]
)
def test_with_a_text_other_keys_may_be_there(reader: str, key: str) -> None:
    assert load(reader, {**KNOWN[reader], key: WORDS, "_more": "Two words."}).body == WORDS
