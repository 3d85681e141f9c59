"""What the API answers."""

import io
import json
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from conftest import Cli
from interpreter import PATIENCE
from serving import Browser, served

from docarchive import Archive
from docarchive.web.api import events
from docarchive.web.api.schemas import SCHEMAS
from docarchive.web.api.table import PREFIX, ROUTES

_V1 = PREFIX


def conforms(value: Any, name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    jsonschema.Draft202012Validator(schema).validate(value)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_every_answer_is_as_its_schema_says(browser: Browser, unchanged: Archive, route: Any) -> None:
    path = route.path.replace("{id}", next(unchanged.list("title:harbour")).id)
    query = "?q=pier&facet=tags" if "facet" in {parameter.name for parameter in route.parameters} else ""
    query = "?a=0&b=0" if route.path.endswith("diff") else query
    answer = browser.get(_V1 + path + query)
    assert answer.status == 200
    if route.schema:
        assert answer.headers["content-type"] == "application/json"
        conforms(answer.json, route.schema)
        assert answer.json["schema"] == 1


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("/search?q=pier&limit=2&facet=tags", "search pier --limit 2 --facet tags --json"),
        ("/search?q=pier+wheat&sort=date", "search pier wheat --sort date --json"),
        ("/search?q=harbuor", "search harbuor --json"),
        ("/count?q=pier", "search pier --count --json"),
        ("/articles?q=tag:harbour&limit=100", "list tag:harbour --json"),
        ("/articles/ID", "show ID --json"),
        ("/articles/ID/similar", "similar ID --json"),
        ("/articles/ID/versions", "versions ID --json"),
        ("/articles/ID/provenance", "show ID --provenance --json"),
        ("/articles/ID/diff?a=0&b=0", "diff ID current current --json"),
        ("/statistics", "stats --json"),
        ("/saved", "saved --json"),
        ("/quarantine", "quarantine --json"),
        ("/formats", "formats --json"),
    ],
)
def test_answers_are_those_of_the_commands(
    browser: Browser, unchanged: Archive, cli: Cli, path: str, command: str
) -> None:
    id = next(unchanged.list("title:harbour")).id
    printed = cli("--archive", unchanged.path, *command.replace("ID", id).split()).json
    answer = browser.get(_V1 + path.replace("ID", id)).json
    for value in (printed, answer):
        for key in ("took_ms", "cursor", "path") if path == "/statistics" else ("took_ms", "cursor"):
            value.pop(key, None)
    assert answer == printed


def test_facets(browser: Browser) -> None:
    answer = browser.get(f"{_V1}/facets?q=pier&facet=tags&facet=year&facet_limit=1").json
    assert answer["facets"]["tags"] == [{"value": "harbour", "count": 2}]
    assert (answer["total"], answer["more"]) == (3, {"tags": 1, "year": 1})


def test_filters_narrow_a_query(browser: Browser) -> None:
    assert browser.get(f"{_V1}/count?q=pier+OR+wheat&filter=tag:harbour").json["total"] == 2


def test_an_original_is_its_bytes(browser: Browser, unchanged: Archive) -> None:
    id = next(unchanged.list("title:harbour")).id
    answer = browser.get(f"{_V1}/articles/{id}/original")
    assert answer.body == unchanged.original(id).read_bytes()
    assert answer.headers["content-security-policy"].startswith("sandbox;")


@pytest.mark.parametrize("name", ["jsonl", "csv", "ris"])
def test_articles_in_any_format(browser: Browser, unchanged: Archive, name: str) -> None:
    written = io.BytesIO()
    unchanged.export("tag:harbour", to=written, format=name, sort="title")
    answer = browser.get(f"{_V1}/articles?q=tag:harbour&sort=title&format={name}")
    assert (answer.status, answer.body) == (200, written.getvalue())
    id = next(unchanged.list("title:harbour")).id
    written = io.BytesIO()
    unchanged.export(ids=[id], to=written, format=name)
    assert browser.get(f"{_V1}/articles/{id}?format={name}").body == written.getvalue()


# Errors


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("/search?q=pier+AND", 400, "something must follow 'AND'"),
        ("/search?limit=101", 400, "limit must be a whole number from 0 to 100"),
        ("/search?limit=x", 400, "limit must be a whole number from 0 to 100"),
        ("/search?limit=1&limit=2", 400, "use limit once"),
        ("/search?explain=perhaps", 400, "explain must be true or false"),
        ("/search?query=pier", 400, "there is no parameter 'query' here; use q, filter, sort, limit, cursor, facet, "),
        ("/search?cursor=x", 400, "that is no cursor"),
        ("/search?freshness=0", 400, "freshness must be a number of days above 0"),
        ("/search?sort=no+such", 400, ""),
        ("/search?q=" + "a" * 2_001, 400, "q is longer than 2,000 characters"),
        ("/articles?sort=relevance", 400, "a list cannot be sorted by relevance"),
        ("/articles?format=docx", 400, "there is no format 'docx'"),
        ("/articles/zzzz", 404, "no article has an id that starts with 'zzzz'"),
        ("/articles/zzzz?format=csv", 404, "no article has an id that starts with 'zzzz'"),
        ("/changes?since=999999", 400, "the catalog was rebuilt since that position"),
        ("/changes?since=soon", 400, "is neither a position nor a date"),
        ("/formats?q=x", 400, "there is no parameter 'q' here; use no parameters"),
        ("/no/such", 404, "There is no such page."),
    ],
)
def test_errors(browser: Browser, path: str, status: int, detail: str) -> None:
    answer = browser.get(_V1 + path)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    conforms(answer.json, "Problem")
    assert answer.json["status"] == status
    assert detail in answer.json["detail"]


def test_an_error_in_a_query_has_its_position(browser: Browser) -> None:
    problem = browser.get(f"{_V1}/search?q=pier+AND").json
    assert (problem["query"], problem["position"]) == ("pier AND", 5)


# Tags


@pytest.mark.parametrize(
    "path", ["/search?q=pier", "/count", "/articles", "/facets?facet=tags", "/formats", "/articles/ID"]
)
def test_an_answer_that_is_known_is_not_sent_again(browser: Browser, unchanged: Archive, path: str) -> None:
    path = _V1 + path.replace("ID", next(unchanged.list("title:harbour")).id)
    tag = browser.get(path).headers["etag"]
    for known in (tag, f'"other", {tag}', "*"):
        again = browser.get(path, If_None_Match=known)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert browser.get(path, If_None_Match='"other"').status == 200


def test_a_tag_changes_with_the_archive_and_with_saved_searches(archive: Archive) -> None:
    with served(archive) as browser:
        path = f"{_V1}/search?q=pier"
        tags = [browser.get(path).headers["etag"]]
        archive.import_(io.BytesIO(b"A new pier."), format="text")
        tags.append(browser.get(path).headers["etag"])
        archive.save_search("piers", "pier")
        tags.append(browser.get(path).headers["etag"])
        assert browser.get(path, If_None_Match=tags[0]).json["total"] == 4
    assert len({*tags}) == 3


# Changes


def test_changes_since_a_position(archive: Archive, articles_file: Path) -> None:
    with served(archive) as browser:
        first = browser.get(f"{_V1}/changes?limit=2").json
        assert (len(first["articles"]), first["more"]) == (2, True)
        ids = [article["id"] for article in first["articles"]]
        position = first["position"]
        while first["more"]:
            first = browser.get(f"{_V1}/changes?limit=2&since={position}").json
            ids += [article["id"] for article in first["articles"]]
            position = first["position"]
        assert sorted(ids) == sorted(row.id for row in archive.list())
        assert browser.get(f"{_V1}/changes?since={position}").json["articles"] == []
        new = archive.import_(io.BytesIO(b"A new pier."), format="text").ids
        archive.remove(ids=[ids[0]])
        last = browser.get(f"{_V1}/changes?since={position}").json
        assert ([article["id"] for article in last["articles"]], last["removed"]) == (new, [ids[0]])


def test_a_change_can_be_waited_for(archive: Archive, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("A new pier.", "utf-8")
    with served(archive) as browser:
        position = archive.position
        assert browser.get(f"{_V1}/changes?since={position}&wait=1").json["articles"] == []
        cli("--archive", archive.path, "import", "new.txt", code=0)
        assert len(browser.get(f"{_V1}/changes?since={position}&wait=25").json["articles"]) == 1


def test_changes_come_as_events(archive: Archive, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("A new pier.", "utf-8")
    position = archive.position
    with served(archive) as browser:
        headers = {"Accept": "text/event-stream", "Last-Event-ID": position}
        with closing(HTTPConnection(browser.host, timeout=PATIENCE)) as connection:
            connection.request("GET", f"{_V1}/changes?since=0", headers=headers)
            response = connection.getresponse()
            assert response.getheader("content-type", "").startswith("text/event-stream")
            assert (response.readline(), response.readline()) == (b"retry: 2000\n", b"\n")
            cli("--archive", archive.path, "import", "new.txt", code=0)
            event = dict(response.readline().decode().rstrip("\n").split(": ", 1) for _ in range(3))
            archive.remove("pier")
            response.readline()
            following = dict(response.readline().decode().rstrip("\n").split(": ", 1) for _ in range(3))
        content = json.loads(event["data"])
        conforms(content, "Changes")
        assert (event["event"], event["id"], len(content["articles"])) == ("changes", content["position"], 1)
        assert len(json.loads(following["data"])["removed"]) == 4
        assert browser.get(f"{_V1}/changes?since=x", Accept="text/event-stream").status == 400


def test_streams_of_changes_have_a_limit_and_end_with_the_server(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(events, "MAX_STREAMS", 2)
    with served(archive) as browser:
        connections = [HTTPConnection(browser.host, timeout=PATIENCE) for _ in range(2)]
        for connection in connections:
            connection.request(
                "GET", f"{_V1}/changes?since={archive.position}", headers={"Accept": "text/event-stream"}
            )
            assert connection.getresponse().readline() == b"retry: 2000\n"
        assert browser.get(f"{_V1}/changes", Accept="text/event-stream").status == 503
        connections.pop().close()
        end = monotonic() + PATIENCE
        while browser.ask("HEAD", f"{_V1}/changes", Accept="text/event-stream").status == 503 and monotonic() < end:
            sleep(0.05)
        assert monotonic() < end
    connections.pop().close()
    assert capfd.readouterr().err == ""


# The description


def test_the_description_names_every_route_and_parameter(browser: Browser) -> None:
    described = browser.get("/api/openapi.json").json
    assert described["openapi"].startswith("3.1")
    assert described["paths"].keys() == {_V1 + route.path for route in ROUTES}
    for route in ROUTES:
        parameters = described["paths"][_V1 + route.path]["get"]["parameters"]
        names = [parameter["name"] for parameter in parameters if parameter["in"] == "query"]
        assert names == [parameter.name for parameter in route.parameters]
    identifiers = [path["get"]["operationId"] for path in described["paths"].values()]
    assert len({*identifiers}) == len(ROUTES)
    assert '"$ref": "#/components/schemas/' in json.dumps(described)


def test_every_value_that_the_description_allows_is_answered(browser: Browser, unchanged: Archive) -> None:
    id = next(unchanged.list("title:harbour")).id
    for path, methods in browser.get("/api/openapi.json").json["paths"].items():
        for parameter in methods["get"]["parameters"]:
            schema = parameter["schema"]
            if (
                parameter["in"] == "path"
                or schema["type"] not in ("integer", "number", "boolean")
                or "wait" in parameter["name"]
            ):
                continue
            for value in ["true", "false"] if schema["type"] == "boolean" else [schema["minimum"], schema["maximum"]]:
                status = browser.get(path.replace("{id}", id) + f"?{parameter['name']}={quote(str(value))}").status
                assert status in (200, 400, 404), (path, parameter["name"], value)
                assert status == 200 or parameter["name"] in ("version", "a", "b", "freshness"), (
                    path,
                    parameter,
                    value,
                )


def test_a_request_that_is_refused_is_a_problem_too(browser: Browser) -> None:
    answers = {
        405: browser.ask("PUT", f"{_V1}/search"),
        414: browser.get(f"{_V1}/search?q={'a' * 9_000}"),
        421: browser.get(f"{_V1}/search", Host="evil.example"),
        403: browser.ask("POST", f"{_V1}/search", Origin="http://evil.example"),
    }
    for status, answer in answers.items():
        assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
        conforms(answer.json, "Problem")
    assert {*answers[405].headers["allow"].split(", ")} == {"GET", "HEAD"}
    assert browser.get(f"{_V1}/search?mode=none").json["detail"] == "mode must be one of words, meaning, both"
