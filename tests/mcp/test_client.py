"""The SDK's client talks to ``docarchive mcp`` and to ``serve``, in both eras of the protocol."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from serving import served

from docarchive import Archive

BODY = "The bridge over the harbour was opened again on Thursday. Ferries ran as before.\n"


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("mcp") / "harbour"
    with Archive.create(root) as archive:
        archive.add({"title": "Bridge reopens", "date": "2024-05-02", "tags": ["city"], "body": BODY})
        archive.save_search("ferries", "ferries date:2024")
    return root


def started(root: Path, *options: str) -> Any:
    """Returns what a client starts and talks to."""
    arguments = ["-m", "docarchive", "--archive", str(root), "mcp", *options]
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return stdio_client(StdioServerParameters(command=sys.executable, args=arguments, env=environment))


async def asked(server: Any, mode: str) -> dict[str, Any]:
    """Returns what a client gets for one request of each kind."""
    async with Client(server, mode=mode) as client:
        tools = await client.list_tools()
        search = await client.call_tool("search", {"query": "harbour"})
        id_ = search.structured_content["hits"][0]["id"]
        said: dict[str, Any] = {
            "tools": [tool.name for tool in tools.tools],
            "annotations": {tool.annotations.read_only_hint for tool in tools.tools if tool.annotations},
            "search": search.structured_content,
            "text": search.content[0].text,  # type: ignore[union-attr]
            "count": (await client.call_tool("count", {"facets": ["year", "tag"]})).structured_content,
            "get": (await client.call_tool("get", {"id": id_})).structured_content,
            "similar": (await client.call_tool("similar", {"id": id_})).structured_content,
            "versions": (await client.call_tool("versions", {"id": id_})).structured_content,
            "diff": (await client.call_tool("versions", {"id": id_, "a": 1})).structured_content,
            "quote": (await client.call_tool("quote", {"text": "Ferries ran as usual"})).structured_content,
            "list_fields": (await client.call_tool("list_fields", {})).structured_content,
            "saved_searches": (await client.call_tool("saved_searches", {})).structured_content,
            "wrong": await client.call_tool("search", {"query": "harbour AND ("}),
            "resources": [str(resource.uri) for resource in (await client.list_resources()).resources],
            "templates": (await client.list_resource_templates()).resource_templates[0].uri_template,
            "prompts": [prompt.name for prompt in (await client.list_prompts()).prompts],
            "prompt": (await client.get_prompt("background", {"topic": "ferries"})).messages[0].content.text,  # type: ignore[union-attr]
        }
        read = await client.read_resource(said["resources"][0])
        said["read"] = read.contents[0].text  # type: ignore[union-attr]
        for name, call in (
            ("no tool", client.call_tool("delete", {})),
            ("no resource", client.read_resource("docarchive://nothing")),
        ):
            with pytest.raises(MCPError) as raised:
                await call
            said[name] = str(raised.value)
    return said


@pytest.mark.parametrize("mode", ["legacy", "auto", "2026-07-28"])
@pytest.mark.parametrize("over", ["stdio", "http"])
def test_a_client_of_the_sdk_gets_what_it_asks_for(over: str, mode: str, harbour: Path) -> None:
    if over == "stdio":
        said = anyio.run(asked, started(harbour), mode)
    else:
        with Archive.open(harbour) as archive, served(archive) as browser:
            said = anyio.run(asked, streamable_http_client(f"{browser.address}mcp"), mode)
    assert len(said["tools"]) == 8
    assert said["annotations"] == {True}
    (hit,) = said["search"]["hits"]
    assert json.loads(said["text"]) == said["search"]
    assert BODY[hit["passages"][0]["start"] : hit["passages"][0]["end"]] == hit["passages"][0]["text"]
    assert said["count"]["facets"][0] == {"key": "year", "values": [{"value": "2024", "count": 1}], "more": 0}
    assert (said["get"]["text"], said["get"]["next_start"]) == (BODY, None)
    assert said["similar"]["total"] == 0
    assert [version["current"] for version in said["versions"]["versions"]] == [True]
    assert said["diff"]["differs"] is False
    assert said["quote"]["passages"][0]["parts"][0]["differences"][0]["archived"] == "before"
    assert {"key": "tags", "values": 1} in said["list_fields"]["fields"]
    assert said["saved_searches"]["searches"] == [{"name": "ferries", "query": "ferries date:2024"}]
    assert said["wrong"].is_error
    assert "bracket" in said["wrong"].content[0].text
    assert said["resources"] == [f"docarchive://{hit['id']}"]
    assert said["templates"].startswith("docarchive://{id}")
    assert said["read"] == BODY
    assert said["prompts"] == ["check_quotes", "background"]
    assert "ferries" in said["prompt"]
    assert "no tool 'delete'" in said["no tool"]
    assert "nothing" in said["no resource"]


async def changed(server: Any, mode: str) -> list[Any]:
    """Returns the answers to changes: an article is added, tagged, and taken back."""
    async with Client(server, mode=mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        hints = [tools[name].annotations for name in ("add", "change")]
        assert [(hint.read_only_hint, hint.destructive_hint) for hint in hints if hint] == [(False, True)] * 2
        assert len(tools) == 10
        added = await client.call_tool("add", {"title": "Gale", "text": "It blew all night.", "tags": ["storm"]})
        id_ = added.structured_content["id"]
        tagged = await client.call_tool("change", {"verb": "tag", "id": id_, "add": ["night"], "remove": ["storm"]})
        got = await client.call_tool("get", {"id": id_})
        await client.call_tool("change", {"verb": "undo", "number": tagged.structured_content["change"]})
        await client.call_tool("change", {"verb": "undo", "number": added.structured_content["change"]})
        gone = await client.call_tool("get", {"id": id_})
        return [got.structured_content["metadata"]["tags"], gone.is_error]


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
@pytest.mark.parametrize("over", ["stdio", "http"])
def test_with_write_a_client_changes_the_archive(over: str, mode: str, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        if over == "stdio":
            said = anyio.run(changed, started(archive.path, "--write"), mode)
        else:
            with served(archive, write=True) as browser:
                said = anyio.run(changed, streamable_http_client(f"{browser.address}mcp"), mode)
    assert said == [["night"], True]
