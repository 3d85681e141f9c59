"""Labels in an archive: spellings that are one, addresses, tags below others; in search, list and facets."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docarchive import ENGINES, Archive

ADDRESS = "http://www.Site.example:80/b/caf%c3%a9/?utm_source=x&id=5#top"
RECORDS: list[dict[str, Any]] = [
    {"id": "curly", "authors": ["Sinéad O’Connor"], "tags": ["women’s rights", "e‑mail", "R&D – internal"]},
    {"id": "plain", "authors": ["Sinéad O'Connor"], "tags": ["women's rights", "e-mail", "R&D - internal"]},
    {"id": "books", "tags": ["reading/books", "Real Estate"], "places": ["Hawai‘i"]},
    {"id": "reading", "tags": ["reading", "real estate"], "places": ["Hawai'i"]},
    {"id": "list", "tags": ["reading-list", "real estate", "Real Estate"]},
    {"id": "uk", "tags": ["real estate/uk"], "url": ADDRESS},
    {"id": "id5", "url": "https://site.example/a?id=5"},
    {"id": "idx", "authors": ["sinead O'Connor", "Sinéad O'Connor"], "url": "https://site.example/aXid=5"},
]


@pytest.fixture(scope="module", params=ENGINES)
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("labels")
    lines = (json.dumps({"title": each["id"], "body": f"text of {each['id']}", **each}) for each in RECORDS)
    (folder / "a.jsonl").write_text("\n".join(lines), "utf-8")
    with Archive.create(folder / "archive", engine=request.param) as archive:
        archive.import_(folder / "a.jsonl")
        yield archive


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("author:o'connor", "curly idx plain"),
        ("author:o’connor", "curly idx plain"),
        ('author:"sinead o´connor"', "curly idx plain"),
        ('tag:"women\'s rights"', "curly plain"),
        ('tag:"women’s rights"', "curly plain"),
        ("tag:e-mail", "curly plain"),
        ("tag:e‑mail", "curly plain"),
        ("tag:e—ma*", "curly plain"),
        ('tag:"r&d - internal"', "curly plain"),
        ('tag:"r&d — internal"', "curly plain"),
        ("place:hawai'i", "books reading"),
        ("place:hawaiʻi", "books reading"),
        ("tag:reading", "books reading"),
        ('tag:"reading"', "reading"),
        ("tag:reading/books", "books"),
        ("tag:reading/*", "books"),
        ("tag:reading*", "books list reading"),
        ("-tag:reading tag:*", "curly list plain uk"),
        ("tag:(reading)", "books reading"),
        ("tag:estate", "books list reading uk"),
        ('tag:"real estate"', "books list reading"),
        (f"url:{ADDRESS}", "uk"),
        ("url:https://www.site.example/b/café?id=5", "uk"),
        ("url:HTTPS://WWW.site.example/b/caf%C3%A9/?id=5&fbclid=1", "uk"),
        ("url:www.site.example/b/café?id=5", "uk"),
        ('url:"www.site.example/b/café/?id=5"', "uk"),
        ("url:https://site.example/a?id=5", "id5"),
        ("url:http://site.example/a/?id=5#x", "id5"),
        ("url:site.example/a?id=5", "id5"),
        ("url:*site.example/a*", "id5 idx"),
        ("url:https://site.example/*", "id5 idx"),
        ("url:https://site.example/a", ""),
    ],
)
def test_labels_are_found_in_all_spellings(archive: Archive, query: str, titles: str) -> None:
    assert sorted(hit.title for hit in archive.search(query, limit=20)) == titles.split()
    assert sorted(str(row.metadata["title"]) for row in archive.list(query)) == titles.split()


#: Values of scripts that have no spaces between words, and the queries that find them.
UNSPACED: list[dict[str, Any]] = [
    {
        "id": "fog",
        "notes": ["今朝の霧の港で聞いた。 次の便は？"],
        "highlights": ["港は静かだった。"],
        "tags": ["港/霧の朝"],
    },
    {
        "id": "haruki",
        "authors": ["村上春樹", "부산항에서"],
        "tags": ["東京湾"],
        "desk": "文化部 第二",
        "language": "ja",
    },
]


@pytest.mark.parametrize("engine", ENGINES)
def test_words_are_found_in_runs_of_scripts_without_spaces(tmp_path: Path, engine: str) -> None:
    with Archive.create(tmp_path, engine=engine) as archive:
        for record in UNSPACED:
            archive.add({"title": record["id"], "body": "Text.", **record})
        for query, titles in {
            "note:霧": "fog",
            'note:"霧の港"': "fog",
            'note:"聞いた。 次の便"': "fog",
            "note:霧*": "",
            "note:港湾": "",
            "highlight:静か": "fog",
            "tag:霧": "fog",
            "tag:港": "fog",
            'tag:"港"': "",
            "tag:東京": "haruki",
            'tag:"東京湾"': "haruki",
            "author:村上": "haruki",
            "author:부산": "haruki",
            "desk:文化": "haruki",
            "language:日本語": "haruki",
        }.items():
            assert [hit.title for hit in archive.search(query)] == titles.split(), query
            assert [row.metadata["title"] for row in archive.list(query)] == titles.split(), query


def test_facets_count_as_one_what_queries_find_as_one(archive: Archive) -> None:
    for facet, query in (("tag", 'tag:"{}"'), ("author", 'author:"{}"'), ("place", 'place:"{}"')):
        counts = archive.search("*", facets=[facet], facet_limit=0).facets[facet]
        assert counts
        for value, count in counts:
            assert archive.count(query.format(value)) == count, value
    of = archive.search("text", facets=["tag", "author"], facet_limit=0).facets
    assert of["author"] == [("Sinéad O'Connor", 3)]  # the spelling of two of the three
    assert dict(of["tag"])["Real Estate"] == 3
    assert "real estate" not in dict(of["tag"])
    assert archive.search("title:reading", facets=["tag"]).facets["tag"] == [("reading", 1), ("real estate", 1)]
