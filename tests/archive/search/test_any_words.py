"""Queries that too little matches: articles with any of the words, in an archive with each engine."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from docarchive import ENGINES, Archive

TEXTS = {
    "a": ("Harbour council", "The council of the harbour voted for a pier and a crane."),
    "b": ("Pier opens", "The pier was opened by the mayor after the storm."),
    "c": ("Storm report", "A storm closed the harbour for the night."),
    "d": ("Wheat", "Wheat prices climbed."),
    "e": ("港", "古い橋が再び開通した。"),
    "f": ("A very long day", "Some words on cranes, piers and the mayor of the harbour in a storm."),
}


@pytest.fixture(scope="module", params=ENGINES)
def searched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    lines = [
        {"id": id_, "title": title, "body": body, "tags": ["even" if at % 2 else "odd"]}
        for at, (id_, (title, body)) in enumerate(TEXTS.items())
    ]
    lines += [{"id": f"n{n}", "title": f"Note {n}", "body": f"harbour note {n} of pier"} for n in range(30)]
    data = "\n".join(json.dumps(line) for line in lines).encode()
    with Archive.create(tmp_path_factory.mktemp("any") / "a", engine=request.param) as archive:
        archive.import_(io.BytesIO(data), format="jsonl")
        yield archive


def ids(archive: Archive, query: str, **options: object) -> list[str]:
    return [str(hit.metadata["source_id"]) for hit in archive.search(query, limit=99, **options)]  # type: ignore[arg-type]


def test_a_question_is_answered_as_its_words_joined_by_or_are(searched: Archive) -> None:
    results = searched.search("Did wheat delay the mayor?", limit=99)
    same = searched.search("did OR wheat OR delay OR the OR mayor", limit=99)
    assert (results.answered, results.total_all_words, results.total) == ("any words", 0, same.total)
    assert [(hit.id, hit.score) for hit in results] == [(hit.id, hit.score) for hit in same]
    assert results.to_dict() | {"answered": "any words", "total_all_words": 0} == results.to_dict()
    assert results.query == "Did wheat delay the mayor?"


def test_what_matches_is_not_replaced(searched: Archive) -> None:
    for query in ("council crane", "harbour", "pier storm mayor", "harbour note pier of", "*", "", "tag:odd"):
        results = searched.search(query, limit=99)
        assert (results.answered, results.total_all_words) == ("all words", results.total)
        assert results.total == searched.count(query) > 0


def test_few_matches_of_many_words_are_not_enough_unless_a_title_has_them_all(searched: Archive) -> None:
    few = searched.search("words mayor harbour storm", limit=99)
    assert (few.answered, few.total_all_words) == ("any words", 1)
    assert few.total > 30
    assert searched.search("words mayor storm").answered == "all words"  # of three words, one article is enough
    title = searched.search("a very long day")
    assert (title.answered, title.total) == ("all words", 1)
    assert searched.search("a very long day tag:even").answered == "all words"


def test_pages_are_parts_of_one_order_and_are_answered_alike(searched: Archive) -> None:
    for query in ("who saw the pier at night", "words mayor harbour storm", "a very long day", "harbour wheat"):
        whole = searched.search(query, limit=99)
        pages = [searched.search(query, limit=5, offset=offset) for offset in range(0, whole.total, 5)]
        assert [hit.id for page in pages for hit in page] == [hit.id for hit in whole]
        others = [*pages, searched.search(query, limit=0), searched.search(query, limit=3, offset=500)]
        assert {(page.total, page.answered, page.total_all_words) for page in others} == {
            (whole.total, whole.answered, whole.total_all_words)
        }


def test_filters_stay_required(searched: Archive) -> None:
    assert set(ids(searched, "wheat council tag:odd")) == {"a"}
    assert set(ids(searched, "wheat council -harbour")) == {"d"}
    assert set(ids(searched, "+mayor wheat council")) == set()  # nothing has mayor and one of them
    assert set(ids(searched, "+mayor wheat storm purple")) == {"b", "f"}


def test_a_text_without_spaces_is_found_by_its_pairs(searched: Archive) -> None:
    results = searched.search("古い橋は何処")
    assert (results.answered, [hit.metadata["source_id"] for hit in results]) == ("any words", ["e"])


def test_what_asks_for_exactly_these_words_gets_no_others(searched: Archive, tmp_path: Path) -> None:
    query = "wheat council"
    assert ids(searched, query) != []
    assert ids(searched, query, all_words=True) == ids(searched, query, sort="date") == []
    assert ids(searched, "wheat AND council") == ids(searched, '"wheat council"') == []
    assert searched.count(query) == 0
    assert list(searched.list(query)) == []
    assert searched.export(query, to=tmp_path / "out.jsonl").articles == 0


def test_facets_count_what_is_shown(searched: Archive) -> None:
    results = searched.search("wheat council", facets=["tag"], limit=0)
    assert dict(results.facets["tag"]) == {"odd": 1, "even": 1}
    assert results.total == 2


def test_a_spelling_is_suggested_for_what_was_typed(searched: Archive) -> None:
    results = searched.search("whaet prices")
    assert (results.answered, results.suggestion) == ("any words", "wheat prices")


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("NOT A STORM", "not A STORM"),
        ("prices -5% more", "prices 5% more"),
        ("council NEAR pier", "council NEAR/10 pier"),
        ("council near/8 pier", "council NEAR/8 pier"),
        ("pier BEFORE crane", "pier BEFORE/10 crane"),
        ("wheat || council", "wheat OR council"),
        ("5*3", '"5*3"'),
        ("archived:2024-01 to 2099-03", "archived:2024-01..2099-03"),
        ("pier archived:2024 – 2099", "pier archived:2024..2099"),
        ("note:pier", '"note:pier"'),
        ("w?zz", '"w?zz"'),
    ],
)
def test_a_query_is_suggested_for_signs_that_mean_something_else(tmp_path: Path, query: str, meant: str) -> None:
    lines = [
        "This is not a storm but a drill.",
        "Wheat prices rose by 5% more.",
        "The council wants a pier and a crane.",
        "So 5*3 is 15. Note: pier. A w?zz it was.",
    ]
    with Archive.create(tmp_path / "a") as archive:
        archive.import_(
            io.StringIO("\n".join(json.dumps({"title": "t", "body": line}) for line in lines)), format="jsonl"
        )
        results = archive.search(query)
        assert results.suggestion == meant
        assert archive.count(meant) > results.total_all_words
