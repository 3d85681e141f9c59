"""The timeline, the topics, statistics and quarantine."""

import io
import json
import re
from pathlib import Path

from serving import Browser, served

from docarchive import Archive


def test_the_timeline_leads_to_months_years_and_what_has_no_date(browser: Browser) -> None:
    page = browser.get("/timeline").page
    links = page.links()
    assert [name for name in links if name in ("2024", "2023", "1963")] == ["2024", "2023", "1963"]
    for name, count in {"March 2024": "2 articles", "2023": "1 article", "Undated": "1 article"}.items():
        assert count in browser.get(links[name]).page.text, name


def test_the_length_of_a_bar_follows_its_number(root: Path) -> None:
    counts = {"2020-01": 1, "2021-01": 3, "2022-01": 30}
    rows = [{"title": f"{month} {n}", "date": month, "body": "Rain."} for month in counts for n in range(counts[month])]
    with Archive.create(root) as archive:
        archive.import_(io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode()), format="jsonl")
        with served(archive) as browser:
            for path in ("/timeline", "/statistics"):
                bars = [a for tag, a in browser.get(path).page.elements if tag == "progress"][:3]
                assert [(bar["value"], bar["max"]) for bar in bars] == [("30", "30"), ("3", "30"), ("1", "30")], path
            page = browser.get("/")
            heights = [
                re.findall(r"v(\d+)", a["class"])[0] for _, a in page.page.elements if a.get("class", "")[:1] == "v"
            ]
            assert [height for height in heights if height != "0"] == ["3", "10", "100"]
            (style,) = re.findall(r'href="([^"]*style.css)"', page.text)
            assert ".v3 { height: 3%; }" in browser.get(style).text


def test_topics_lead_to_articles(browser: Browser) -> None:
    links = browser.get("/topics").page.links()
    assert "2 articles" in browser.get(links["north-bay"]).page.text
    assert "1 article" in browser.get(links["free trade"]).page.text


def test_all_labels_of_a_kind_are_on_pages(root: Path) -> None:
    with Archive.create(root) as archive:
        article = {"title": "A", "tags": [f"tag {n}" for n in range(600)], "body": "Rain."}
        archive.import_(io.BytesIO(json.dumps(article).encode()), format="json")
        with served(archive) as browser:
            assert browser.get("/topics").page.links()["All 600 Tags"] == "/topics/tags"
            first = browser.get("/topics/tags").page.links()
            second = browser.get("/topics/tags" + first["Next →"]).page.links()
            assert len({name for name in (*first, *second) if name.startswith("tag ")}) == 600
            assert browser.get("/topics/tags?page=3").status == 400
            assert browser.get("/topics/ids").status == 404


def test_statistics(browser: Browser) -> None:
    page = browser.get("/statistics").page
    for text in ("Articles 5", "Engine whoosh", "On disk, in bytes"):
        assert text in page.text
    assert "1 article" in browser.get(page.links()["1963"]).page.text


def test_quarantine_says_what_was_refused_and_why(root: Path) -> None:
    with Archive.create(root) as archive:
        archive.import_(io.BytesIO(b"{"), format="json")
        with served(archive) as browser:
            text = browser.get("/quarantine").page.text
    assert "1 input could not be read." in text
    assert "not valid JSON" in text


def test_an_empty_archive_has_every_page(root: Path) -> None:
    with Archive.create(root) as archive, served(archive) as browser:
        for path in ("/", "/?q=rain", "/timeline", "/topics", "/topics/tags", "/statistics", "/quarantine"):
            assert browser.get(path).status == 200, path
