"""NITF, NewsML-G2, ninjs and Reuters-21578: what becomes of each element, and of what is broken."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from samples import damaged, found, read_or_refused, source

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers import Record, Refusal, choose

NITF = b"""<?xml version="1.0" encoding="UTF-8"?>
<nitf><head><title>Pier: slug</title><docdata><doc-id regsrc="Harbour Wire" id-string="hw-17"/>
<urgency ed-urg="4"/><date.issue norm="20240316T101500+0100"/><doc.copyright holder="Harbour Wire"/>
<key-list><keyword key="piers"/><keyword key="storms"/></key-list>
<identified-content><person>Ada Meyer</person><location value="Northbay"/></identified-content></docdata>
<pubdata name="The Harbour Post"/></head>
<body><body.head><hedline><hl1>Storm takes <em>the</em> pier</hl1>
<hl2>Nobody was hurt</hl2></hedline><byline>By Bo Larsen</byline>
<dateline>NORTHBAY, March 16</dateline><abstract><p>In short.</p></abstract></body.head>
<body.content><p>The pier is gone &amp; the <org>Harbour Council</org> met.</p><hl2>What now</hl2>
<p>Nobody knows.</p></body.content></body></nitf>"""

NEWSML = b"""<?xml version="1.0"?>
<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header/><itemSet>
<newsItem guid="urn:newsml:example.org:1" version="3" xml:lang="de"><itemMeta><provider literal="Hafen"/>
<firstCreated>2024-03-16T09:00:00Z</firstCreated><versionCreated>2024-03-16T11:00:00Z</versionCreated></itemMeta>
<contentMeta><creator><name>Ada Meyer</name></creator><language tag="de-AT"/><headline>Sturm nimmt den Steg</headline>
<subject type="cpnat:abstract"><name>Sturm</name></subject><subject type="cpnat:geoArea"><name>Nordbucht</name></subject>
</contentMeta><contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><head><title>no</title></head>
<body><p>Der Steg ist <strong>weg</strong>.</p></body></html></inlineXML></contentSet></newsItem>
<newsItem guid="urn:newsml:example.org:2"><contentMeta><headline>Zwei</headline></contentMeta></newsItem>
</itemSet></newsMessage>"""

NINJS: dict[str, Any] = {
    "uri": "tag:example.org,2024:9",
    "version": "2",
    "versioncreated": "2024-03-16T10:00:00Z",
    "firstcreated": "2024-03-15T10:00:00Z",
    "pubstatus": "usable",
    "headline": "Pier to be built again",
    "byline": "Bo Larsen",
    "body_xhtml": "<p>The council <b>voted</b>.</p>",
    "body_text": "The council voted.",
    "subject": [{"code": "1", "name": "councils"}],
    "person": [{"name": "Ada Meyer"}],
    "place": [{"name": "Northbay"}],
    "language": "en",
}

REUTERS = (
    b'<!DOCTYPE lewis SYSTEM "lewis.dtd">\n'
    b'<REUTERS TOPICS="YES" OLDID="7" NEWID="41"><DATE> 3-APR-1987 09:18:21.26</DATE><TOPICS><D>piers</D></TOPICS>'
    b"<PLACES><D>north-bay</D><D>usa</D></PLACES><PEOPLE></PEOPLE><ORGS><D>gatt</D></ORGS><EXCHANGES></EXCHANGES>"
    b"<UNKNOWN>&#5;&#5;\nu f</UNKNOWN><TEXT>&#2;\n<TITLE>PIER &lt;PIR> GONE</TITLE><AUTHOR>    By Bo Larsen, Reuters"
    b"</AUTHOR><DATELINE>    NORTHBAY, April 3 - </DATELINE><BODY>The pier is\ngone.\n    M\xfcller said so.\n Reuter\n&#3;"
    b'</BODY></TEXT></REUTERS>\n<REUTERS NEWID="42"><DATE>4-APR-1987</DATE><TEXT TYPE="BRIEF">&#2;\n'
    b"<TITLE>******ALL OF IT</TITLE>Blah blah.&#3;</TEXT></REUTERS>\n"
)


def read(data: bytes, name: str = "") -> Iterator[Article]:
    found = source(data, name)
    for each in choose(found).records(found):
        assert isinstance(each, Record)
        yield each.load()


def test_nitf() -> None:
    (article,) = read(NITF, "story.xml")
    assert article.title == "Storm takes the pier"
    assert str(article.date) == "2024-03-16T10:15:00+01:00"
    assert article.authors == ["Bo Larsen"]
    assert (article.source, article.source_id, article.summary) == ("Harbour Wire", "hw-17", "In short.")
    assert (article.tags, article.people, article.places) == (["piers", "storms"], ["Ada Meyer"], ["Northbay"])
    assert article.organizations == ["Harbour Council"]
    assert article.body == "The pier is gone & the Harbour Council met.\n\n## What now\n\nNobody knows."
    assert article.extra["dateline"] == "NORTHBAY, March 16"
    assert (article.extra["subtitle"], article.extra["publication"]) == ("Nobody was hurt", "The Harbour Post")


def test_nitf_whose_content_holds_text_alone() -> None:
    (article,) = read(b"<nitf><body><body.head/><body.content>Only words.</body.content></body></nitf>")
    assert article.body == "Only words."


def test_newsml() -> None:
    first, second = read(NEWSML)
    assert first.extra["guid"] == "urn:newsml:example.org:1"
    assert (first.title, first.language, first.source) == ("Sturm nimmt den Steg", "de-AT", "Hafen")
    assert (str(first.date), str(first.updated)) == ("2024-03-16T09:00:00Z", "2024-03-16T11:00:00Z")
    assert (first.authors, first.tags, first.places) == (["Ada Meyer"], ["Sturm"], ["Nordbucht"])
    assert first.body == "Der Steg ist **weg**."
    assert (second.title, second.body) == ("Zwei", "Zwei")


def test_newsml_with_nitf_inside() -> None:
    inside = NITF.partition(b"?>")[2]
    item = b'<newsItem guid="g"><contentSet><inlineXML>' + inside + b"</inlineXML></contentSet></newsItem>"
    (article,) = read(item)
    assert (article.format, article.title, article.extra["guid"]) == (None, "Storm takes the pier", "g")
    assert article.body.endswith("Nobody knows.")


def test_ninjs() -> None:
    (article,) = read(json.dumps(NINJS).encode(), "a.json")
    assert (article.title, article.authors, article.body) == (
        NINJS["headline"],
        ["Bo Larsen"],
        "The council **voted**.",
    )
    assert (str(article.date), str(article.updated)) == ("2024-03-15T10:00:00Z", "2024-03-16T10:00:00Z")
    assert (article.tags, article.people, article.places) == (["councils"], ["Ada Meyer"], ["Northbay"])
    assert article.extra["guid"] == NINJS["uri"]


def test_ninjs_2() -> None:
    item = {
        "uri": "x:1",
        "pubStatus": "usable",
        "versionCreated": "2024-03-16T10:00:00Z",
        "headlines": [{"role": "main", "value": "Tide"}],
        "bodies": [
            {"contentType": "text/plain", "value": "Low."},
            {"contentType": "text/html", "value": "<i>Low.</i>"},
        ],
        "people": [{"name": "Ada Meyer"}],
        "subjects": [{"name": "tides"}],
        "usageTerms": "Not for islands.",
    }
    (article,) = read(json.dumps(item).encode())
    assert (article.title, article.body, article.people, article.tags) == ("Tide", "*Low.*", ["Ada Meyer"], ["tides"])
    assert article.extra["usageterms"] == "Not for islands."


def test_reuters() -> None:
    first, second = read(REUTERS)
    assert (first.id, first.title, str(first.date)) == ("41", "PIER <PIR> GONE", "1987-04-03T09:18:21")
    assert (first.tags, first.places, first.organizations) == (["piers"], ["north-bay", "usa"], ["gatt"])
    assert (first.authors, first.extra) == (["Bo Larsen"], {"dateline": "NORTHBAY, April 3 -"})
    assert first.body == "The pier is\ngone.\n    Müller said so.\n Reuter"
    assert (second.id, str(second.date), second.body) == ("42", "1987-04-04", "Blah blah.")


def test_a_story_that_is_cut_off_is_refused_and_the_ones_before_are_read() -> None:
    found = source(REUTERS[:-30])
    first, second = choose(found).records(found)
    assert isinstance(first, Record)
    assert isinstance(second, Refusal)
    assert (second.location, second.reason) == ("42", "the story does not end: the file is cut off")


def test_a_file_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [article.body for article in read(REUTERS)]
    for size in (1, 7, 64):
        monkeypatch.setattr("docarchive.readers.html.elements._CHUNK", size)
        assert [article.body for article in read(REUTERS)] == whole


BOMB = b'<!DOCTYPE nitf [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><nitf><body><p>&b;</p></body></nitf>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (BOMB, "declares entities"),
        (NITF[:-20], "not well-formed XML"),
        (b"<nitf>" + b"<p>" * 5000 + b"</p>" * 5000 + b"</nitf>", "nested more than"),
        (b"<nitf><body/></nitf>", "neither a text nor a headline"),
        (b"<newsItem/>", "neither a text nor a headline"),
        (b"<newsMessage/>", "no <newsItem>"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReaderError, match=reason):
        list(read(data))


@given(damaged([NITF, NEWSML, json.dumps(NINJS).encode(), REUTERS]))
def test_nothing_else_than_a_refusal_comes_of_damage(data: bytes) -> None:
    read_or_refused(data, "nitf", "newsml", "ninjs", "reuters")


NEWSML_1 = """<NewsML Version="1.2"><NewsItem xml:lang="en"><Identification><NewsIdentifier><DateId>20240316</DateId>
<PublicIdentifier>urn:x:1</PublicIdentifier></NewsIdentifier></Identification><NewsManagement>
<FirstCreated>20240316T101500Z</FirstCreated><Urgency FormalName="4"/></NewsManagement><NewsComponent><NewsLines>
<HeadLine>Pier opens</HeadLine><ByLine>By Ann Bee</ByLine><DateLine><Location>NORTHBAY</Location><Date>March 16</Date>
</DateLine></NewsLines><AdministrativeMetadata><Provider><Party FormalName="Post"/></Provider></AdministrativeMetadata>
<ContentItem><DataContent>{}</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"""


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ("<p>It <em>stands</em>.</p>", "It *stands*."),
        ("It stands.\n\nIt is new.", "It stands.\n\nIt is new."),
        ("<html><head><title>T</title></head><body><p>It stands.</p></body></html>", "It stands."),
        ("<nitf><body><body.content><p>It stands.</p></body.content></body></nitf>", "It stands."),
    ],
)
def test_newsml_1(content: str, body: str) -> None:
    (article,) = found(NEWSML_1.format(content), "a.xml")
    assert isinstance(article, Article)
    assert (article.title, article.authors, article.source, article.body) == ("Pier opens", ["Ann Bee"], "Post", body)
    assert (str(article.date), article.language) == ("2024-03-16T10:15:00Z", "en")
    assert (article.extra["guid"], article.extra["dateline"]) == ("urn:x:1", "NORTHBAY March 16")


def test_several_items_of_newsml_1() -> None:
    item = NEWSML_1.format("<p>One.</p>").partition(">")[2].removesuffix("</NewsML>")
    assert len(found(f"<NewsML>{item}{item.replace('One', 'Two')}</NewsML>", "a.xml")) == 2


NINJS_ITEM = (
    '{"headline": "Oil", "guid": "tag:x:1", "versioncreated": "2017-08-24T01:58:40+00:00", "byline": "By Ann Bee", '
    '"body_html": "<p>Oil <b>rose</b>.</p>"}'
)


@pytest.mark.parametrize("form", ["{}", '{{"item": [{}]}}', '{{"_items": [{}], "total": 1}}', "[{}]"])
def test_ninjs_as_agencies_send_it(form: str) -> None:
    (article,) = found(form.format(NINJS_ITEM), "a.json")
    assert isinstance(article, Article)
    assert (article.title, article.body, article.extra["guid"]) == ("Oil", "Oil **rose**.", "tag:x:1")
    assert str(article.date) == "2017-08-24T01:58:40+00:00"


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("By ANN BEE<byttl>Business Writer</byttl>", ["ANN BEE"]),
        ("<person>Ann Bee</person><byttl>Writer</byttl>", ["Ann Bee"]),
        ("By <b>ANN</b> BEE", ["ANN BEE"]),
        ("By Ann Bee and Bo Ce", ["Ann Bee", "Bo Ce"]),
        ("Von Ann Bee und Bo Ce", ["Ann Bee", "Bo Ce"]),
        ("<person>Ann Bee<function>Mayor</function></person>", ["Ann Bee"]),
        ("By the newsroom", ["the newsroom"]),
    ],
)
def test_nitf_bylines_are_names_alone(byline: str, authors: list[str]) -> None:
    text = f"<nitf><body><body.head><byline>{byline}</byline></body.head><body.content><p>Text.</p></body.content></body></nitf>"
    (article,) = found(text, "a.xml")
    assert isinstance(article, Article)
    assert article.authors == authors


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("iso-8859-1", "utf-8"),
        ("us-ascii", "utf-8"),
        ("utf-16", "utf-8"),
        ("utf-8", "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("windows-1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("Shift_JIS", "cp932"),
        ("GB2312", "gb18030"),
    ],
)
def test_the_encoding_of_xml(declared: str, encoding: str) -> None:
    word = {"cp932": "新しい橋①", "gb18030": "新的桥"}.get(encoding, "Pièr")
    text = f"<?xml version='1.0' encoding='{declared}'?>\n<nitf><body><hl1>{word}</hl1><body.content><p>A.</p></body.content></body></nitf>"
    (article,) = found(text.encode(encoding), "a.nitf")
    assert isinstance(article, Article), article
    assert article.title == word


BYLINES = [
    ("By Ann Bee", ["Ann Bee"]),
    ("By Ann Bee and Bo Ce", ["Ann Bee", "Bo Ce"]),
    ("Ann Bee, Reuters", ["Ann Bee"]),
]


@pytest.mark.parametrize(("byline", "authors"), BYLINES)
@pytest.mark.parametrize(
    "form",
    [
        '{{"uri": "u:1", "headline": "Oil", "byline": "{}", "body_text": "Oil rose.", "versioncreated": "2024-03-16T10:15:00Z"}}',
        "<newsItem><contentMeta><headline>Oil</headline><by>{}</by></contentMeta><contentSet><inlineXML><body><p>Oil rose."
        "</p></body></inlineXML></contentSet></newsItem>",
        "<nitf><body><body.head><hedline><hl1>Oil</hl1></hedline><byline>{}</byline></body.head><body.content><p>Oil rose."
        "</p></body.content></body></nitf>",
    ],
)
def test_bylines_are_read_alike_in_all_formats(form: str, byline: str, authors: list[str]) -> None:
    text = form.format(byline)
    (article,) = found(text, "a.json" if text.startswith("{") else "a.xml")
    assert isinstance(article, Article)
    assert article.authors == authors


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ("<p>10<frac><frac-num>1</frac-num><frac-sep>/</frac-sep><frac-den>2</frac-den></frac></p>", "10 1/2"),
        ("<p>10<frac><frac-num>1</frac-num><frac-den>2</frac-den></frac></p>", "10 1/2"),
        ("<p><person>Jo<function>Mayor</function></person> said.</p>", "Jo Mayor said."),
        ('<ol seqnum="3"><li>three</li></ol>', "3. three"),
    ],
)
def test_what_nitf_writes_next_to_a_word(content: str, body: str) -> None:
    end = "<body.end><tagline>Ann Bee lives <em>here</em>.</tagline></body.end>"
    (article,) = found(f"<nitf><body><body.content>{content}</body.content>{end}</body></nitf>", "a.xml")
    assert isinstance(article, Article)
    assert article.body == f"{body}\n\nAnn Bee lives *here*."
    assert article.extra.get("people", ["Jo"]) == ["Jo"]


def test_headlines_are_plain_and_the_main_one_is_the_title() -> None:
    item = {"uri": "1", "headlines": [{"role": "main", "value": "10<sup>6</sup> <b>ships</b>"}], "body_text": "Words."}
    (article,) = found(json.dumps({**item, "versioncreated": "2024-03-16T10:00:00Z"}), "a.ninjs")
    assert isinstance(article, Article)
    assert article.title == "10⁶ ships"
    (article,) = found(
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="1"><contentMeta><headline role="hld:short">S</headline>'
        '<headline role="hld:sub">Below</headline><headline role="hld:main">Main</headline></contentMeta><contentSet>'
        '<inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Words.</p></body></html></inlineXML></contentSet>'
        "</newsItem>",
        "a.newsml",
    )
    assert isinstance(article, Article)
    assert (article.title, article.extra["subtitle"]) == ("Main", "Below")
