"""The messages of the protocol: versions, errors, and what is no message."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from docarchive import Archive
from docarchive.mcp import stdio
from docarchive.mcp.limits import MOST
from docarchive.mcp.protocol import ALONE, WITH_HANDSHAKE, Protocol

META = "io.modelcontextprotocol/"


@pytest.fixture
def protocol(tmp_path: Path) -> Any:
    with Archive.create(tmp_path / "news") as archive:
        archive.add({"title": "Tide", "body": "The tide. " * 2_000})
        yield Protocol(archive)


def answered(protocol: Protocol, method: str, version: str | None = None, **parameters: Any) -> dict[str, Any]:
    """Returns the answer to a request, of a version that it says itself if there is one."""
    if version is not None:
        parameters["_meta"] = {f"{META}protocolVersion": version, f"{META}clientCapabilities": {}}
    answer = protocol.answer(json.dumps({"jsonrpc": "2.0", "id": 7, "method": method, "params": parameters}))
    assert answer is not None
    message: dict[str, Any] = json.loads(answer)
    assert (message["jsonrpc"], message["id"]) == ("2.0", 7)
    return message


@pytest.mark.parametrize("version", WITH_HANDSHAKE)
def test_a_known_version_is_taken(version: str, protocol: Protocol) -> None:
    result = answered(protocol, "initialize", protocolVersion=version)["result"]
    assert result["protocolVersion"] == version
    assert result["serverInfo"]["name"] == "docarchive"
    assert set(result["capabilities"]) == {"tools", "resources", "prompts"}


def test_an_unknown_version_is_answered_with_the_newest(protocol: Protocol) -> None:
    for version in ("1999-01-01", None, 3, *ALONE):
        assert answered(protocol, "initialize", protocolVersion=version)["result"]["protocolVersion"] == "2025-11-25"


def test_requests_that_stand_alone_say_their_version(protocol: Protocol) -> None:
    result = answered(protocol, "server/discover", ALONE[0])["result"]
    assert (result["supportedVersions"], result["resultType"]) == ([*ALONE], "complete")
    assert result["_meta"][f"{META}serverInfo"]["name"] == "docarchive"
    tools = answered(protocol, "tools/list", ALONE[0])["result"]
    assert (tools["resultType"], tools["cacheScope"]) == ("complete", "private")
    call = answered(protocol, "tools/call", ALONE[0], name="count", arguments={})["result"]
    assert (call["structuredContent"]["total"], call["resultType"], "ttlMs" in call) == (1, "complete", False)
    assert answered(protocol, "ping", ALONE[0])["error"]["code"] == -32601
    assert "resultType" not in answered(protocol, "tools/list")["result"]


def test_another_version_is_refused_with_those_that_are_supported(protocol: Protocol) -> None:
    error = answered(protocol, "tools/list", "2999-01-01")["error"]
    assert (error["code"], error["data"]) == (-32022, {"supported": [*ALONE], "requested": "2999-01-01"})
    incomplete = {f"{META}protocolVersion": ALONE[0]}
    assert answered(protocol, "tools/list", _meta=incomplete)["error"]["code"] == -32602


def test_what_is_wrong_is_said_with_its_code(protocol: Protocol) -> None:
    for method, parameters, version, code in (
        ("logging/setLevel", {}, None, -32601),
        ("tools/call", {"name": "delete"}, None, -32602),
        ("tools/call", {"name": ["search"]}, None, -32602),
        ("resources/read", {"uri": "docarchive://nothing"}, None, -32002),
        ("resources/read", {"uri": "docarchive://nothing"}, ALONE[0], -32602),
        ("resources/read", {"uri": "file:///etc/passwd"}, None, -32002),
        ("resources/read", {}, None, -32602),
        ("resources/list", {"cursor": "x"}, None, -32602),
        ("resources/list", {"cursor": 3}, None, -32602),
        ("prompts/get", {"name": "background"}, None, -32602),
        ("prompts/get", {"name": "x" * 9_000}, None, -32602),
        ("prompts/get", {"name": "background", "arguments": {"topic": "x" * 9_000}}, None, -32602),
    ):
        answer = answered(protocol, method, version, **parameters)
        assert answer["error"]["code"] == code, (method, parameters)
        assert len(answer["error"]["message"]) <= 500


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", -32700),
        ("[" * 100_000, -32700),
        ('{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}', -32602),
        ('[{"jsonrpc": "2.0", "id": 1, "method": "ping"}]', -32600),
        ('{"id": 1, "method": "ping"}', -32600),
        ('{"jsonrpc": "2.0", "id": 1}', -32600),
        ('{"jsonrpc": "2.0", "id": 1.5, "method": "ping"}', -32600),
        ('{"jsonrpc": "2.0", "id": null, "method": "ping"}', -32600),
        ("7", -32600),
    ],
)
def test_what_is_no_request_is_refused(line: str, code: int, protocol: Protocol) -> None:
    answer = protocol.answer(line)
    assert answer is not None
    assert json.loads(answer)["error"]["code"] == code


def test_notifications_and_answers_are_not_answered(protocol: Protocol) -> None:
    assert protocol.answer('{"jsonrpc": "2.0", "method": "notifications/initialized"}') is None
    assert protocol.answer('{"jsonrpc": "2.0", "id": 1, "result": {}}') is None


def test_a_resource_is_read_by_parts(protocol: Protocol) -> None:
    (resource,) = answered(protocol, "resources/list")["result"]["resources"]
    parts, uri = [], resource["uri"]
    while uri:
        answer = answered(protocol, "resources/read", uri=uri)["result"]
        assert len(json.dumps(answer, ensure_ascii=False).encode()) <= MOST
        (contents,) = answer["contents"]
        parts.append(contents["text"])
        uri = contents["_meta"].get("docarchive/next")
    assert len(parts) > 2
    assert "".join(parts) == "The tide. " * 2_000


def test_lines_are_answered_one_by_one(protocol: Protocol) -> None:
    ping = b'{"jsonrpc": "2.0", "id": "a", "method": "ping"}\n'
    notice = b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n'
    call = b'{"jsonrpc": "2.0", "id": "\\ud800", "method": "tools/call", "params": {"name": "search", "arguments": '
    surrogate = call + b'{"query": "\\ud800tide"}}}\n'
    too_long = b'{"x": "' + b"y" * 2 * stdio.MOST + b'"}\n'
    written = io.BytesIO()
    stdio.serve(protocol, io.BytesIO(ping + b"\n" + notice + too_long + surrogate + ping[:-1]), written)
    answers = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [answer.get("id") for answer in answers] == ["a", None, "?", "a"]
    assert answers[1]["error"]["code"] == -32600
    assert "tide" in answers[2]["result"]["structuredContent"]["query"]


class Gone(io.BytesIO):
    """A pipe that nobody reads."""

    def flush(self) -> None:
        raise BrokenPipeError


def test_it_ends_when_nobody_reads_the_answers(protocol: Protocol) -> None:
    lines = io.BytesIO(b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n' * 3)
    stdio.serve(protocol, lines, Gone())
    assert len(lines.read()) > 0
