"""Exports of other tools, written for the tests in the form that those tools write."""

import io
import json
import pickle
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from hypothesis import strategies as st

from docarchive.article import Article
from docarchive.errors import ArticleError, InputError, ReaderError
from docarchive.readers import Item, Reader, Record, Refusal, Skip, Source, choose, readers
from docarchive.readers.protocol import no_sibling

EXPORTS: Final[dict[str, bytes]] = {
    "pocket-csv": b"title,url,time_added,tags,status\n"
    b"The pier,https://example.org/pier?utm_source=pocket,1710583200,harbour|trade,archive\n"
    b"https://example.org/wheat,https://example.org/wheat,1710583201,,unread\n",
    "pocket-html": b"""<!DOCTYPE html>
<html><!--So long and thanks for all the fish--><head><meta charset="UTF-8"/><title>Pocket Export</title></head>
<body><h1>Unread</h1><ul>
<li><a href="https://example.org/a?b=1&amp;c=2" time_added="1710583200" tags="harbour,trade">
Ships &amp; <i>piers</i></a></li>
</ul><h1>Read Archive</h1><ul>
<li><a href="https://example.org/b" time_added="1710583201" tags="">Wheat</a></li>
</ul></body></html>""",
    "instapaper-csv": b"URL,Title,Selection,Folder,Timestamp,Tags\n"
    b'https://example.org/a,The pier,"A new pier,\nthey say.",Archive,1710583200,"[""harbour""]"\n'
    b"https://example.org/b,Wheat,,Starred,1710583201,[]\nhttps://example.org/c,Tea,,Kitchen,1710583202,[]\n",
    "instapaper-html": b"<!DOCTYPE html><html><head><title>Instapaper: Export</title></head><body><h1>Unread</h1>"
    b'<ol><li><a href="https://example.org/a">The pier</a><li><a href="https://example.org/b">Wheat</a></ol>'
    b'<h1>Kitchen</h1><ol><li><a href="https://example.org/c">Tea</a></ol></body></html>',
    "readwise-highlights": b"Highlight,Book Title,Book Author,Amazon Book ID,Note,Color,Tags,Location Type,Location,"
    b"Highlighted at,Document tags\n"
    b'"One line,\nanother.",Of piers,Ada Meyer,B000,,yellow,wood,page,1,2024-03-16 10:00:00+00:00,harbour\n'
    b"Wheat grows.,Of wheat,,,,,,page,2,2024-03-17 10:00:00+00:00,\n"
    b"Piers end.,Of piers,Ada Meyer,B000,So true,,wood,page,9,2024-03-15 10:00:00+00:00,harbour\n",
    "readwise-reader": b"Title,URL,ID,Document tags,Saved date,Reading progress,Location,Seen\n"
    b"The pier,https://example.org/a,01abc,\"['harbour', 'free trade']\",2024-03-16 10:00:00+00:00,0.5,archive,True\n",
    "raindrop": b"id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\n"
    b'7,The pier,My note,What it is about,https://example.org/a,News / Sea,"harbour, trade",'
    b"2024-03-16T10:00:00.000Z,,Highlight:A new pier,true\n",
    "kindle": "\ufeffOf piers (Ada Meyer)\r\n"
    "- Your Highlight on page 12 | location 150-152 | Added on Monday, 3 June 2024 10:15:00\r\n\r\nThe old pier.\r\n"
    "==========\r\nOf piers (Ada Meyer)\r\n"
    "- Your Note on page 12 | location 152 | Added on Monday, June 3, 2024 10:16:00 AM\r\n\r\nHow old?\r\n"
    "==========\r\n".encode(),
    "hypothesis": json.dumps(
        {
            "export_date": "2024-06-03T10:00:00.000Z",
            "export_userid": "acct:ada@hypothes.is",
            "client_version": "1.1500.0",
            "annotations": [
                {
                    "id": "a1",
                    "created": "2024-06-03T09:00:00.123456+00:00",
                    "user": "acct:ada@hypothes.is",
                    "uri": "https://example.org/a",
                    "text": "How old?",
                    "tags": ["harbour"],
                    "document": {"title": ["The pier"]},
                    "target": [
                        {
                            "source": "https://example.org/a",
                            "selector": [
                                {"type": "TextPositionSelector", "start": 4, "end": 12},
                                {"type": "TextQuoteSelector", "exact": "old pier", "prefix": "The ", "suffix": "."},
                            ],
                        }
                    ],
                },
                {"id": "a2", "uri": "https://example.org/a", "text": "Of the page.", "target": [{"source": "x"}]},
            ],
        }
    ).encode(),
    "wallabag": json.dumps(
        [
            {
                "id": 4,
                "title": "The pier",
                "url": "https://example.org/a",
                "is_archived": 1,
                "is_starred": 0,
                "created_at": "2024-03-17T10:00:00+0100",
                "published_at": "2024-03-16T10:00:00+0100",
                "published_by": ["Ada Meyer"],
                "content": "<p>A <b>new</b> pier</p>",
                "language": "en_GB",
                "tags": ["harbour"],
                "annotations": [{"quote": "new", "text": "Is it?"}],
            },
            {
                "title": "No title found",
                "url": "https://example.org/b",
                "is_read": "0",
                "is_fav": "1",
                "content": "Oh, what a shame, no content",
                "tags": "a,b",
            },
        ]
    ).encode(),
    "omnivore": json.dumps(
        [
            {
                "id": "20db",
                "slug": "the-pier-1",
                "title": "The pier",
                "description": "What it is about",
                "author": "Ada Meyer",
                "url": "https://example.org/a",
                "state": "Archived",
                "readingProgress": 0,
                "labels": ["harbour"],
                "savedAt": "2024-03-17T10:00:00.000Z",
                "publishedAt": "2024-03-16T10:00:00.000Z",
            }
        ]
    ).encode(),
    "pinboard": json.dumps(
        [
            {
                "href": "https://example.org/a",
                "description": "The pier",
                "extended": "My note",
                "time": "2024-03-16T10:00:00Z",
                "shared": "no",
                "toread": "yes",
                "tags": "harbour free_trade",
            }
        ]
    ).encode(),
    "delicious": json.dumps(
        [
            {
                "title": "The pier",
                "tags": ["harbour", ""],
                "url": "https://example.org/a",
                "description": "My note",
                "created": "1710583200",
                "others": 9,
                "owner": "ada",
                "private": "1",
            }
        ]
    ).encode(),
    "readability": json.dumps(
        {
            "bookmarks": [
                {
                    "article__excerpt": "A &#x2019;new&#x2019; pier",
                    "favorite": True,
                    "article__url": "https://example.org/a",
                    "date_added": "2024-03-16T10:00:00",
                    "article__title": "The pier",
                    "archive": False,
                }
            ],
            "recommendations": [],
        }
    ).encode(),
    "bookmarks-html": b"""<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks Menu</H1>
<DL><p>
    <DT><H3 ADD_DATE="1">News</H3>
    <DL><p>
        <DT><H3>Sea &amp; coast</H3>
        <DL><p>
            <DT><A HREF="https://example.org/a" ADD_DATE="1710583200" TAGS="harbour,trade" ICON="data:x">The pier</A>
            <DD>My note,
on two lines
        </DL><p>
        <DT><A HREF="https://example.org/b" ADD_DATE="1710583201" TOREAD="1" PRIVATE="1">Wheat</A>
    </DL><p>
    <DT><A HREF="javascript:alert(1)" ADD_DATE="1710583202">Run</A>
    <DT><A HREF="https://example.org/c">Tea</A>
</DL>
""",
    "bookmarks-firefox": json.dumps(
        {
            "guid": "root________",
            "title": "",
            "type": "text/x-moz-place-container",
            "children": [
                {
                    "title": "menu",
                    "type": "text/x-moz-place-container",
                    "children": [
                        {
                            "title": "The pier",
                            "uri": "https://example.org/a",
                            "dateAdded": 1710583200000000,
                            "tags": "harbour,trade",
                            "type": "text/x-moz-place",
                        }
                    ],
                }
            ],
        }
    ).encode(),
    "bookmarks-chrome": json.dumps(
        {
            "checksum": "0",
            "roots": {
                "bookmark_bar": {
                    "name": "Bar",
                    "type": "folder",
                    "children": [
                        {
                            "name": "News",
                            "type": "folder",
                            "children": [
                                {
                                    "name": "The pier",
                                    "url": "https://example.org/a",
                                    "date_added": "13355056800000000",
                                    "type": "url",
                                }
                            ],
                        }
                    ],
                }
            },
            "version": 1,
        }
    ).encode(),
}


def source(data: bytes, name: str = "a", sibling: Callable[[str], Source | None] = no_sibling) -> Source:
    """Returns a source of bytes."""
    return Source(name, len(data), lambda: io.BytesIO(data), sibling=sibling)


def load(each: Item) -> Article | None:
    """Returns the article of a record, loaded as another process would; None if it is refused."""
    if not isinstance(each, Record):
        return None
    try:
        article = pickle.loads(pickle.dumps(each.load))()
    except InputError:
        return None
    assert isinstance(article, Article)
    return article


def articles(reader: Reader, data: bytes, **given: Any) -> list[Article]:
    """Returns the articles that a reader finds in bytes; what it refuses is left out."""
    found = (load(each) for each in reader.records(source(data, **given)))
    return [article for article in found if article is not None]


def found(data: bytes | str, name: str = "") -> list[Article | str]:
    """Returns the articles in bytes, by the reader that is chosen for them, and the reasons of refusals and skips."""
    results: list[Article | str] = []
    given = source(data.encode() if isinstance(data, str) else data, name)
    for each in choose(given).records(given):
        try:
            results.append(each.reason if isinstance(each, Refusal | Skip) else each.load())  # type: ignore[union-attr]
        except ReaderError as error:
            results.append(str(error))
    return results


@st.composite
def damaged(draw: st.DrawFn, samples: Sequence[bytes]) -> bytes:
    """One of the samples in which some bytes are replaced by others."""
    data = bytearray(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        data[start : start + draw(st.integers(0, 40))] = draw(st.binary(max_size=8))
    return bytes(data)


def read_or_refused(data: bytes, *names: str) -> None:
    """Reads bytes with readers, whose mistakes may be refusals only."""
    for name in names:
        with suppress(ReaderError):
            for each in readers()[name].records(source(data, "")):
                if isinstance(each, Record):
                    with suppress(ReaderError, ArticleError):
                        each.load()
