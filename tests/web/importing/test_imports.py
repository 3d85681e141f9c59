"""Imports by pages and by programs."""

from __future__ import annotations

import io
import json
import re
import socket
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from interpreter import PATIENCE
from readers.fetching.serving import Asked, gives
from readers.fetching.serving import serving as site_serving
from serving import Answer, Browser, served

from docarchive import Archive
from docarchive.web.api.schemas import SCHEMAS
from docarchive.web.options import MAX_FILES, MAX_UPLOAD
from docarchive.web.tokens import add_token

_FORM = "application/x-www-form-urlencoded"
_ARTICLE = b'{"title": "Low tide", "date": "2024-05-02", "body": "The tide was low at noon."}'


@pytest.fixture
def importing(root: Path) -> Iterator[tuple[Browser, Archive]]:
    """A server that imports into an empty archive."""
    with Archive.create(root) as archive, served(archive, write=True) as browser:
        yield browser, archive


def form(files: Iterable[tuple[str, bytes]] = (), fields: Iterable[tuple[str, str]] = ()) -> tuple[bytes, str]:
    """Returns a form with files, as browsers send it, and its media type."""
    parts = [(f'name="files"; filename="{name}"\r\nContent-Type: text/plain', data) for name, data in files]
    parts += [(f'name="{name}"', value.encode()) for name, value in fields]
    body = b"".join(
        b"--edge\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + data + b"\r\n"
        for head, data in parts
    )
    return body + b"--edge--\r\n", "multipart/form-data; boundary=edge"


def send(browser: Browser, path: str, *arguments: Any, **headers: str) -> Answer:
    """Sends a form."""
    body, kind = form(*arguments)
    return browser.ask("POST", path, body, Content_Type=kind, **headers)


def done(browser: Browser, answer: Answer) -> Any:
    """Returns what the import that an answer is of did, once it has ended."""
    assert answer.status == 202, answer.text
    address, end = answer.headers["location"] + "?wait=25", monotonic() + PATIENCE
    while (state := browser.get(address).json)["state"] in ("waiting", "running"):
        assert monotonic() < end
    schema = {"$ref": "#/components/schemas/Import", "components": {"schemas": SCHEMAS}}
    jsonschema.Draft202012Validator(schema).validate(state)
    return state


def test_a_form_imports_files_and_shows_what_it_did(importing: tuple[Browser, Archive]) -> None:
    browser, archive = importing
    files = [("low.json", _ARTICLE), ("broken.json", b"{")]
    answer = send(browser, "/import", files, [("tags", "sea, tide"), ("addresses", "  "), ("format", "")])
    assert (answer.status, answer.headers["location"]) == (303, "/imports/1")
    done(browser, answer._replace(status=202, headers={"location": "/api/v1/imports/1"}))
    page = browser.get("/imports/1").page
    assert "Low tide" in page.links()
    for text in ("Done. What", "New 1 Unchanged 0 Updated 0 Refused 1", "broken.json", "not valid JSON"):
        assert text in page.text, text
    assert archive.get(archive.search("tide").hits[0].id).tags == ["sea", "tide"]
    assert [entry.where for entry in archive.quarantine()] == ["broken.json"]
    (number,) = re.findall(r"Imported 1 article \(change (\d+)\)\. Undo", page.text)
    undone = browser.ask("POST", "/undo", f"change={number}".encode(), Content_Type="application/x-www-form-urlencoded")
    assert (undone.status, len(archive)) == (303, 0)


@pytest.mark.parametrize(
    ("files", "again", "result", "counts"),
    [
        ([("a.json", b"{"), ("b.json", b"[")], False, "Nothing was imported: all of it was refused.", (0, 0, 0, 2)),
        ([("a.json", _ARTICLE)], True, "Nothing was imported: the archive has all of it already.", (0, 1, 0, 0)),
        ([("a.json", _ARTICLE), ("b.json", b"{")], True, "Nothing was imported: nothing was new.", (0, 1, 0, 1)),
        ([("a.json", _ARTICLE), ("b.json", b"{")], False, "Done.", (1, 0, 0, 1)),
    ],
)
def test_the_result_is_what_happened(
    importing: tuple[Browser, Archive],
    files: list[tuple[str, bytes]],
    again: bool,
    result: str,
    counts: tuple[int, int, int, int],
) -> None:
    browser, _ = importing
    if again:
        done(browser, browser.ask("POST", "/api/v1/import?name=a.json", _ARTICLE))
    location = send(browser, "/import", files).headers["location"]
    done(browser, Answer(202, {"location": f"/api/v1{location}"}, b""))
    page = browser.get(location).page
    refused = " What was refused is in quarantine ." if counts[3] else ""
    shown = "New {} Unchanged {} Updated {} Refused {}".format(*counts)
    assert f"{result}{refused} {shown}" in page.text, page.text
    assert [a["href"] for tag, a in page.elements if a.get("href") == "/quarantine"] == ["/quarantine"] * (
        1 + bool(refused)
    )


def test_what_is_in_quarantine_is_imported_again(importing: tuple[Browser, Archive]) -> None:
    browser, archive = importing
    done(browser, browser.ask("POST", "/api/v1/quarantine/retry"))
    assert "Nothing was imported: there was nothing to read. New 0" in browser.get("/imports/1").page.text
    rows = b"title,body\nLow tide,It was low.\n"
    for name, data in (("a.json", b"{"), ("b.json", b"["), ("c.json", rows)):
        done(browser, browser.ask("POST", f"/api/v1/import?name={name}", data))
    page = browser.get("/quarantine").page
    names = {entry.where: entry.name for entry in archive.quarantine()}
    buttons = [a.get("value") for tag, a in page.elements if tag == "button"]
    assert buttons == [None, None, *names.values()], "of the search, for all, and for each"
    assert "docarchive quarantine" not in page.text
    answer = browser.ask("POST", "/quarantine/retry", f"name={names['a.json']}".encode(), Content_Type=_FORM)
    assert answer.status == 303
    state = done(browser, Answer(202, {"location": f"/api/v1{answer.headers['location']}"}, b""))
    assert (state["inputs"], state["records"]) == (1, {"refused": 1})
    assert "Nothing was imported: all of it was refused." in browser.get(answer.headers["location"]).page.text
    answer = browser.ask("POST", "/quarantine/retry", b"", Content_Type=_FORM)
    state = done(browser, Answer(202, {"location": f"/api/v1{answer.headers['location']}"}, b""))
    assert (state["inputs"], state["records"]) == (3, {"refused": 3})
    state = done(
        browser, browser.ask("POST", f"/api/v1/quarantine/retry?name={names['c.json'][:8]}&format=csv&wait=25")
    )
    assert (state["state"], state["records"], state["change"]) == ("done", {"new": 1}, 1)
    assert {entry.where for entry in archive.quarantine()} == {"a.json", "b.json"}
    state = done(browser, browser.ask("POST", "/api/v1/quarantine/retry"))
    assert (state["inputs"], state["records"]) == (2, {"refused": 2})


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/quarantine/retry?name=none", b"", 404),
        ("/api/v1/quarantine/retry?format=nonsense", b"", 400),
        ("/api/v1/quarantine/retry?tag=x", b"", 400),
        ("/api/v1/quarantine/retry?wait=26", b"", 400),
        ("/quarantine/retry", b"name=none", 404),
        ("/quarantine/retry", b"name=../a", 404),
        ("/quarantine/retry", b"name=", 404),
    ],
)
def test_wrong_retries_begin_no_import(importing: tuple[Browser, Archive], path: str, body: bytes, status: int) -> None:
    browser, _ = importing
    assert browser.ask("POST", path, body, Content_Type=_FORM).status == status
    assert browser.get("/api/v1/imports").json["imports"] == []


def test_a_form_that_is_refused_keeps_what_was_typed(importing: tuple[Browser, Archive]) -> None:
    browser, _ = importing
    answer = send(browser, "/import", [], [("addresses", "ftp://a.example/x"), ("tags", "sea"), ("format", "html")])
    assert (answer.status, answer.page.named["textarea"]) == (400, ["\nftp://a.example/x"])
    assert "is no address" in answer.page.text
    assert [a.get("value") for _, a in answer.page.elements if a.get("name") == "tags"] == ["sea"]
    assert re.search(r"<option selected>html</option>", answer.text)
    assert "Choose the files again." not in answer.page.text
    answer = send(browser, "/import", [("", b"")], [("addresses", "ftp://a.example/x")])
    assert "Choose the files again." not in answer.page.text, "a browser sends this if no file was chosen"
    answer = send(browser, "/import", [("a.md", b"# A")], [("addresses", "ftp://a.example/x")])
    assert "Choose the files again." in answer.page.text
    assert browser.get("/api/v1/imports").json["imports"] == []


def test_the_log_and_the_list_say_what_was_imported(importing: tuple[Browser, Archive]) -> None:
    browser, archive = importing
    for title in ("Low tide", "Lower tide"):
        row = json.dumps({"url": "https://a.example/tide", "title": title, "body": f"{title} at noon."}).encode()
        files = [("tides.jsonl", row), ("ferry.md", b"# Ferry\n\nIt sailed.\n"), ("broken.json", b"{")]
        send(browser, "/import", files, [("addresses", "http://127.0.0.1:1/x")])
        number = browser.get("/api/v1/imports").json["imports"][0]["import"]
        done(browser, Answer(202, {"location": f"/api/v1/imports/{number}"}, b""))
    words = [entry.words for entry in archive.log()]
    assert words == ["tides.jsonl ferry.md broken.json http://127.0.0.1:1/x"] * 2
    text = browser.get("/import").page.text
    assert "4 inputs: 2 new, 0 unchanged, 0 updated, 2 refused" in text
    assert "4 inputs: 0 new, 1 unchanged, 1 updated, 2 refused" in text
    send(browser, "/import", [(f"{n}.md", b"# Gull %d\n\nGull %d flew." % (n, n)) for n in range(30)])
    done(browser, Answer(202, {"location": "/api/v1/imports/3"}, b""))
    assert next(archive.log()).words.endswith(" 19.md and 10 more")


def test_a_program_sends_a_file_as_it_is(importing: tuple[Browser, Archive]) -> None:
    browser, archive = importing
    state = done(browser, browser.ask("POST", "/api/v1/import?name=low.json&tag=sea&tag=tide&language=en", _ARTICLE))
    assert (state["state"], state["records"], state["report"]["new"]) == ("done", {"new": 1}, 1)
    (id,) = state["report"]["ids"]
    assert (archive.get(id).title, archive.get(id).tags, archive.get(id).language) == (
        "Low tide",
        ["sea", "tide"],
        "en",
    )
    assert archive.original(id).read_bytes() == _ARTICLE
    assert archive.provenance(id).imported_from == "low.json"
    again = done(browser, browser.ask("POST", "/api/v1/import?name=low.json&tag=sea&tag=tide&language=en", _ARTICLE))
    assert (again["records"], again["change"]) == ({"unchanged": 1}, None)
    assert [row["import"] for row in browser.get("/api/v1/imports").json["imports"]] == [2, 1]


def test_a_program_waits_for_the_end_of_an_import(importing: tuple[Browser, Archive]) -> None:
    browser, _ = importing
    answer = browser.ask("POST", "/api/v1/import?name=low.json&wait=25", _ARTICLE)
    assert (answer.status, answer.json["state"], answer.json["report"]["new"]) == (202, "done", 1)
    assert browser.ask("POST", "/api/v1/import?wait=26", _ARTICLE).status == 400


def test_many_files_are_one_in_a_zip(importing: tuple[Browser, Archive]) -> None:
    browser, archive = importing
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for number in range(20):
            file.writestr(f"folder/{number}.md", f"# Number {number}\n\nThe tide, for the {number}th time.\n")
        file.writestr("../../outside.md", "# Outside\n\nA name that leads nowhere.\n")
    state = done(browser, browser.ask("POST", "/api/v1/import?name=all.zip&on_duplicate=keep", packed.getvalue()))
    assert state["records"] == {"new": 20, "refused": 1}, "one has a name that leads out of the file"
    assert len(archive) == 20


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.md", "passwd.md"),
        ("C:\\\\Users\\\\me\\\\a.md", "a.md"),
        ("/etc/passwd", "passwd"),
        ("http://127.0.0.1:1/x.md", "x.md"),
        ("", "-"),
        (".", "."),
        ("..", ".."),
        ("a%00b\tc.md", "a%00bc.md"),
        ("<script>.md", "script>.md"),
        ("-", "-"),
        ("n" * 500 + ".md", "n" * 197 + ".md"),
        ("/dev/stdin", "stdin"),
        ("docarchive.toml", "docarchive.toml"),
    ],
)
def test_names_are_only_names(name: str, shown: str, importing: tuple[Browser, Archive], tmp_path: Path) -> None:
    browser, archive = importing
    (tmp_path / "passwd").write_text("# Outside", "utf-8")
    state = done(
        browser, send(browser, "/api/v1/import", [(name, b"# A tide\n\nIt rose.\n")], [("format", "markdown")])
    )
    assert state["report"]["new"] == 1, state
    (id,) = state["report"]["ids"]
    assert archive.provenance(id).imported_from == shown
    done(browser, send(browser, "/api/v1/import", [(name, b"{")], [("format", "json")]))
    assert [entry.where for entry in archive.quarantine()] == [shown]
    report = archive.retry(format="json")
    assert (report.refusals, report.new, len(archive)) == (1, 0, 1)


@pytest.mark.parametrize(
    ("path", "body", "detail"),
    [
        ("", b"", "there is nothing to import"),
        ("?address=/etc/passwd", b"", "no address"),
        ("?address=file:///etc/passwd", b"", "no address"),
        ("?address=ftp://example.org/", b"", "no address"),
        ("?address=https%3A", b"", "no address"),
        ("?format=nonsense", b"x", "there is no format"),
        ("?format=csv", b"", "there is nothing"),
        ("?query=select+1", b"x", "there is no parameter"),
        ("?dry_run=true", b"x", "there is no parameter"),
        ("?again=perhaps", b"x", "true or false"),
        ("?on_duplicate=eat", b"x", "one of link, skip, keep"),
        ("?name=" + "n" * 300, b"x", "longer"),
        ("?" + "&".join(["address=http://example.org/"] * 101), b"", "at most 100"),
    ],
)
def test_wrong_requests_begin_no_import(
    path: str, body: bytes, detail: str, importing: tuple[Browser, Archive]
) -> None:
    browser, _ = importing
    answer = browser.ask("POST", f"/api/v1/import{path}", body)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert detail in answer.json["detail"]
    assert browser.get("/api/v1/imports").json["imports"] == []


def test_what_is_wrong_in_the_archive_s_eyes_is_the_result(importing: tuple[Browser, Archive]) -> None:
    browser, _ = importing
    state = done(browser, browser.ask("POST", "/api/v1/import?language=qqqq", _ARTICLE))
    assert (state["state"], state["report"]) == ("failed", None)
    assert "qqqq" in state["detail"]
    assert state["detail"] in browser.get("/imports/1").page.text
    assert done(browser, browser.ask("POST", "/api/v1/import", _ARTICLE))["state"] == "done"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"x", "multipart/form-data"),
        (b"--edge\r\n\r\n\r\n--edge--\r\n", "multipart/form-data; boundary=edge"),
        (form([(f"{n}.md", b"x") for n in range(MAX_FILES + 1)])[0], "multipart/form-data; boundary=edge"),
        (form([], [("tags", "x" * 100_000)])[0], "multipart/form-data; boundary=edge"),
        (form([], [(f"f{n}", "") for n in range(50)])[0], "multipart/form-data; boundary=edge"),
        (form([], [("addresses", "http://a.example " * 101)])[0], "multipart/form-data; boundary=edge"),
        (form([("a.md", b"x")], [("path", "/etc")])[0], "multipart/form-data; boundary=edge"),
    ],
)
def test_a_form_that_cannot_be_read_begins_no_import(
    body: bytes, kind: str, importing: tuple[Browser, Archive]
) -> None:
    browser, _ = importing
    assert browser.ask("POST", "/import", body, Content_Type=kind).status == 400
    assert browser.get("/api/v1/imports").json["imports"] == []


def test_an_upload_has_a_limit(importing: tuple[Browser, Archive]) -> None:
    browser, _ = importing
    with socket.create_connection(browser.host.split(":")) as connection:  # type: ignore[arg-type]
        head = f"POST /import HTTP/1.1\r\nHost: {browser.host}\r\nContent-Length: {MAX_UPLOAD + 1}\r\n\r\n"
        connection.sendall(head.encode())
        assert connection.recv(100).split()[1] == b"413"


def test_an_upload_that_ends_early_imports_nothing(
    importing: tuple[Browser, Archive], capfd: pytest.CaptureFixture[str]
) -> None:
    browser, archive = importing
    for path in ("/import", "/api/v1/import"):
        with socket.create_connection(browser.host.split(":")) as connection:  # type: ignore[arg-type]
            head = f"POST {path} HTTP/1.1\r\nHost: {browser.host}\r\nContent-Length: 100000\r\n"
            connection.sendall(head.encode() + b"Content-Type: multipart/form-data; boundary=edge\r\n\r\n--edge\r\n")
    assert done(browser, browser.ask("POST", "/api/v1/import", _ARTICLE))["import"] == 1
    assert len(archive) == 1
    assert "Traceback" not in capfd.readouterr().err


def test_addresses_of_private_networks_are_fetched_only_if_the_server_may(root: Path) -> None:
    page = "<html><body><h1>Low tide</h1><p>" + "The tide was low at noon, said the harbour master. " * 9 + "</p>"
    with site_serving(news=gives(page.encode(), Content_Type="text/html")) as site, Archive.create(root) as archive:
        with served(archive, write=True) as browser:
            state = done(browser, browser.ask("POST", f"/api/v1/import?address={quote(site.url)}/news"))
            assert "private network" in state["report"]["refused"][0]["reason"]
            assert "--local-addresses" in state["report"]["refused"][0]["reason"]
            assert site.log == []
        with served(archive, write=True, local_addresses=True) as browser:
            fields = [("addresses", f"{site.url}/news\r\n{site.url}/none\r\n")]
            state = done(browser, send(browser, "/api/v1/import", [], fields))
            assert (state["report"]["new"], len(state["report"]["refused"])) == (1, 1)


def test_while_an_import_runs_searches_are_answered_and_changes_wait(
    importing: tuple[Browser, Archive],
) -> None:
    browser, archive = importing
    done(browser, browser.ask("POST", "/api/v1/import", _ARTICLE))
    id = next(archive.list()).id
    begun, release = Event(), Event()

    def slow(asked: Asked) -> None:
        begun.set()
        release.wait(PATIENCE)
        asked.answer(b"# Slow\n\nIt took its time.\n")

    with site_serving(slow=slow) as site, served(archive, write=True, local_addresses=True) as browser:
        first = browser.ask("POST", f"/api/v1/import?address={quote(site.url)}/slow")
        assert begun.wait(PATIENCE)
        waiting = [browser.ask("POST", "/api/v1/import", b"%d" % number) for number in range(3)]
        assert [answer.json["state"] for answer in waiting] == ["waiting"] * 3
        refused = browser.ask("POST", "/api/v1/import", b"one too many")
        assert (refused.status, refused.headers["retry-after"]) == (503, "2")
        for _ in range(6):
            assert browser.ask("POST", f"/api/v1/articles/{id}/tag", b'{"add": "sea"}').status == 503
            assert browser.get("/api/v1/search?q=tide").json["total"] == 1
        noted = browser.ask("POST", f"/articles/{id}/note", b"text=Ask+the+mayor.", Content_Type=_FORM)
        assert (noted.status, noted.headers["retry-after"]) == (503, "2")
        assert "Ask the mayor." in noted.page.named["textarea"][0]
        fields = [("addresses", "https://a.example/\r\nhttps://b.example/"), ("tags", "sea, <tide>")]
        refused = send(browser, "/import", [("a.md", b"x")], [*fields, ("on_duplicate", "skip"), ("again", "true")])
        assert (refused.status, refused.headers["retry-after"]) == (503, "2")
        assert "Other imports are waiting" in refused.page.text
        assert refused.page.named["textarea"][0].split() == ["https://a.example/", "https://b.example/"]
        assert [a["value"] for _, a in refused.page.elements if a.get("name") == "tags"] == ["sea, <tide>"]
        assert [a["value"] for tag, a in refused.page.elements if "selected" in a or "checked" in a] == ["skip", "true"]
        page = browser.get("/imports/1")
        assert "Running" in page.page.text
        assert "http-equiv" in page.text
        stopped = browser.ask("POST", f"/api/v1/imports/{waiting[0].json['import']}/stop")
        assert stopped.status == 200
        release.set()
        assert done(browser, first)["state"] == "done"
        assert done(browser, waiting[0])["state"] == "stopped"
        assert done(browser, waiting[2])["state"] == "done"
        assert browser.ask("POST", f"/api/v1/articles/{id}/tag", b'{"add": "sea"}').status == 200


def test_an_import_that_is_not_known(importing: tuple[Browser, Archive]) -> None:
    browser, _ = importing
    for number in ("0", "7", "x", "-1", "9" * 5000, "%C2%B2"):
        assert browser.get(f"/api/v1/imports/{number}").status == 404, number
        assert browser.get(f"/imports/{number}").status == 404
        assert browser.ask("POST", f"/imports/{number}/stop").status == 404


def test_who_may_import(archive: Archive, tmp_path: Path) -> None:
    tokens = {role: add_token(tmp_path / "tokens", role) for role in ("read", "write")}
    with served(archive, write=True, token_file=tmp_path / "tokens") as browser:
        statuses = [
            browser.ask("POST", "/api/v1/import", _ARTICLE, Authorization=f"Bearer {token}").status
            for token in ("x", tokens["read"], tokens["write"])
        ]
        assert statuses == [401, 403, 202]
        address = browser.address.rstrip("/")
        for headers in ({"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
            assert send(browser, "/import", [("a.json", _ARTICLE)], **headers).status == 403
        assert send(browser, "/import", [("a.json", _ARTICLE)], Origin=address).status == 401
        reader = f"Bearer {tokens['read']}"
        assert browser.ask("POST", "/api/v1/quarantine/retry", Authorization=reader).status == 403
        assert browser.ask("POST", "/quarantine/retry", b"", Content_Type=_FORM, Authorization=reader).status == 403
        assert "Retry" not in browser.get("/quarantine", Authorization=reader).page.text
    with served(archive) as browser:
        assert send(browser, "/import", [("a.json", _ARTICLE)]).status == 404
        assert browser.ask("POST", "/api/v1/import", _ARTICLE).status == 404
        assert browser.get("/import").status == 404
        assert browser.ask("POST", "/quarantine/retry", b"", Content_Type=_FORM).status == 404
        assert browser.ask("POST", "/api/v1/quarantine/retry").status == 404
        assert "Import" not in browser.get("/").page.links()


def test_the_server_ends_while_an_import_runs(root: Path) -> None:
    rows = b"".join(json.dumps({"title": f"T{n}", "body": f"Tide number {n}."}).encode() + b"\n" for n in range(3000))
    with Archive.create(root) as archive:
        with served(archive, write=True) as browser:
            browser.ask("POST", "/api/v1/import?on_duplicate=keep", rows)
            while browser.get("/api/v1/imports/1").json["state"] == "waiting":
                sleep(0.01)
        ids = {row.id for row in archive.list()}
        assert archive.verify().ok
    assert len(ids) <= 3000
