"""Feeds: RSS, Atom and JSON Feed entry by entry, and OPML; feeds that are broken, and ones that mean harm."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from samples import damaged, found, read_or_refused
from support import affordable

from docarchive.article import Article
from docarchive.errors import ReaderError

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<!-- made by hand -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Harbour Post</title><link>https://post.example/</link><language>en-gb</language>
<item><title>Pier &amp; wall</title><link>https://post.example/pier</link><guid isPermaLink="false">post-1</guid>
<pubDate>Sat, 16 Mar 2024 10:15:00 +0100</pubDate><dc:creator>Ada Meyer</dc:creator><category>town</category>
<category>pier</category><description>In short.</description>
<content:encoded><![CDATA[<p>The pier <b>stands</b>. <a href="/more">More</a></p><script>alert(1)</script>]]></content:encoded></item>
<item><description>No title, but text.</description><enclosure url="https://post.example/a.mp3" length="1" type="audio/mpeg"/></item>
<item><author>nobody@post.example</author></item>
</channel></rss>"""

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://post.example/"><title>Post</title>
<author><name>The editors</name></author>
<entry><id>tag:post.example,2024:1</id><title type="html">Ebb &lt;i&gt;and&lt;/i&gt; flow</title>
<link href="tides"/><published>2024-03-15T08:00:00Z</published><updated>2024-03-16T08:00:00+01:00</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><h2>Now</h2><p>Low water.</p></div></content>
<category term="tides"/></entry></feed>"""

RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://post.example/"><title>Post</title></channel>
<item rdf:about="https://post.example/1"><title>One</title><link>https://post.example/1</link>
<description>First.</description></item></rdf:RDF>"""

JSON: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Post",
    "authors": [{"name": "The editors"}],
    "items": [
        {
            "id": "1",
            "url": "https://post.example/1",
            "title": "One",
            "content_html": "<p>First <em>text</em>.</p>",
            "date_published": "2024-03-16T10:00:00Z",
            "tags": ["a"],
            "attachments": [{"url": "https://post.example/1.mp3"}],
        },
        {"id": "2", "content_text": "Second, with <angles>.", "authors": [{"name": "Ada Meyer"}]},
        7,
        {"id": "4"},
    ],
}

OPML = b"""<opml version="2.0"><head><title>My feeds</title><dateCreated>Sat, 16 Mar 2024 10:15:00 GMT</dateCreated>
<ownerName>Ada Meyer</ownerName></head><body><outline text="News [local]">
<outline text="Post" type="rss" xmlUrl="https://post.example/feed" htmlUrl="https://post.example/"/>
<outline title="Other" xmlUrl="https://other.example/rss"/><outline text="Bad" xmlUrl="javascript:alert(1)"/>
</outline></body></opml>"""


def test_rss() -> None:
    first, second, third = found(RSS, "feed.xml")
    assert isinstance(first, Article)
    assert (first.title, first.authors, first.source) == ("Pier & wall", ["Ada Meyer"], "The Harbour Post")
    assert (first.url, first.extra["guid"]) == ("https://post.example/pier", "post-1")
    assert (str(first.date), first.updated, first.language) == ("2024-03-16T10:15:00+01:00", None, "en-gb")
    assert (first.tags, first.summary) == (["town", "pier"], "In short.")
    assert first.body.startswith("The pier **stands**. [More](")
    assert "alert" not in first.body
    assert isinstance(second, Article)
    assert (second.title_derived, second.extra["enclosures"]) == (True, ["https://post.example/a.mp3"])
    assert third == "the entry has neither text nor title"


def test_atom() -> None:
    (entry,) = found(ATOM)
    assert isinstance(entry, Article)
    assert (entry.title, entry.authors, entry.tags) == ("Ebb and flow", ["The editors"], ["tides"])
    assert (str(entry.date), str(entry.updated)) == ("2024-03-15T08:00:00Z", "2024-03-16T08:00:00+01:00")
    assert (entry.url, entry.extra["guid"]) == ("https://post.example/tides", "tag:post.example,2024:1")
    assert entry.body == "## Now\n\nLow water."


def test_rss_1() -> None:
    (entry,) = found(RDF)
    assert isinstance(entry, Article)
    assert (entry.title, entry.body, entry.url) == ("One", "First.", "https://post.example/1")


def test_json_feed() -> None:
    first, second, third, fourth = found(json.dumps(JSON).encode(), "feed.json")
    assert isinstance(first, Article)
    assert (first.body, first.tags, first.authors) == ("First *text*.", ["a"], ["The editors"])
    assert first.extra["enclosures"] == ["https://post.example/1.mp3"]
    assert isinstance(second, Article)
    assert (second.body, second.authors) == ("Second, with <angles>.", ["Ada Meyer"])
    assert third == "the item is not a JSON object"
    assert fourth == "the item has neither text nor title"


def test_opml_lists_the_feeds_that_it_names() -> None:
    (article,) = found(OPML)
    assert isinstance(article, Article)
    assert (article.title, article.authors, str(article.date)) == ("My feeds", ["Ada Meyer"], "2024-03-16T10:15:00Z")
    assert article.body.splitlines() == [
        "- News [local]",
        "  - [Post](<https://post.example/>) ([feed](<https://post.example/feed>))",
        "  - [Other](<https://other.example/rss>)",
        "  - Bad",
    ]
    assert article.extra["feeds"][:2] == ["https://post.example/feed", "https://other.example/rss"]


BOMB = (
    b'<!DOCTYPE rss [<!ENTITY a "' + b"a" * 1000 + b'">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 30) for n in range(8))
    + b"]><rss><channel><item><title>x&i;</title></item></channel></rss>"
)  # fmt: skip


@pytest.mark.parametrize(
    "data", [BOMB, BOMB.replace(b"rss", b"opml"), b"<rss>" * 50_000, b"<rss><channel>" + b"<item>" * 50_000]
)
def test_bombs_do_no_harm(data: bytes) -> None:
    with affordable():
        try:
            articles = [each for each in found(data) if isinstance(each, Article)]
        except ReaderError:
            articles = []
        assert all(len(article.title) < 2_000 for article in articles)


def test_a_feed_may_not_read_files(tmp_path: Any) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    data = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]><rss><channel><item><title>a &x;</title></item></channel></rss>'
    for each in found(data.encode()):
        assert "the secret" not in (each if isinstance(each, str) else each.title + each.body)


def test_a_feed_without_entries_is_refused() -> None:
    with pytest.raises(ReaderError, match="the feed has no entries"):
        list(found(b"<rss><channel><title>x</title></channel></rss>"))


def test_the_reason_names_the_place_of_what_is_broken() -> None:
    with pytest.raises(ReaderError, match=r"no entries \(not well-formed XML: mismatched tag: line 2, column 5\)"):
        list(found(b"<rss><channel><title>x</title>\n<x></channel></rss>"))


@pytest.mark.parametrize("encoding", ["cp037", "cp500", "cp273"])
def test_a_feed_in_ebcdic(encoding: str) -> None:
    entry = "<item><title>Häfen</title><description>Die Schiffe kämen</description></item>"
    feed = f"<?xml version='1.0' encoding='{encoding}'?><!-- by hand --><rss version='2.0'><channel>{entry}</channel></rss>"
    [article] = found(feed.encode(encoding), "a.xml")
    assert isinstance(article, Article)
    assert (article.title, article.body) == ("Häfen", "Die Schiffe kämen")


@settings(max_examples=80, deadline=None)
@given(damaged([RSS, ATOM, RDF, json.dumps(JSON).encode(), OPML]))
def test_nothing_else_than_a_refusal_comes_of_damage(data: bytes) -> None:
    read_or_refused(data, "feed", "jsonfeed", "opml")


@pytest.mark.parametrize(
    ("outline", "body"),
    [
        ('<outline text="Rope" _note="Buy *two*&#10;soon"/>', "- Rope\n\n  Buy \\*two\\*\n  soon"),
        ('<outline text="A" _note="n"><outline text="B" note="m"/></outline>', "- A\n\n  n\n\n  - B\n\n    m"),
        ('<outline text="F" xmlUrl="https://f.example/" description="d"/>', "- [F](<https://f.example/>)\n\n  d"),
        ('<outline text="A" _status="checked"/><outline text="B" _status="unchecked"/>', "- [x] A\n- [ ] B"),
        ('<outline text="A" _complete="true"/><outline text="B"/>', "- [x] A\n- B"),
    ],
)
def test_outlines_keep_their_notes(outline: str, body: str) -> None:
    (article,) = found(f"<opml version='2.0'><body>{outline}</body></opml>".encode())
    assert isinstance(article, Article)
    assert article.body == body


def entry_of(content: str) -> Article:
    """Returns the entry of an RSS feed."""
    namespaces = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" xmlns:media="http://search.yahoo.com/mrss/"'
    )
    feed = f'<rss version="2.0" {namespaces}><channel><title>F</title><item>{content}</item></channel></rss>'
    [article] = found(feed, "feed.xml")
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize(
    ("content", "doi"),
    [
        ("<prism:doi>10.1234/piers</prism:doi>", "10.1234/piers"),
        ("<dc:identifier>doi:10.1234/piers</dc:identifier>", "10.1234/piers"),
        ("<arxiv:doi>10.1234/piers</arxiv:doi>", "10.1234/piers"),
        ("<dc:identifier>report 7</dc:identifier>", None),
    ],
)
def test_entries_of_journals_have_their_dois(content: str, doi: str | None) -> None:
    assert entry_of(f"<title>Piers</title>{content}").extra.get("doi") == doi


def test_the_authors_in_feeds_of_arxiv_are_in_one_value() -> None:
    names = "<dc:creator>Ada Meyer, Bo Larsen, Cy Doe</dc:creator>"
    assert entry_of(f"<title>A</title><guid>oai:arXiv.org:2403.01234v1</guid>{names}").authors[1:] == [
        "Bo Larsen",
        "Cy Doe",
    ]
    assert entry_of(f"<title>A</title>{names}").authors == ["Ada Meyer, Bo Larsen, Cy Doe"]


@pytest.mark.parametrize("name", ["description", "media:description"])
def test_paragraphs_of_a_description_without_elements_stay(name: str) -> None:
    text = "00:00 Start &amp;amp; end\n02:10 # The boat\n\n#boats"
    assert entry_of(f"<title>A</title><{name}>{text}</{name}>").body.split("\n\n") == [
        "00:00 Start & end\n02:10 # The boat",
        "#boats",
    ]


@pytest.mark.parametrize(
    ("text", "note", "body"),
    [
        ("Pack &lt;b&gt;rope&lt;/b&gt;", "", "- Pack **rope**"),
        (
            "Pack",
            "See &lt;a href=&quot;https://x.example&quot;&gt;it&lt;/a&gt;&#10;now",
            "- Pack\n\n  See [it](https://x.example)\\\n  now",
        ),
        ("List&lt;String&gt; and a &lt; b", "", "- List\\<String> and a < b"),
    ],
)
def test_outlines_may_be_html(text: str, note: str, body: str) -> None:
    (article,) = found(f'<opml><body><outline text="{text}" _note="{note}"/></body></opml>'.encode(), "a.opml")
    assert isinstance(article, Article)
    assert article.body == body


@pytest.mark.parametrize(
    ("origin", "authors", "source"),
    [
        ("<source><title>Quay</title><author><name>Bo Larsen</name></author></source>", ["Bo Larsen"], "Quay"),
        ("<source><title>Quay</title></source>", ["Ada Meyer"], "Quay"),
        ("<source><id>1</id></source>", ["Ada Meyer"], "All harbours"),
        ("", ["Ada Meyer"], "All harbours"),
    ],
)
def test_an_entry_of_another_feed_is_of_that_feed(origin: str, authors: list[str], source: str) -> None:
    (article,) = found(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>All harbours</title><author><name>Ada Meyer</name></author>'
        f"<entry><id>2</id><title>T</title>{origin}<content>Words.</content></entry></feed>".encode(),
        "a.atom",
    )
    assert isinstance(article, Article)
    assert (article.authors, article.source) == (authors, source)


@pytest.mark.parametrize("link", ["/a/1", "./a/1", "https://quay.example/a/1"])
def test_relative_addresses_in_rss_are_those_of_the_page_that_the_feed_is_of(link: str) -> None:
    (article,) = found(
        f"<rss version='2.0'><channel><title>F</title><link>https://quay.example/</link><item><title>T</title><link>{link}"
        "</link><description>&lt;p>See &lt;a href='2'>it&lt;/a>.&lt;/p></description></item></channel></rss>".encode(),
        "a.rss",
    )
    assert isinstance(article, Article)
    assert (article.url, article.body) == ("https://quay.example/a/1", "See [it](https://quay.example/a/2).")
