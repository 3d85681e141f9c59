"""Raised and lowered numbers: ``10⁶`` is in no format ``106``, in texts and in titles."""

from __future__ import annotations

import io
import json
from functools import partial
from typing import Final

import pytest
from readers.documents.making import docx, odt

from docarchive.article import Article
from docarchive.readers import ReadOptions, Record, Source, readers

HTML: Final = "Growth of 10<sup>6</sup> cells in H<sub>2</sub>O and x<sup>2</sup>"
ESCAPED: Final = HTML.replace("<", "&lt;")
TITLE: Final = "Growth of 10⁶ cells in H₂O and x²"
_WORD_RUN: Final = '<w:r>{}<w:t xml:space="preserve">{}</w:t></w:r>'


def _word() -> bytes:
    pieces = [("", "Growth of 10"), ("superscript", "6"), ("", " cells in H"), ("subscript", "2"), ("", "O and x")]
    runs = [
        _WORD_RUN.format(f'<w:rPr><w:vertAlign w:val="{script}"/></w:rPr>' if script else "", text)
        for script, text in [*pieces, ("superscript", "2")]
    ]
    return docx(f"<w:p>{''.join(runs)}</w:p><w:p><w:r><w:t>More.</w:t></w:r></w:p>")


def _writer(style: str) -> bytes:
    span = '<text:span text:style-name="{}">{}</text:span>'
    line = f"Growth of 10{span.format('Up', 6)} cells in H{span.format('Down', 2)}O and x{span.format('Higher', 2)}"
    return odt(f'<text:p text:style-name="{style}">{line}</text:p><text:p>More.</text:p>')


TEXTS: Final[dict[str, bytes]] = {
    "docx": _word(),
    "odt": _writer("Body"),
    "rtf": rb"{\rtf1\ansi Growth of 10{\super 6} cells in H\sub 2\nosupersub O and x{\i {\up6 2}}\par More.\par}",
    "feed": f"<rss version='2.0'><channel><title>a</title><item><description>{ESCAPED}</description></item></channel>"
    "</rss>".encode(),
    "nitf": f"<nitf><body><body.content><p>{HTML}</p></body.content></body></nitf>".encode(),
}
TITLES: Final[dict[str, bytes]] = {
    "feed": f"<rss version='2.0'><channel><title>a</title><item><title>{ESCAPED}</title><description>Text.</description>"
    "</item></channel></rss>".encode(),
    "nitf": f"<nitf><body><body.head><hedline><hl1>{HTML}</hl1></hedline></body.head><body.content><p>Text.</p>"
    "</body.content></body></nitf>".encode(),
    "bibtex": rb"@article{a, title={Growth of 10\textsuperscript{6} cells in H\textsubscript{2}O and x\textsuperscript{2}},"
    rb" abstract={More.}}",
    "ris": f"TY  - JOUR\nTI  - {HTML}\nAB  - More.\nER  - \n".encode(),
    "csl-json": json.dumps([{"id": "a", "type": "article-journal", "title": HTML, "abstract": "More."}]).encode(),
    "json": json.dumps({"title": {"rendered": HTML}, "content": {"rendered": "<p>Text.</p>"}}).encode(),
    "odt": _writer("P2"),
}


def read(reader: str, data: bytes) -> Article:
    for module in readers()[reader].requires:
        pytest.importorskip(module)
    source = Source("a", len(data), partial(io.BytesIO, data), options=ReadOptions())
    (record,) = (entry for entry in readers()[reader].records(source) if isinstance(entry, Record))
    return record.load()


@pytest.mark.parametrize("reader", TEXTS)
def test_in_texts(reader: str) -> None:
    article = read(reader, TEXTS[reader])
    assert article.body.split("\n")[0] == HTML
    assert article.title == TITLE


@pytest.mark.parametrize("reader", TITLES)
def test_in_titles(reader: str) -> None:
    assert read(reader, TITLES[reader]).title == TITLE
