"""Notes and marked passages: added, found, removed, edited by hand, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import add_by_hand

from docarchive import Archive, NotFoundError, UsageError

HEAD = "---\r\n# Kept by hand.\r\nid: pier1\r\ntitle:  'The pier'   # twice\r\n"
TEXT = HEAD + "---\r\n\r\nThe **old** pier.\r\nThe old pier again.\r\n"


@pytest.fixture
def news(root: Path) -> Iterator[Archive]:
    with Archive.create(root) as archive:
        add_by_hand(archive, "articles/2024/pier.md", TEXT)
        yield archive


def file_of(archive: Archive) -> str:
    return (archive.path / archive.file("pier1")).read_bytes().decode()


def both(archive: Archive, query: str) -> tuple[int, int]:
    return archive.count(query), archive.list_count(query)


def test_notes_are_added_once_found_and_removed(news: Archive) -> None:
    assert news.note("pi", "  Read again.\nSoon. ").changed == 1
    assert news.note("pier1", "Read again.\nSoon.").unchanged == 1
    assert [note.text for note in news.get("pier1").notes] == ["Read again.\nSoon."]
    assert file_of(news).startswith(HEAD + "notes:")
    assert file_of(news).endswith(TEXT.removeprefix(HEAD))
    for query in ("note:again", 'note:"again soon"', "notes:soon", "note:re*", "note:/again. so/", "has:note"):
        assert both(news, query) == (1, 1), query
    assert both(news, "note:pier") == (0, 0)
    assert news.note("pier1", remove=1).changed == 1
    assert file_of(news) == TEXT
    assert both(news, "has:note") == (0, 0)


def test_a_passage_is_marked_once_with_what_is_around_it(news: Archive) -> None:
    assert news.highlight("pier1", "old\npier", note="How old?").changed == 1
    assert news.highlight("pier1", "OLD pier").unchanged == 1
    assert news.highlight("pier1", "old pier", occurrence=2).changed == 1
    first, second = news.get("pier1").highlights
    assert (first.text, first.prefix, first.suffix) == ("old pier", "The", ". The old pier again.")
    assert (second.text, second.prefix, second.suffix) == ("old pier", "The old pier. The", "again.")
    assert (first.note, second.note) == ("How old?", "")
    assert news.highlight("pier1", "**old** pier", note="Very.").changed == 1
    assert [highlight.note for highlight in news.get("pier1").highlights] == ["Very.", ""]
    for query in (
        "has:highlight",
        "highlight:pier",
        'highlight:"old pier"',
        "note:very",
        "has:note",
        "no:url has:notes",
    ):
        assert both(news, query) == (1, 1), query
    assert both(news, "highlight:again") == (0, 0)
    assert news.highlight("pier1", remove=1).changed == 1
    assert [highlight.prefix for highlight in news.get("pier1").highlights] == ["The old pier. The"]


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        (
            {"passage": "new pier"},
            NotFoundError,
            "the text of pier1 does not have the passage 'new pier'; copy it from the text, as it is shown",
        ),
        ({"passage": "old pier", "occurrence": 3}, NotFoundError, "the text of pier1 has 'old pier' only 2 times"),
        ({"passage": "again", "occurrence": 2}, NotFoundError, "the text of pier1 has 'again' only once"),
        ({"passage": " \n"}, UsageError, "a passage cannot be empty"),
        ({"remove": 1}, NotFoundError, "pier1 has no highlight 1: there are no highlights"),
        ({}, UsageError, "give a passage, or the number of a highlight to remove"),
        ({"passage": "old", "remove": 1}, UsageError, "give a passage, or the number of a highlight to remove"),
        ({"remove": 1, "note": "x"}, UsageError, "a note and an occurrence go with a passage"),
    ],
)
def test_what_cannot_be_marked_is_one_sentence(
    news: Archive, values: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as raised:
        news.highlight("pier1", **values)  # type: ignore[arg-type]
    assert str(raised.value) == message
    assert file_of(news) == TEXT


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"text": " "}, "a note cannot be empty"),
        ({}, "give the text of a note, or the number of one to remove"),
        ({"remove": 2}, "pier1 has no note 2: there are no notes"),
    ],
)
def test_a_note_that_cannot_be_is_one_sentence(news: Archive, values: dict[str, object], message: str) -> None:
    with pytest.raises((UsageError, NotFoundError)) as raised:
        news.note("pier1", **values)  # type: ignore[arg-type]
    assert str(raised.value) == message


@pytest.mark.parametrize(
    "passage", ["pier. The old", "pier.[^1] The old", "pier.[^note-2] **The** old", "Pier. the old"]
)
def test_marks_of_notes_are_no_part_of_a_passage(root: Path, passage: str) -> None:
    text = "---\nid: pier1\n---\n\nA pier.[^1] The old[^note-2] one.\n\n[^1]: Of wood.\n\n[^note-2]: Of 1900.\n"
    with Archive.create(root) as archive:
        add_by_hand(archive, "articles/2024/pier.md", text)
        assert archive.highlight("pier1", passage).changed == 1
        assert archive.highlight("pier1", passage).unchanged == 1
        (highlight,) = archive.get("pier1").highlights
        assert (highlight.text, highlight.prefix) == ("pier. The old", "A")
        assert highlight.suffix.startswith("one.")


def test_changes_are_in_the_log_without_their_text_and_are_taken_back(news: Archive) -> None:
    news.note("pier1", "Secret.")
    news.highlight("pier1", "old pier", note="Secret too.")
    annotated = file_of(news)
    assert [(entry.command, entry.words) for entry in news.log()] == [("highlight", "pier1"), ("note", "pier1")]
    assert "Secret" not in (news.path / "log.jsonl").read_text("utf-8")
    assert [*news.undo().ids, *news.undo().ids] == ["pier1", "pier1"]
    assert file_of(news) == TEXT
    news.redo()
    news.redo()
    assert file_of(news) == annotated
    assert news.verify().faults == []


def test_a_dry_run_changes_nothing(news: Archive) -> None:
    assert news.note("pier1", "x", dry_run=True).changed == news.highlight("pier1", "pier", dry_run=True).changed == 1
    assert file_of(news) == TEXT
    assert not [*news.log()]


def test_edits_by_hand_are_seen_and_stay_as_they_are(news: Archive) -> None:
    by_hand = 'notes: [By hand, {text: "Two", mood: good}] # mine\r\nhighlights:\r\n- text: old pier\r\n  page: 7\r\n'
    path = news.path / news.file("pier1")
    path.write_bytes(TEXT.replace("# twice\r\n", f"# twice\r\n{by_hand}").encode())
    assert news.sync().modified
    assert both(news, "note:hand has:highlight highlight:old") == (1, 1)
    assert news.tag(ids=["pier1"], add=["sea"]).changed == 1
    assert by_hand in file_of(news)
    news.note("pier1", "Three")
    article = news.get("pier1")
    assert [(note.text, note.extra) for note in article.notes] == [
        ("By hand", {}),
        ("Two", {"mood": "good"}),
        ("Three", {}),
    ]
    assert article.highlights[0].extra == {"page": 7}
    assert by_hand.partition("\r\n")[2] in file_of(news)


def test_a_key_note_of_an_article_is_found_too(news: Archive) -> None:
    news.set(ids=["pier1"], values={"note": "Accepted"})
    assert both(news, "note:accepted") == both(news, "has:note") == (1, 1)
    assert both(news, "has:notes") == (0, 0)
    news.note("pier1", "Mine")
    assert both(news, "note:accepted note:mine") == (1, 1)
