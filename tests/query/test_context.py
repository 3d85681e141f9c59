import pytest

from docarchive.query import Context

CONTEXT = Context(fields=lambda: ["weather", "Shoe_Size", "geo.city", "tags"])


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("tag", "tags"),
        ("Keywords", "tags"),
        ("byline", "authors"),
        ("text", "body"),
        ("body", "body"),
        ("weather", "weather"),
        ("WEATHER", "weather"),
        ("shoe_size", "Shoe_Size"),
        ("geo.city", "geo.city"),
        ("city", None),
        ("wether", None),
    ],
)
def test_the_key_that_a_name_stands_for(name: str, key: str | None) -> None:
    assert CONTEXT.key(name) == key


def test_without_an_archive_any_name_will_do() -> None:
    assert Context().key("whatever") == "whatever"
    assert Context().key("headline") == "title"


@pytest.mark.parametrize(
    ("name", "near"),
    [("wether", ["weather"]), ("autor", ["authors"]), ("geocity", ["geo.city"]), ("titel", ["title"]), ("zzzz", [])],
)
def test_names_that_a_wrong_one_may_be_meant_for(name: str, near: list[str]) -> None:
    assert CONTEXT.near(name)[:1] == near
    assert CONTEXT.unknown(name).startswith(f"there is no field {name!r}; ")


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("saved", "2024-03", "archived:2024-03"),
        ("Imported", "2024-03", "archived:2024-03"),
        ("added", "", "archived"),
        ("year", "2024", "date:2024"),
        ("since", "2024-03", "date:>=2024-03"),
        ("after", "2024-03", "date:>2024-03"),
        ("before", "2024-03", "date:<2024-03"),
        ("until", "2024-03", "date:<=2024-03"),
        ("before", "", "date"),
        ("by", "lee", "authors:lee"),
        ("site", "a.example", "url:*a.example*"),
        ("filetype", "pdf", "format:pdf"),
        ("intitle", "oil", "title:oil"),
    ],
)
def test_names_that_come_to_mind_are_answered_with_what_is_meant(name: str, value: str, meant: str) -> None:
    message = CONTEXT.unknown(name, value)
    assert message.split(", ")[0] == f"there is no field {name!r}; did you mean: {meant}"


def test_a_field_of_such_a_name_is_one() -> None:
    context = Context(fields=lambda: ["saved", "since"])
    assert [context.key("saved"), context.key("Since")] == ["saved", "since"]
