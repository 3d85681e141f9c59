"""The pages in a real browser: needs Chromium and the extra ``browser``, and is skipped without them."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from serving import served

from docarchive import Archive
from docarchive.web.tokens import add_token

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
if not CHROMIUM:
    pytest.skip("there is no Chromium: apt-get install chromium", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api", reason="pip install 'docarchive[browser]'")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install 'docarchive[browser]'")

_WORDS = "The harbour master said that the ferry was late. Gulls circled above the pier and the tide rose."

_CORRECTED = (
    "Corrected. The tide was low, the tide was high, and nobody looked as the tide turned.\n\nIt was not *that* dark."
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    rows = [
        {
            "title": f"Ferry number {number}",
            "date": f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}",
            "tags": ["ferry", f"pier {number % 3}"],
            "places": ["North Bay"],
            "source": "Gazette",
            "body": _WORDS * 5,
        }
        for number in range(50)
    ]
    with Archive.create(tmp_path_factory.mktemp("browser") / "archive") as archive:
        archive.import_(io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode()), format="jsonl")
        corrected = json.dumps({**rows[7], "body": _CORRECTED})
        archive.import_(io.BytesIO(corrected.encode()), format="jsonl")
        archive.import_(io.BytesIO(b""), format="csv")
        archive.save_search("late", "ferry late")
        with served(archive, write=True) as browser:
            browser.ask("POST", "/api/v1/import?name=broken.json", b"{")
            browser.get("/api/v1/imports/1?wait=25")
            yield browser.address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page whose errors, and requests to elsewhere, fail the test."""
    context = chromium.new_context(**getattr(request, "param", {}))
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if _is_wrong(message) else None)
    page.on("request", lambda request: None if request.url.startswith(address) else wrong.append(request.url))
    page.goto(address)
    yield page
    context.close()
    assert wrong == []


#: Answers to what is refused, and to a query that cannot be read yet, as it is being typed.
_REFUSED = ("400 (Bad Request)", "409 (Conflict)", "422 (Unprocessable Entity)")


def _is_wrong(message: Any) -> bool:
    """Returns whether a browser complains of something but of an answer that a test wants."""
    return message.type == "error" and not any(status in message.text for status in _REFUSED)


def _count(page: Any) -> str:
    return str(page.locator("[role=status] p").first.inner_text())


def _leave_search(page: Any) -> None:
    """Leaves the search field, once the page has gone there."""
    page.locator("[data-search]:focus").wait_for()
    page.keyboard.press("Escape")


def test_search_facets_and_reading(page: Any) -> None:
    page.keyboard.type("late gulls")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=late+gulls")
    assert _count(page) == "50 articles"
    page.get_by_role("link", name="pier 1", exact=True).last.click()
    assert _count(page) == "17 articles"
    page.locator("ol.entries a").first.click()
    assert page.locator("h1").inner_text().startswith("Ferry number")
    page.get_by_role("link", name="Similar articles").click()
    assert page.locator("h1").inner_text() == "Similar articles"


def test_what_is_typed_is_searched_for(page: Any) -> None:
    page.keyboard.type("number 17", delay=10)
    page.get_by_text("1 article", exact=True).wait_for()
    page.wait_for_url("**/?q=number+17")
    assert page.title().startswith("number 17")
    page.fill("#form input[name=q]", "nothing AND")
    page.get_by_text("something must follow 'AND'").wait_for()
    page.fill("#form input[name=q]", "late")
    page.get_by_text("50 articles").wait_for()
    assert page.locator("[data-histogram] a").count() == 12
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator("li.chosen").count() == 1
    page.go_back()
    page.get_by_text("51 articles").wait_for()
    assert page.locator("#form input[name=q]").input_value() == ""
    page.go_forward()
    page.locator("li a mark, li p mark").first.wait_for()


def test_bars_are_brushed_and_followed(page: Any) -> None:
    bars = page.locator("[data-histogram] a")
    assert bars.count() == 12
    first, last = bars.nth(2).bounding_box(), bars.nth(4).bounding_box()
    page.mouse.move(first["x"] + 2, first["y"] + 40)
    page.mouse.down()
    page.mouse.move(last["x"] + 2, last["y"] + 40, steps=5)
    assert page.locator("[data-histogram] .brushed").count() == 3
    page.mouse.up()
    page.wait_for_url("**/?filter=date%3A2024-03..2024-05")
    assert _count(page) == "12 articles"
    bars.nth(1).click()
    page.wait_for_url("**/?filter=date%3A2024-04")
    assert _count(page) == "4 articles"


def test_keys(page: Any) -> None:
    _leave_search(page)
    for key in "jjk":
        page.keyboard.press(key)
    assert page.locator("li.chosen").count() == 1
    title = page.locator("li.chosen a").first.inner_text()
    page.keyboard.press("n")
    page.wait_for_url("**/?page=2")
    _leave_search(page)
    page.keyboard.press("p")
    page.wait_for_url(lambda url: "page" not in url)
    _leave_search(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/*")
    assert page.locator("h1").inner_text() == title
    page.keyboard.press("/")
    page.keyboard.type("pier")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=pier")


def test_what_was_chosen_is_chosen_when_one_comes_back(page: Any) -> None:
    _leave_search(page)
    for _ in range(14):
        page.keyboard.press("j")
    chosen, scrolled = page.locator("li.chosen a").first.inner_text(), page.evaluate("scrollY")
    assert scrolled > 0
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/*")
    page.go_back()
    page.locator("li.chosen a:focus").wait_for()
    assert page.locator("li.chosen a").first.inner_text() == chosen
    assert abs(page.evaluate("scrollY") - scrolled) < 2
    page.keyboard.press("k")
    page.keyboard.press("j")
    assert page.locator("li.chosen a:focus").inner_text() == chosen
    page.locator("ol.entries > li > div > a").nth(3).click()
    page.wait_for_url("**/articles/*")
    page.go_back()
    page.locator("li.chosen a:focus").wait_for()
    page.keyboard.press("j")
    assert page.locator("ol.entries > li").nth(4).get_attribute("class") == "chosen"
    page.get_by_role("link", name="Search", exact=True).click()
    page.locator("[data-search]:focus").wait_for()
    assert page.locator("li.chosen").count() == 0


def test_what_was_chosen_of_what_was_typed_is_chosen_when_one_comes_back(page: Any) -> None:
    page.keyboard.type("number 1")
    page.wait_for_url("**/?q=number+1")
    page.wait_for_function("document.title.startsWith('number 1 ')")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    chosen = page.locator("li.chosen a").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/*")
    page.go_back()
    page.locator("li.chosen a:focus").wait_for()
    assert page.locator("li.chosen a").first.inner_text() == chosen
    page.fill("#form input[name=q]", "ferry")
    page.wait_for_url("**/?q=ferry")
    page.get_by_text("51 articles").wait_for()
    assert page.locator("li.chosen").count() == 0


#: Selects the words of a text at one of its places; by default the first.
_SELECT = """([words, place]) => {
    const node = document.querySelector("article > .text p").firstChild;
    let at = -1;
    for (let n = 0; n <= place; n++) at = node.data.indexOf(words, at + 1);
    document.getSelection().setBaseAndExtent(node, at, node, at + words.length);
}"""


def test_words_that_are_selected_are_marked(page: Any, address: str) -> None:
    id = page.request.get(f"{address}api/v1/articles?q=corrected").json()["articles"][0]["id"]
    page.goto(f"{address}articles/{id}")
    field = page.get_by_placeholder("Words to mark")
    page.evaluate(_SELECT, ["low", 0])
    page.evaluate(_SELECT, ["tide", 2])
    page.keyboard.press("m")
    assert field.evaluate("element => element === document.activeElement")
    assert field.input_value() == "tide"
    page.keyboard.press("Enter")
    page.get_by_text("Changed the highlights of 1 article").wait_for()
    text = page.evaluate(
        """() => {
            const range = document.createRange(), text = document.querySelector("article > .text");
            range.setStart(text, 0);
            range.setEndBefore(text.querySelector("mark"));
            return range.toString();
        }"""
    )
    assert page.locator("article mark").all_inner_texts() == ["tide"]
    assert text.count("tide") == 2
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/log?changed=*")


def test_what_was_typed_to_mark_is_not_replaced(page: Any, address: str) -> None:
    id = page.request.get(f"{address}api/v1/articles?q=corrected").json()["articles"][0]["id"]
    page.goto(f"{address}articles/{id}")
    field, hidden = page.get_by_placeholder("Words to mark"), page.locator("[name=occurrence]")
    page.evaluate(_SELECT, ["was", 1])
    assert (field.input_value(), hidden.input_value(), hidden.is_disabled()) == ("was", "2", False)
    field.fill("the tide")
    page.evaluate(_SELECT, ["nobody", 0])
    assert (field.input_value(), hidden.is_disabled()) == ("the tide", True)
    field.fill("")
    page.evaluate("() => document.getSelection().selectAllChildren(document.querySelector('.about'))")
    assert field.input_value() == ""
    page.evaluate(_SELECT, ["nobody", 0])
    assert field.input_value() == "nobody"
    page.locator("article > .text p").last.click(click_count=3)
    assert field.input_value() == page.locator("article > .text p").last.inner_text()


def test_a_slash_in_the_empty_search_field_is_not_typed(page: Any) -> None:
    page.locator("[data-search]:focus").wait_for()
    page.keyboard.type("/number 17")
    page.wait_for_url("**/?q=number+17")
    page.keyboard.type("/2")
    assert page.locator("#form input[name=q]").input_value() == "number 17/2"


def test_the_help_names_the_keys(page: Any) -> None:
    page.get_by_text("How to search").click()
    keys = page.locator(".help kbd")
    assert keys.all_inner_texts() == ["/", "Esc", "j", "k", "Enter", "n", "p", "t", "m"]


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_all_works_without_scripts(page: Any) -> None:
    page.fill("#form input[name=q]", "late")
    page.click("#form button")
    assert _count(page) == "50 articles"
    page.locator("[data-histogram] a").first.click(force=True)
    assert _count(page) == "5 articles"
    page.get_by_text("How to search").click()
    assert page.get_by_text("with these words in this order").is_visible()


def test_tagging_and_undoing(page: Any) -> None:
    _leave_search(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/*")
    page.keyboard.press("t")
    page.keyboard.type("sea")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/*?changed=*")
    assert page.get_by_role("link", name="sea", exact=True).count() == 1
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/log?changed=*")
    page.go_back()
    page.reload()
    assert page.get_by_role("link", name="sea", exact=True).count() == 0


def test_what_is_refused_has_the_focus(page: Any, address: str) -> None:
    id = page.request.get(f"{address}api/v1/articles?q=title:15").json()["articles"][0]["id"]
    page.goto(f"{address}articles/{id}")
    page.get_by_placeholder("Words to mark").fill("no such words")
    page.keyboard.press("Enter")
    page.get_by_text("copy it from the text, as it is shown").wait_for()
    assert page.locator(":focus").input_value() == "no such words"
    page.goto(f"{address}articles/{id}/edit")
    page.locator("textarea").fill("---\ntitle: [\n---\n\nText.")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("front matter is not valid YAML").wait_for()
    assert page.locator(":focus").get_attribute("aria-describedby") == "refused"
    for tag in ("low", "high"):
        page.request.post(f"{address}articles/{id}/tag", form={"add": tag})
    page.goto(f"{address}log")
    page.get_by_role("button", name="Undo change").nth(1).click()
    page.locator("[role=alert]:focus").get_by_role("link", name="change").click()
    undo = page.locator(":target").get_by_role("button", name="Undo")
    undo.click()
    page.wait_for_url("**/log?changed=*")


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_a_button_beside_a_long_sentence_has_one_line(page: Any, address: str) -> None:
    page.goto(f"{address}quarantine")
    for name in ("Retry all", "Retry"):
        button = page.get_by_role("button", name=name).first
        lines = button.evaluate("element => element.getClientRects().length && element.scrollHeight")
        assert lines < 2 * button.evaluate("element => parseFloat(getComputedStyle(element).lineHeight)"), name


@pytest.mark.parametrize("page", [{}, {"java_script_enabled": False}], indirect=True, ids=["script", "no script"])
def test_refused_inputs_are_imported_again(page: Any, address: str) -> None:
    page.goto(f"{address}quarantine")
    for name in ("Retry all", "Retry broken.json"):
        page.get_by_role("button", name=name, exact=True).first.click()
        page.get_by_text("Nothing was imported: all of it was refused.").wait_for()
        page.get_by_role("link", name="quarantine", exact=True).last.click()
        page.get_by_role("heading", name="Quarantine").wait_for()


@pytest.mark.parametrize("page", [{}, {"java_script_enabled": False}], indirect=True, ids=["script", "no script"])
def test_files_are_imported_and_taken_back(page: Any, request: pytest.FixtureRequest) -> None:
    gale = f"A gale of {request.node.callspec.id}"  # what was taken back is not imported again
    page.get_by_role("link", name="Import", exact=True).click()
    files = [
        {"name": name, "mimeType": "text/plain", "buffer": data}
        for name, data in (("gale.md", f"# {gale}\n\nIt blew all night.\n".encode()), ("broken.json", b"{"))
    ]
    page.set_input_files("input[type=file]", files)
    page.get_by_role("button", name="Import").click()
    page.wait_for_url("**/imports/*")
    page.get_by_text("Done.").wait_for()
    assert page.get_by_role("link", name=gale).count() == 1
    assert page.get_by_text("broken.json").count() == 1
    undo = page.get_by_role("button", name="Undo")
    assert undo.bounding_box()["y"] < page.get_by_role("heading", name="Refused").bounding_box()["y"]
    undo.click()
    page.wait_for_url("**/log?changed=*")


def test_files_that_are_dropped_are_imported(page: Any, address: str) -> None:
    page.goto(address + "import")
    page.evaluate(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File(["# Hail\\n\\nIt fell on the pier.\\n"], "hail.md"));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
        }"""
    )
    page.wait_for_url("**/imports/*")
    page.get_by_text("Done.").wait_for()
    page.get_by_role("link", name="Hail").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.wait_for_url("**/log?changed=*")
    page.goto(address + "trash")
    page.get_by_role("button", name="Restore Hail").click()
    page.wait_for_url("**/articles/*")
    page.get_by_role("button", name="Undo").click()


def test_a_refused_upload_says_why(chromium: Any, address: str) -> None:
    page = chromium.new_page()
    page.goto(address + "import")
    page.fill("textarea", "nowhere")
    page.get_by_role("button", name="Import").click()
    page.get_by_text("'nowhere' is no address; use one that begins with http:// or https://").wait_for()
    assert page.locator("button:focus").inner_text() == "Import"
    page.close()


def test_a_token_is_asked_for_once(chromium: Any, tmp_path: Path) -> None:
    token = add_token(tmp_path / "tokens", "read")
    with (
        Archive.create(tmp_path / "archive") as archive,
        served(archive, token_file=tmp_path / "tokens") as browser,
        closing(chromium.new_context()) as context,
    ):
        page = context.new_page()
        page.goto(browser.address + "timeline")
        page.keyboard.type(token)
        page.keyboard.press("Enter")
        page.wait_for_url("**/timeline")
        assert page.locator("h1").inner_text() == "Timeline"


def _paths(page: Any, address: str) -> list[str]:
    id = page.request.get(f"{address}api/v1/articles?q=corrected").json()["articles"][0]["id"]
    of_article = [f"articles/{id}{path}" for path in ("", "/edit", "/versions", "/changes", "/similar")]
    return [
        "",
        "?q=late&filter=tags:ferry",
        "timeline",
        "topics",
        "topics/tags",
        "statistics",
        "quarantine",
        "trash",
        "import",
        "imports/1",
        *of_article,
    ]


@pytest.mark.parametrize("page", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_no_page_is_wider_than_a_phone(page: Any, address: str) -> None:
    for path in _paths(page, address):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


@pytest.mark.parametrize(
    "page",
    [{"color_scheme": scheme, "bypass_csp": True} for scheme in ("light", "dark")],  # axe is a script of the test
    indirect=True,
    ids=["light", "dark"],
)
def test_pages_can_be_used_by_everybody(page: Any, address: str) -> None:
    for path in _paths(page, address):
        page.goto(address + path)
        violations = axe.Axe().run(page).response["violations"]
        assert [(violation["id"], violation["nodes"][0]["html"]) for violation in violations] == [], path
