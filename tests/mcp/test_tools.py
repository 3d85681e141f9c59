"""Whatever a tool is asked, its answer fits its schema and has no more tokens than the client wants."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.asking import calls, is_within
from docarchive import Archive
from docarchive.mcp.changes import CHANGING
from docarchive.mcp.cutting import clipped
from docarchive.mcp.limits import MOST, size
from docarchive.mcp.protocol import Protocol
from docarchive.mcp.tools import TOOLS

WORDS = [
    "tide",
    "harbour",
    "gull",
    "pier",
    "港湾",
    "評議会",
    "Käthe",
    "😀",
    "naïve",
    "\\",
    '"',
    "\x07",
    "<b>",
    "1,000",
    "[a](b)",
    "*c*",
]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive with articles of all lengths and characters, several versions and many keys."""
    random_ = random.Random(1987)
    with Archive.create(tmp_path_factory.mktemp("mcp") / "crowd") as archive:
        for edition in ("first", "second"):
            archive.add_all(
                {
                    "url": f"https://example.org/{number}",
                    "title": " ".join(random_.choices(WORDS, k=number * 7 + 1)),
                    "date": f"20{number + 10}-05-02",
                    "tags": [f"{word}{number}" for word in WORDS] * (1 + number // 4),
                    **{f"key{number}-{inner}": "v" * inner * 20 for inner in range(number * 3)},
                    "body": f"The {edition} tide. {' '.join(random_.choices(WORDS, k=3 ** min(number, 7)))}",
                }
                for number in range(9)
            )
        for number in range(40):
            archive.save_search(f"search{number}", " OR ".join(WORDS[:4] * number) or "tide")
        yield archive


def called(archive: Archive, name: str, arguments: Any) -> dict[str, Any]:
    """Returns the result of a call, checked against its schema."""
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
    answer = Protocol(archive).answer(json.dumps(request))
    assert answer is not None
    result: dict[str, Any] = json.loads(answer)["result"]
    if not result["isError"]:
        jsonschema.validate(result["structuredContent"], TOOLS[name].returns)
        assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
    return result


def test_random_calls_are_answered_within_their_limit(crowd: Archive) -> None:
    answered = 0
    for name, arguments in calls(crowd, 250):
        result = called(crowd, name, arguments)
        assert is_within(result, arguments), (name, arguments)
        answered += not result["isError"]
    assert answered > 100


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(
    st.sampled_from(sorted(TOOLS)),
    st.dictionaries(
        st.sampled_from(["query", "id", "text", "cursor", "limit", "start", "max_tokens", "facets", "a", "sort", "x"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(), max_size=9),
    ),
)
def test_any_arguments_are_answered_or_refused_in_a_sentence(crowd: Archive, name: str, arguments: Any) -> None:
    result = called(crowd, name, arguments)
    assert size(result["content"][0]["text"]) <= MOST + 2
    if result["isError"]:
        assert "internal error" not in result["content"][0]["text"]


def test_no_call_changes_a_file(crowd: Archive) -> None:
    def state() -> dict[str, tuple[int, int]]:
        files = (path for path in crowd.path.rglob("*") if path.is_file() and ".docarchive" not in path.parts)
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}

    before = state()
    for name, arguments in calls(crowd, 30):
        called(crowd, name, arguments)
    assert state() == before


def test_all_hits_are_reached_by_cursors(crowd: Archive) -> None:
    arguments = {"query": "tide", "max_tokens": 700, "limit": 50}
    ids: list[str] = []
    while arguments.get("cursor", "") is not None:
        answer = called(crowd, "search", arguments)["structuredContent"]
        ids += [hit["id"] for hit in answer["hits"]]
        arguments["cursor"] = answer["cursor"]
    assert ids == [hit.id for hit in crowd.search("tide", limit=None)]
    assert len(ids) == answer["total"] == 9


def test_a_text_is_read_by_parts(crowd: Archive) -> None:
    for hit in crowd.search("tide", limit=None):
        parts: list[str] = []
        start: int | None = 0
        while start is not None:
            answer = called(crowd, "get", {"id": hit.id, "start": start, "max_tokens": MOST})["structuredContent"]
            assert answer["start"] == start == sum(map(len, parts))
            parts.append(answer["text"])
            start = answer["next_start"]
        assert "".join(parts) == hit.article.body


def test_places_are_those_of_the_body(crowd: Archive) -> None:
    for hit in called(crowd, "search", {"query": "tide OR 港湾 OR gull", "max_tokens": MOST})["structuredContent"][
        "hits"
    ]:
        body = crowd.get(hit["id"]).body
        for passage in hit["passages"]:
            assert body[passage["start"] : passage["end"]] == passage["text"]


def test_a_diff_is_read_by_parts(crowd: Archive) -> None:
    id_ = crowd.search("tide", sort="date").hits[3].id
    lines: list[str] = []
    cursor: str | None = "0"
    while cursor is not None:
        given_ = {"id": id_, "a": 1, "cursor": cursor, "max_tokens": 900}
        answer = called(crowd, "versions", given_)["structuredContent"]
        lines += [row["line"] for row in answer["lines"]]
        cursor = answer["cursor"]
    assert [line[:200] for line in lines] == [line[:200] for line in crowd.diff(id_, 1).unified().splitlines()]


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("search", {"query": "tide", "limit": 0}, "limit must be from 1 to 50"),
        ("search", {"query": "tide", "max_tokens": 9_000}, "max_tokens must be from 600 to 8,000"),
        ("search", {"query": 3}, "query must be a text"),
        ("search", {"query": "x" * 3_000}, "query is too long"),
        ("search", {"query": "tide", "cursor": "-1"}, "is no cursor"),
        ("search", {"query": "tide AND ("}, "bracket"),
        ("search", {"query": "tide", "sort": "colour"}, "unknown order"),
        ("count", {"facets": ["a"] * 6}, "too many items"),
        ("count", {"facets": "year"}, "facets must be a list"),
        ("get", {}, "the argument id is required"),
        ("get", {"id": " "}, "id is empty"),
        ("get", {"id": "nothing"}, "no article has an id"),
        ("get", {"id": "x", "start": -1}, "start must be 0 or more"),
        ("quote", {"text": "…"}, "no word"),
        ("quote", [], "the arguments are an object"),
        ("list_fields", {"curser": "1"}, "did you mean cursor?"),
    ],
)
def test_errors_are_errors(name: str, arguments: Any, message: str, crowd: Archive) -> None:
    result = called(crowd, name, arguments)
    assert result["isError"]
    assert message in result["content"][0]["text"]
    assert "structuredContent" not in result


def test_a_damaged_article_is_an_error_and_no_empty_text(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "news") as archive:
        id_ = archive.add({"title": "Tide", "body": "The tide."})
        (archive.path / archive.file(id_)).write_text("", "utf-8")
        assert called(archive, "get", {"id": id_})["isError"]
        hit = called(archive, "search", {"query": "tide"})["structuredContent"]["hits"][0]
        assert "is empty" in hit["damage"]


def test_schemas_are_schemas_and_small() -> None:
    tools = [tool.declared(name) for name, tool in (TOOLS | CHANGING).items()]
    assert len(tools) <= 10
    for tool in tools:
        jsonschema.Draft202012Validator.check_schema(tool["inputSchema"])
        jsonschema.Draft202012Validator.check_schema(tool["outputSchema"])
        assert tool["annotations"]["readOnlyHint"] is (tool["name"] in TOOLS)
        assert tool["annotations"]["destructiveHint"] is (tool["name"] not in TOOLS)
    assert size(tools) < 18_000


@given(st.text(), st.integers(0, 60))
def test_a_clipped_text_is_a_beginning_that_fits(text: str, most: int) -> None:
    text = text.encode("utf-8", "replace").decode()
    cut = clipped(text, most)
    assert text.startswith(cut)
    assert size(cut) - 2 <= most
    if cut != text:
        assert size(cut) - 2 > most - 12 * (1 + most // 6)


@pytest.mark.parametrize("most", [600, 700, 2_000])
def test_names_are_whole_however_short_an_answer_is(crowd: Archive, most: int) -> None:
    rows = {row.id: row.metadata for row in crowd.list()}
    for id_, metadata in rows.items():
        part = called(crowd, "get", {"id": id_, "max_tokens": most})["structuredContent"]
        assert (part["id"], part["uri"], part["date"]) == (id_, f"docarchive://{id_}", metadata["date"])
        assert part["original"] == metadata.get("original")
        told = part.get("metadata_shortened", False)
        assert told or part["metadata"]["tags"] == metadata["tags"]
        (hit, *_) = called(crowd, "search", {"query": f"id:{id_}", "max_tokens": most})["structuredContent"]["hits"]
        assert (hit["id"], hit["date"]) == (id_, metadata["date"])


def test_a_name_of_a_stranger_is_shortened(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "long") as archive:
        archive.add({"title": "Tide", "body": "High water.", "original": "sha256:" + "a" * 50_000, "id": "tide1"})
        id_ = next(archive.list()).id
        for name, arguments in (("get", {"id": id_}), ("search", {"query": "tide"})):
            asked = {**arguments, "max_tokens": 600}
            assert is_within(called(archive, name, asked), asked)
