"""Dates as programs and people write them: each reader reads them in one way, and keeps what it cannot read."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readers.documents.making import Run, docx, epub, fodt, odt, para, pdf

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import ArticleError
from docarchive.readers import ReadOptions, Record, Source, readers
from docarchive.readers.json.jsonl import read_record
from docarchive.readers.values.dates_found import date_in, dates, first_date
from docarchive.readers.values.reserved_keys import lenient_article, make_article
from docarchive.readers.values.written_dates import read_date

#: What is written, the date that it means, and whether that is all it says.
SPELLINGS: Final[tuple[tuple[str, str, bool], ...]] = (
    ("Wed Oct 10 20:19:24 +0000 2018", "2018-10-10T20:19:24+00:00", True),
    ("2024-02-30", "", False),
    ("08/09/2024", "", False),
    ("16.03.2024", "2024-03-16", True),
    ("20240316", "2024-03-16", True),
    ("20240316101500", "2024-03-16T10:15:00", True),
    ("20240316101500123", "2024-03-16T10:15:00", True),
    ("202403161015", "2024-03-16T10:15", True),
    ("2024. 3. 16.", "2024-03-16", True),
    ("2024-03-16T10:15:00+01:00[Europe/Berlin]", "2024-03-16T10:15:00+01:00", True),
    ("/Date(1710579600000+0100)/", "2024-03-16T09:00:00Z", True),
    ("20240316T101500+0100", "2024-03-16T10:15:00+01:00", True),
    ("20120715T113952 pmZ", "2012-07-15T23:39:52Z", True),
    ("1710579600", "2024-03-16T09:00:00Z", True),
    ("2024-W11", "", False),
    ("2019-21", "", False),
    ("2019-03-01/2019-04-02", "2019-03-01", False),
    ("March 2024", "2024-03", True),
    ("Spring 2020", "", False),
    ("forthcoming", "", False),
    ("n.d.", "", False),
    ("0000-00-00", "", False),
    ("2024-03-16T24:00:00", "2024-03-17T00:00:00", True),
    ("2024-12-31 24:00Z", "2025-01-01T00:00Z", True),
    ("2024-03-16T24:00:01", "", False),
    ("Mar 16, 2024 10:20 AM", "2024-03-16T10:20", True),
    ("16 March 2024 10:00 PM", "2024-03-16T22:00", True),
    ("16 March 2024, 3 PM", "2024-03-16T15:00", True),
    ("March 16, 2024 at 3 p.m. GMT", "2024-03-16T15:00Z", True),
    ("2024-03-16 12am", "2024-03-16T00:00", True),
    ("16 March 2024, 3 ships", "2024-03-16", False),
    ("16 March 2024, 3 amber lights", "2024-03-16", False),
    ("2024-03-16 12:05 AM", "2024-03-16T00:05", True),
    ("16. März 2024", "2024-03-16", True),
    ("Mi, 05 Mai 2021 10:00:00 +0200", "2021-05-05T10:00:00+02:00", True),
    ("2016/6/29 15:07:41", "2016-06-29T15:07:41", True),
    ("2020/Mar/12", "2020-03-12", True),
    ("5-Mar-2024 10:00:00", "2024-03-05T10:00:00", True),
    ("2021-09-02 20:00:00 PST", "2021-09-02T20:00:00-08:00", True),
    ("Wed, 02 Oct 2002 08:00:00 CEST", "2002-10-02T08:00:00+02:00", True),
    ("Wed, 02 Oct 2002 08:00:00 EST", "2002-10-02T08:00:00-05:00", True),
    ("Tue, 5 Mar 124 10:00:00 +0100", "2024-03-05T10:00:00+01:00", True),
    ("02 Sep 03 20:00:00 GMT", "2003-09-02T20:00:00Z", True),
    ("02 Sep 87 20:00 GMT", "1987-09-02T20:00Z", True),
    ("WED,23 MAY 2012 02:23:01", "2012-05-23T02:23:01", True),
    ("Thu, 02 Sep 2021 20:0:0 Z", "2021-09-02T20:00:00Z", True),
    ("Tue, 05 Mar 2024 10.00.00 +0100", "2024-03-05T10:00:00+01:00", True),
    ("Tue, 5 Mar 2024 10:00:00 +0100 (W. Europe Standard Time)", "2024-03-05T10:00:00+01:00", True),
    ("Tue, 5 Mar 2024 10:00:00 +0100 sent late", "2024-03-05T10:00:00+01:00", False),
    ("5-Mar-24", "2024-03-05", True),
    ("05-Mar-2024", "2024-03-05", True),
    ("14-Mar-99", "1999-03-14", True),
    ("05. Mrz 24", "2024-03-05", True),
    ("5-mars-24", "2024-03-05", True),
    ("Mar-24", "2024-03", True),
    ("März-24", "2024-03", True),
    ("Mar-2024", "2024-03", True),
    ("5-Mar-35", "", False),
    ("31-Feb-24", "", False),
    ("5-Mar", "", False),
    ("Low-24", "", False),
    ("0001-01-01T00:00:00Z", "", False),
    ("1601-01-01T00:00:00Z", "", False),
)
#: What a program means as no date; people may well mean them.
OF_PROGRAMS: Final = ("0005", "0124-03-05", "1970-01-01T00:00:00Z", "1904-01-01T00:00:00", "1899-12-30T00:00:00")


class Form(NamedTuple):
    """An input of one article.

    Attributes:
        reader: The reader of its format.
        write: Makes the input of a date as it is written.
        of_people: Whether people write such metadata, so that ancient years are dates.
        suffix: Ending of the file's name.
    """

    reader: str
    write: Callable[[str], bytes]
    of_people: bool = False
    suffix: str = ""


def _lines(template: str, quoted: Callable[[str], str] = str) -> Callable[[str], bytes]:
    return lambda date: template.replace("DATE", quoted(date)).encode()


def _json(template: object) -> Callable[[str], bytes]:
    return lambda date: json.dumps(template).replace("DATE", date).encode()


def _item(element: str) -> Callable[[str], bytes]:
    template = (
        f'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>A</title><item><title>T</title>'
        f"<{element}>DATE</{element}><description>B</description></item></channel></rss>"
    )
    return _lines(template, escape)


_NEWSML: Final = (
    '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="a"><itemMeta><versionCreated>DATE</versionCreated>'
    "</itemMeta><contentMeta><headline>T</headline></contentMeta><contentSet><inlineXML><p>B</p></inlineXML></contentSet>"
    "</newsItem>"
)
_WALLABAG: Final = {"url": "https://example.org/a", "title": "T", "content": "B", "published_at": "DATE"}
_OMNIVORE: Final = {"id": "a", "url": "https://example.org/a", "title": "T", "publishedAt": "DATE", "slug": "a"}
_JSON_FEED: Final = {
    "version": "https://jsonfeed.org/version/1.1",
    "items": [{"id": "1", "title": "T", "content_text": "B", "date_published": "DATE"}],
}

FORMS: Final[dict[str, Form]] = {
    "asciidoc": Form("asciidoc", _lines("= T\n:date: DATE\n\nB\n"), True),
    "bibtex": Form("bibtex", _lines("@misc{k, title={T}, date={DATE}}")),
    "bibtex year": Form("bibtex", _lines("@misc{k, title={T}, year={DATE}}")),
    "csl-json raw": Form("csl-json", _json([{"type": "book", "title": "T", "issued": {"raw": "DATE"}}])),
    "csl-json literal": Form("csl-json", _json([{"type": "book", "title": "T", "issued": {"literal": "DATE"}}])),
    "csv": Form("csv", _lines('title,body,date\nT,B,"DATE"\n')),
    "dayone": Form("dayone", _json({"entries": [{"uuid": "A", "creationDate": "DATE", "text": "# T\n\nB"}]})),
    "docx": Form("docx", lambda date: docx(para("B"), f"<dcterms:created>{escape(date)}</dcterms:created>")),
    "enex": Form(
        "enex",
        _lines(
            "<en-export><note><title>T</title><created>DATE</created><content>&lt;en-note&gt;B&lt;/en-note&gt;</content>"
            "</note></en-export>",
            escape,
        ),
    ),
    "enw": Form("enw", _lines("%0 Book\n%T T\n%D DATE\n")),
    "epub": Form("epub", lambda date: epub({"a": "<p>B</p>"}, f"<dc:date>{escape(date)}</dc:date>")),
    "feed pubDate": Form("feed", _item("pubDate")),
    "feed dc:date": Form("feed", _item("dc:date")),
    "feed Atom": Form(
        "feed",
        _lines(
            '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title>T</title><updated>DATE</updated>'
            "<content>B</content></entry></feed>",
            escape,
        ),
    ),
    "org": Form("org", _lines("#+title: T\n#+date: DATE\n\nB\n"), True),
    "nbib": Form("nbib", _lines("PMID- 1\nTI  - T\nDP  - DATE\n")),
    "notebook": Form(
        "notebook",
        _json({"nbformat": 4, "metadata": {"date": "DATE"}, "cells": [{"cell_type": "markdown", "source": "# T\n\nB"}]}),
        True,
    ),
    "json": Form("json", _json([{"title": "T", "body": "B", "date": "DATE"}]), True),
    "jsonfeed": Form("jsonfeed", _json(_JSON_FEED)),
    "jsonl": Form("jsonl", _json({"title": "T", "body": "B", "date": "DATE"}), True),
    "joplin": Form("joplin", _lines(f"T\n\nB\n\nid: {'0a' * 16}\ncreated_time: DATE\ntype_: 1")),
    "mail": Form("mail", _lines("From: Ada <ada@example.org>\nSubject: T\nDate: DATE\n\nB\n")),
    "markdown": Form("markdown", _lines('---\ntitle: T\ndate: "DATE"\n---\nB\n'), True),
    "mbox": Form("mbox", _lines("From ada Sat Mar 16 10:00:00 2024\nSubject: T\nDate: DATE\n\nB\n")),
    "newsml": Form("newsml", _lines(_NEWSML, escape)),
    "ninjs": Form("ninjs", _json({"uri": "a", "headline": "T", "body_text": "B", "versioncreated": "DATE"})),
    "nitf": Form(
        "nitf",
        _lines(
            '<nitf><head><docdata><date.issue norm="DATE"/></docdata></head><body><body.head><hedline><hl1>T</hl1>'
            "</hedline></body.head><body.content><p>B</p></body.content></body></nitf>",
            escape,
        ),
    ),
    "odt": Form("odt", lambda date: odt("<text:p>B</text:p>", f"<meta:creation-date>{date}</meta:creation-date>")),
    "fodt": Form("odt", lambda date: fodt("<text:p>B</text:p>", f"<meta:creation-date>{date}</meta:creation-date>")),
    "omnivore": Form("omnivore", _json([_OMNIVORE])),
    "opml": Form("opml", _lines("<opml><head><dateCreated>DATE</dateCreated></head><body><outline text='B'/></body></opml>")),
    "ris DA": Form("ris", _lines("TY  - JOUR\nTI  - T\nDA  - DATE\nER  - \n")),
    "ris PY": Form("ris", _lines("TY  - JOUR\nTI  - T\nPY  - DATE\nER  - \n")),
    "rst": Form("rst", _lines("T\n=\n\n:date: DATE\n\nB\n"), True),
    "text": Form("text", _lines("Title: T\nDate: DATE\n\nB is a text.\n"), True),
    "blogger": Form(
        "blogger",
        _lines(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>A</title><entry><id>tag:blogger.com,1999:blog-1.post-2</id>"
            "<published>DATE</published><category scheme='http://schemas.google.com/g/2005#kind' "
            "term='http://schemas.google.com/blogger/2008/kind#post'/><title>T</title><content>B</content></entry></feed>",
            escape,
        ),
    ),
    "ghost": Form(
        "ghost",
        _json({"db": [{"data": {"posts": [{"id": "a", "title": "T", "html": "<p>B</p>", "published_at": "DATE"}]}}]}),
    ),
    "medium": Form(
        "medium",
        _lines(
            '<article class="h-entry"><h1 class="p-name">T</h1><section data-field="body"><p>B</p></section><footer>'
            '<time class="dt-published" datetime="DATE"></time></footer></article>',
            escape,
        ),
    ),
    "newsml-1": Form(
        "newsml-1",
        _lines(
            "<NewsML><NewsItem><NewsManagement><FirstCreated>DATE</FirstCreated></NewsManagement><NewsComponent><NewsLines>"
            "<HeadLine>T</HeadLine></NewsLines><ContentItem><DataContent><p>B</p></DataContent></ContentItem>"
            "</NewsComponent></NewsItem></NewsML>",
            escape,
        ),
    ),
    "notion": Form(
        "notion",
        _lines(
            f'<article id="{"0" * 32}" class="page sans"><h1 class="page-title">T</h1><table class="properties"><tr><th>'
            'date</th><td><time>@DATE</time></td></tr></table><div class="page-body"><p>B</p></div></article>',
            escape,
        ),
        of_people=True,
    ),
    "simplenote": Form("simplenote", _json({"activeNotes": [{"id": "a", "content": "T\n\nB", "creationDate": "DATE"}]})),
    "substack": Form("substack", _lines('post_id,post_date,is_published,audience,title\n1.a,"DATE",true,everyone,T\n')),
    "wallabag": Form("wallabag", _json([_WALLABAG])),
}  # fmt: skip

_SAVED: Final = "the only time is that of saving, which is not the article's date"
#: Readers that are not in the table, and why.
WITHOUT: Final[dict[str, str]] = {
    **dict.fromkeys(["gzip", "tar", "wacz", "warc", "zip"], "it yields sources, and others read these"),
    **dict.fromkeys(["html", "mhtml"], "what a page says of its date is weighed by readers.web.moments"),
    **dict.fromkeys(["bookmarks", "delicious", "instapaper", "pinboard", "pocket", "raindrop", "readability"], _SAVED),
    "readwise": _SAVED,
    **dict.fromkeys(["hypothesis", "kindle"], "the dates are those of notes; the page or book has none"),
    "isi": "the month and the year are in two tags",
    "keep": "Unix times in microseconds, as numbers",
    "wordpress": "a local time and one in UTC, which readers.exports.wordpress joins",
    "pdf": "a PDF's own form of dates, which documents.pdf reads",
    "rtf": "numbers of year, month and day, which documents.rtf reads",
    "reuters": "the one form of a collection of 1987",
    **dict.fromkeys(["parquet", "sqlite"], "rows are read as those of CSV are"),
}


def read(form: Form, date: str) -> Article:
    data = form.write(date)
    for module in readers()[form.reader].requires:
        pytest.importorskip(module)
    source = Source(f"pier{form.suffix}", len(data), partial(io.BytesIO, data), options=ReadOptions())
    (record,) = (each for each in readers()[form.reader].records(source) if isinstance(each, Record))
    return record.load()


def without_colon(date: str) -> str:
    return f"{date[:-3]}{date[-2:]}" if "T" in date and date[-6] in "+-" else date


def test_each_reader_is_in_the_table_or_says_why_it_is_not() -> None:
    tabled = {form.reader for form in FORMS.values()}
    missing = readers().keys() - tabled - WITHOUT.keys()
    assert not missing, f"add inputs of {', '.join(sorted(missing))} to FORMS, or a reason to WITHOUT"
    assert not tabled & WITHOUT.keys()


@pytest.mark.parametrize("name", FORMS)
def test_a_date_is_read_or_kept_as_it_is_written(name: str) -> None:
    for written, date, whole in SPELLINGS:
        article = read(FORMS[name], written)
        actual = str(article.date or "")
        dates = (date, without_colon(date), *([date.partition(".")[0]] if name == "joplin" else []))
        assert actual in dates, written
        kept = article.values("date_as_written")
        assert kept == ([] if whole else [written]) or (name == "text" and not kept and written in article.body), (
            written
        )


@pytest.mark.parametrize("name", FORMS)
def test_what_programs_write_for_no_date_is_none(name: str) -> None:
    for written in OF_PROGRAMS:
        article = read(FORMS[name], written)
        if FORMS[name].of_people:
            assert article.date == read_date(written), written
        else:
            assert (article.date, article.values("date_as_written")) == (None, [written]), written


@pytest.mark.parametrize("written", ["D:00010101000000Z", "D:19700101000000Z"])
def test_a_pdf_without_a_date(written: str) -> None:
    pytest.importorskip("pypdfium2")
    data = pdf([[Run("B is a text.")]], f"/CreationDate({written})")
    assert read(Form("pdf", lambda _: data), "").date is None


@pytest.mark.parametrize("make", [make_article, lenient_article, read_record])
def test_dates_under_all_keys_and_of_all_types_are_read_or_kept(make: Callable[..., Article]) -> None:
    def made(**metadata: object) -> Article:
        record = {"title": "T", **metadata}
        return make({**record, "body": "B"}) if make is read_record else make(record, "B")

    assert made(published="soon", lastmod="someday").extra == {
        "published_as_written": "soon",
        "lastmod_as_written": "someday",
    }
    assert str(made(date={"$date": "2024-03-16T10:00:00Z"}).date) == "2024-03-16T10:00:00Z"
    assert str(made(date={"$date": {"$numberLong": "1710583200000"}}).date) == "2024-03-16T10:00:00Z"
    assert str(made(date=["2024-03-16"]).date) == "2024-03-16"
    assert made(date=["2024", "2025"]).extra == {"date_as_written": ["2024", "2025"]}
    assert made(date=True).extra == {"date_as_written": True}
    article = made(date="2024-03-16", published="soon")
    assert (str(article.date), article.extra) == ("2024-03-16", {"published_as_written": "soon"})


def test_what_docarchive_exported_keeps_its_dates() -> None:
    own = {"id": "18pmqdjjyp9s", "archived": "2024-03-16T10:00:00Z", "original": "sha256:" + "0" * 64, "title": "T"}
    for date in (*OF_PROGRAMS, "0001-01-01", "2024-03-16T10:00:00+0100"):
        for article in (make_article({**own, "date": date}, "B"), read_record({**own, "date": date, "body": "B"})):
            assert (str(article.date), article.extra) == (date, {})


def test_the_first_date_that_is_one_is_taken() -> None:
    assert first_date("", "0001-01-01", "soon", "2024") == "2024"
    assert first_date("", "soon", None) == "soon"
    assert first_date() is None


@given(st.text("0123456789-/: TZmarchpM.,+()", max_size=40) | st.integers() | st.floats() | st.none() | st.binary())
def test_any_value_is_a_date_or_is_kept(value: object) -> None:
    date, whole = date_in(value)
    assert date is None or PartialDate(date.text) == date
    assert date is not None or not whole
    for article in (
        make_article({"title": "T", "date": value}, "B"),
        lenient_article({"title": "T", "date": value}, "B"),
    ):
        assert article.date or article.extra or value in (None, "", []) or isinstance(value, float | bytes)


@given(st.datetimes(datetime(1901, 1, 1)), st.sampled_from(["EST", "CEST", "+0530", "GMT"]))
def test_what_mail_and_feeds_write_is_read_whole(moment: datetime, zone: str) -> None:
    written = f"{moment:%a, %d %b %Y %H:%M:%S} {zone}"
    date = read_date(written)
    assert date is not None
    assert date.start == f"{moment:%Y-%m-%dT%H:%M:%S}.000000"


def test_other_values_are_refused_where_a_program_wrote_them() -> None:
    with pytest.raises(ArticleError):
        make_article({"title": ["a", "b"]}, "B")


def test_a_first_date_that_cannot_be_read_is_kept_next_to_the_second() -> None:
    assert dates("2024-03-16T25:00:00Z", "2024-03-17") == {
        "date": "2024-03-17",
        "date_as_written": "2024-03-16T25:00:00Z",
    }
    assert dates("0001-01-01T00:00:00Z", "2024-03-17") == {"date": "2024-03-17"}
    assert dates("soon") == {"date": "soon"}
    assert dates(None, "", 1710579600) == {"date": 1710579600}
    assert dates() == {"date": None}


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("Tue, 5 Mar 2024 10:00:00 GMT+2", "2024-03-05T10:00:00+02:00"),
        ("2024-03-05T10:00:00 UTC-1", "2024-03-05T10:00:00-01:00"),
        ("2024-03-05 10:00 GMT+5:30", "2024-03-05T10:00+05:30"),
        ("2024-03-05 3:04:05 p. m.", "2024-03-05T15:04:05"),
        ("2024-03-05 3:04 a. m.", "2024-03-05T03:04"),
        ("2024-03-05 03:04 午後", "2024-03-05"),
        ("2024-03-05 3:04 μ.μ.", "2024-03-05"),
        ("5.3.2024 3:04 Nachm.", "2024-03-05"),
        ("5.3.2024 15:04 Ortszeit", "2024-03-05T15:04"),
        ("5 Mar 2024, 12:30 p.m. ET", "2024-03-05T12:30"),
        ("2024-03-05T10:00:00Z/2024-03-06T10:00:00Z", "2024-03-05T10:00:00Z"),
        ("2024-03-05/2024-03-06", "2024-03-05"),
    ],
)
def test_a_time_is_read_with_its_zone_and_its_half_of_the_day_or_not_at_all(written: str, date: str) -> None:
    assert str(date_in(written)[0]) == date
