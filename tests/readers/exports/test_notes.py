"""Notes of Evernote, Joplin and Day One."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from samples import damaged, found, read_or_refused

from docarchive.article import Article
from docarchive.errors import ReaderError

ENEX = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE en-export SYSTEM "http://xml.evernote.com/pub/evernote-export4.dtd">
<en-export application="Evernote" version="10"><note><title>Pier &amp; wall</title><created>20240316T101500Z</created>
<updated>20240317T101500Z</updated><tag>wood</tag><note-attributes><author>Ada Meyer</author>
<source-url>https://post.example/pier</source-url></note-attributes><content><![CDATA[<?xml version="1.0"?>
<!DOCTYPE en-note SYSTEM "x"><en-note><div>It <b>stands</b>.</div><div><en-todo checked="true"/>paint it</div>
<div><en-todo/>visit it</div><en-media type="image/png" hash="x"/></en-note>]]></content>
<resource><data encoding="base64">AAAA</data><mime>image/png</mime><resource-attributes><file-name>pier.png</file-name>
</resource-attributes></resource></note><note><title>Short</title><content><![CDATA[<en-note/>]]></content></note>
<note><title>Cut"""

JOPLIN = b"""The pier

It stands.

id: 0123456789abcdef0123456789abcdef
parent_id: 00000000000000000000000000000001
created_time: 2024-03-16T10:15:00.123Z
updated_time: 2024-03-17T10:15:00.123Z
author: Ada Meyer
source_url: https://post.example/pier
type_: 1"""

DAYONE: dict[str, Any] = {
    "metadata": {"version": "1.0"},
    "entries": [
        {
            "uuid": "A1",
            "creationDate": "2024-03-16T10:15:00Z",
            "text": "# The pier\n\nIt stands\\.",
            "tags": ["wood"],
            "location": {"localityName": "Northbay", "country": "Nowhere"},
        },
        {"uuid": "A2", "creationDate": "2024-03-16T10:15:00Z"},
        7,
    ],
}


def test_evernote() -> None:
    first, second, third = found(ENEX, "a.enex")
    assert isinstance(first, Article)
    assert (first.title, str(first.date), str(first.updated)) == (
        "Pier & wall",
        "2024-03-16T10:15:00Z",
        "2024-03-17T10:15:00Z",
    )
    assert (first.tags, first.authors, first.url) == (["wood"], ["Ada Meyer"], "https://post.example/pier")
    assert "It **stands**." in first.body
    assert "[x] paint it" in first.body.replace("\\", "")
    assert "[ ] visit it" in first.body.replace("\\", "")
    assert first.extra["attachments"] == ["pier.png"]
    assert isinstance(second, Article)
    assert (second.title, second.body) == ("Short", "Short")
    assert third == "the note does not end: the file is cut off"


def test_joplin() -> None:
    (note,) = found(JOPLIN, "0123456789abcdef0123456789abcdef.md")
    assert isinstance(note, Article)
    assert (note.title, note.body, note.date) == ("The pier", "It stands.", None)
    assert str(note.extra["saved"]) == "2024-03-16T10:15:00Z"
    assert (note.authors, note.url) == (["Ada Meyer"], "https://post.example/pier")
    assert note.extra["guid"] == "joplin:0123456789abcdef0123456789abcdef"
    (folder,) = found(JOPLIN.replace(b"type_: 1", b"type_: 2"), "x.md")
    assert folder == "a notebook of Joplin"


def test_day_one() -> None:
    first, second, third = found(json.dumps(DAYONE).encode(), "Journal.json")
    assert isinstance(first, Article)
    assert (first.title, first.body, first.tags) == ("The pier", "It stands.", ["wood"])
    assert (str(first.date), first.places) == ("2024-03-16T10:15:00Z", ["Northbay", "Nowhere"])
    assert second == "the entry has no text"
    assert third == "the item is not a JSON object"


def test_an_export_without_notes_is_refused() -> None:
    with pytest.raises(ReaderError, match="there is no note"):
        found(b"<en-export></en-export>", "a.enex")


@given(damaged([ENEX, JOPLIN, json.dumps(DAYONE).encode()]))
def test_nothing_else_than_a_refusal_comes_of_damage(data: bytes) -> None:
    read_or_refused(data, "enex", "joplin", "dayone")


def test_photos_that_the_text_of_an_entry_does_not_show_are_below_it() -> None:
    photos = [{"identifier": "A1", "md5": "aa", "type": "jpeg"}, {"identifier": "B2", "md5": "bb", "type": "png"}]
    entries = [
        {"uuid": "1", "text": "Here ![](dayone-moment://A1) it is.", "photos": photos},
        {"uuid": "2", "photos": photos[1:]},
    ]
    first, second = found(
        json.dumps({"entries": [{**entry, "creationDate": "2024-03-16T10:15:00Z"} for entry in entries]}).encode(),
        "J.json",
    )
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.body, second.body) == ("Here ![](photos/aa.jpeg) it is.\n\n![](photos/bb.png)", "![](photos/bb.png)")


def test_a_blank_line_in_a_block_of_code_of_evernote_is_one_line() -> None:
    lines = "<div>def f():</div><div>    return 1</div><div><br/></div><div># end<br/>of it</div>"
    code = f'<div style="--en-codeblock:true;">{lines}</div>'
    (note,) = found(
        f"<en-export><note><title>T</title><content><![CDATA[<en-note>{code}</en-note>]]></content></note></en-export>".encode(),
        "a.enex",
    )
    assert isinstance(note, Article)
    assert note.body == "```\ndef f():\n    return 1\n\n# end\nof it\n```"
