from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from docarchive import Archive, frontmatter
from docarchive.article import Article
from docarchive.readers import Record, Source, readers
from docarchive.writers import Document, WriteOptions, writer

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


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.meta: list[tuple[str, str]] = []
        self.addresses: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self.tags.append(tag)
        if tag == "meta" and "content" in found:
            self.meta.append((found.get("name") or found.get("property") or found["http-equiv"], found["content"]))
        self.addresses += [(tag, found[name]) for name in ("href", "src") if name in found]


def document(number: int = 1, **metadata: Any) -> Document:
    article = Article.from_metadata({**METADATA, **metadata}, BODY)
    article.id = f"{number:012}"
    return Document(article.id, "articles/a.md", frontmatter.render(article))


def written(*documents: Document, **options: Any) -> str:
    out = io.BytesIO()
    writer("html").write(documents, out, WriteOptions(**options))
    return out.getvalue().decode()


def test_a_page_states_what_it_holds() -> None:
    html = written(document(), url="https://mine.example/p.html")
    meta = Page(html).meta
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
    assert ("link", METADATA["url"]) in Page(html).addresses


def test_a_page_loads_nothing_and_says_so() -> None:
    page = Page(html := written(document()))
    assert {tag for tag, _ in page.addresses} == {"a", "link"}
    assert not {"img", "iframe", "form"} & set(page.tags)
    assert html.count("<script") == 1  # what it states, which is no program
    policy = dict(page.meta)["Content-Security-Policy"]
    style = re.search(r"<style>(.*?)</style>", html, re.S)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_pictures_are_loaded_on_request() -> None:
    page = Page(written(document(), images=True))
    assert ("img", "https://courier.example.org/plan.png") in page.addresses
    assert "img-src https: http:;" in dict(page.meta)["Content-Security-Policy"]


def test_a_page_has_an_outline() -> None:
    html = written(document())
    assert re.findall(r"<(h\d|main|article|header|footer)\b", html) == [
        *("main", "article", "header", "h1", "h2", "footer"),
    ]
    assert '<html lang="en">' in html
    assert '<time datetime="2024-03-16T10:30:00+01:00">16 March 2024, 10:30 +01:00</time>' in html


def test_several_articles_on_a_stream_are_one_page() -> None:
    html = written(document(1), document(2, title="Another"), document(3), title="All <of> them")
    assert re.findall(r"<(h[1-3]|article|/html)\b", html) == ["h1", *(["article", "h2", "h3"] * 3), "/html"]
    assert "<title>All &lt;of&gt; them</title>" in html
    assert re.findall(r"<(h[1-3]|article|/html)\b", written(title="None")) == ["h1", "/html"]


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
    data = written(document()).encode()
    record = next(iter(readers()["html"].records(Source("a.html", len(data), lambda: io.BytesIO(data)))))
    assert isinstance(record, Record)
    article = record.load()
    for key in ("title", "authors", "source", "section", "summary", "url", "tags", "language"):
        assert getattr(article, key) == METADATA[key]
    assert (str(article.date), str(article.updated)) == (METADATA["date"], METADATA["updated"])
    assert article.body == BODY.replace("(/minutes)", "(https://courier.example.org/minutes)").replace(
        "![Plan](/plan.png)", "[Plan](https://courier.example.org/plan.png)"
    ).rstrip("\n")
