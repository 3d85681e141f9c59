import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from interpreter import PATIENCE
from support import Page

from docarchive import Archive
from docarchive.analysis import folding
from docarchive.writers.pages.site.register import label_stem
from docarchive.writers.pages.site.words import UNSPACED, words
from docarchive.writers.pages.templates import asset

ARTICLES: list[dict[str, Any]] = [
    {
        "title": "Harbour votes",
        "date": "2024-03-16",
        "tags": ["Café", "C++"],
        "body": "The pier of Zoë <script>x</script>.",
    },
    {"title": "Wheat <b>climbs", "date": "2024-03", "tags": ["café", "C", "index"], "body": "Wheat and the pier."},
    {"title": "東京都", "date": "1963", "authors": ["Ada Meyer"], "body": "京都 Straße"},
    {"title": "Undated", "body": "constructor"},
]


def exported(tmp_path: Path, articles: list[dict[str, Any]], **options: Any) -> Path:
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(each) + "\n" for each in articles), "utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        archive.import_(tmp_path / "in.jsonl", on_duplicate="keep")
        archive.export(format="site", to=tmp_path / "site", **options)
    return tmp_path / "site"


def index(site: Path) -> tuple[dict[str, Any], dict[str, dict[int, int]], list[list[str]]]:
    """Reads the index of the search as the page does: what it says, weights by term and article, entries."""

    def called(path: Path) -> str:
        return path.read_text("utf-8").partition("(")[2].rpartition(")")[0]

    about = json.loads(called(site / "search" / "index.js"))
    terms: dict[str, dict[int, int]] = {}
    for number, first in enumerate(about["terms"]):
        found = json.loads(called(site / "search" / "terms" / f"{number}.js").partition(",")[2])
        assert next(iter(found)) == first
        for term, postings in found.items():
            place = -1
            weights = terms.setdefault(term, {})
            for step, weight in re.findall("([0-9a-z]*)([A-Z])", postings):
                place += int(step or "1", 36)
                weights[place] = ord(weight) - 65
    entries: list[list[str]] = []
    for number in range(len(list((site / "search").glob("articles/*.js")))):
        assert len(entries) == number * about["perFile"]
        entries += json.loads(called(site / "search" / "articles" / f"{number}.js").partition(",")[2])
    assert len(entries) == about["articles"]
    return about, terms, entries


def test_every_link_leads_to_a_page_of_the_site(tmp_path: Path) -> None:
    site = exported(tmp_path, ARTICLES, title="The <site>")
    pages = sorted(site.rglob("*.html"))
    assert len(pages) == 18
    for page in pages:
        shown = Page(html := page.read_text("utf-8"))
        assert "<script>x" not in html
        assert "default-src &#39;none&#39;" in html
        for _, link in shown.addresses("href", "src", "action"):
            assert not link.startswith(("http", "/", "javascript"))
            if not link.startswith("#"):
                assert (page.parent / unquote(link)).is_file(), (page, link)
        assert ("script" in shown.tags) == (page.name == "search.html" or "articles" in page.parts)


def test_labels_that_differ_have_lists_of_their_own(tmp_path: Path) -> None:
    site = exported(tmp_path, ARTICLES)
    assert "2 articles" in (site / "tags" / "cafe.html").read_text("utf-8")
    assert "1 article<" in (site / "tags" / "c.html").read_text("utf-8")
    assert sorted(path.name for path in (site / "tags").iterdir() if "_" in path.name)[0].startswith("c_")
    assert label_stem("tags", "index") != "tags/index"
    assert label_stem("tags", "NATO") == label_stem("tags", "nato") == "tags/nato"
    timeline = (site / "timeline" / "index.html").read_text("utf-8")
    assert re.findall(r"<h2>(\w+) <small>(\d+)", timeline) == [("2024", "2"), ("1963", "1"), ("Undated", "1")]


def test_lists_have_pages(tmp_path: Path) -> None:
    articles = [
        {"title": f"Article {number}", "date": f"2024-01-{number % 28 + 1:02}", "tags": ["all"], "body": f"n{number}"}
        for number in range(120)
    ]
    site = exported(tmp_path, articles, url="https://example.org/news/")
    for stem in ("index", "tags/all", "timeline/2024-01"):
        pages = [(site / f"{stem}{part}.html").read_text("utf-8") for part in ("", "_2", "_3")]
        assert [page.count("<li><time") for page in pages] == [50, 50, 20]
    assert len(index(site)[2]) == 120
    assert 'href="articles/2024/01/2024-01-28-' in (site / "index.html").read_text("utf-8").partition("<ol")[2][:400]
    assert (site / "sitemap-1.xml").read_text("utf-8").count("<loc>https://example.org/news/articles/") == 120


def test_the_index_finds_words_and_says_how_much_an_article_is_about_them(tmp_path: Path) -> None:
    about, terms, entries = index(exported(tmp_path, ARTICLES))
    numbers = {entry[1]: number for number, entry in enumerate(entries)}
    harbour, wheat, tokyo = numbers["Harbour votes"], numbers["Wheat <b>climbs"], numbers["東京都"]
    assert about["articles"] == 4
    assert set(terms["pier"]) == {harbour, wheat}
    assert set(terms["cafe"]) == {harbour, wheat}
    assert set(terms["zoe"]) == {harbour}
    assert set(terms["京都"]) == set(terms["strasse"]) == set(terms["ada"]) == {tokyo}
    assert terms["wheat"][wheat] > terms["pier"][wheat]
    assert "script" not in terms
    assert list(terms) == sorted(terms, key=lambda term: term.encode("utf-16-be"))


def test_a_site_without_articles_is_one(tmp_path: Path) -> None:
    site = exported(tmp_path, [])
    assert index(site)[2] == []
    assert "0 articles" in (site / "index.html").read_text("utf-8")


def test_the_page_folds_as_the_index_does() -> None:
    script = asset("site/search.js")
    strings = [re.sub(r'"\s*\+\s*"', "", text) for text in re.findall(r'= (?:new RegExp\()?("[^;]*?")[,;]', script)]

    def meant(text: str) -> str:
        text = re.sub(r"\\u\{(\w+)\}", lambda match: chr(int(match[1], 16)), text)
        return re.sub(r"\\u(\w{4})", lambda match: chr(int(match[1], 16)), text).strip('"')

    known = {meant(text) for text in strings}
    assert UNSPACED in known
    assert folding._IGNORED in known
    letters = re.search(r"LATIN = (\{.*?\});", script)
    assert letters
    assert {ord(key): value for key, value in json.loads(letters[1]).items()} == folding._PLAIN_LATIN


CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Chromium")
def test_the_search_works_in_a_browser_from_a_folder(tmp_path: Path) -> None:
    site = exported(tmp_path, ARTICLES)
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    more = "--disable-component-update --disable-sync --virtual-time-budget=5000 --dump-dom"
    command = [CHROMIUM, *flags.split(), *more.split(), f"--user-data-dir={tmp_path / 'profile'}"]
    address = f"{(site / 'search.html').as_uri()}?q=ZOE%20pie*"
    page = subprocess.run([*command, address], capture_output=True, timeout=PATIENCE, check=True).stdout.decode()
    assert ">1 article</p>" in page
    assert '2024-03-16-harbour-votes.html">Harbour votes</a>' in page
    assert "<mark>Zoë</mark>" in page


def test_words() -> None:
    assert list(words("O'Neil's économie, 1,000 x2")) == ["o", "neil", "s", "economie", "1", "000", "x2"]
    assert list(words("a東b" + "x" * 50)) == ["a", "東", "b" + "x" * 39]
