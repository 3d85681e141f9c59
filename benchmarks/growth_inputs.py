"""The inputs of ``growth``: for every format, shapes that are repeated, and how an input is made of them."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from readers.documents.making import docx, epub, odt, paragraph, pdf

#: HTML; nothing in it need be well-formed.
_HTML: Final = (
    *("<br>", "<p>a", "<b>a ", "<li>a</li>", "<td>a</td><tr>", "<a href='b'>c</a> ", "<i>a</i><script>b</script>"),
    *("a * b_ `c` [d] &amp; \\", "<!-- a -->b", "<p>Some words, <em>some</em> of a text.</p>\n"),
    "<code>a</code>",
)
#: Text, in which much looks like markup.
_TEXT: Final = ("a word, ", "a\n", "\n \n", "*a_`", "[a](b", "- a\n", "# a\n\n", "key: a\n", "> ", ".. a:: b\n")
#: Well-formed XML.
_XML: Final = (
    *("<p>a</p>", "<p>a<br/></p>", "<p><em>a</em> b</p>", "<ul><li>a</li></ul>", "<p>&lt;a&gt; &amp;</p>", "<x/>"),
    *("<table><tr><td>a</td></tr></table>", "a <!-- b -->", "<hl2>a</hl2>", "<p>* _ ` [ # \\</p>"),
)
_PARAGRAPH: Final = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
_DOCX: Final = (
    *(_PARAGRAPH.format(text) for text in ("a", "", "* _ ` [ # \\", "1. a", "a|b", " ")),
    *("<w:p><w:r><w:br/></w:r></w:p>", "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>a</w:t></w:r></w:p>", "<w:p/>"),
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
)
_ODT: Final = (
    *("<text:p>a</text:p>", "<text:p/>", "<text:p>a<text:line-break/></text:p>", "<text:p>* _ ` [ # \\</text:p>"),
    *("<text:p><text:span>a</text:span></text:p>", "<text:h>a</text:h>", "<text:p>a<text:s/></text:p>"),
    "<text:list><text:list-item><text:p>a</text:p></text:list-item></text:list>",
    "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row></table:table>",
    "<text:p><text:note><text:note-body><text:p>a</text:p></text:note-body></text:note></text:p>",
)
_RTF: Final = (
    *("a ", "\\par ", "{\\b a}", "\\'e4", "\\u228?", "{", "}", "a\\cell b\\row ", "{\\*\\x a}", "# a\\par "),
)
_BIBTEX: Final = (
    *("@book{a, title={b}}\n", "@book{", "{a}", "a = {b},\n", "\\'{e}", "$a$", "@comment{a}\n", "and ", '"', "% a\n"),
)
_RIS: Final = (
    *(
        "AU  - Lee, A.\n",
        "N2  - a\n",
        "KW  - a\n",
        "TY  - JOUR\nTI  - a\nER  - \n",
        "\n",
        "a\n",
        "  - a\n",
        "UR  - a\n",
    ),
    *("ER  - \n", "PY  - 2020\n"),
)
_LINKS: Final = (
    *(
        "<DT><A HREF='https://a.example/'>a</A>\n",
        "<DL><p>",
        "</DL><p>",
        "<DT><H3>a</H3>\n",
        "<DD>a\n",
        "<A HREF=",
        "<",
    ),
    *("<A HREF='https://a.example/'>", "&amp;", "<!-- a -->"),
)
_JSON: Final = (
    *(
        '{"title": "a", "body": "b"},',
        "[1],",
        '"a",',
        "{},",
        '{"a": {"b": [1]}},',
        '"\\u00e4",',
        "null,",
        "1.5,",
        "[[]],",
    ),
    '"* _ ` [",',
)
_ROWS: Final = ("a,b\n", "\n", '"a","b"\n', '"', "a", ",", "'a','b'\n", "a;b\n", "\t", "<p>a</p>,b\n")
_MAIL: Final = (
    *("From a@b.example\n", "\n", "a\n", "X: y\n", "--b\n", "> a\n", "=20", "=?utf-8?q?a?= ", "--b--\n", " a\n"),
)
_MEMBERS: Final = (
    "",
    "a",
    "# a\n",
    "<p>a</p>",
    "{}",
    "a,b\n1,2\n",
    "<feed/>",
    "From: a@b.example\n\na",
    "@book{a}",
    "\0",
)


class Format(NamedTuple):
    """How an input of a format is made: of a text that is a part of ``parts`` many times."""

    make: Callable[[str], bytes]
    parts: tuple[str, ...]


def _within(before: str, after: str, change: Callable[[str], str] = str) -> Callable[[str], bytes]:
    return lambda text: (before + change(text) + after).encode()


def _in_json(before: str, after: str) -> Callable[[str], bytes]:
    return _within(before, after, json.dumps)


def _ghost(form: str, before: str, after: str) -> Callable[[str], bytes]:
    """Returns what makes an export of Ghost with a draft in a form of its editors."""
    start, end = f'{{"meta": {{"exported_on": 1}}, "data": {{"posts": [{{"id": "a", "{form}": ', "}]}}"
    return lambda text: (start + json.dumps(before + text + after) + end).encode()


def _zip(text: str) -> bytes:
    part, count = text.partition("\x1f")[0], text.count("\x1f")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.txt", part)
    return file.getvalue()


def _tar(text: str) -> bytes:
    part, count = text.partition("\x1f")[0].encode(), text.count("\x1f")
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for number in range(count):
            member = tarfile.TarInfo(f"{number}.txt")
            member.size = len(part)
            archive.addfile(member, io.BytesIO(part))
    return file.getvalue()


def _gzip(text: str) -> bytes:
    return gzip.compress(text.encode(), 1)


def _warc(text: str) -> bytes:
    pages = text.split("\x1f")[:-1]
    return b"".join(_warc_record(f"https://a.example/{number}", page) for number, page in enumerate(pages))


def _warc_record(address: str, page: str) -> bytes:
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}".encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2024-05-06T07:08:09Z\r\n"
    length = f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    return (head + length).encode() + answer + b"\r\n\r\n"


def _wacz(text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("datapackage.json", '{"profile": "data-package", "resources": []}')
        archive.writestr("archive/data.warc", _warc(text))
    return file.getvalue()


def _sqlite(text: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE articles (title, body)")
        database.executemany("INSERT INTO articles VALUES ('T', ?)", ([part] for part in text.split("\x1f")))
        database.commit()
        return database.serialize()


def _parquet(text: str) -> bytes:
    from pyarrow import parquet, table

    texts = text.split("\x1f")
    file = io.BytesIO()
    parquet.write_table(table({"title": ["T"] * len(texts), "body": texts}), file)
    return file.getvalue()


def _pdf(text: str) -> bytes:
    lines = text.split("\n")
    return pdf([paragraph(lines[start : start + 50]) for start in range(0, len(lines), 50)])


def _messages(text: str) -> bytes:
    return "".join(
        f"From a@b.example Sat Jan  1 00:00:00 2000\nSubject: a\n\n{part}\n" for part in text.split("\x1f")
    ).encode()


_EACH: Final = tuple(f"{part}\x1f" for part in _MEMBERS)
_MHTML: Final = "MIME-Version: 1.0\nContent-Type: text/html\nSnapshot-Content-Location: x\n\n<p>"
_JSON_FEED: Final = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"content_html": '
_ENEX: Final = (
    "<en-export><note><title>T</title><content><![CDATA[<en-note>",
    "</en-note>]]></content></note></en-export>",
)
_NITF: Final = ("<nitf><head><title>T</title></head><body><body.content>", "</body.content></body></nitf>")
_NEWSML: Final = (
    "<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/'><contentSet><inlineXML><html><body>",
    "</body></html></inlineXML></contentSet></newsItem>",
)
_LINES: Final = ("a", "a word of a line, and more", "1. a", "- a", "#", "A-", "", "1", "a  b", "*")
_SGML: Final = '<REUTERS TOPICS="NO" NEWID="1"><DATE>26-FEB-1987</DATE><TEXT><TITLE>T</TITLE><BODY>'
_CLIPPING = "A book (Ada Meyer)\n- Your Highlight on page 1 | Added on Saturday, March 16, 2024 10:00:00 AM\n\n"

FORMATS: Final[Mapping[str, Format]] = {
    "html": Format(_within("<html><body><article><h1>T</h1>", "</article></body></html>"), _HTML),
    "mhtml": Format(_within(_MHTML, "</p>"), _HTML),
    "mail": Format(_within("From: a@b.example\nSubject: T\nContent-Type: text/html\n\n", ""), _HTML),
    "mail, plain": Format(_within("From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n", ""), _MAIL),
    "mbox": Format(_messages, _EACH),
    "feed": Format(
        _within(
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>a</id><title>T</title><content type='html'>",
            "</content></entry></feed>",
            escape,
        ),
        _HTML,
    ),
    "jsonfeed": Format(_in_json(_JSON_FEED, "}]}"), _HTML),
    "opml": Format(
        _within('<opml version="2.0"><body>', "</body></opml>"),
        tuple(
            f'<outline text="{text}"/>'
            for text in ("a", "", "* _ [", "1. a", "&lt;b&gt;", "# a", "`", "a b c", "|", "- a")
        ),
    ),
    "enex": Format(
        _within(*_ENEX),
        _HTML,
    ),
    "epub": Format(lambda text: epub({"a.xhtml": text}), _XML),
    "docx": Format(docx, _DOCX),
    "odt": Format(odt, _ODT),
    "rtf": Format(_within("{\\rtf1\\ansi ", "}"), _RTF),
    "pdf": Format(
        _pdf,
        tuple(f"{line}\n" for line in _LINES),
    ),
    "wallabag": Format(_in_json('[{"url": "https://a.example/", "title": "T", "content": ', "}]"), _HTML),
    "pinboard": Format(_in_json('[{"href": "https://a.example/", "description": "T", "extended": ', "}]"), _TEXT),
    "ninjs": Format(_in_json('{"uri": "a", "headline": "T", "body_xhtml": ', "}"), _HTML),
    "nitf": Format(_within(*_NITF), _XML),
    "newsml": Format(
        _within(*_NEWSML),
        _XML,
    ),
    "reuters": Format(_within(_SGML, "</BODY></TEXT></REUTERS>"), _TEXT),
    "bibtex": Format(_within("@article{k, title={T}}\n", ""), _BIBTEX),
    "bibtex, abstract": Format(_within("@article{k, title={T}, abstract={", "}}"), _HTML),
    "ris": Format(_within("TY  - JOUR\nTI  - T\n", "ER  - \n"), _RIS),
    "csl-json": Format(_in_json('[{"id": "a", "type": "book", "title": "T", "abstract": ', "}]"), _HTML),
    "bookmarks": Format(_within("<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>", ""), _LINKS),
    "pocket": Format(_within("<!DOCTYPE html><html><head><title>Pocket Export</title></head><body><ul>", ""), _LINKS),
    "readwise": Format(_within("Highlight,Book Title,Book Author\n", ""), _ROWS),
    "joplin": Format(_within("T\n\n", "\n\nid: 0123456789abcdef0123456789abcdef\ntype_: 1"), _TEXT),
    "dayone": Format(_in_json('{"metadata": {"version": "1.0"}, "entries": [{"text": ', "}]}"), _TEXT),
    "csv": Format(_within("title,body\n", ""), _ROWS),
    "csv, cell": Format(_within('title,body\nT,"', '"\n'), _HTML),
    "json": Format(_within('[{"title": "T", "body": "b"},', "1]"), _JSON),
    "jsonl": Format(_within("", ""), tuple(f"{part.removesuffix(',')}\n" for part in _JSON)),
    "text": Format(_within("", ""), _TEXT),
    "markdown": Format(_within("---\ntitle: T\n---\n\n", ""), _TEXT),
    "markdown, front matter": Format(
        _within("---\n", "---\n\nText.\n"),
        (
            "a: b\n",
            "- a\n",
            "a\n",
            "[",
            "{",
            "'",
            '"a" ',
            "# a\n",
            "&a ",
            "a:\n",
        ),
    ),
    "rst": Format(_within("T\n=\n\n", ""), _TEXT),
    "asciidoc": Format(_within("= T\n\n", ""), _TEXT),
    "zip": Format(_zip, _EACH),
    "tar": Format(_tar, _EACH),
    "instapaper": Format(_within("URL,Title,Selection,Folder,Timestamp\n", ""), _ROWS),
    "raindrop": Format(
        _within("id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\n", ""),
        (*_ROWS[:9], "1,a,b,c,https://a.example/,d,e,2024-05-06,,Highlight:a,false\n"),
    ),
    "omnivore": Format(
        _in_json(
            '[{"url": "https://a.example/", "savedAt": "", "readingProgress": 0, "slug": "a", "description": ',
            "}]",
        ),
        _TEXT,
    ),
    "hypothesis": Format(
        _in_json('{"annotations": [{"uri": "https://a.example/", "document": {"title": ["T"]}, "text": ', "}]}"),
        _TEXT,
    ),
    "kindle": Format(
        _within(_CLIPPING, "\n==========\n"),
        (*_TEXT[:9], f"\n==========\n{_CLIPPING}Words."),
    ),
    "delicious": Format(
        _in_json(
            '[{"url": "https://a.example/", "others": 0, "owner": "a", "private": 0, "created": 0, "note": ', "}]"
        ),
        _TEXT,
    ),
    "readability": Format(
        _within('{"bookmarks": [', '{"article__url": "https://a.example/", "date_added": "2024-05-06"}]}'),
        tuple(f"{part}," for part in ('{"article__url": "a"}', '{"article__title": "a"}', "{}", "1", '"a"', "[]")),
    ),
    "keep": Format(_in_json('{"createdTimestampUsec": 1, "title": "T", "textContentHtml": ', "}"), _HTML),
    "keep, list": Format(
        _within('{"createdTimestampUsec": 1, "title": "T", "listContent": [', "1]}"),
        ('{"text": "a", "isChecked": true},', '{"text": ""},', "{},", "1,", '"a",', "[],"),
    ),
    "simplenote": Format(_in_json('{"activeNotes": [{"id": "a", "content": ', "}]}"), _TEXT),
    "wordpress": Format(
        _within(
            "<rss xmlns:wp='http://wordpress.org/export/1.2/' xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
            "<channel><item><title>T</title><wp:post_type>post</wp:post_type><content:encoded>",
            "</content:encoded></item></channel></rss>",
            escape,
        ),
        _HTML,
    ),
    "wordpress, items": Format(
        _within("<rss xmlns:wp='http://wordpress.org/export/1.2/'><channel>", "</channel></rss>"),
        (
            *("<item><title>a</title><wp:post_type>post</wp:post_type></item>", "<item/>", "<wp:tag/>", "a", "<a/>"),
            *("<item><wp:post_type>attachment</wp:post_type></item>", "<item><wp:comment/></item>", "<!-- a -->"),
        ),
    ),
    "blogger": Format(
        _within(
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>a</id><title>T</title><category scheme="
            "'http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#post'/>"
            "<content type='html'>",
            "</content></entry></feed>",
            escape,
        ),
        _HTML,
    ),
    "ghost": Format(
        _in_json('{"meta": {"exported_on": 1}, "data": {"posts": [{"id": "a", "title": "T", "html": ', "}]}}"), _HTML
    ),
    "ghost,lexical": Format(
        _ghost("lexical", '{"root": {"children": [', '{"type": "text", "text": "a"}]}}'),
        (
            *('{"type": "text", "text": "a"},', '{"type": "linebreak"},', '{"type": "html", "html": "<b>a"},'),
            *('{"type": "paragraph", "children": []},', '{"type": "list", "tag": "ol", "children": []},'),
            *('{"type": "text", "text": "<>&", "format": 127},', '{"type": "image", "src": "a", "caption": "<i>"},'),
            *('{"type": "markdown", "markdown": "* _ `"},', '{"type": "listitem", "children": [{"type": "list"}]},'),
            '{"a": "b c"},',
        ),
    ),
    "ghost,mobiledoc": Format(
        _ghost(
            "mobiledoc",
            '{"markups": [["b"], ["a", ["href", "b"]]], "cards": [["html", {"html": "<b>a"}]], "sections": [',
            "[10, 0]]}",
        ),
        (
            *('[1, "p", [[0, [], 0, "a"]]],', '[1, "p", [[0, [0], 0, "a"]]],', '[1, "p", [[0, [0, 1], 1, "<"]]],'),
            *('[3, "ul", [[[0, [], 0, "a"]]]],', '[3, "ol", []],', "[10, 0],", "[10, 9],", '[2, "a"],', "[],", "{},"),
        ),
    ),
    "notion": Format(
        _within(
            f'<article id="{"0" * 32}" class="page sans"><h1 class="page-title">T</h1><div class="page-body">',
            "</div></article>",
        ),
        (
            *(*_HTML, "<div class='checkbox'></div>", "<figure class='image'><a>b</a>", "<a>b</a>"),
            *("<figure class='callout'><div>b</div><div>", "<p>b</p><ol class='c' start='2'><li>b</li></ol>"),
        ),
    ),
    "medium": Format(
        _within(
            '<article class="h-entry"><h1 class=\'p-name\'>T</h1><section data-field="body">', "</section></article>"
        ),
        _HTML,
    ),
    "substack": Format(
        _within("post_id,post_date,is_published,audience,title\n", ""),
        (*_ROWS[:9], "1.a,2024-05-06,true,everyone,a\n"),
    ),
    "nbib": Format(
        _within("PMID- 1\nTI  - T\n", ""),
        (
            "AB  - a\n",
            "      a\n",
            "AU  - a\n",
            "\n",
            "PMID- 1\n",
            "a\n",
            "MH  - a/b\n",
            "LID - a [doi]\n",
            " ",
            "  - a\n",
        ),
    ),
    "enw": Format(
        _within("%0 Book\n%T T\n", ""),
        (
            "%X a\n",
            "a\n",
            "%A a\n",
            "\n",
            "%0 Book\n",
            "%\n",
            "%K a\n",
            "%U https://a.example/\n",
            "% a\n",
            "%D 2020\n",
        ),
    ),
    "isi": Format(
        _within("PT J\nTI T\n", "ER\n"),
        ("AB a\n", "   a\n", "AU a\n", "\n", "ER\nPT J\n", "a\n", "DE a; b\n", "PY 2020\n", "ER\n", "   \n"),
    ),
    "newsml-1": Format(
        _within(
            "<NewsML><NewsItem><NewsComponent><ContentItem><DataContent><nitf><body><body.content>",
            "</body.content></body></nitf></DataContent></ContentItem></NewsComponent></NewsItem></NewsML>",
        ),
        _XML,
    ),
    "newsml-1, items": Format(
        _within("<NewsML>", "</NewsML>"),
        (
            *("<NewsItem/>", "<NewsItem><NewsComponent/></NewsItem>", "<NewsEnvelope/>", "a", "<!-- a -->"),
            "<NewsItem><NewsComponent><ContentItem><DataContent>a</DataContent></ContentItem></NewsComponent></NewsItem>",
        ),
    ),
    "org": Format(
        _within("#+TITLE: T\n\n", ""),
        (
            *("* a\n", "*a_/", "[[a][", "- a\n", "#+BEGIN_SRC\n", ":PROPERTIES:\n", "|a|b|\n", "#+FILETAGS: :a:\n"),
            *("a word, ", "<2024-05-06>\n"),
        ),
    ),
    "notebook": Format(
        _within('{"nbformat": 4, "metadata": {}, "cells": [', '{"cell_type": "markdown", "source": "# T"}]}'),
        tuple(
            f"{part},"
            for part in (
                *('{"cell_type": "markdown", "source": "a"}', '{"cell_type": "code", "source": ["a", "```"]}'),
                *("{}", '{"cell_type": "code", "source": "a", "outputs": [{"text": "a"}]}'),
                '{"cell_type": "raw", "source": []}',
            )
        ),
    ),
    "notebook, cell": Format(
        _in_json('{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "markdown", "source": ', "}]}"), _TEXT
    ),
    "sqlite": Format(_sqlite, _EACH),
    "parquet": Format(_parquet, _EACH),
    "gzip": Format(_gzip, _TEXT),
    "warc": Format(_warc, _EACH),
    "warc, page": Format(lambda text: _warc(f"{text}\x1f"), _HTML),
    "wacz": Format(_wacz, _EACH),
}
