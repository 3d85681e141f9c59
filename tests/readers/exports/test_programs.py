"""Exports of blogs and note programs, read in whole: what is an article, what is skipped, and each value."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive import Archive, Decision
from docarchive.article import Article
from docarchive.errors import InputError
from docarchive.readers import Record, Refusal, Skip, Source, choose
from docarchive.readers.exports.wordpress_text import with_paragraphs

WXR = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Lamp &amp; Rope</title><language>en-GB</language>
<wp:author><wp:author_login><![CDATA[mquill]]></wp:author_login>
<wp:author_display_name><![CDATA[Mara Quill]]></wp:author_display_name></wp:author>
<item><title>Ropes &amp; knots</title><link>https://lamp.example/ropes/</link>
<pubDate>Mon, 01 Jan 2024 00:30:00 +0000</pubDate><dc:creator>mquill</dc:creator>
<guid isPermaLink="false">https://lamp.example/?p=10</guid>
<content:encoded><![CDATA[[caption id="x"]<img src="https://lamp.example/a.jpg" alt="coil"/> A coil[/caption]
First line.
Second line.

New <em>paragraph</em>.
<pre>code

  indented</pre>
<ul>
<li>one</li>
</ul>]]></content:encoded><excerpt:encoded><![CDATA[10<sup>6</sup> <b>short</b> #1]]></excerpt:encoded>
<wp:post_id>10</wp:post_id><wp:post_date>2023-12-31 19:30:00</wp:post_date>
<wp:post_date_gmt>2024-01-01 00:30:00</wp:post_date_gmt><wp:status>publish</wp:status>
<wp:post_type>post</wp:post_type><category domain="category"><![CDATA[Craft]]></category>
<category domain="post_format"><![CDATA[Aside]]></category>
<wp:comment><wp:comment_approved>1</wp:comment_approved><wp:comment_content>Nice</wp:comment_content></wp:comment>
<wp:comment><wp:comment_approved>0</wp:comment_approved></wp:comment>
<wp:comment><wp:comment_approved>spam</wp:comment_approved></wp:comment></item>
<item><title>Lanterns \x08</title><link>https://lamp.example/?p=12</link>
<content:encoded><![CDATA[Lantern draft.]]></content:encoded><wp:post_id>12</wp:post_id>
<wp:post_date>2021-01-02 03:04:05</wp:post_date><wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt>
<wp:status>draft</wp:status><wp:post_type>page</wp:post_type></item>
<item><title>a.jpg</title><wp:post_type><![CDATA[attachment]]></wp:post_type></item>
<item><title>Main</title><wp:post_type>nav_menu_item</wp:post_type></item>
<item><title>Auto Draft</title><wp:status>auto-draft</wp:status><wp:post_type>post</wp:post_type></item>
<item><title>Bad & worse</title><wp:post_type>post</wp:post_type></item>
</channel></rss>"""

ENTRY = (
    "<entry><id>tag:blogger.com,1999:blog-1.{id}</id><published>2012-05-06T10:00:00+02:00</published>{more}"
    "<category scheme='http://schemas.google.com/g/2005#kind' "
    "term='http://schemas.google.com/blogger/2008/kind#{kind}'/><title>{title}</title>"
    "<content type='html'>Boat one&lt;br /&gt;&lt;br /&gt;Boat two</content></entry>"
)
COMMENT = "<thr:in-reply-to ref='tag:blogger.com,1999:blog-1.post-22'/>"
BLOGGER = (
    "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' "
    "xmlns:thr='http://purl.org/syndication/thread/1.0' xmlns:app='http://purl.org/atom/app#'><title>Quay</title>"
    + ENTRY.format(id="settings.X", kind="settings", title="Name", more="")
    + ENTRY.format(id="layout", kind="template", title="Template", more="")
    + ENTRY.format(
        id="post-22",
        kind="post",
        title="Boats",
        more="<category scheme='http://www.blogger.com/atom/ns#' term='boats'/>"
        "<app:control><app:draft>yes</app:draft></app:control>",
    )
    + ENTRY.format(id="post-23", kind="comment", title="Nice", more=COMMENT)
    + "</feed>"
)
TAKEOUT = """<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'
 xmlns:blogger='http://schemas.google.com/blogger/2018'><title>Quay</title>
<entry><id>tag:blogger.com,1999:blog-1.post-22</id><blogger:type>POST</blogger:type>
<blogger:status>DRAFT</blogger:status><title>Boats</title><content type='html'>&lt;p&gt;Boat&lt;/p&gt;</content></entry>
<entry><id>tag:blogger.com,1999:blog-1.post-23</id><blogger:type>COMMENT</blogger:type>
<blogger:parent>tag:blogger.com,1999:blog-1.post-22</blogger:parent><title/><content type='html'>Nice</content></entry>
</feed>"""

KEEP = {
    "isTrashed": False,
    "isPinned": True,
    "isArchived": True,
    "textContent": "Berth list 824",
    "title": "Berth",
    "userEditedTimestampUsec": 1690575747483000,
    "createdTimestampUsec": 1380575747483000,
    "labels": [{"name": "harbour"}],
    "annotations": [{"title": "Tides", "url": "https://tides.example/"}],
}
KEEP_LIST = {
    "title": "",
    "isTrashed": True,
    "listContent": [{"text": "rope", "isChecked": True}, {"text": "lamp <b>", "isChecked": False}],
    "createdTimestampUsec": 1690575747483000,
}
SIMPLENOTE = {
    "activeNotes": [
        {
            "id": "n1",
            "content": "Rope list\r\n\r\nBuy rope.",
            "creationDate": "2024-01-02T03:04:05Z",
            "lastModified": "2024-01-03T03:04:05Z",
            "tags": ["sea"],
        }
    ],
    "trashedNotes": [{"id": "n2", "content": "Old", "creationDate": "2023-01-02T03:04:05Z"}],
}
GHOST = {
    "db": [
        {
            "meta": {"exported_on": 1700000000000, "version": "5.2"},
            "data": {
                "posts": [
                    {
                        "id": "p1",
                        "uuid": "u-1",
                        "title": "Ropes",
                        "slug": "ropes",
                        "html": '<p>Rope <b>text</b></p><img src="__GHOST_URL__/content/images/a.png" alt="A">',
                        "status": "published",
                        "type": "post",
                        "published_at": "2024-01-02T03:04:05Z",
                        "custom_excerpt": "Short",
                    },
                    {"id": "p2", "title": "Idea", "plaintext": "A thought", "status": "draft", "type": "page"},
                    {"id": "p3", "title": "New", "lexical": "{}", "status": "published"},
                ],
                "tags": [{"id": "t1", "name": "sea"}, {"id": "t2", "name": "craft"}],
                "users": [{"id": "a1", "name": "Mara Quill"}],
                "settings": [{"key": "title", "value": "Quay"}, {"key": "active_theme", "value": None}],
                "posts_tags": [
                    {"post_id": "p1", "tag_id": "t1", "sort_order": 1},
                    {"post_id": "p1", "tag_id": "t2", "sort_order": 0},
                ],
                "posts_authors": [{"post_id": "p1", "author_id": "a1"}],
            },
        }
    ]
}
MEDIUM = """<!DOCTYPE html><html><head><title>On rigging</title></head><body><article class="h-entry">
<header><h1 class="p-name">On rigging</h1></header><section data-field="subtitle" class="p-summary">
A subtitle</section><section data-field="body" class="e-content"><section class="section section--first">
<div class="section-divider"><hr class="section-divider"></div><div><h3 class="graf graf--title">On rigging</h3>
<h4 class="graf graf--subtitle">A subtitle</h4><p>Rigging takes <b>patience</b>.</p></div></section></section>
<footer><p>By <a href="https://medium.com/@mquill" class="p-author h-card">Mara Quill</a> on
<a href="https://medium.com/p/abc"><time class="dt-published" datetime="2018-03-04T21:35:05Z">March 4</time></a>.</p>
<p><a href="https://medium.com/@mquill/on-rigging-abc" class="p-canonical">Canonical link</a></p>
<p>Exported from <a href="https://medium.com">Medium</a> on January 2, 2024.</p></footer></article></body></html>"""
MEDIUM_DRAFT = """<html><body><article class="h-entry"><header><h1 class="p-name">Knots</h1></header>
<section data-field="body" class="e-content"><p>A draft.</p></section><footer>
<p><a href="https://medium.com/p/0011">View original.</a></p></footer></article></body></html>"""
SUBSTACK = """post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,subtitle,podcast_url
12345.kelp,2023-04-05T12:00:00Z,true,,,newsletter,only_paid,Kelp season,What the tide left,
12346.eel,,false,,,podcast,everyone,Eel,,
"""
NOTION = """# Rope report

Created: January 5, 2024 10:00 AM
Tags: sea, craft
Status: Done
URL: https://rope.example/x

The rope held.
Note: this is text.
"""
NOTION_ID = "0123456789abcdef0123456789abcdef"
DAY_ONE = {
    "entries": [
        {"uuid": "A", "creationDate": "2024-01-05T03:00:00Z", "timeZone": "America/New_York", "text": "Evening."},
        {"uuid": "B", "creationDate": "2024-01-05T03:00:00Z", "timeZone": "../Nowhere", "text": "Later."},
    ]
}
JOPLIN = """Note

<p>Html <b>bold</b></p>

id: 0123456789abcdef0123456789abcdef
parent_id: 11111111111111111111111111111111
created_time: 2019-01-24T10:00:00.000Z
is_todo: 1
todo_completed: 1579860000000
markup_language: 2
type_: 1"""
JOPLIN_FOLDER = "Craft\n\nid: 11111111111111111111111111111111\ntype_: 2"
ENEX_CONTENT = """<en-note><div>Before</div><div style="padding: 8px; -en-codeblock:true;"><div>def f(x):</div>
<div>    return x</div></div><div style="--en-task-group:true; --en-id:abc"></div><en-crypt hint="dog">UkM0</en-crypt>
<div>After</div></en-note>""".replace("\n", "")
ENEX = (
    "<en-export><note><title>All</title><created>20120715T123952 pmZ</created>"
    f"<content><![CDATA[{ENEX_CONTENT}]]></content>"
    "<task><title>Call &amp; ask</title><taskStatus>open</taskStatus>"
    "<taskGroupNoteLevelID>abc</taskGroupNoteLevelID></task>"
    "<task><title>Lost group</title><taskStatus>completed</taskStatus></task></note></en-export>"
)


class Export(NamedTuple):
    """An export and what is right.

    Attributes:
        name: The name of its file.
        text: Its text.
        articles: Values of each article; None: the article has no such key.
        skipped: Why parts of it are skipped.
        refused: Why parts of it are refused; the beginnings of the sentences.
        siblings: Other files next to it.
    """

    name: str
    text: str
    articles: list[dict[str, Any]]
    skipped: list[str] = []  # noqa: RUF012 (never changed)
    refused: list[str] = []  # noqa: RUF012
    siblings: Mapping[str, str] = {}


EXPORTS = {
    "wordpress": Export(
        "site.xml",
        WXR,
        [
            {
                "title": "Ropes & knots",
                "date": "2023-12-31T19:30:00-05:00",
                "authors": "Mara Quill",
                "source": "Lamp & Rope",
                "source_id": "10",
                "url": "https://lamp.example/ropes/",
                "guid": "https://lamp.example/?p=10",
                "summary": "10⁶ short #1",
                "tags": "Craft",
                "comment_count": "1",
                "status": None,
                "body": "![coil](https://lamp.example/a.jpg) A coil\n\nFirst line.\\\nSecond line.\n\n"
                "New *paragraph*.\n\n```\ncode\n\n  indented\n```\n\n- one",
            },
            {
                "title": "Lanterns",
                "date": "2021-01-02T03:04:05",
                "status": "draft",
                "draft": "true",
                "post_type": "page",
            },
        ],
        ["an attachment", "a menu item", "a draft that nothing was written into"],
        ["not well-formed XML"],
    ),
    "blogger": Export(
        "blog.xml",
        BLOGGER,
        [
            {
                "title": "Boats",
                "tags": "boats",
                "draft": "true",
                "source_id": "22",
                "guid": "tag:blogger.com,1999:blog-1.post-22",
                "comment_count": "1",
                "date": "2012-05-06T10:00:00+02:00",
            }
        ],
        ["part of the blog's settings", "part of the blog's template", "a comment"],
    ),
    "blogger, as Takeout has it": Export(
        "feed.atom", TAKEOUT, [{"title": "Boats", "draft": "true", "comment_count": "1", "tags": None}], ["a comment"]
    ),
    "keep": Export(
        "Berth.json",
        json.dumps(KEEP),
        [
            {
                "title": "Berth",
                "date": "2013-09-30T21:15:47Z",
                "updated": "2023-07-28T20:22:27Z",
                "tags": "harbour",
                "state": "archived",
                "pinned": "true",
                "body": "Berth list 824\n\n- [Tides](<https://tides.example/>)",
            }
        ],
    ),
    "keep, a list": Export(
        "1.json", json.dumps(KEEP_LIST), [{"body": "- [x] rope\n- [ ] lamp \\<b>", "state": "trashed", "title": "rope"}]
    ),
    "simplenote": Export(
        "notes.json",
        json.dumps(SIMPLENOTE),
        [
            {
                "title": "Rope list",
                "body": "Buy rope.",
                "tags": "sea",
                "date": "2024-01-02T03:04:05Z",
                "updated": "2024-01-03T03:04:05Z",
                "guid": "simplenote:n1",
            },
            {"title": "Old", "state": "trashed"},
        ],
    ),
    "ghost": Export(
        "blog.ghost.json",
        json.dumps(GHOST),
        [
            {
                "title": "Ropes",
                "body": "Rope **text**\n\n![A](/content/images/a.png)",
                "source": "Quay",
                "tags": "craft, sea",
                "authors": "Mara Quill",
                "date": "2024-01-02T03:04:05Z",
                "guid": "ghost:u-1",
                "summary": "Short",
                "draft": None,
            },
            {"title": "Idea", "body": "A thought", "draft": "true", "post_type": "page"},
        ],
        refused=["its text is not what"],
    ),
    "medium": Export(
        "2018-03-04_On-rigging-abc.html",
        MEDIUM,
        [
            {
                "title": "On rigging",
                "url": "https://medium.com/@mquill/on-rigging-abc",
                "date": "2018-03-04T21:35:05Z",
                "authors": "Mara Quill",
                "summary": "A subtitle",
                "draft": None,
                "body": "Rigging takes **patience**.",
            }
        ],
    ),
    "medium, a draft": Export(
        "draft_Knots-0011.html",
        MEDIUM_DRAFT,
        [{"title": "Knots", "date": None, "draft": "true", "guid": "https://medium.com/p/0011", "body": "A draft."}],
    ),
    "substack": Export(
        "posts.csv",
        SUBSTACK,
        [
            {
                "title": "Kelp season",
                "date": "2023-04-05T12:00:00Z",
                "summary": "What the tide left",
                "slug": "kelp",
                "guid": "substack:12345",
                "audience": "only_paid",
                "body": "The **kelp**.",
            },
            {"title": "Eel", "draft": "true", "post_type": "podcast", "body": "Eel"},
        ],
        siblings={"posts/12345.kelp.html": "<p>The <b>kelp</b>.</p>"},
    ),
    "notion": Export(
        f"Rope report {NOTION_ID}.md",
        NOTION,
        [
            {
                "title": "Rope report",
                "date": "2024-01-05T10:00",
                "tags": "sea, craft",
                "Status": "Done",
                "url": "https://rope.example/x",
                "guid": f"notion:{NOTION_ID}",
                "body": "# Rope report\n\nThe rope held.\nNote: this is text.\n",
            }
        ],
    ),
    "notion, without title and properties": Export(
        f"Untitled {NOTION_ID}.md",
        "# \n\nOnly a thought.\n",
        [{"title": "Only a thought", "body": "Only a thought.\n"}],
    ),
    "day one": Export(
        "Journal.json",
        json.dumps(DAY_ONE),
        [{"date": "2024-01-04T22:00:00-05:00"}, {"date": "2024-01-05T03:00:00Z"}],
    ),
    "joplin": Export(
        "0123456789abcdef0123456789abcdef.md",
        JOPLIN,
        [{"title": "Note", "body": "Html **bold**", "folder": "Craft", "todo": "done"}],
        siblings={"11111111111111111111111111111111.md": JOPLIN_FOLDER},
    ),
    "joplin, a notebook": Export("1.md", JOPLIN_FOLDER, [], ["a notebook of Joplin"]),
    "evernote": Export(
        "notes.enex",
        ENEX,
        [
            {
                "date": "2012-07-15T12:39:52Z",
                "body": "Before\n\n```\ndef f(x):\n    return x\n```\n\n- [ ] Call & ask\n\n"
                "*(encrypted in Evernote; hint: dog)*\n\nAfter\n\n- [x] Lost group",
            }
        ],
    ),
}


def source_of(name: str, text: str, siblings: Mapping[str, str]) -> Source:
    def sibling(path: str) -> Source | None:
        return source_of(path, siblings[path], {}) if path in siblings else None

    data = text.encode()
    return Source(name, len(data), lambda: io.BytesIO(data), sibling=sibling)


def said(article: Article, key: str) -> str | None:
    return article.body if key == "body" else ", ".join(article.values(key)) or None


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_an_export_is_read_in_whole(export: Export) -> None:
    source = source_of(export.name, export.text, export.siblings)
    articles, skipped, refused = [], [], []
    for item in choose(source).records(source):
        if isinstance(item, Skip):
            skipped.append(item.reason)
        elif isinstance(item, Refusal):
            refused.append(item.reason)
        else:
            assert isinstance(item, Record)
            try:
                articles.append(item.load())
            except InputError as error:
                refused.append(str(error))
    assert skipped == export.skipped
    assert [reason[: len(start)] for reason, start in zip(refused, export.refused, strict=True)] == export.refused
    found = [{key: said(a, key) for key in wanted} for a, wanted in zip(articles, export.articles, strict=True)]
    assert found == export.articles


@pytest.mark.parametrize("zipped", [False, True])
def test_texts_of_a_list_are_read_with_it_alone(tmp_path: Path, zipped: bool) -> None:
    files = {
        "substack/posts.csv": SUBSTACK,
        "substack/posts/12345.kelp.html": "<p>The <b>kelp</b>.</p>",
        "substack/posts/12346.eel.html": "<p>An eel.</p>",
        "blog/posts.csv": "title,body\nList,A list of other posts\n",
        "blog/posts/one.html": "<html><body><p>One page, which no list of posts names, with words.</p></body></html>",
    }
    if zipped:
        with zipfile.ZipFile(tmp_path / "in.zip", "w") as file:
            for name, text in files.items():
                file.writestr(name, text)
    else:
        for name, text in files.items():
            (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "in" / name).write_text(text)
    with Archive.create(tmp_path / "a") as archive:
        report = archive.import_(tmp_path / ("in.zip" if zipped else "in"), jobs=1)
        assert (report.new, report.refusals) == (4, 0)
        assert archive.count("eel") == 1
        assert archive.count("format:html") == 1
        again = archive.import_(tmp_path / ("in.zip" if zipped else "in"), jobs=1)
        assert (again.new, again.unchanged) == (0, 4)


def test_what_is_skipped_is_counted_and_said(tmp_path: Path) -> None:
    (tmp_path / "site.xml").write_text(WXR)
    decisions: list[Decision] = []
    with Archive.create(tmp_path / "a") as archive:
        report = archive.import_(tmp_path / "site.xml", observe=decisions.append)
        assert (report.new, report.skipped, report.refusals) == (2, 3, 1)
        assert [d.reason for d in decisions if d.kind == "skipped"] == EXPORTS["wordpress"].skipped
        assert archive.count("draft:true") == 1


@given(st.lists(st.sampled_from(["text", "\n", "\n\n", "<b>x</b>", "<pre>a\n\nb</pre>", "<ul>", "</ul>", "<p>", "<"])))
def test_paragraphs_lose_no_text(parts: list[str]) -> None:
    import re

    text = "".join(parts)
    made = with_paragraphs(text)
    assert "".join(re.sub(r"</?p>|<br>|\s", "", made)) == "".join(re.sub(r"</?p>|\s", "", text))
    for block in re.findall(r"<pre>.*?</pre>", text, re.DOTALL):
        assert block in made


NOTION_PAGE = """<html><head><title>Rope</title></head><body><article id="01234567-89ab-cdef-0123-456789abcdef"
 class="page sans"><header><div class="page-header-icon">R</div><h1 class="page-title">Rope &amp; knots</h1>
<p class="page-description">A report</p><table class="properties"><tbody>{}</tbody></table></header>
<div class="page-body"><p>It held.</p><ul class="to-do-list">
<li><div class="checkbox checkbox-off"></div> <span>splice</span></li></ul></div></article></body></html>"""
NOTION_PROPERTIES: list[tuple[str, str, str, str, object]] = [
    ("multi_select", "Tags", '<span class="selected-value">sea, deep</span>', "tags", ["sea, deep"]),
    ("multi_select", "Tags", "".join(f'<span class="selected-value">{n}</span>' for n in "ab"), "tags", ["a", "b"]),
    ("select", "Status", '<span class="selected-value">Done</span>', "Status", "Done"),
    (
        "person",
        "Author",
        '<span class="user"><img src="x"/>Ann Lee</span><span class="user">Bo</span>',
        "authors",
        None,
    ),
    ("date", "Date", "<time>@March 5, 2024 10:00 AM</time>", "date", "2024-03-05T10:00"),
    ("checkbox", "Read", '<div class="checkbox checkbox-on"></div>', "Read", True),
    ("url", "URL", '<a href="https://rope.example/x" class="url-value">https://rope.example/x</a>', "url", None),
    ("url", "URL", '<a href="https://rope.example/x" class="url-value">https://rope.exa…</a>', "url", None),
    ("last_edited_time", "Bearbeitet", "<time>@March 6, 2024 9:00 AM</time>", "updated", "2024-03-06T09:00"),
    ("relation", "See", '<a href="a.html"><span class="icon">A</span>Knots</a>, <a href="b.html">Tar</a>', "See", None),
    ("relation", "See", '<a href="a.html">Knots</a>, <a href="b.html">Tar</a>', "See", ["Knots", "Tar"]),
    ("file", "Files", '<a href="a/rope.pdf">a/rope.pdf</a>', "Files", "a/rope.pdf"),
    ("text", "Note", 'Of <a href="a.html">one</a> and <a href="b.html">two</a>', "Note", "Of one and two"),
    ("text", "Format", "Paper", "format_as_written", "Paper"),
    ("text", "Empty", "", "Empty", None),
]
NOTION_BLOCKS = [
    (
        '<figure class="callout"><div><span class="icon">!</span></div><div>Mind it.<p>Do.</p></div></figure>',
        "> ! Mind it.\n>\n> Do.",
    ),
    (
        '<figure class="callout"><div><span class="icon">!</span></div>\n<div>\n<p>Mind <b>it</b>.</p></div></figure>',
        "> ! Mind **it**.",
    ),
    ('<figure class="callout"><div>Only words.</div></figure>', "> Only words."),
    (
        '<ol class="numbered-list" start="1"><li>a</li></ol>\n<ol class="numbered-list" start="2"><li>b</li></ol>'
        '<ol class="numbered-list" start="3"><li>c</li></ol><p>p</p><ol class="numbered-list" start="1"><li>d</li></ol>',
        "1. a\n2. b\n3. c\n\np\n\n1. d",
    ),
    (
        '<ul class="bulleted-list"><li>a</li></ul><ul class="bulleted-list"><li>b<ul class="bulleted-list"><li>c</li>'
        '</ul><ul class="bulleted-list"><li>d</li></ul></li></ul><ul class="to-do-list"><li><div class="checkbox '
        'checkbox-on"></div> e</li></ul><ul class="to-do-list"><li><div class="checkbox checkbox-off"></div> f</li></ul>',
        "- a\n- b\n  - c\n  - d\n\n* [x] e\n* [ ] f",
    ),
    (
        '<figure><a href="https://a.example/" class="bookmark source"><div class="bookmark-title">Ships</div>'
        '<div class="bookmark-description">All.</div><div class="bookmark-href"><img src="f.ico">a.example</div></a></figure>',
        "[Ships](https://a.example/)\nAll.",
    ),
    ('<figure><a href="https://a.example/" class="bookmark source"></a></figure>', "<https://a.example/>"),
    ('<details open=""><summary style="font-size:1.5em">Head</summary><p>In it.</p></details>', "## Head\n\nIn it."),
    ('<nav class="table_of_contents"><a href="#a">Head</a></nav><p>Text.</p>', "Text."),
    (
        '<figure class="link-to-page"><a href="b.html"><span class="icon">R</span>Knots</a></figure>',
        "[R Knots](b.html)",
    ),
]


@pytest.mark.parametrize(("kind", "name", "html", "key", "value"), NOTION_PROPERTIES)
def test_properties_of_notions_html(tmp_path: Path, kind: str, name: str, html: str, key: str, value: object) -> None:
    row = f'<tr class="property-row property-row-{kind}"><th>{name}</th><td>{html}</td></tr>'
    (tmp_path / "Rope.html").write_text(NOTION_PAGE.format(row), encoding="utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        (id_,) = archive.import_(tmp_path / "Rope.html").ids
        article = archive.get(id_)
    assert (article.title, article.summary, article.body) == ("Rope & knots", "A report", "It held.\n\n- [ ] splice")
    assert article.extra["guid"] == f"notion:{NOTION_ID}"
    if value is not None or key == "Empty":
        stated = article.metadata().get(key)
        assert (stated if isinstance(stated, list | bool | None) else str(stated)) == value
    assert (article.authors, article.url) == (
        ["Ann Lee", "Bo"] if name == "Author" else [],
        "https://rope.example/x" if name == "URL" else None,
    )


@pytest.mark.parametrize(("html", "body"), NOTION_BLOCKS)
def test_blocks_of_notions_html(tmp_path: Path, html: str, body: str) -> None:
    page = NOTION_PAGE.format("").partition("<p>It held.")[0]
    (tmp_path / "Rope.html").write_text(f"{page}{html}</div></article></body></html>", encoding="utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        (id_,) = archive.import_(tmp_path / "Rope.html").ids
        assert archive.get(id_).body == body


def test_sentences_below_the_heading_of_a_page_are_text(tmp_path: Path) -> None:
    (tmp_path / f"Rope {NOTION_ID}.md").write_text("# Rope\n\nNote: this is a sentence, and text.\n\nMore.\n")
    with Archive.create(tmp_path / "archive") as archive:
        (id_,) = archive.import_(tmp_path / f"Rope {NOTION_ID}.md").ids
        assert "Note: this is a sentence, and text." in archive.get(id_).body
