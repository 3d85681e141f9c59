import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from support import Page, read_again, written

from docarchive import Archive
from docarchive.article import Article

METADATA: dict[str, Any] = {
    "title": 'The "new" pier & <what> it costs',
    "date": "2024-03-16T10:30:00+01:00",
    "updated": "2024-03-18",
    "authors": ["Ada Meyer", "Bo Larsen"],
    "source": "The Courier",
    "section": "Local",
    "summary": "After six years, a pier.",
    "url": "https://courier.example.org/pier?a=1&b=2",
    "tags": ["harbour", "free trade"],
    "people": ["Ada Meyer"],
    "places": ["North Bay"],
    "language": "en",
}
BODY = """The council voted **nine to four**; see [the minutes](/minutes).

## What it costs

| Part | Cost |
| --- | --- |
| Piles | 1 |

1. First `piles`,
2. then decks.

![Plan](/plan.png)

```
code <here>
```
"""


def meta_of(html: str) -> list[tuple[str, str]]:
    """Returns what the ``meta`` elements of a page state."""
    found = [attributes for tag, attributes in Page(html).elements if tag == "meta" and "content" in attributes]
    return [(each.get("name") or each.get("property") or each["http-equiv"], each["content"]) for each in found]


def article(number: int = 1, **metadata: Any) -> Article:
    found = Article.from_metadata({**METADATA, **metadata}, BODY)
    found.id = f"{number:012}"
    return found


def page_of(*articles: Article, **options: Any) -> str:
    return written("html", *articles, **options).decode()


def test_a_page_states_what_it_holds() -> None:
    html = page_of(article(), url="https://mine.example/p.html")
    meta = meta_of(html)
    stated = dict(meta)
    assert stated["og:title"] == stated["dcterms.title"] == METADATA["title"]
    assert stated["og:url"] == "https://mine.example/p.html"
    assert stated["article:published_time"] == stated["dcterms.issued"] == METADATA["date"]
    assert stated["og:site_name"] == stated["dcterms.publisher"] == "The Courier"
    assert [value for name, value in meta if name == "dcterms.creator"] == METADATA["authors"]
    assert [value for name, value in meta if name == "article:tag"] == METADATA["tags"]
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert data
    record = json.loads(data[1])
    assert record["@type"] == "NewsArticle"
    assert record["headline"] == METADATA["title"]
    assert [each["name"] for each in record["author"]] == METADATA["authors"]
    assert record["about"] == [
        {"@type": "Person", "name": "Ada Meyer"},
        {"@type": "Place", "name": "North Bay"},
    ]
    assert ("link", METADATA["url"]) in Page(html).addresses("href")


def test_a_page_loads_nothing_and_says_so() -> None:
    page = Page(html := page_of(article()))
    assert {tag for tag, _ in page.addresses("href", "src")} == {"a", "link"}
    assert not {"img", "iframe", "form"} & set(page.tags)
    assert html.count("<script") == 1  # what it states, which is no program
    policy = dict(meta_of(html))["Content-Security-Policy"]
    style = re.search(r"<style>(.*?)</style>", html, re.S)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    loaded = f"style-src 'sha256-{digest}'; img-src data:"
    assert policy == f"default-src 'none'; {loaded}; base-uri 'none'; form-action 'none'"


def test_pictures_are_loaded_on_request() -> None:
    html = page_of(article(), images=True)
    assert ("img", "https://courier.example.org/plan.png") in Page(html).addresses("src")
    assert "img-src data: https: http:;" in dict(meta_of(html))["Content-Security-Policy"]


def test_a_page_has_an_outline() -> None:
    html = page_of(article())
    assert re.findall(r"<(h\d|main|article|header|footer)\b", html) == [
        *("main", "article", "header", "h1", "h2", "footer"),
    ]
    assert '<html lang="en">' in html
    assert '<time datetime="2024-03-16T10:30:00+01:00">16 March 2024, 10:30 +01:00</time>' in html


def test_several_articles_on_a_stream_are_one_page() -> None:
    html = page_of(article(1), article(2, title="Another"), article(3), title="All <of> them")
    assert re.findall(r"<(h[1-3]|article|/html)\b", html) == ["h1", *(["article", "h2", "h3"] * 3), "/html"]
    assert "<title>All &lt;of&gt; them</title>" in html
    assert re.findall(r"<(h[1-3]|article|/html)\b", page_of(title="None")) == ["h1", "/html"]


def test_pages_go_to_folders_of_years_and_months(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        (tmp_path / "in.jsonl").write_text(
            "".join(
                json.dumps({"title": title, "date": date, "body": "Text."}) + "\n"
                for title, date in [("A b", "2024-03-16"), ("Year", "1963"), ("Never", None), ("Month", "2024-03")]
            )
        )
        archive.import_(tmp_path / "in.jsonl")
        archive.export(format="html", to=tmp_path / "out", url="https://mine.example/x/")
    files = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.html"))
    assert files == [
        "1963/1963-year.html",
        "2024/03/2024-03-16-a-b.html",
        "2024/03/2024-03-month.html",
        "undated/never.html",
    ]
    page = (tmp_path / "out" / files[1]).read_text("utf-8")
    assert '<meta property="og:url" content="https://mine.example/x/2024/03/2024-03-16-a-b.html">' in page


def test_pages_are_read_again() -> None:
    pytest.importorskip("trafilatura")
    (found,) = read_again("html", page_of(article()).encode())
    for key in ("title", "authors", "source", "section", "summary", "url", "tags", "language"):
        assert getattr(found, key) == METADATA[key]
    assert (str(found.date), str(found.updated)) == (METADATA["date"], METADATA["updated"])
    assert found.body == BODY.replace("(/minutes)", "(https://courier.example.org/minutes)").replace(
        "![Plan](/plan.png)", "[Plan](https://courier.example.org/plan.png)"
    ).rstrip("\n")
