"""Lists: rows with all metadata, and with some keys of it, for queries on metadata and on words, and in the trash."""

from collections.abc import Iterator
from typing import Any

import pytest

from docarchive import ENGINES, Archive

RECORDS: list[dict[str, Any]] = [
    {"title": "The weir opens", "date": "2024-05", "tags": ["river", "news"], "read": True, "open": False},
    {
        "title": 'Twelve "weirs"',
        "rating": 4.5,
        "rätsel": "süß",
        "a b": "spaces",
        'with "quotes"': 1,
        "back\\slash": "x",
    },
    {
        "title": "Gates of the weir",
        "author": ["Ada Minster"],
        "venue": {"city": "Delft", "rooms": [1, 2]},
        "line\nend": 2,
    },
    {"title": "weir \U0001f680\\u0041", "place.of": "dotted", "$": "dollar", "{}": "braces", "[0]": "brackets"},
]
KEYS: list[list[str]] = [
    [],
    ["title"],
    ["date", "title"],
    ["title", "date", "title"],
    ["tags", "author"],
    ["read", "open", "rating", "venue"],
    ["rätsel", "unknown"],
    ["a b", "title"],
    ['a "b"', "a b"],
    ["back\\slash", "b\nc"],
    ["place.of", "place", "$", "{}", "[0]", ""],
]


@pytest.fixture(scope="module", params=ENGINES)
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Archive.create(tmp_path_factory.mktemp("listing") / "archive", engine=request.param) as archive:
        archive.add_all({**record, "body": f"A text about number {n}."} for n, record in enumerate(RECORDS))
        archive.remove("number")
        archive.add_all({**record, "body": f"A text about item {n}."} for n, record in enumerate(RECORDS))
        yield archive


@pytest.mark.parametrize("keys", KEYS, ids=repr)
@pytest.mark.parametrize("query", ["", "title:gates", "item", "in:trash"])
def test_rows_with_some_keys_are_the_rows_without_the_others(archive: Archive, query: str, keys: list[str]) -> None:
    whole = [*archive.list(query, sort="title")]
    rows = [*archive.list(query, sort="title", keys=keys)]
    assert len(rows) == (1 if query == "title:gates" else 4)
    chosen = [{key: value for key, value in row.metadata.items() if key in keys} for row in whole]
    assert [(row.id, row.path, row.language, row.metadata) for row in rows] == [
        (row.id, row.path, row.language, metadata) for row, metadata in zip(whole, chosen, strict=True)
    ]


def test_a_single_key_may_be_a_text(archive: Archive) -> None:
    assert {row.metadata["title"] for row in archive.list(keys="title")} == {
        row.metadata["title"] for row in archive.list()
    }
