"""Notes and highlights of a file and of an import: none that a person has made is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from docarchive import Archive, Article, Highlight, Note
from docarchive.archive.importing.merging import merge, said_of

TEXTS = st.lists(st.sampled_from("abcde"), unique=True, max_size=4)


def article(texts: list[str], note: str = "") -> Article:
    return Article(title="t", body="x", highlights=[Highlight(text, note) for text in texts])


def merged(old: Article, new: Article, last: Article | None) -> list[tuple[str, str]]:
    new = replace(new, highlights=[*new.highlights])
    merge(old, new, said_of(last) if last else None)
    return [(item.text, item.note) for item in new.highlights]


@given(TEXTS, TEXTS, TEXTS)
def test_what_either_side_adds_is_there_and_what_was_removed_by_hand_stays_away(
    last: list[str], own: list[str], now: list[str]
) -> None:
    texts = [text for text, _ in merged(article(own), article(now), article(last))]
    assert texts[: len(own)] == own
    assert set(texts) == set(own) | (set(now) - set(last))
    assert len(texts) == len(set(texts))


@given(TEXTS, TEXTS)
def test_without_knowledge_of_the_last_import_both_are_there(own: list[str], now: list[str]) -> None:
    assert {text for text, _ in merged(article(own), article(now), None)} == {*own, *now}


def test_of_one_passage_the_changed_side_is_taken_and_both_notes_are_kept() -> None:
    plain, mine, theirs = article(["a"]), article(["a"], "mine"), article(["a"], "theirs")
    assert merged(mine, plain, plain) == [("a", "mine")]
    assert merged(plain, theirs, plain) == [("a", "theirs")]
    assert merged(mine, theirs, plain) == [("a", "mine\n\ntheirs")]
    assert merged(mine, plain, None) == [("a", "mine")]
    both = article(["a"], "mine\n\ntheirs")
    assert merged(both, theirs, plain) == [("a", "mine\n\ntheirs")]


def test_an_import_again_keeps_notes_and_adds_its_own(archive: Archive) -> None:
    first = Article(title="Pier", url="https://example.org/pier", body="The old pier.", highlights=[Highlight("old")])
    id_ = archive.add(first)
    archive.note(id_, "By hand")
    archive.highlight(id_, "pier", note="Mine")
    archive.add(replace(first, body="The old pier, again.", highlights=[Highlight("old"), Highlight("again")]))
    article = archive.get(id_)
    assert [item.text for item in article.highlights] == ["old", "pier", "again"]
    assert [note.text for note in article.notes] == ["By hand"]
    assert archive.highlight(id_, remove=1).changed == 1
    archive.add(replace(first, body="The older pier.", highlights=[Highlight("old"), Highlight("again")]))
    assert [item.text for item in archive.get(id_).highlights] == ["pier", "again"]


def test_only_new_annotations_are_an_update_and_no_second_article(archive: Archive) -> None:
    before = len(archive)
    id_ = archive.add(Article(title="Pier", body="The old pier."))
    assert archive.add(Article(title="Pier", body="The old pier.", notes=[Note("Hm")])) == id_
    assert len(archive) == before + 1
    assert [note.text for note in archive.get(id_).notes] == ["Hm"]
    assert archive.count("note:hm") == 1


def test_a_program_may_pass_texts(archive: Archive) -> None:
    values: Any = {"notes": ["A note"], "highlights": [{"text": "pier", "page": 1}]}
    article = archive.get(archive.add(Article(title="Texts", body="The pier.", **values)))
    assert (article.notes, article.highlights) == ([Note("A note")], [Highlight("pier", extra={"page": 1})])
