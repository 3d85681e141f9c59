"""Relative addresses in HTML are relative to the article's own address, in every format that states one."""

import csv
import io
import json
from pathlib import Path

import pytest

from docarchive import Archive

URL = "https://example.org/blog/p/x"
HTML = (
    '<p>Words with <a href="other.html">one</a>, <a href="/root">two</a>, <a href="//cdn.example/y">three</a>, '
    '<a href="?q=1">four</a>, <a href="#f">five</a>, <a href="mailto:a@example.org">six</a> and '
    '<a href="http://[bad">seven</a>.</p><p><img src="i.png" alt="I"></p>'
)
EXPECTED = (
    "(https://example.org/blog/p/other.html)",
    "(https://example.org/root)",
    "(https://cdn.example/y)",
    "(https://example.org/blog/p/x?q=1)",
    "(https://example.org/blog/p/x#f)",
    "(mailto:a@example.org)",
    "(https://example.org/blog/p/i.png)",
)


def _csv() -> str:
    out = io.StringIO()
    csv.writer(out).writerows([["title", "url", "body"], ["T", URL, HTML]])
    return out.getvalue()


INPUTS = {
    "a.rss": '<rss version="2.0"><channel><title>F</title><link>https://example.org/</link><item><title>T</title>'
    f"<link>{URL}</link><description><![CDATA[{HTML}]]></description></item></channel></rss>",
    "a.atom": f'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title>T</title><id>{URL}</id>'
    f'<link href="{URL}"/><content type="html"><![CDATA[{HTML}]]></content></entry></feed>',
    "feed.json": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "F",
            "items": [{"id": "1", "title": "T", "url": URL, "content_html": HTML}],
        }
    ),
    "wallabag.json": json.dumps(
        [{"id": 1, "title": "T", "url": URL, "content": HTML, "is_archived": 0, "is_starred": 0, "tags": []}]
    ),
    "wordpress.xml": '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>S</title><wp:wxr_version>1.2</wp:wxr_version><item>'
    f"<title>T</title><link>{URL}</link><content:encoded><![CDATA[{HTML}]]></content:encoded>"
    "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item></channel></rss>",
    "posts.json": json.dumps([{"id": 1, "title": {"rendered": "T"}, "link": URL, "content": {"rendered": HTML}}]),
    "a.enex": "<en-export><note><title>T</title><content><![CDATA[<en-note>"
    + HTML.replace("'", "")
    + f"</en-note>]]></content><note-attributes><source-url>{URL}</source-url></note-attributes></note></en-export>",
    "ghost.json": json.dumps(
        {
            "db": [
                {
                    "meta": {"exported_on": 1, "version": "5.0.0"},
                    "data": {"posts": [{"id": "1", "title": "T", "html": HTML, "canonical_url": URL}]},
                }
            ]
        }
    ),
    "joplin.md": f"T\n\n{HTML}\n\nid: {'a' * 32}\nsource_url: {URL}\nmarkup_language: 2\ntype_: 1",
    "medium.html": f'<html><body><article class="h-entry"><h1 class="p-name">T</h1><section data-field="body">{HTML}'
    f'</section><a href="{URL}" class="p-canonical">Canonical link</a></article></body></html>',
    "a.ninjs": json.dumps(
        {
            "uri": "urn:1",
            "headline": "T",
            "versioncreated": "2024-03-16T10:00:00Z",
            "body_xhtml": HTML,
            "renditions": [{"name": "web", "contentType": "text/html", "href": URL}],
        }
    ),
    "a.csv": _csv(),
    "a.jsonl": json.dumps({"title": "T", "url": URL, "body_html": HTML}),
    "a.html": f'<html><head><title>T</title><link rel="canonical" href="{URL}"></head><body><article><h1>T</h1>{HTML}'
    "<p>More words are here, so that the text is long enough to be one, as the council said on Saturday.</p>"
    "</article></body></html>",
}


@pytest.mark.parametrize("name", INPUTS)
def test_relative_addresses_become_absolute(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(INPUTS[name], encoding="utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        report = archive.import_(tmp_path / name)
        assert (report.new, report.refused) == (1, [])
        body = archive.get(report.ids[0]).body
    expected = EXPECTED[:-1] if name == "a.html" else EXPECTED  # pictures of pages are not kept here
    assert [address for address in expected if address not in body] == []
