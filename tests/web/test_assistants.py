"""The protocol of assistants over HTTP; the SDK's client asks it in tests/mcp."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from serving import Answer, Browser, served

from docarchive import Archive
from docarchive.web.tokens import add_token

_META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


def message(method: str, parameters: Any = None, **more: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters or {}, **more}


def post(browser: Browser, content: Any, **headers: str) -> Answer:
    kind = {"Content_Type": "application/json", "Accept": "application/json, text/event-stream"}
    return browser.ask("POST", "/mcp", json.dumps(content).encode(), **kind | headers)


def test_a_message_has_one_answer_and_a_notification_has_none(browser: Browser) -> None:
    answer = post(browser, message("tools/call", {"name": "count", "arguments": {"query": "pier"}}))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json["result"]["structuredContent"]["total"] == 3
    notification = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert (post(browser, notification).status, post(browser, notification).body) == (202, b"")
    for method in ("GET", "DELETE", "PUT"):
        assert browser.ask(method, "/mcp").status == 405


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (message("ping"), {"Content_Type": "text/plain"}, 415, None),
        (message("ping"), {"Content_Type": "application/x-www-form-urlencoded"}, 415, None),
        (message("ping"), {"Accept": "text/html"}, 406, None),
        (message("ping"), {"Origin": "http://evil.example"}, 403, None),
        (message("ping"), {"Origin": "null"}, 403, None),
        (message("ping"), {"Sec_Fetch_Site": "cross-site"}, 403, None),
        (message("ping"), {"Host": "evil.example"}, 421, None),
        (message("ping"), {"MCP_Protocol_Version": "1999-01-01"}, 400, -32020),
        (message("ping"), {"MCP_Protocol_Version": "2025-11-25"}, 200, None),
        (message("nothing"), {}, 200, -32601),
        (message("tools/list", {"_meta": _META}), {}, 400, -32020),
        (message("tools/list", {"_meta": _META}), {"MCP_Protocol_Version": "2026-07-28"}, 400, -32020),
        (
            message("tools/call", {"_meta": _META, "name": "count"}),
            {"MCP_Protocol_Version": "2026-07-28", "Mcp_Method": "tools/call", "Mcp_Name": "search"},
            400,
            -32020,
        ),
        (
            message("tools/call", {"_meta": _META, "name": "count"}),
            {"MCP_Protocol_Version": "2026-07-28", "Mcp_Method": "tools/call", "Mcp_Name": "=?base64?Y291bnQ=?="},
            200,
            None,
        ),
        (
            message("nothing", {"_meta": _META}),
            {"MCP_Protocol_Version": "2026-07-28", "Mcp_Method": "nothing"},
            404,
            -32601,
        ),
        ([message("ping")], {}, 200, -32600),
        ({"params": {"_meta": _META}}, {"MCP_Protocol_Version": "2026-07-28"}, 400, -32600),
        ("x" * 70_000, {}, 413, None),
    ],
)
def test_what_is_no_message_of_this_server_is_refused(
    content: Any, headers: dict[str, str], status: int, code: int | None, browser: Browser
) -> None:
    answer = post(browser, content, **headers)
    assert answer.status == status, answer.text
    if code is not None:
        assert answer.json["error"]["code"] == code


def test_what_is_no_json_is_refused(browser: Browser) -> None:
    answer = browser.ask("POST", "/mcp", b"{", Content_Type="application/json")
    assert (answer.status, answer.json["error"]["code"]) == (400, -32700)


def test_a_token_for_reading_has_no_tools_that_change(archive: Archive, tmp_path: Path) -> None:
    tokens = {role: add_token(tmp_path / "tokens", role) for role in ("read", "write")}
    id_ = next(archive.list("title:harbour")).id
    change = message("tools/call", {"name": "change", "arguments": {"verb": "tag", "id": id_, "add": ["sea"]}})
    with served(archive, write=True, token_file=tmp_path / "tokens") as browser:
        assert post(browser, change).status == 401
        counts = []
        for role in ("read", "write"):
            token = {"Authorization": f"Bearer {tokens[role]}"}
            counts.append(len(post(browser, message("tools/list"), **token).json["result"]["tools"]))
            answer = post(browser, change, **token).json
            assert ("result" in answer) == (role == "write"), answer
    assert counts == [8, 10]
    assert "sea" in archive.get(id_).tags


def test_without_write_nothing_is_changed_by_a_message(browser: Browser, unchanged: Archive) -> None:
    id_ = next(unchanged.list("title:harbour")).id
    change = message("tools/call", {"name": "change", "arguments": {"verb": "remove", "id": id_}})
    assert "there is no tool" in post(browser, change).json["error"]["message"]
    assert id_ in unchanged
