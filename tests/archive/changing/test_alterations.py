"""What tag and set do to an article: a table of forms and their results."""

from __future__ import annotations

from typing import Any

import pytest

from docarchive import Article, PartialDate, UsageError
from docarchive.archive.alterations import Assignment, all_of, parsed, renamed_tag, tags, words
from docarchive.archive.importing.overrides import Overrides


def article() -> Article:
    return Article.from_metadata(
        {"title": "The pier", "date": "2024-03", "tags": ["Harbour", "trade"], "authors": "Ada Meyer", "rating": 4}
        | {"desk": {"editor": "Mia", "room": {"floor": 3}}},
        "Text.",
    )


@pytest.mark.parametrize(
    ("key", "operator", "value", "result"),
    [
        ("title", "=", "A new pier", {"title": "A new pier"}),
        ("headline", "=", "A new pier", {"title": "A new pier"}),
        ("date", "=", "2024-03-16", {"date": "2024-03-16"}),
        ("date", "=", "16 March 2024", {"date": "2024-03-16"}),
        ("date", "=", None, {"date": None}),
        ("tags", "=", "a; b", {"tags": ["a", "b"]}),
        ("tags", "=", ["a;b"], {"tags": ["a;b"]}),
        ("tags", "=", None, {"tags": None}),
        ("tags", "+=", "port", {"tags": ["Harbour", "trade", "port"]}),
        ("tags", "+=", "harbour", {}),
        ("tags", "-=", "HARBOUR", {"tags": ["trade"]}),
        ("tags", "-=", "port", {}),
        ("author", "+=", "Bo Larsen", {"authors": ["Ada Meyer", "Bo Larsen"]}),
        ("authors", "-=", "Ada Meyer", {"authors": None}),
        ("rating", "=", 5, {"rating": 5}),
        ("rating", "=", None, {"rating": None}),
        ("rating", "+=", 5, {"rating": [4, 5]}),
        ("rating", "-=", 4, {"rating": None}),
        ("rating", "-=", "4", {"rating": None}),
        ("rating", "=", 0, {"rating": 0}),
        ("desk.editor", "=", "Tom", {"desk": {"editor": "Tom", "room": {"floor": 3}}}),
        ("desk.room.floor", "+=", 4, {"desk": {"editor": "Mia", "room": {"floor": [3, 4]}}}),
        ("desk.room.floor", "=", None, {"desk": {"editor": "Mia", "room": {}}}),
        ("desk.phone", "=", "007", {"desk": {"editor": "Mia", "room": {"floor": 3}, "phone": "007"}}),
        ("rating.new", "=", "x", {"rating.new": "x"}),
        ("mood", "=", "good", {"mood": "good"}),
        ("mood", "+=", "good", {"mood": "good"}),
        ("mood", "-=", "good", {}),
        ("lang", "=", "pt-BR", {"language": "pt-BR"}),
        ("url", "=", "https://x.example/a", {"url": "https://x.example/a"}),
        ("doi", "=", "https://doi.org/10.5555/ABC", {"doi": "10.5555/ABC"}),
        ("DOI", "=", ["doi: 10.5555/ABC", "none"], {"DOI": ["10.5555/ABC", "none"]}),
    ],
)
def test_assignments(key: str, operator: str, value: Any, result: dict[str, Any]) -> None:
    changed = article()
    before = changed.metadata()
    all_of([Assignment.of(key, operator, value)])(changed)
    assert before == article().metadata(), "what it was stays as it was"
    wanted = article().to_dict() | result
    wanted = {name: held for name, held in wanted.items() if held is not None}
    assert changed.to_dict() == wanted


@pytest.mark.parametrize(
    ("key", "operator", "value", "message"),
    [
        ("date", "=", "soon", "date"),
        ("language", "=", "German", "'German' is not a language code; use de"),
        ("lang", "=", "xx", "'xx' is not a language code"),
        ("url", "=", "not a url", "'not a url' is not the address of a page"),
        ("link", "=", "x.example/a", "is not the address of a page"),
        ("title", "=", None, "needs a title"),
        ("title", "+=", "x", "use title=VALUE"),
        ("date", "-=", "2024", "use date=VALUE"),
        ("tags", "+=", "", "use tags"),
        ("id", "=", "x", "id cannot be set"),
        ("archived", "=", "2024", "archived cannot be set"),
        ("original", "=", "x", "original cannot be set"),
        ("body", "=", "x", "body cannot be set"),
        ("content", "=", "x", "content cannot be set"),
    ],
)
def test_what_cannot_be_set_is_refused_in_a_sentence(key: str, operator: str, value: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Assignment.of(key, operator, value)
    if operator == "=" and value is not None:
        with pytest.raises(UsageError, match=message):
            Overrides.of((), {key: value}, None)


@pytest.mark.parametrize("text", ["title", "=x", "", "+=x"])
def test_what_is_no_assignment(text: str) -> None:
    assert parsed(text) is None


def test_forms_are_read_and_written() -> None:
    chosen = [Assignment.of(*(parsed(text) or ())) for text in ("title=A = B", "tags += x", "authors-=Ada", "date=")]
    assert words(chosen) == "'title=A = B' tags+=x authors-=Ada date="


def test_tags_are_added_and_removed_once() -> None:
    changed = article()
    all_of(tags(["port", "port"], ["trade"]))(changed)
    assert changed.tags == ["Harbour", "port"]
    for add, remove, message in (((), (), "say what to change"), (("a",), ("A",), "once"), ((" ",), (), "be empty")):
        with pytest.raises(UsageError, match=message):
            all_of(tags(add, remove))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["harbour"], ["port"]),
        (["Harbour/east"], ["port/east"]),
        (["harbour", "port"], ["port"]),
        (["harbours", "x/harbour"], ["harbours", "x/harbour"]),
        (["a", "harbour", "b", "PORT"], ["a", "port", "b"]),
    ],
)
def test_a_renamed_tag_takes_nested_ones_along(before: list[str], after: list[str]) -> None:
    changed = Article(title="t", tags=before)
    renamed_tag("harbour", "port")(changed)
    assert changed.tags == after


def test_a_date_keeps_its_precision() -> None:
    changed = article()
    all_of([Assignment.of("updated", "=", "2024-05")])(changed)
    assert changed.updated == PartialDate("2024-05")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("rating=5", 5),
        ("rating=-2", -2),
        ("rating=4.5", 4.5),
        ("rating=0", 0),
        ("read=true", True),
        ("read=false", False),
        ("read=yes", "yes"),
        ("price=1.10", "1.10"),
        ("phone=007", "007"),
        ("number=12345678901234567890", "12345678901234567890"),
        ("title=5", "5"),
        ("date=2024", "2024"),
        ("when=2024-03-16", "2024-03-16"),
        ("desk.floor=3", 3),
        ("rating=", None),
    ],
)
def test_values_of_own_keys_are_numbers_where_they_look_so(text: str, value: Any) -> None:
    read = parsed(text)
    assert read is not None
    assert (type(read[2]), read[2]) == (type(value), value)
