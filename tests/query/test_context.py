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
