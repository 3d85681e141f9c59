"""Folders of sites: the title and the date that Hugo, Jekyll, Zola, Eleventy, Obsidian, Pandoc and Pelican show."""

from pathlib import Path
from typing import Any

import pytest

from docarchive import Archive
from docarchive.article import Article
from docarchive.errors import DocarchiveError
from docarchive.readers.markup.markdown import read_markdown

BODY = "The pier stands again.\n"


def read(text: str, name: str = "a.md", folder: str = "") -> Article:
    return read_markdown(text, name, folder)


@pytest.mark.parametrize(
    ("text", "name", "folder", "expected"),
    [
        pytest.param(
            "---\ntitle: Pier\ndate: 2024-03-16T10:00:00+01:00\nlastmod: 2024-03-17\ndraft: true\n---\n" + BODY,
            "pier.md", "content/news",
            {"title": "Pier", "date": "2024-03-16T10:00:00+01:00", "updated": "2024-03-17", "section": "news", "draft": True},
            id="Hugo, YAML",
        ),
        pytest.param(
            '+++\ntitle = "Pier"\ndate = 2024-03-16\ntags = ["wood"]\n+++\n' + BODY,
            "pier.md", "content/posts",
            {"title": "Pier", "date": "2024-03-16", "tags": ["wood"]},
            id="Hugo, TOML",
        ),
        pytest.param(
            '{"title": "Pier", "date": "2024-03-16"}\n\n' + BODY, "pier.md", "", {"title": "Pier", "date": "2024-03-16"},
            id="Hugo, JSON",
        ),
        pytest.param(
            "---\ntitle: Pier\nkeywords:\t[wood,\tsea]\n---\n" + BODY, "pier.md", "", {"title": "Pier", "tags": ["wood", "sea"]},
            id="YAML with tabs",
        ),
        pytest.param(
            "---\nlayout: post\ncategories: town news\n---\n" + BODY, "2024-03-16-the-pier.md", "_posts",
            {"title": "The Pier", "date": "2024-03-16", "tags": ["town", "news"]},
            id="Jekyll",
        ),
        pytest.param(
            "---\nlayout: post\ntitle: Own\ndate: 2020-01-02 10:00:00 +0100\n---\n" + BODY, "2024-03-16-the-pier.md", "_posts",
            {"title": "Own", "date": "2020-01-02T10:00:00+0100"},
            id="Jekyll, front matter before the name",
        ),
        pytest.param(
            '+++\ntitle = "Pier"\ndate = 2024-03-16\n[taxonomies]\ntags = ["wood"]\n[extra]\nauthor = "Ada Meyer"\n+++\n' + BODY,
            "pier.md", "content/blog",
            {"title": "Pier", "tags": ["wood"], "authors": ["Ada Meyer"]},
            id="Zola",
        ),
        pytest.param(
            "Title: Pier\nDate: 2024-03-16 10:20\nCategory: Town\nAuthors: Ada Meyer, Bo Larsen\n\n" + BODY, "pier.md", "content",
            {"title": "Pier", "date": "2024-03-16T10:20", "authors": ["Ada Meyer", "Bo Larsen"], "tags": ["Town"]},
            id="Pelican",
        ),
        pytest.param(
            "% Pier\n% Ada Meyer; Bo Larsen\n% March 16, 2024\n\n" + BODY, "pier.md", "",
            {"title": "Pier", "date": "2024-03-16", "authors": ["Ada Meyer", "Bo Larsen"]},
            id="Pandoc, title block",
        ),
        pytest.param(
            "---\nlayout: post\n---\n# A heading\n" + BODY, "2024-3-6-the-PIER_of-ulm.md", "town/news/_posts",
            {"title": "The Pier_of Ulm", "date": "2024-03-06", "tags": ["town", "news"], "section": "news"},
            id="Jekyll, title of the name, categories of the folders",
        ),
        pytest.param("---\n---\n" + BODY, "24-03-06-pier.md", "_posts", {"title": "Pier", "date": "2024-03-06"}, id="Jekyll, short year"),
        pytest.param(
            "---\ntitle: Pier\n---\n" + BODY, "page.md", "src/posts/2024-03-16-pier",
            {"title": "Pier", "date": "2024-03-16"},
            id="Eleventy, date of the folder",
        ),
        pytest.param(
            "---\ntitle: Pier\npubDatetime: 2024-03-16T10:00:00Z\nmodDatetime: 2024-03-17T10:00:00Z\n---\n" + BODY,
            "pier.md", "src/content/blog",
            {"date": "2024-03-16T10:00:00Z", "updated": "2024-03-17T10:00:00Z", "section": "blog"},
            id="Astro",
        ),
        pytest.param("---\ntitle: Pier\ndate: 1710583200\n---\n" + BODY, "pier.md", "", {"date": "2024-03-16T10:00:00Z"}, id="Unix time"),
        pytest.param("---\ntitle: Pier\ndraft: 'yes'\n---\n" + BODY, "pier.md", "", {"draft": True}, id="draft as text"),
        pytest.param("---\ntitle: Pier\nstatus: Draft\n---\n" + BODY, "pier.md", "", {"draft": True}, id="status"),
        pytest.param(
            "---\naliases: [Pier]\n---\n" + BODY, "Port of Ulm.md", "vault",
            {"title": "Port of Ulm", "aliases": ["Pier"]},
            id="Obsidian, title of the name",
        ),
        pytest.param(
            "---\ndate created: Saturday, March 16th 2024, 10:20:30 am\ndate modified: 2024-03-17\n---\n" + BODY, "Pier.md", "",
            {"date": "2024-03-16T10:20:30", "updated": "2024-03-17"},
            id="Obsidian, keys with spaces",
        ),
        pytest.param("- met Ada\n", "2024-03-16.md", "vault/Daily", {"title": "2024-03-16", "date": "2024-03-16"}, id="daily note"),
        pytest.param("# Pier\n" + BODY, "202403161020 Pier.md", "", {"title": "Pier", "date": "2024-03-16"}, id="Zettelkasten"),
        pytest.param("---\ntitle: Pier\n...\n" + BODY, "pier.md", "", {"title": "Pier"}, id="Pandoc, YAML that ends in dots"),
        pytest.param(
            "# Pier\n\nSee [[Port of Ulm|Ulm]] about #harbour/ulm.\n", "Pier.md", "vault",
            {"title": "Pier", "tags": ["harbour/ulm"], "links": ["Port of Ulm"]},
            id="Obsidian",
        ),
    ],
)  # fmt: skip
def test_what_the_generator_shows(text: str, name: str, folder: str, expected: dict[str, Any]) -> None:
    article = read(text, name, folder)
    found = {**article.metadata(), **article.extra}
    assert {key: str(found[key]) if key in ("date", "updated") else found.get(key) for key in expected} == expected


def test_the_text_is_kept_as_it_is() -> None:
    body = "See [[A|b]], ![[c.png]] and #tag.\n\n    code\n"
    assert read("---\ntitle: T\n---\n" + body).body == body.rstrip("\n")


def test_a_value_that_is_wrong_is_set_aside() -> None:
    article = read("---\ntitle: T\ndate: soon\n---\n" + BODY)
    assert article.date is None
    assert article.extra["date_as_written"] == "soon"


@pytest.mark.parametrize("name", ["feed.xml", "search.json"])
def test_templates_of_other_files_are_no_articles(name: str) -> None:
    with pytest.raises(DocarchiveError, match="template"):
        read("---\nlayout: null\n---\n<x>{{ site.title }}</x>\n", name)


def test_pages_of_html_with_front_matter_become_markdown() -> None:
    article = read(
        "---\ntitle: Pier\n---\n<p>The <b>pier</b> stands.</p>\n<ul><li>{{ site.x }}</li></ul>\n", "pier.html"
    )
    assert article.body == "The **pier** stands.\n\n- {{ site.x }}"
    with pytest.raises(DocarchiveError, match="with no text of its own"):
        read(
            "---\nlayout: default\n---\n{% for post in posts %}<a href='x'>{{ post.title }}</a>{% endfor %}\n",
            "index.html",
        )


def test_programs_in_front_matter_are_not_run() -> None:
    with pytest.raises(DocarchiveError, match="programs are not run"):
        read("---js\n{ title: 'Pier' }\n---\n" + BODY)


def test_front_matter_that_is_no_yaml_is_refused() -> None:
    with pytest.raises(DocarchiveError, match="not valid YAML"):
        read("---\ntitle: [\n---\n" + BODY)


def test_a_whole_site(tmp_path: Path, root: Path) -> None:
    site = tmp_path / "site"
    for path, text in {
        "content/_index.md": "---\ntitle: Home\n---\nWelcome.\n",
        "content/news/_index.md": "---\ntitle: News\n---\n",
        "content/news/pier/index.md": "---\ntitle: Pier\ndate: 2024-03-16\n---\n" + BODY,
        "content/news/draft.md": "---\ntitle: Draft\ndraft: true\n---\nNot yet.\n",
        "static/app.js": "let x = 1;",
        "static/pier.png": "no picture",
        "hugo.toml": "baseURL = 'x'",
        ".git/config": "[core]",
    }.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text, "utf-8")
    with Archive.create(root) as archive:
        report = archive.import_(site)
        assert (report.new, report.skipped, report.refused) == (4, 3, [])
        rows = {row.metadata["title"]: row.metadata for row in archive.list()}
        assert set(rows) == {"Home", "News", "Pier", "Draft"}
        assert rows["Pier"]["section"] == "news"
        assert rows["Draft"]["draft"] is True
