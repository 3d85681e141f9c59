"""Text that looks like Markdown or HTML, in every format whose text becomes Markdown: it is shown as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape as html_escape

import pytest
from readers.documents.making import docx, epub, odt, para, paragraph, pdf, source
from readers.html.trees import text_seen

from docarchive.article import Article
from docarchive.readers import Record, readers
from docarchive.writers.markup import html_of

LINES = (
    "1986. A great year.",
    "# No heading",
    "- no item",
    "> no quote",
    "---",
    "A List<String> of a*b, c*d and <b>",
    "[x]: https://a.example/",
)
#: An abstract with elements of HTML is HTML, and --- is a dash of LaTeX.
_IN_ABSTRACTS = tuple(line.removesuffix(" and <b>") for line in LINES if line != "---")
_ABSTRACTS = ("bibtex", "csl-json")
PARAGRAPHS = "".join(f"<p>{html_escape(line)}</p>" for line in LINES)
_FEED = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>a</id><title>T</title>{}</entry></feed>"


def _rtf() -> bytes:
    lines = (line.replace("\\", "\\\\").replace("{", "\\{") for line in LINES)
    return ("{\\rtf1\\ansi " + "\\par ".join(lines) + "\\par}").encode()


def _bibtex() -> bytes:
    abstract = "\n\n".join(_IN_ABSTRACTS).replace("#", "\\#").replace("&", "\\&").replace("_", "\\_")
    return f"@article{{a, title={{T}}, abstract={{{abstract}}}}}".encode()


def _outline() -> bytes:
    rows = "".join(f'<outline text="{html_escape(line)}"/>' for line in LINES)
    return f'<opml version="2.0"><body>{rows}</body></opml>'.encode()


def _readwise() -> bytes:
    rows = "".join(f'"{line}",Of piers,Ada Meyer\n' for line in LINES)
    return b"Highlight,Book Title,Book Author\n" + rows.encode()


MADE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "web page": ("html", lambda: f"<html><body><article><h1>T</h1>{PARAGRAPHS}</article></body></html>".encode()),
    "atom, html": ("feed", lambda: _FEED.format(f"<content type='html'>{html_escape(PARAGRAPHS)}</content>").encode()),
    "jsonfeed": (
        "jsonfeed",
        lambda: json.dumps(
            {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "a", "content_html": PARAGRAPHS}]}
        ).encode(),
    ),
    "enex": (
        "enex",
        lambda: (
            "<en-export><note><title>T</title><content><![CDATA[<en-note>"
            + PARAGRAPHS
            + "</en-note>]]></content></note></en-export>"
        ).encode(),
    ),
    "epub": ("epub", lambda: epub({"a.xhtml": PARAGRAPHS})),
    "docx": ("docx", lambda: docx("".join(para(html_escape(line)) for line in LINES))),
    "odt": ("odt", lambda: odt("".join(f"<text:p>{html_escape(line)}</text:p>" for line in LINES))),
    "rtf": ("rtf", _rtf),
    "pdf": (
        "pdf",
        lambda: pdf([[run for number, line in enumerate(LINES) for run in paragraph([line], 700 - 40 * number)]]),
    ),
    "wallabag": (
        "wallabag",
        lambda: json.dumps([{"url": "https://a.example/", "title": "T", "content": PARAGRAPHS}]).encode(),
    ),
    "csv": ("csv", lambda: b'title,body\nT,"' + PARAGRAPHS.encode() + b'"\n'),
    "mail": ("mail", lambda: b"From: a@b.example\nSubject: T\nContent-Type: text/html\n\n" + PARAGRAPHS.encode()),
    "bibtex": ("bibtex", _bibtex),
    "csl": (
        "csl-json",
        lambda: json.dumps(
            [{"id": "a", "type": "book", "title": "T", "abstract": "\n\n".join(_IN_ABSTRACTS)}]
        ).encode(),
    ),
    "opml": ("opml", _outline),
    "readwise": ("readwise", _readwise),
    "nitf": (
        "nitf",
        lambda: (
            f"<nitf><head><title>T</title></head><body><body.content>{PARAGRAPHS}</body.content></body></nitf>".encode()
        ),
    ),
}


def _article(name: str, data: bytes) -> Article:
    records = readers()[name].records(source(data, f"a.{name}"))
    (article,) = [record.load() for record in records if isinstance(record, Record)]
    return article


@pytest.mark.parametrize("kind", MADE)
def test_lines_are_shown_as_they_were(kind: str) -> None:
    name, make = MADE[kind]
    body = _article(name, make()).body
    html = html_of(body)
    assert text_seen(html).replace("“", '"').removeprefix("T ") == " ".join(
        LINES if name not in _ABSTRACTS else _IN_ABSTRACTS
    )
    assert not any(tag in html for tag in ("<ol", "<h1", "<h2", "<hr"))
