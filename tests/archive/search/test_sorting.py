"""Orders by any metadata key: the same in search, list and export, with every engine."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from docarchive import ENGINES, Archive, UsageError

RECORDS: list[dict[str, Any]] = [
    {"title": "a", "rating": 10, "venue": {"city": "Zürich"}, "updated": "2024-02"},
    {"title": "b", "rating": 9.5, "venue": {"city": "åland"}, "updated": "2024-01-31"},
    {"title": "c", "rating": "2", "tags": ["Beta", "alpha"], "updated": "2025"},
    {"title": "d", "rating": "n/a", "tags": ["gamma"], "venue": "nowhere"},
    {"title": "e", "tags": ["Alpha"], "a'b": 1},
    {"title": "f", "rating": -3, "a'b": 2, "venue": {"city": {"x": 1}}},
]


@pytest.fixture(scope="module", params=ENGINES)
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("sorting")
    lines = (json.dumps({"body": f"text of {each['title']}", **each}) for each in RECORDS)
    (folder / "a.jsonl").write_text("\n".join(lines), "utf-8")
    with Archive.create(folder / "archive", engine=request.param) as archive:
        archive.import_(folder / "a.jsonl")
        yield archive


@pytest.mark.parametrize(
    ("sort", "titles", "missing"),
    [
        ("rating", "fcbad", "e"),
        ("-rating", "dabcf", "e"),
        ("tag", "ecd", "abf"),
        ("-tags", "dce", "abf"),
        ("updated", "bac", "def"),
        ("-updated", "cab", "def"),
        ("venue.city", "ba", "cdef"),
        ("-venue.city", "ab", "cdef"),
        ("a'b", "ef", "abcd"),
        ("title", "abcdef", ""),
    ],
)
def test_articles_are_sorted_by_any_key_and_those_without_it_are_last(
    archive: Archive, sort: str, titles: str, missing: str
) -> None:
    in_order = "".join(hit.title for hit in archive.search("text", sort=sort))
    assert in_order[: len(titles)] == titles
    assert sorted(in_order[len(titles) :]) == list(missing)
    assert "".join(str(row.metadata["title"]) for row in archive.list(sort=sort)) == in_order
    exported = BytesIO()
    archive.export("text", to=exported, format="jsonl", sort=sort)
    assert "".join(json.loads(line)["title"] for line in exported.getvalue().splitlines()) == in_order
    pages = [hit for at in range(0, 6, 2) for hit in archive.search("text", sort=sort, limit=2, offset=at)]
    assert "".join(hit.title for hit in pages) == in_order
    assert [hit.rank for hit in pages] == [*range(1, 7)]


@pytest.mark.parametrize(("sort", "hint"), [("raitng", "did you mean: rating"), ("nowhere", "or any key")])
def test_an_unknown_key_is_an_error_with_a_hint(archive: Archive, sort: str, hint: str) -> None:
    for call in (archive.search, archive.list, lambda **options: archive.export(to=BytesIO(), **options)):
        with pytest.raises(UsageError, match=hint):
            call(sort=sort)
    with pytest.raises(UsageError, match="cannot be sorted by"):
        archive.search(sort="body")
