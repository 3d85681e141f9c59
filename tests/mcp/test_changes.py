"""The tools that change an archive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docarchive import Archive
from docarchive.mcp.changes import CHANGING
from docarchive.mcp.protocol import Protocol


@pytest.fixture
def pier(tmp_path: Path) -> Iterator[tuple[Archive, str, list[int]]]:
    """An archive, the id of its article, and what is noted after each change."""
    with Archive.create(tmp_path / "archive") as archive:
        id_ = archive.add({"title": "Pier", "body": "The old pier was sold on Saturday.", "tags": ["pier"]})
        yield archive, id_, []


def call(pier: tuple[Archive, str, list[int]], name: str, **arguments: Any) -> Any:
    """Returns the answer of a tool, or the sentence of its error."""
    archive, _, followed = pier
    protocol = Protocol(archive, write=True, follow=lambda: followed.append(1))
    parameters = {"name": name, "arguments": arguments}
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": parameters}
    assert protocol.changes(request)
    result = json.loads(protocol.answer(json.dumps(request)) or "")["result"]
    if result["isError"]:
        return result["content"][0]["text"]
    jsonschema.validate(result["structuredContent"], CHANGING[name].returns)
    return result["structuredContent"]


def test_each_verb_is_one_change_that_can_be_taken_back(pier: tuple[Archive, str, list[int]]) -> None:
    archive, id_, followed = pier
    before = archive.text(id_)
    calls: list[dict[str, Any]] = [
        {"verb": "tag", "add": ["sale"], "remove": ["pier"]},
        {"verb": "note", "text": "To whom?"},
        {"verb": "note", "number": 1},
        {"verb": "highlight", "text": "sold on Saturday", "note": "Which one?"},
        {"verb": "highlight", "number": 1},
        {"verb": "remove"},
        {"verb": "restore"},
    ]
    numbers = [call(pier, "change", id=id_, **arguments)["change"] for arguments in calls]
    assert numbers == [*range(2, 2 + len(calls))]
    assert len(followed) == len(calls)
    assert archive.get(id_).tags == ["sale"]
    for _ in numbers[::-1]:
        call(pier, "change", verb="undo", number=max(n for n in numbers if n not in _undone(archive)))
    assert archive.text(id_) == before


def _undone(archive: Archive) -> set[int]:
    return {entry.change for entry in archive.log() if entry.undone}


def test_an_article_is_added_once(pier: tuple[Archive, str, list[int]]) -> None:
    archive = pier[0]
    given = {"text": "It blew all night.", "title": "Gale", "date": "2024-05", "url": "https://example.org/gale"}
    added = call(pier, "add", **given)
    assert archive.get(added["id"]).title == added["title"] == "Gale"
    assert call(pier, "add", **given) == {**added, "change": None}
    assert call(pier, "add", **given | {"text": "It blew all day."})["id"] == added["id"]
    assert len([*archive.versions(added["id"])]) == 2


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("change", {"verb": "purge", "id": "ID"}, "verb must be one of"),
        ("change", {"verb": "edit", "id": "ID", "text": "x"}, "verb must be one of"),
        ("change", {"verb": "tag"}, "id is required"),
        ("change", {"verb": "tag", "id": "ID"}, ""),
        ("change", {"verb": "remove", "id": "ID", "text": "x"}, "but not text"),
        ("change", {"verb": "undo", "id": "ID"}, "but not id"),
        ("change", {"verb": "undo", "number": 999}, "999"),
        ("change", {"verb": "note", "id": "ID", "text": " "}, ""),
        ("change", {"verb": "note", "id": "zzzz", "text": "x"}, "zzzz"),
        ("change", {"verb": "remove", "id": "*"}, ""),
        ("change", {"verb": "tag", "id": "ID", "add": ["t"] * 51}, "too many"),
        ("add", {"text": ""}, "empty"),
        ("add", {"text": "x", "date": "smarch 99"}, "date: 'smarch 99' is not a date; write it as 2024"),
        ("add", {"text": "x", "id": "ID"}, "no argument"),
    ],
)
def test_what_is_wrong_changes_nothing(
    name: str, arguments: dict[str, Any], reason: str, pier: tuple[Archive, str, list[int]]
) -> None:
    archive, id_, _ = pier
    position = archive.position
    said = call(pier, name, **{key: id_ if value == "ID" else value for key, value in arguments.items()})
    assert isinstance(said, str)
    assert reason in said
    assert archive.position == position


def test_without_write_there_are_no_such_tools(pier: tuple[Archive, str, list[int]]) -> None:
    protocol = Protocol(pier[0])
    for name in CHANGING:
        request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": {}}}
        assert not protocol.changes(request)
        assert "there is no tool" in json.loads(protocol.answer(json.dumps(request)) or "")["error"]["message"]
