"""Web pages: what is taken from which statement, what the text is, and pages made to break parsers."""

import contextlib
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import affordable

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers import Source, choose, readers
from docarchive.readers.web.html import load_page, read_page

TEXT = (
    "The harbour council voted on Saturday for a new pier, after a storm in January had taken the old one away. "
    "The mayor said that work would begin before the summer, and that it would take a year at least."
)
MORE = (
    "Fishermen had asked for a wall of stone instead. They fear that a pier of wood will not outlast the next winter, "
    "and that the town will have to pay for it twice, as it did forty years ago when the first one burned."
)


def page(head: str = "", *, title: str = "Council votes for pier | The Harbour Post", body: str = "") -> str:
    return f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>{head}</head>
<body><nav><a href="/">Home</a> <a href="/news">News</a></nav><article><h1>Council votes for pier</h1>
<p>{TEXT}</p><h2>What fishermen say</h2><p>{MORE} See <a href="/walls">all about walls</a>.</p>
<blockquote><p>It will burn again, said one of them who did not want to be named here.</p></blockquote>
<ul><li>Cost of the pier: two million</li><li>Cost of the wall: three million</li></ul>{body}</article>
<footer>Copyright The Harbour Post. All rights reserved.</footer></body></html>"""


JSON_LD = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "The Harbour Post"},
        {
            "@type": ["NewsArticle"],
            "headline": "Council votes for pier &amp; promenade",
            "datePublished": "2024-03-16T10:00:00+01:00",
            "dateModified": "2024-03-17",
            "author": [{"@type": "Person", "name": "Ada Meyer"}, {"@type": "Person", "name": "Bo Larsen"}],
            "publisher": {"@type": "Organization", "name": "The Harbour Post"},
            "keywords": "pier, council",
            "articleSection": "Town",
            "description": "The pier comes back.",
        },
    ],
}


@pytest.mark.parametrize(
    "mark",
    [
        "<!--\n Page saved with SingleFile \n url: https://post.example/pier \n saved date: Sat Mar 16 2024\n-->",
        "<!-- saved from url=(0025)https://post.example/pier -->",
        '<meta name="savepage-url" content="https://post.example/pier">',
    ],
)
def test_the_address_that_a_browser_wrote_into_a_saved_page(mark: str) -> None:
    data = page().replace("<head>", f"<head>{mark}").encode()
    article = load_page(Source("a.html", len(data), lambda: io.BytesIO(data)))
    assert article.url == "https://post.example/pier"
    assert "(https://post.example/walls)" in article.body


def test_the_text_is_markdown_without_what_stands_around_it() -> None:
    body = read_page(page(), "https://post.example/pier").body
    assert body.startswith(TEXT)
    assert "## What fishermen say" in body
    assert "[all about walls](https://post.example/walls)" in body
    assert "> It will burn again" in body
    assert "- Cost of the pier: two million" in body
    assert "All rights reserved" not in body
    assert "Home" not in body


def test_json_ld() -> None:
    html = page(f'<script type="application/ld+json">{json.dumps(JSON_LD)}</script>')
    article = read_page(html.replace("<h1>Council votes for pier</h1>", ""))
    assert article.title == "Council votes for pier & promenade"
    assert (str(article.date), str(article.updated)) == ("2024-03-16T10:00:00+01:00", "2024-03-17")
    assert article.authors == ["Ada Meyer", "Bo Larsen"]
    assert (article.source, article.section, article.summary) == ("The Harbour Post", "Town", "The pier comes back.")
    assert (article.tags, article.language) == (["pier", "council"], "en-GB")


def test_open_graph() -> None:
    article = read_page(
        page(
            '<meta property="og:title" content="Pier voted for | The Harbour Post">'
            '<meta property="og:site_name" content="The Harbour Post">'
            '<meta property="article:published_time" content="2024-03-16T09:00:00Z">'
            '<meta property="article:author" content="https://social.example/ada">'
            '<meta name="author" content="By Ada Meyer"><meta property="article:tag" content="pier">'
            '<meta property="article:tag" content="wood"><meta property="og:url" content="https://post.example/p?id=1">'
        ).replace("<h1>Council votes for pier</h1>", ""),
        "https://post.example/p?id=1&utm_source=x",
    )
    assert (article.title, str(article.date)) == ("Pier voted for", "2024-03-16T09:00:00Z")
    assert (article.authors, article.tags, article.source) == (["Ada Meyer"], ["pier", "wood"], "The Harbour Post")
    assert article.url == "https://post.example/p?id=1"


def test_dublin_core_and_citations() -> None:
    article = read_page(
        page(
            '<meta name="DC.Title" content="On piers"><meta name="DC.Creator" content="Ada Meyer">'
            '<meta name="DC.Date" content="2023-11-05"><meta name="citation_doi" content="doi:10.1234/abc">'
            '<meta name="dc.language" content="de">',
            title="x",
        ).replace(' lang="en-GB"', "")
    )
    assert (article.title, article.authors, str(article.date)) == ("On piers", ["Ada Meyer"], "2023-11-05")
    assert (article.extra["doi"], article.language) == ("10.1234/abc", "de")


def test_of_the_titles_that_are_stated_the_one_that_is_shown_is_taken() -> None:
    data = {"@type": "NewsArticle", "headline": "Harbour pier vote 2024: all that is known", "name": "Pier"}
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    assert read_page(page(head)).title == "Council votes for pier"
    assert read_page(page(head, title="Something else")).title == data["headline"]


def test_recipes_and_frames_come_after_what_the_page_says() -> None:
    data = {"@graph": [{"@type": "Recipe", "name": "Jam", "datePublished": "2020-01-01"}, {"@type": "WebPage"}]}
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    article = read_page(page(head + '<meta property="article:published_time" content="2024-03-16">'))
    assert (article.title, str(article.date)) == ("Council votes for pier", "2024-03-16")
    assert str(read_page(page(head)).date) == "2020-01-01"


def test_people_come_before_houses_and_logins() -> None:
    house = {"@type": "NewsArticle", "author": {"@type": "Organization", "name": "Northbay Wire"}, "headline": "Pier"}
    head = f'<script type="application/ld+json">{json.dumps(house)}</script>'
    assert read_page(page(head)).authors == ["Northbay Wire"]
    assert read_page(page(head + '<meta name="author" content="Ada Meyer, Staff Writer">')).authors == ["Ada Meyer"]
    assert read_page(page('<meta name="author" content="ada-m">')).authors == ["ada-m"]


def test_the_day_in_the_address_is_that_of_the_article() -> None:
    head = '<meta property="article:published_time" content="2024-03-17T02:30:00Z">'
    assert str(read_page(page(head), "https://post.example/2024/03/16/pier").date) == "2024-03-16"
    assert str(read_page(page(head), "https://post.example/2024/03/01/pier").date) == "2024-03-17T02:30:00Z"


def test_text_that_stands_in_no_paragraph_is_kept_together() -> None:
    loose = f"""<div>{TEXT}<br><br>The <em>Harbour Post</em> <a href="/a">has reported</a> on it <b>twice</b> since, and
 <a href="/b">asked</a> the mayor what she thinks of it.<br><br>{MORE}</div>"""
    html = f"<html><body><nav><a href='/'>Home</a></nav>{loose}</body></html>"
    body = read_page(html, "https://post.example/pier").body
    assert body == (
        f"{TEXT}\n\nThe *Harbour Post* [has reported](https://post.example/a) on it **twice** since, and "
        f"[asked](https://post.example/b) the mayor what she thinks of it.\n\n{MORE}"
    )


def test_what_stands_around_a_short_text_does_not_come_in() -> None:
    links = "".join(f'<li><a href="/{n}">Another article, number {n}</a></li>' for n in range(200))
    html = page(title="Pier", body=f"<aside><ul>{links}</ul></aside>").replace(MORE, "").replace(TEXT, "A pier comes.")
    assert "number 7" not in read_page(html).body


def test_a_canonical_link_to_the_front_page_is_not_believed() -> None:
    head = '<link rel="canonical" href="https://post.example/">'
    assert read_page(page(head), "https://post.example/pier").url == "https://post.example/pier"
    head = '<link rel="canonical" href="/2024/pier">'
    assert read_page(page(head), "https://post.example/pier?x=1").url == "https://post.example/2024/pier"


def test_the_title_is_not_repeated_at_the_head_of_the_text() -> None:
    article = read_page(page('<meta property="og:title" content="Council votes for pier">'))
    assert article.title == "Council votes for pier"
    assert "# Council" not in article.body


def test_a_page_that_scripts_would_fill_gives_the_text_of_its_json() -> None:
    data = {"@type": "NewsArticle", "headline": "Pier", "articleBody": f"{TEXT} {MORE}"}
    html = f'<html><head><script type="application/ld+json">{json.dumps(data)}</script></head><body></body></html>'
    assert read_page(html).body == f"{TEXT} {MORE}"


def test_a_short_page_is_read_whole() -> None:
    assert read_page("<html><body><p>Only this.</p></body></html>").body == "Only this."


def test_data_in_addresses_is_left_out() -> None:
    picture = f'<p><img src="data:image/png;base64,{"A" * 5000}" alt="pier"></p>'
    assert "AAAA" not in read_page(page(body=picture)).body


@pytest.mark.parametrize(
    ("encoding", "declared", "media_type", "noted"),
    [
        ("utf-8", "", "", None),
        ("utf-8", '<meta charset="iso-8859-1">', "", None),
        ("windows-1251", '<meta charset="windows-1251">', "", "cp1251"),
        ("shift_jis", "", "text/html; charset=Shift_JIS", "shift_jis"),
        ("utf-16", "", "", "utf-16"),
        ("windows-1251", "", "", "windows-1251"),
        ("windows-1251", '<meta charset="utf-8">', "", "windows-1251"),
    ],
)
def test_encodings(encoding: str, declared: str, media_type: str, noted: str | None) -> None:
    word = (
        "東京の港"
        if encoding == "shift_jis"
        else "Городской совет решил закрыть старый причал весной"
        if "1251" in encoding
        else "Käthe €5"
    )
    data = f"<html><head>{declared}</head><body><p>{word} {TEXT if word[0] == 'K' else ''}</p></body></html>".encode(
        encoding
    )
    article = load_page(Source("a.html", len(data), lambda: io.BytesIO(data), media_type=media_type))
    assert word in article.body
    assert article.extra.get("encoding") == noted


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<html><body>" + "<div>" * 100_000, "nested more than"),
        ("<html><body>" + "<p>" * 1_000_000, "more than 100,000 elements"),
        ("<html>" + "<!--" * 100_000, "more than 20,000 comments"),
        ("<html><body><p " + " ".join(f"a{n}" for n in range(50_000)) + ">x</p>", "more than 2,000 attributes"),
        ("<html><body></body></html>", "no text"),
        ("<html><body><script>let x = 1;</script></body></html>", "no text"),
    ],
)
def test_pages_made_to_break_parsers_are_refused_at_once(html: str, reason: str) -> None:
    with affordable(), pytest.raises(ReaderError, match=reason):
        read_page(html)


@pytest.mark.parametrize(
    ("data", "name", "reader"),
    [
        (b"<!DOCTYPE html>\n<p>x", "", "html"),
        (b"  <html><body>x", "a.txt", "html"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "", "html"),
        (b"<p>a fragment", "a.html", "html"),
        (b"# Notes\n\nHow to write <html> tags.", "a.md", "markdown"),
    ],
)
def test_what_is_a_page(data: bytes, name: str, reader: str) -> None:
    assert choose(Source(name, len(data), lambda: io.BytesIO(data))).name == reader


def test_a_feed_that_holds_pages_is_none() -> None:
    assert not readers()["html"].recognizes(b'<?xml version="1.0"?><rss><channel><description><html><body>x')


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_nothing_else_than_a_refusal_comes_of_damage(drawn: st.DataObject) -> None:
    html = page(f'<script type="application/ld+json">{json.dumps(JSON_LD)}</script>')
    for _ in range(drawn.draw(st.integers(1, 5))):
        start = drawn.draw(st.integers(0, len(html)))
        html = html[:start] + drawn.draw(st.text(max_size=6)) + html[start + drawn.draw(st.integers(0, 60)) :]
    with contextlib.suppress(ReaderError):
        assert isinstance(read_page(html), Article)


MHTML = f"""From: <Saved by Blink>
Snapshot-Content-Location: https://post.example/pier
Subject: Council votes for pier
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="----x"

------x
Content-Type: text/html; charset=utf-8
Content-ID: <frame-1>
Content-Transfer-Encoding: 8bit
Content-Location: https://post.example/pier

{page()}
------x
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: https://post.example/a.png

iVBORw0KGgo=
------x--
""".encode()


def test_mhtml() -> None:
    source = Source("a.mhtml", len(MHTML), lambda: io.BytesIO(MHTML))
    reader = choose(source)
    assert reader.name == "mhtml"
    (record,) = reader.records(source)
    article = record.load()  # type: ignore[union-attr]
    assert article.url == "https://post.example/pier"
    assert article.body.startswith(TEXT)


def test_mhtml_without_a_page() -> None:
    data = MHTML.replace(b"text/html; charset", b"text/css; charset")
    source = Source("a.mhtml", len(data), lambda: io.BytesIO(data))
    (record,) = choose(source).records(source)
    with pytest.raises(ReaderError, match="no page"):
        record.load()  # type: ignore[union-attr]


def test_what_pelican_writes_above_pages_of_html() -> None:
    meta = {
        "date": "2012-07-09 22:28",
        "modified": "2012-07-10",
        "tags": "wood, sea",
        "authors": "Ada Meyer, Bo Larsen",
    }
    head = "".join(
        f'<meta name="{name}" content="{value}">' for name, value in {**meta, "summary": "In short."}.items()
    )
    text = "<p>The council voted for a pier of wood on Friday, after a storm had taken the old one away.</p>" * 4
    article = read_page(f"<html><head><title>The pier</title>{head}</head><body>{text}</body></html>")
    assert (article.title, str(article.date), str(article.updated)) == ("The pier", "2012-07-09T22:28", "2012-07-10")
    assert (article.authors, article.tags, article.summary) == (
        ["Ada Meyer", "Bo Larsen"],
        ["wood", "sea"],
        "In short.",
    )
