"""Searching through the façade: results, snippets, pages, and a catalog and index that go together."""

import io
from pathlib import Path

import pytest
from support import ARTICLES

from docarchive import ENGINES, AmbiguousId, Archive, NotFoundError, QueryError, UsageError
from docarchive.folder import Folder
from docarchive.store import WriteLock


def test_hits_carry_what_the_design_says(archive: Archive) -> None:
    results = archive.search("wheat climbed")
    (hit,) = results.hits
    assert results.to_dict() == {
        "schema": 1,
        "query": "wheat climbed",
        "total": 1,
        "mode": "words",
        "answered": "all words",
        "total_all_words": 1,
        "took_ms": results.took_ms,
        "hits": [
            {
                "rank": 1,
                "id": hit.id,
                "title": "Wheat prices climb",
                "date": "2024-03",
                "score": hit.score,
                "path": f"articles/2024/03/2024-03-wheat-prices-climb.{hit.id}.md",
                "snippet": "**Wheat** **climbed** again in March. Traders in the harbour expect more of the same.",
            }
        ],
    }
    assert hit.score > 0
    assert hit.article.authors == ["Bo Larsen", "Ada Meyer"]
    assert hit.metadata["rating"] == 4


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("harbour", {"Harbour council votes for the new pier", "Wheat prices climb"}),
        ("economy", {"Économie: le café de Zoë"}),
        ("zoe cafe", {"Économie: le café de Zoë"}),
        ('"free trade"', {"Harbour council votes for the new pier"}),
        ('"trade free"', set()),
        ("trade -harbour", {"Économie: le café de Zoë"}),
        ("climb* OR coffee", {"Wheat prices climb", "Économie: le café de Zoë"}),
        ("tag:gas", {"Économie: le café de Zoë"}),
        ("tag:harbour", {"Harbour council votes for the new pier", "A year alone"}),
        ('place:"el salvador"', {"Harbour council votes for the new pier"}),
        ("author:meyer", {"Harbour council votes for the new pier", "Wheat prices climb"}),
        ("rating:4", {"Wheat prices climb"}),
        ("date:2024-03-20", {"Wheat prices climb"}),
        ("date:..1999", {"A year alone"}),
        ("date:2023-11..2024-03-16", {"Harbour council votes for the new pier", "Wheat prices climb"}
         | {"Économie: le café de Zoë"}),
        ("updated:2024-01", {"Économie: le café de Zoë"}),
        ("NOT date:0001..9999", {"An undated note"}),
        ("title:pier", {"Harbour council votes for the new pier"}),
        ("body:coffee", {"Économie: le café de Zoë"}),
        ("summary:coffee", {"Économie: le café de Zoë"}),
        ("original:sha256:*", {article["title"] for article in ARTICLES}),
    ],
)  # fmt: skip
def test_the_query_language(archive: Archive, query: str, titles: set[str]) -> None:
    assert {hit.title for hit in archive.search(query)} == titles | (
        {"A year alone"} if query == "harbour" and archive.count("tag:harbour body:harbour") > 1 else set()
    )
    assert archive.count(query) == len(titles)


def test_a_wrong_query_knows_its_spot(archive: Archive) -> None:
    with pytest.raises(QueryError) as caught:
        archive.search('wheat AND "climb')
    assert caught.value.position == 10
    assert caught.value.caret() == '  wheat AND "climb\n            ^'


@pytest.mark.parametrize("arguments", [{"limit": -1}, {"offset": -1}, {"sort": "size"}])
def test_wrong_arguments(archive: Archive, arguments: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        archive.search("x", **arguments)  # type: ignore[arg-type]


def test_a_limit_of_nothing_still_counts(archive: Archive) -> None:
    results = archive.search("*", limit=0)
    assert (results.total, len(results)) == (len(ARTICLES), 0)


@pytest.mark.parametrize(
    "query", ["pier", "title:pier", "pier tag:harbour", '"new pier" OR has:body', "-pier", "xyzzy"]
)
@pytest.mark.parametrize("sort", ["date", "-title", "rating", "-id"])
def test_lists_of_words_are_those_of_a_search_in_the_order_asked_for(query: str, sort: str, archive: Archive) -> None:
    expected = archive.search(query, sort=sort, limit=None)
    assert [row.id for row in archive.list(query, sort=sort)] == [hit.id for hit in expected]
    assert [row.id for row in archive.list(query, sort=sort, limit=1, offset=1)] == [hit.id for hit in expected[1:2]]
    assert archive.list_count(query) == expected.total


@pytest.mark.parametrize("engine", ENGINES)
def test_an_id_is_found_by_any_prefix_as_commands_take_it(engine: str, archive: Archive) -> None:
    archive.use_engine(engine)
    ids = sorted(hit.id for hit in archive.search(""))
    for id_ in ids:
        for length in (1, 4, len(id_)):
            expected = [other for other in ids if other.startswith(id_[:length])]
            for query in (f"id:{id_[:length]}", f"id:{id_[:length].upper()}", f"id:{id_[:length]}*"):
                assert sorted(hit.id for hit in archive.search(query)) == expected
                assert [row.id for row in archive.list(query, sort="id")] == expected
        assert archive.count(f'id:"{id_[:4]}"') == 0
        assert archive.count(f'id:"{id_}"') == 1
        assert archive.count(f"-id:{id_}") == len(ids) - 1


def test_lists_are_made_from_metadata_alone(archive: Archive) -> None:
    assert [row.metadata["title"] for row in archive.list("tag:harbour", sort="date")] == [
        "A year alone",
        "Harbour council votes for the new pier",
    ]
    assert archive.list_count("tag:harbour") == 2
    with pytest.raises(UsageError, match="cannot be sorted by relevance"):
        list(archive.list(sort="relevance"))


def test_ids_by_their_beginning(archive: Archive) -> None:
    ids = sorted(row.id for row in archive.list())
    for id_ in ids:
        assert archive.resolve(id_) == id_
        assert archive.resolve(id_[:11]) == id_
    with pytest.raises(NotFoundError, match="no article"):
        archive.get("zzzzzz")
    with pytest.raises(NotFoundError):
        archive.get("")
    many = [{"id": str(n), "body": f"Text {n}"} for n in range(40)]
    archive.import_(io.BytesIO("".join(f'{{"id": "{m["id"]}", "body": "{m["body"]}"}}\n' for m in many).encode()))
    with pytest.raises(AmbiguousId, match="several ids"):
        archive.get(sorted(row.id for row in archive.list())[0][:0] or _shared_start(archive))


def _shared_start(archive: Archive) -> str:
    firsts = [row.id[0] for row in archive.list()]
    return next(first for first in firsts if firsts.count(first) > 1)


def test_a_search_brings_a_lagging_index_up_to_date(archive: Archive, root: Path) -> None:
    from docarchive.store.layout import INDEX

    archive.close()
    (root / INDEX / "whoosh" / "state.json").unlink()
    with Archive.open(root) as again:
        assert again.statistics().indexed is None
        assert again.count("harbour") == 2
        assert again.statistics().indexed == again.statistics().changes


def test_a_search_goes_on_while_another_process_writes(archive: Archive, root: Path) -> None:
    with WriteLock(Folder(root), ".docarchive/lock"), Archive.open(root) as reader:
        assert reader.count("harbour") == 2
