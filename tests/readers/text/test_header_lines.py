"""Header lines above texts: what counts as one, and what is left in the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.errors import ReaderError
from docarchive.readers.text.header_lines import read_headers
from docarchive.readers.text.text import read_plain_text


def test_lines_become_keys() -> None:
    text = (
        "Title: The pier\nAuthors: Ada Meyer; Bo Larsen\nDate: 2024-03-16\nKeywords: wood, sea\nDesk: City\n\nText.\n"
    )
    found = read_headers(text)
    assert found
    assert found.metadata == {
        "title": "The pier",
        "authors": ["Ada Meyer", "Bo Larsen"],
        "date": "2024-03-16",
        "tags": ["wood", "sea"],
        "desk": "City",
    }
    assert text[found.end :].strip() == "Text."


@pytest.mark.parametrize(
    ("head", "metadata"),
    [
        (
            "From: Ada Meyer <ada@x.example>\nSubject: The pier\nDate: 2024-03-16\n",
            {"from": "Ada Meyer <ada@x.example>", "authors": ["Ada Meyer"], "title": "The pier", "date": "2024-03-16"},
        ),
        ("Subject: The pier\nTo: Bo\n", {"title": "The pier", "to": "Bo"}),
        ("Title: The pier\nSubject: wood, sea\nDate: 2024\n", {"title": "The pier", "tags": ["wood", "sea"], "date": "2024"}),
    ],
)  # fmt: skip
def test_heads_of_messages(head: str, metadata: dict[str, object]) -> None:
    found = read_headers(f"{head}\nText.\n")
    assert found
    assert found.metadata == metadata


@pytest.mark.parametrize(
    "text",
    [
        "Note: the text begins here, and it goes on for a while.\n\nMore.",
        "The minister said: nothing has changed.\n",
        "http://example.org/ is an address.\n",
        "Dear reader,\n\nTitle: not a header here.\n",
        "",
    ],
)
def test_prose_is_left_alone(text: str) -> None:
    assert read_headers(text) is None


@given(st.text(alphabet="aB :\n.-TitleDate2024", max_size=120))
def test_no_word_is_lost(text: str) -> None:
    try:
        article = read_plain_text(text)
    except ReaderError:
        assert not text.strip() or read_headers(text)
        return
    kept = f"{article.title} {article.date} {article.authors} {article.tags} {article.extra} {article.summary} {article.body}"
    for word in text.split():
        core = word.strip(":.-")
        if core and core.lower() not in ("date", "title") and not core.isdigit():
            assert core.lower() in kept.lower() or any(c.isdigit() for c in core) or ":" in word
