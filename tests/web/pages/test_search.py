"""The page of a search."""

import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from serving import Browser, served

from docarchive import Archive, QueryError
from docarchive.web.options import PER_PAGE


def test_the_first_page_lists_all_articles_the_newest_first(browser: Browser, unchanged: Archive) -> None:
    page = browser.get("/").page
    titles = [row.metadata["title"] for row in unchanged.list()]
    assert [title for title in page.links() if title in titles] == titles
    assert "5 articles" in page.text


def test_a_search_marks_the_words_and_links_to_articles(browser: Browser, unchanged: Archive) -> None:
    page = browser.get("/?q=pier").page
    links = page.links()
    for hit in unchanged.search("pier"):
        assert links[hit.title] == f"/articles/{hit.id}"
    assert "pier" in page.named["mark"]
    assert {"value": "pier"}.items() <= next(a for tag, a in page.elements if a.get("type") == "search").items()


def test_a_facet_is_a_link_that_narrows_the_search_and_its_own_takes_it_back(browser: Browser) -> None:
    first = browser.get("/?q=pier").page
    narrowed = browser.get("/" + first.links()["harbour"]).page
    assert "2 articles" in narrowed.text
    assert "3 articles" in browser.get("/" + narrowed.links()["harbour"]).page.text
    assert "3 articles" in browser.get("/" + narrowed.links()['tags:"harbour" ×']).page.text


def test_any_key_can_be_counted(browser: Browser) -> None:
    page = browser.get("/?facet=rating").page
    assert "1 article" in browser.get("/" + page.links()["4"]).page.text


def test_a_bar_leads_to_the_articles_of_its_time(browser: Browser) -> None:
    page = browser.get("/").page
    assert page.links()["2024: 2 articles"] == "?filter=date%3A2024"
    year = browser.get("/?filter=date%3A2024").page
    assert "2 articles" in year.text


def test_a_range_of_days_has_a_bar_for_each(root: Path) -> None:
    with Archive.create(root) as archive:
        rows = [{"title": f"A{day}", "date": f"2024-03-{day:02}", "body": "Rain."} for day in (3, 4, 6)]
        archive.import_(io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode()), format="jsonl")
        with served(archive) as browser:
            links = browser.get("/?filter=date:2024-03").page.links()
    assert [name for name in links if name.endswith(("article", "articles")) and "March" in name] == [
        "3 March 2024: 1 article",
        "4 March 2024: 1 article",
        "5 March 2024: 0 articles",
        "6 March 2024: 1 article",
    ]


def test_another_spelling_is_a_link(browser: Browser) -> None:
    page = browser.get("/?q=harbuor").page
    assert "Did you mean" in page.text
    assert "2 articles" in browser.get("/" + page.links()["harbour"]).page.text


def test_too_few_articles_with_all_words_are_followed_by_others(browser: Browser) -> None:
    assert "No article has all of these words; " in browser.get("/?q=pier+wheat").page.text


def test_a_query_that_cannot_be_read_is_explained(browser: Browser) -> None:
    answer = browser.get("/?q=pier+AND")
    assert answer.status == 400
    assert "something must follow 'AND'" in answer.page.text
    assert answer.page.named["pre"] == ["  pier AND\n       ^"]


def test_pages_have_every_article_once(root: Path) -> None:
    count = PER_PAGE * 2 + 3
    with Archive.create(root) as archive:
        rows = (json.dumps({"title": f"Title {n}", "body": "Rain."}) + "\n" for n in range(count))
        archive.import_(io.BytesIO("".join(rows).encode()), format="jsonl")
        titles: list[str] = []
        with served(archive) as browser:
            path = "/?q=rain"
            while path:
                links = browser.get(path).page.links()
                titles += [title for title in links if title.startswith("Title ")]
                path = "/" + links["Next →"] if "Next →" in links else ""
    assert len(titles) == len({*titles}) == count


@pytest.mark.parametrize("order", ["date", "-date", "title", "-rating"])
def test_orders(browser: Browser, unchanged: Archive, order: str) -> None:
    titles = [hit.title for hit in unchanged.search("", sort=order)]
    assert [title for title in browser.get(f"/?sort={order}").page.links() if title in titles] == titles


def test_an_order_that_is_none_is_refused(browser: Browser) -> None:
    assert browser.get("/?sort=no+such").status == 400


def test_saved_searches_are_links(root: Path, prepared: Path, articles_file: Path) -> None:
    with Archive.create(root) as archive:
        archive.import_(articles_file)
        archive.save_search("piers", "pier")
        with served(archive) as browser:
            assert "3 articles" in browser.get(browser.get("/").page.links()["@piers"]).page.text


def test_a_search_is_exported_in_any_format(browser: Browser, unchanged: Archive) -> None:
    answer = browser.get("/?q=pier&filter=tag:harbour&format=csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="pier-tag-harbour.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = [*csv.DictReader(io.StringIO(answer.text))]
    assert {row["id"] for row in rows} == {row.id for row in unchanged.list("pier tag:harbour")}


def test_every_format_that_is_one_file_is_exported(browser: Browser, unchanged: Archive) -> None:
    names = [format.name for format in unchanged.formats() if format.direction == "export" and format.installed]
    statuses = {name: browser.get(f"/?format={name}").status for name in names}
    refused = {name for name, status in statuses.items() if status != 200}
    assert refused == {"site", "bagit", "template", "proof"} & {*names}
    for name in {*names} - refused:
        written = io.BytesIO()
        unchanged.export(to=written, format=name, sort="-date")
        assert browser.get(f"/?format={name}").body == written.getvalue(), name


def test_a_format_that_there_is_not_is_refused(browser: Browser) -> None:
    answer = browser.get("/?format=docx")
    assert answer.status == 400
    assert "there is no format 'docx'; use one of " in answer.page.text


def test_what_to_look_for_is_chosen_where_search_by_meaning_is_on(root: Path, articles_file: Path) -> None:
    with Archive.create(root) as archive:
        archive.import_(articles_file)
        with served(archive) as browser:
            assert "Meaning" not in browser.get("/?q=pier").page.links()
            assert browser.get("/?q=pier&mode=meaning").status == 400
            assert browser.get("/?q=pier&mode=none").status == 400
            archive.use_meaning()
            assert "Meaning" not in browser.get("/").page.links()
            links = browser.get("/?q=quay&sort=relevance").page.links()
            for mode in ("Words", "Meaning", "Words and meaning"):
                page = browser.get("/" + links[mode]).page
                chosen = [a["href"] for tag, a in page.elements if tag == "a" and a.get("class") == "here"]
                assert chosen[1:2] == [links[mode]], mode
            hits = archive.search("quay", limit=20, mode="meaning")
            page = browser.get("/" + links["Meaning"]).page
            assert [page.links()[hit.title] for hit in hits] == [f"/articles/{hit.id}" for hit in hits]


@pytest.mark.parametrize(
    "query",
    [
        "harbour (",
        "harbour )",
        "(harbour",
        '"harbour',
        "harbour AND (",
        "harbour OR pier)",
        "harbour ()",
        "harbour OR pier",
    ],
)
def test_page_api_and_library_say_the_same_of_brackets(browser: Browser, unchanged: Archive, query: str) -> None:
    for filters in ((), ('tags:"harbour"',), ("has:date", "NOT title:gas")):
        asked = "".join(f"&filter={quote_plus(text)}" for text in filters)
        api = browser.get(f"/api/v1/count?q={quote_plus(query)}{asked}").json
        page = browser.get(f"/?q={quote_plus(query)}{asked}").page.text
        reason = _why_refused(unchanged, query)
        if reason:
            assert api["detail"] == reason
            assert f"The query cannot be read {reason}" in page
        else:
            parts = [{row.id for row in unchanged.list(text)} for text in (query, *filters)]
            assert api["total"] == len(set.intersection(*parts))
            assert re.search(rf"\b{api['total']} articles?\b|No article has all", page), page


def _why_refused(archive: Archive, query: str) -> str:
    """Returns why the archive refuses a query; empty if it does not."""
    try:
        archive.count(query)
    except QueryError as error:
        return str(error)
    return ""
