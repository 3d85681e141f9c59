"""Changes by pages and programs."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
from serving import Answer, Browser, served

from docarchive import Archive
from docarchive.web.api.schemas import SCHEMAS
from docarchive.web.tokens import add_token
from docarchive.web.verbs import FIELDS, OF_ARCHIVE, OF_ARTICLE, digest_of

_FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def writable(archive: Archive) -> Iterator[tuple[Browser, Archive, str]]:
    """A server that changes an archive, the archive, and the id of an article."""
    with served(archive, write=True) as browser:
        yield browser, archive, next(archive.list("title:harbour")).id


def _submit(browser: Browser, path: str, fields: Any, **headers: str) -> Answer:
    return browser.ask("POST", path, urlencode(fields, doseq=True).encode(), Content_Type=_FORM, **headers)


def _post(browser: Browser, path: str, content: Any) -> Answer:
    answer = browser.ask("POST", f"/api/v1{path}", json.dumps(content).encode(), Content_Type="application/json")
    if answer.status == 200:
        schema = {"$ref": "#/components/schemas/Change", "components": {"schemas": SCHEMAS}}
        jsonschema.Draft202012Validator(schema).validate(answer.json)
    return answer


def test_a_tag_is_added_shown_and_taken_back(writable: tuple[Browser, Archive, str]) -> None:
    browser, archive, id = writable
    answer = _submit(browser, f"/articles/{id}/tag", {"add": "sea, new pier"})
    assert answer.status == 303
    page = browser.get(answer.headers["location"]).page
    assert {"sea", "new pier", "harbour"} <= {*archive.get(id).tags}
    assert "new pier" in page.links()
    (number,) = re.findall(r"Tagged 1 article: \+sea '\+new pier' \(change (\d+)\)\. Undo", page.text)
    answer = _submit(browser, "/undo", {"change": number})
    assert answer.headers["location"].startswith("/log?changed=")
    assert "sea" not in archive.get(id).tags
    _submit(browser, f"/articles/{id}/tag", {"remove": "harbour"})
    assert "harbour" not in archive.get(id).tags


def test_a_change_of_nothing_says_so(writable: tuple[Browser, Archive, str]) -> None:
    browser, archive, id = writable
    text = archive.text(id)
    for verb, fields in (("tag", {"add": "harbour"}), ("edit", {"base": digest_of(text), "text": text})):
        answer = _submit(browser, f"/articles/{id}/{verb}", fields)
        page = browser.get(answer.headers["location"]).page
        assert "Nothing had to be changed." in page.text, verb
        assert "Undo" not in page.text, verb
    assert "Nothing had" not in browser.get(f"/articles/{id}").page.text


def test_a_notice_says_what_the_change_in_the_address_did(writable: tuple[Browser, Archive, str]) -> None:
    browser, archive, id = writable
    everything = len(archive)
    archive.tag("", all=True, add=["town"])
    archive.set("", all=True, values={"rating": 3})
    archive.rename_tag("town", "city")
    archive.note(id, "Ask the mayor.")
    archive.highlight(id, "voted on Saturday")
    archive.edit(id, archive.text(id).replace("new pier", "old pier"))
    archive.undo()
    archive.redo()
    wanted = [
        (1, f"Imported {everything} articles (change 1). Undo"),
        (2, f"Tagged {everything} articles: +town (change 2). Undo"),
        (3, f"Set rating=3 in {everything} articles (change 3). Undo"),
        (5, "Changed the notes of 1 article (change 5). Undo"),
        (6, "Changed the highlights of 1 article (change 6). Undo"),
        (4, f"rename-tag town city, {everything} articles (change 4). Undo"),
        (7, "Edited 1 article (change 7). Undo"),
        (8, "Change 8 is undone, by change 9. Changes"),
        (9, "Took back change 8: undo 7 (change 9). Undo"),
    ]
    for number, words in wanted:
        text = browser.get(f"/log?changed={number}").page.text
        assert words in text, text
    for other in ("99", "x", "-1", "9" * 50):
        assert "notice" not in browser.get(f"/log?changed={other}").text, other


def test_notes_and_marks(writable: tuple[Browser, Archive, str]) -> None:
    browser, _, id = writable
    _submit(browser, f"/articles/{id}/note", {"text": "Ask the mayor.\r\nTwice."})
    _submit(browser, f"/articles/{id}/highlight", {"text": "voted on Saturday", "note": "Which one?"})
    page = browser.get(f"/articles/{id}").page
    assert page.named["mark"] == ["voted on Saturday"]
    assert "Ask the mayor." in page.text
    assert "Which one?" in page.text
    assert _submit(browser, f"/articles/{id}/highlight", {"text": "no such words"}).status == 422
    _submit(browser, f"/articles/{id}/note", {"text": "Another."})
    buttons = [a for tag, a in browser.get(f"/articles/{id}").page.elements if tag == "button" and "aria-label" in a]
    numbers = {a["aria-label"]: a["value"] for a in buttons}
    _submit(browser, f"/articles/{id}/note", {"remove": numbers["Remove the note Another."]})
    _submit(browser, f"/articles/{id}/highlight", {"remove": numbers["Remove the highlight voted on Saturday"]})
    page = browser.get(f"/articles/{id}").page
    assert "mark" not in page.named
    assert "Ask the mayor." in page.text
    assert "Another." not in page.text


def test_an_article_is_removed_and_restored(writable: tuple[Browser, Archive, str]) -> None:
    browser, archive, id = writable
    answer = _submit(browser, f"/articles/{id}/remove", {})
    assert answer.headers["location"].startswith("/log?changed=")
    assert id not in archive
    assert browser.get(f"/articles/{id}").status == 404
    assert "Removed 1 article (change 2). Undo" in browser.get(answer.headers["location"]).page.text
    page = browser.get("/trash").page
    assert "1 article. " in page.text
    assert [a["action"] for tag, a in page.elements if tag == "form"][-1] == f"/articles/{id}/restore"
    (row,) = browser.get("/api/v1/trash").json["articles"]
    assert (row["id"], row["title"], row["damage"]) == (id, "Harbour council votes for the new pier", None)
    assert _post(browser, f"/articles/{id}/restore", {}).json["changed"] == 1
    assert id in archive
    assert "The trash is empty." in browser.get("/trash").page.text


def _alert(answer: Answer) -> str:
    """Returns why a form was refused."""
    return " ".join(re.findall(r'role="alert">(.*?)</p>', answer.text, re.DOTALL))


def _focused(answer: Answer) -> str:
    """Returns what a browser goes to: the role of a message, or the id of the message on a field that is wrong."""
    (element,) = [a for _, a in answer.page.elements if "autofocus" in a]
    if element.get("role"):
        return element["role"] if element["tabindex"] == "-1" else ""
    described = element["aria-describedby"] if element["aria-invalid"] == "true" else ""
    return described if described in [a.get("id") for _, a in answer.page.elements] else ""


def _typed(answer: Answer, action: str) -> dict[str, str]:
    """Returns what the fields of a form have."""
    (form,) = re.findall(rf'<form[^>]* action="{action}"(?! class="chips").*?</form>', answer.text, re.DOTALL)
    texts = re.findall(r'<textarea name="(\w+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL)
    fields = [(name, html.unescape(text)) for name, text in texts]
    for element in re.findall(r"<input[^>]*>", form):
        (name,), (value,) = (re.findall(rf' {key}="(.*?)"', element, re.DOTALL) for key in ("name", "value"))
        fields.append((name, html.unescape(value)))
    return dict(fields)


def _edit_page(browser: Browser, path: str) -> tuple[str, str]:
    """Returns the text of the page to edit, and what it was made of."""
    return _form_of(browser.get(path))


def _form_of(answer: Answer) -> tuple[str, str]:
    text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL)
    base = next(a["value"] for tag, a in answer.page.elements if a.get("name") == "base")
    assert text
    return html.unescape(text[1]), base


def test_an_edit_changes_what_was_edited_alone(writable: tuple[Browser, Archive, str]) -> None:
    browser, archive, id = writable
    before = archive.text(id)
    text, base = _edit_page(browser, f"/articles/{id}/edit")
    assert text == before
    sent = text.replace("new pier", "old pier").replace("\n", "\r\n")
    assert _submit(browser, f"/articles/{id}/edit", {"text": sent, "base": base}).status == 303
    assert archive.text(id) == before.replace("new pier", "old pier")


def test_edits_of_two_are_merged_or_nothing_is_lost(writable: tuple[Browser, Archive, str]) -> None:
    browser, archive, id = writable
    text, base = _edit_page(browser, f"/articles/{id}/edit")
    archive.tag(ids=[id], add=["meanwhile"])
    _submit(browser, f"/articles/{id}/edit", {"text": text.replace("new pier", "old pier"), "base": base})
    assert "meanwhile" in archive.get(id).tags
    assert "old pier" in archive.get(id).title
    text, base = _edit_page(browser, f"/articles/{id}/edit")
    archive.edit(id, archive.text(id).replace("voted on Saturday", "voted on Sunday"))
    answer = _submit(browser, f"/articles/{id}/edit", {"text": text.replace("on Saturday", "on Monday"), "base": base})
    assert answer.status == 409
    assert _focused(answer) == "alert"
    assert "voted on Monday" in html.unescape(answer.text)
    assert "voted on Sunday" in archive.get(id).body


def test_a_conflict_keeps_one_highlight_and_says_what_save_does(writable: tuple[Browser, Archive, str]) -> None:
    browser, archive, id = writable
    archive.highlight(id, "voted", note="Who?")
    text, base = _edit_page(browser, f"/articles/{id}/edit")
    archive.edit(id, archive.text(id).replace("voted on Saturday", "voted on Sunday"))
    answer = _submit(browser, f"/articles/{id}/edit", {"text": text.replace("on Saturday", "on Monday"), "base": base})
    assert answer.status == 409
    assert "Save replaces that text by yours" in answer.page.text
    assert "process" not in answer.page.text
    assert "voted on Sunday" in answer.page.named["pre"][0]
    (shown, base) = _form_of(answer)
    assert _submit(browser, f"/articles/{id}/edit", {"text": shown, "base": base}).status == 303
    assert [item.text for item in archive.get(id).highlights] == ["voted"]
    assert "voted on Monday" in archive.get(id).body
    assert "voted on Sunday" in archive.text(id, version=[*archive.versions(id)][-2].number)


@pytest.mark.parametrize(
    ("verb", "fields", "status", "reason"),
    [
        ("edit", {"text": "---\r\ndate: 2024-99-99\r\n---\r\n\r\nLong <b>text</b>\r\n& words."}, 422, "date"),
        ("edit", {"text": "---\r\ntitle: [\r\n---\r\n\r\nLong text."}, 422, "front matter"),
        ("edit", {"text": ""}, 422, "empty"),
        (
            "highlight",
            {"text": 'no "such" words', "note": "A <long> note"},
            422,
            "copy it from the text, as it is shown",
        ),
        ("highlight", {"text": "voted", "note": "A note", "occurrence": "9"}, 422, "only once"),
        ("highlight", {"text": " ", "note": "A note"}, 400, "cannot be empty"),
        ("note", {"text": "  "}, 400, "cannot be empty"),
        ("tag", {"add": " , "}, 400, "tag"),
        ("tag", {"add": ",".join(f"tag {n}" for n in range(101))}, 400, "more than 100"),
    ],
)
def test_a_form_that_is_refused_keeps_what_was_typed(
    writable: tuple[Browser, Archive, str], verb: str, fields: dict[str, str], status: int, reason: str
) -> None:
    browser, archive, id = writable
    before = archive.text(id)
    base = {"base": digest_of(before)} if verb == "edit" else {}
    answer = _submit(browser, f"/articles/{id}/{verb}", {**fields, **base})
    assert (answer.status, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert reason in _alert(answer)
    assert _focused(answer) == "refused"
    shown = _typed(answer, f"/articles/{id}/{verb}")
    for name, text in {**fields, **base}.items():
        assert shown[name] == text.replace("\r\n", "\n"), name
    assert archive.text(id) == before


def test_a_text_that_cannot_be_read_is_refused(writable: tuple[Browser, Archive, str]) -> None:
    browser, archive, id = writable
    before = archive.text(id)
    assert _submit(browser, f"/articles/{id}/edit", {"text": "---\ndate: [", "base": digest_of(before)}).status == 422
    assert archive.text(id) == before


def test_programs_change_articles(writable: tuple[Browser, Archive, str]) -> None:
    browser, archive, id = writable
    report = _post(browser, f"/articles/{id[:8]}/tag", {"add": ["sea"], "remove": "harbour"}).json
    assert (report["changed"], report["ids"]) == (1, [id])
    assert _post(browser, f"/articles/{id}/tag", {"add": "sea"}).json["unchanged"] == 1
    assert _post(browser, "/undo", {"change": report["change"]}).json["undoes"] == report["change"]
    assert _post(browser, "/redo", {}).json["changed"] == 1
    assert _post(browser, f"/articles/{id}/note", {"text": "One."}).json["changed"] == 1
    assert _post(browser, f"/articles/{id}/note", {"remove": 1}).json["changed"] == 1
    base = digest_of(archive.text(id))
    edited = archive.text(id).replace("new pier", "old pier")
    assert _post(browser, f"/articles/{id}/edit", {"text": edited, "base": base}).json["changed"] == 1


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/articles/ID/tag", b"{", 400),
        ("/articles/ID/tag", b"[]", 400),
        ("/articles/ID/tag", b'{"add": true}', 400),
        ("/articles/ID/tag", b'{"add": [{}]}', 400),
        ("/articles/ID/tag", b"{}", 400),
        ("/articles/ID/note", b'{"text": "One.", "remove": 0}', 400),
        ("/articles/ID/highlight", b'{"remove": 0}', 400),
        ("/undo", b'{"change": 0}', 400),
        ("/articles/ID/note", b'{"text": ["a", "b"]}', 400),
        ("/articles/ID/note", b'{"text": ""}', 400),
        ("/articles/ID/note", b'{"remove": "x"}', 400),
        ("/articles/ID/note", b'{"remove": "1"}', 400),
        ("/articles/ID/note", b'{"remove": -1}', 400),
        ("/articles/ID/note", b'{"text": 5}', 400),
        ("/articles/ID/tag", b'{"add": 5}', 400),
        ("/articles/ID/tag", b'{"add": ["sea", 5]}', 400),
        ("/articles/ID/tag", b'{"add": null}', 400),
        ("/articles/ID/tag", b'{"add": "sea", "foo": 1}', 400),
        ("/articles/ID/tag?foo=1", b'{"add": "sea"}', 400),
        ("/articles/ID/remove", b'{"foo": 1}', 400),
        ("/articles/ID/highlight", b'{"text": "no such words"}', 422),
        ("/articles/ID/edit", b'{"text": "", "base": "BASE"}', 422),
        ("/redo?x=1", b"{}", 400),
        ("/undo", b'{"change": "1"}', 400),
        ("/articles/ID/edit", b'{"text": "x", "base": "0"}', 409),
        ("/articles/ID/purge", b"{}", 404),
        ("/articles/zzzz/tag", b'{"add": "x"}', 404),
        ("/articles/zzzz/remove", b"{}", 404),
        ("/undo", b'{"change": 99999}', 404),
        ("/sync", b"{}", 404),
    ],
)
def test_wrong_changes_are_refused(writable: tuple[Browser, Archive, str], path: str, body: bytes, status: int) -> None:
    browser, archive, id = writable
    before, position = archive.text(id), archive.position
    body = body.replace(b"BASE", digest_of(before).encode())
    answer = browser.ask("POST", f"/api/v1{path.replace('ID', id)}", body)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert (archive.text(id), archive.position) == (before, position)


def test_an_undo_that_a_later_change_is_in_the_way_of_is_a_conflict(writable: tuple[Browser, Archive, str]) -> None:
    browser, _, id = writable
    first = _post(browser, f"/articles/{id}/tag", {"add": "sea"}).json["change"]
    second = _post(browser, f"/articles/{id}/tag", {"add": "tide"}).json["change"]
    answer = _post(browser, "/undo", {"change": first})
    assert (answer.status, answer.json["title"]) == (409, "Changed meanwhile")
    assert f"by change {second}" in answer.json["detail"]
    refused = _submit(browser, "/undo", {"change": first})
    assert (refused.status, refused.page.named["h1"]) == (409, ["Changes"])
    assert refused.page.links()[f"change {second}"] == f"/log#change-{second}"
    assert f"change-{second}" in [a.get("id") for tag, a in refused.page.elements if tag == "li"]
    assert _focused(refused) == "alert"
    assert _post(browser, "/undo", {"change": second}).status == 200
    assert _post(browser, "/undo", {"change": second}).status == 409


def test_a_form_of_another_site_changes_nothing(writable: tuple[Browser, Archive, str]) -> None:
    browser, archive, id = writable
    position = archive.position
    for headers in ({"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Origin": "null"}):
        assert _submit(browser, f"/articles/{id}/remove", {}, **headers).status == 403
        assert (
            browser.ask("POST", f"/api/v1/articles/{id}/remove", b"{}", Content_Type="text/plain", **headers).status
            == 403
        )
    assert archive.position == position


def test_without_write_nothing_is_changed(browser: Browser, unchanged: Archive) -> None:
    id = next(unchanged.list("title:harbour")).id
    for verb in (*OF_ARTICLE, *OF_ARCHIVE):
        for path in (f"/articles/{id}/{verb}", f"/{verb}", f"/api/v1/articles/{id}/{verb}", f"/api/v1/{verb}"):
            assert _submit(browser, path, {"add": "x", "text": "x"}).status in (404, 405), path
    assert browser.get(f"/articles/{id}/edit").status == 404
    forms = [a["action"] for tag, a in browser.get(f"/articles/{id}").page.elements if tag == "form"]
    assert forms == ["/"]
    assert "Undo" not in browser.get("/log?changed=1").page.text


def test_a_token_for_writing_is_needed(archive: Archive, tmp_path: Path) -> None:
    tokens = {role: add_token(tmp_path / "tokens", role) for role in ("read", "write")}
    id = next(archive.list("title:harbour")).id
    path = f"/api/v1/articles/{id}/tag"
    with served(archive, write=True, token_file=tmp_path / "tokens") as browser:
        statuses = [
            browser.ask("POST", path, b'{"add": "sea"}', Authorization=f"Bearer {token}").status
            for token in ("x", tokens["read"], tokens["write"])
        ]
    assert statuses == [401, 403, 200]


def test_with_write_a_page_that_there_is_not_is_not_found(writable: tuple[Browser, Archive, str]) -> None:
    browser, _, id = writable
    for path in ("/nothing", "/login", f"/articles/{id}/nothing"):
        assert (browser.get(path).status, _submit(browser, path, {}).status) == (404, 404), path


def test_the_description_has_every_change(writable: tuple[Browser, Archive, str]) -> None:
    paths = writable[0].get("/api/openapi.json").json["paths"]
    posts = {path.rpartition("/")[2] for path, methods in paths.items() if "post" in methods} - {
        "import",
        "stop",
        "retry",
    }
    assert posts == {*OF_ARTICLE, *OF_ARCHIVE} == {*FIELDS}


def test_the_log_says_what_was_changed(writable: tuple[Browser, Archive, str]) -> None:
    browser, _, id = writable
    _post(browser, f"/articles/{id}/tag", {"add": "sea"})
    page = browser.get("/log").page
    assert re.search(rf"2\. tag \+sea {id} 1 article Undo\s+change 2", page.text), page.text
    assert page.links()[id] == f"/articles/{id}"
    _post(browser, f"/articles/{id}/remove", {})
    page = browser.get("/log").page
    assert f"3. remove {id}" in page.text
    assert id not in page.links()
