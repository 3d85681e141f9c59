"""RSS, Atom and JSON Feed: read by feedparser, by a parser of XML, and by our own readers."""

import json
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import read_again, written

from docarchive import Archive
from docarchive.article import Article

ARTICLES: list[dict[str, Any]] = [
    {
        "title": "Pier <reopens> & stays ]]>",
        "date": "2024-03-16T10:00:00+01:00",
        "updated": "2024-03-17",
        "authors": ["Ana Ruiz", "Bo Larsen"],
        "tags": ["harbour", "a & b"],
        "url": "https://example.org/pier?a=1&b=2",
        "summary": "It <opened> again.",
        "language": "en",
    },
    {"title": "A month alone", "date": "2024-02"},
    {"title": "Undated", "archived": "2024-05-01T08:00:00Z"},
]
BODY = "The **old** pier <script>alert(1)</script> ]]> opened.\n\n- one\n"
TEXT = st.text(st.one_of(st.characters(), st.sampled_from("<>&\"']\x00\x0b\ufffe\r\n")), max_size=20)
OPTIONS = {"title": "Piers & more", "url": "https://example.org/feed?a&b"}


def articles() -> list[Article]:
    return [Article.from_metadata(each, BODY) for each in ARTICLES]


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_feedparser_reads_it_without_a_complaint(name: str) -> None:
    feedparser = pytest.importorskip("feedparser")
    parsed = feedparser.parse(written(name, *articles(), **OPTIONS))
    assert not parsed.bozo, parsed.bozo_exception
    assert parsed.version == {"rss": "rss20", "atom": "atom10"}[name]
    assert parsed.feed.title == "Piers & more"
    assert any(link.rel == "self" and link.href == OPTIONS["url"] for link in parsed.feed.links)
    first, month, undated = parsed.entries
    assert first.link == ARTICLES[0]["url"]
    assert first.id == "urn:docarchive:0000000000a0"
    assert tuple(first.published_parsed)[:6] == (2024, 3, 16, 9, 0, 0)
    assert tuple(month.published_parsed)[:6] == (2024, 2, 1, 0, 0, 0)
    assert "published" not in undated
    assert [tag.term for tag in first.tags] == ["harbour", "a & b"]
    assert "<strong>old</strong>" in first.content[0].value
    assert "script" not in first.content[0].value
    if name == "atom":
        assert [author.name for author in first.authors] == ["Ana Ruiz", "Bo Larsen"]
        assert parsed.feed.updated == "2024-05-01T08:00:00Z"
        assert tuple(first.updated_parsed)[:3] == (2024, 3, 17)


def test_atom_has_what_rfc_4287_wants() -> None:
    space = "{http://www.w3.org/2005/Atom}"
    feed = fromstring(written("atom", *articles()))
    for each in (feed, *feed.iter(f"{space}entry")):
        assert all(len(each.findall(f"{space}{name}")) == 1 for name in ("id", "title", "updated"))
    assert all(entry.find(f"{space}author") is not None for entry in feed.iter(f"{space}entry"))
    assert (feed.findtext(f"{space}id") or "").startswith("urn:uuid:")


def test_json_feed_has_what_version_1_1_wants() -> None:
    feed = json.loads(written("json-feed", *articles(), **OPTIONS))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == OPTIONS["url"]
    first, month, undated = feed["items"]
    assert (first["date_published"], first["date_modified"]) == ("2024-03-16T10:00:00+01:00", "2024-03-17T00:00:00Z")
    assert first["authors"] == [{"name": "Ana Ruiz"}, {"name": "Bo Larsen"}]
    assert (month["date_published"], "date_published" in undated) == ("2024-02-01T00:00:00Z", False)
    assert all(item["id"] and item["content_html"] for item in feed["items"])


@pytest.mark.parametrize(("name", "reader"), [("rss", "feed"), ("atom", "feed"), ("json-feed", "jsonfeed")])
def test_our_own_readers_find_what_was_written(name: str, reader: str) -> None:
    pytest.importorskip("feedparser")
    first, month, _ = read_again(reader, written(name, *articles(), **OPTIONS))
    assert (month.title, first.url) == ("A month alone", ARTICLES[0]["url"])
    assert (first.tags, first.language, first.source) == (["harbour", "a & b"], "en", "Piers & more")
    assert first.authors[0] == "Ana Ruiz"
    assert "**old**" in first.body


@pytest.mark.parametrize("name", ["rss", "atom"])
@given(
    found=st.lists(
        st.fixed_dictionaries(
            {"title": TEXT, "body": TEXT},
            optional={
                "authors": st.lists(TEXT, max_size=2),
                "tags": st.lists(TEXT, max_size=2),
                "summary": TEXT,
                "url": TEXT.map(lambda text: f"https://{text}"),
                "language": TEXT,
                "date": st.sampled_from(["0001", "1963", "9999-12-31T23:59:59-12:00"]),
            },
        ),
        max_size=3,
    ),
    title=TEXT,
)
def test_whatever_articles_say_it_is_xml(name: str, found: list[dict[str, Any]], title: str) -> None:
    given_ = [Article.from_metadata(each, each.pop("body")) for each in found]
    feed = fromstring(written(name, *given_, title=title, url=title))
    assert len([*feed.iter("item"), *feed.iter("{http://www.w3.org/2005/Atom}entry")]) == len(given_)


def test_the_newest_comes_first_if_no_order_is_asked_for(archive: Archive, tmp_path: Any) -> None:
    for sort, wanted in ((None, "2024-03-16T00:00:00Z"), ("date", "1963-01-01T00:00:00Z")):
        archive.export(to=tmp_path / "out.jsonfeed", sort=sort, force=True, limit=2)
        feed = json.loads((tmp_path / "out.jsonfeed").read_bytes())
        assert feed["title"] == archive.settings.name
        assert feed["items"][0]["date_published"] == wanted
