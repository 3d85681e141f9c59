import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers.documents.making import article, fodt, odt, refused, source, zipped

from docarchive.readers import readers
from docarchive.readers.choosing import choose

READER = readers()["odt"]
META = (
    "<dc:title>Ice in the Harbour</dc:title><meta:initial-creator>Ann Lee</meta:initial-creator><dc:creator>Bo Ek</dc:creator>"
    "<meta:keyword>ice</meta:keyword><meta:keyword>ports</meta:keyword><dc:subject>winter</dc:subject>"
    "<dc:description>A winter.</dc:description><dc:language>en-GB</dc:language>"
    "<meta:creation-date>2024-03-16T10:15:00.123456789</meta:creation-date><dc:date>2024-03-17T10:15:00</dc:date>"
)
TEXT = (
    '<text:p text:style-name="P2">On Ice</text:p>'
    '<text:h text:outline-level="2">The harbour</text:h>'
    '<text:p>It <text:span text:style-name="T1">froze</text:span><text:s text:c="2"/>&lt;over&gt;. See <text:a xlink:href="https://example.org/">a page</text:a>.'
    "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>As told.</text:p></text:note-body></text:note></text:p>"
    '<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:p text:style-name="P1">It was told.</text:p>'
    '<text:list text:style-name="L1"><text:list-item><text:p>first</text:p><text:list><text:list-item><text:p>in it</text:p>'
    "</text:list-item></text:list></text:list-item><text:list-item><text:p>second</text:p></text:list-item></text:list>"
    "<table:table><table:table-row><table:table-cell><text:p>Year</text:p></table:table-cell><table:table-cell><text:p>Ships</text:p>"
    '</table:table-cell></table:table-row><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>3</text:p>'
    "</table:table-cell></table:table-row></table:table>"
    "<text:section><text:p>In a section.<office:annotation><text:p>No.</text:p></office:annotation></text:p></text:section>"
    "<text:p><draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box></draw:frame></text:p>"
    "<text:p><draw:frame><draw:image/><svg:desc>A ship</svg:desc></draw:frame></text:p>"
)
BODY = [
    "# On Ice",
    "## The harbour",
    "It **froze** \\<over>. See [a page](https://example.org/).[^1]",
    "> It was told.",
    "1. first\n   - in it\n2. second",
    "| Year | Ships |\n| --- | --- |\n| 3 | 3 |",
    "In a section.",
    "In a box.",
    "A ship",
    "[^1]: As told.",
]


@pytest.mark.parametrize("make", [odt, fodt])
def test_metadata_and_text_are_read(make: object) -> None:
    assert callable(make)
    found = article(READER, make(TEXT, META))
    assert {key: str(value) for key, value in found.metadata().items()} == {
        "title": "Ice in the Harbour",
        "date": "2024-03-16T10:15:00.123456789",
        "updated": "2024-03-17T10:15:00",
        "authors": "['Ann Lee']",
        "language": "en-GB",
        "summary": "A winter.",
        "tags": "['ice', 'ports', 'winter']",
    }
    assert [" ".join(part.split("  ")) if "froze" in part else part for part in found.body.split("\n\n")] == BODY


def test_the_text_in_the_style_of_titles_is_the_title() -> None:
    assert article(READER, odt(TEXT)).title == "On Ice"


def test_it_is_known_by_its_content() -> None:
    for name in ("a.odt", "a", "a.txt", "a.xml"):
        assert choose(source(odt(TEXT), name)).name == "odt"
        assert choose(source(fodt(TEXT), name)).name == "odt"
    sheet = odt("").replace(b"opendocument.text", b"opendocument.cell")
    assert not READER.recognizes(sheet)
    assert refused(READER, odt("").replace(b"<office:", b"<offica:")) != ""


def test_what_cannot_be_read_is_refused() -> None:
    manifest = '<manifest xmlns="m"><file-entry full-path="content.xml"><encryption-data/></file-entry></manifest>'
    assert "encrypted with a password" in refused(
        READER, odt(TEXT, more={"META-INF/manifest.xml": manifest, "content.xml": "\x07"})
    )
    assert "declares entities" in refused(
        READER, odt(TEXT, more={"content.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})
    )
    assert refused(READER, odt("<text:p/>")) == "there is no text in the document"
    assert refused(READER, odt("", more={"content.xml": "<a/>"})) == "it is not a text document"
    assert "deep" in refused(READER, odt("<text:section>" * 5_000 + "</text:section>" * 5_000))


def test_repeated_cells_and_blanks_are_bounded() -> None:
    many = 'table:number-columns-repeated="999999999"'
    rows = f"<table:table-row><table:table-cell {many}><text:p>x</text:p></table:table-cell></table:table-row>" * 3
    body = article(
        READER, odt(f'<table:table>{rows}</table:table><text:p>a<text:s text:c="999999999"/>b</text:p>')
    ).body
    assert 600 <= body.count("x") <= 1_000
    assert len(body) < 10_000


def test_damaged_metadata_do_not_cost_the_text() -> None:
    assert article(READER, odt(TEXT, more={"meta.xml": "<a"})).body.startswith("# On Ice")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damage_is_refused_or_read(data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from([odt(TEXT, META), fodt(TEXT, META)])))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    refused(READER, bytes(whole[: data.draw(st.integers(len(whole) // 2, len(whole)))]))


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("first", ["content.xml", "meta.xml", "META-INF/manifest.xml"])
def test_a_document_that_was_packed_again_is_one(first: str, stored: bool) -> None:
    with zipfile.ZipFile(io.BytesIO(odt(TEXT))) as file:
        files = {name: file.read(name) for name in file.namelist()}
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    again = zipped(
        {first: b"<m/>", **{name: files[name] for name in ("content.xml", "meta.xml", "mimetype")}}, method=method
    )
    for name in ("a.odt", "a.txt", "a"):
        assert choose(source(again, name)).name == "odt"
    assert article(READER, zipped({n: files[n] for n in ("content.xml", "mimetype")})).title == "On Ice"
    assert choose(source(zipped({"a.odt": odt(TEXT)}, method=method), "a.zip")).name == "zip"


@pytest.mark.parametrize(
    "hidden",
    [
        '<text:p>It froze.<text:span text:style-name="Hid">secret</text:span></text:p>',
        '<text:p>It froze.<text:span text:style-name="Inner">secret</text:span></text:p>',
        '<text:p>It froze.</text:p><text:p text:style-name="Hid">secret</text:p>',
        '<text:p>It froze.</text:p><text:section text:display="none"><text:p>secret</text:p></text:section>',
        '<text:p>It froze.<text:hidden-text text:is-hidden="true">secret</text:hidden-text></text:p>',
    ],
)
def test_hidden_text_is_left_out(hidden: str) -> None:
    names = 'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    styles = (
        f'<a {names}><style:style style:name="Hid"><style:text-properties text:display="none"/></style:style>'
        '<style:style style:name="Inner" style:parent-style-name="Hid"/></a>'
    )
    assert article(READER, odt(hidden, more={"styles.xml": styles})).body == "It froze."
    assert "secret" in article(READER, odt(hidden.replace("none", "true").replace('"true"', '"x"'))).body


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("a<text:ruby><text:ruby-base>b</text:ruby-base><text:ruby-text>read</text:ruby-text></text:ruby>c", "abc"),
        ("a<draw:frame><draw:text-box><text:p>box</text:p></draw:text-box></draw:frame>b", "a box b"),
        ('10<text:span text:style-name="Level">6</text:span>', "106"),
        ('10<text:span text:style-name="Down"> </text:span>6', "10 6"),
    ],
)
def test_what_is_on_and_over_a_line(text: str, body: str) -> None:
    assert article(READER, odt(f"<text:p>{text}</text:p>")).body == body


def test_the_mark_of_a_note_is_raised_once() -> None:
    note = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Told.</text:p></text:note-body></text:note>"
    text = f'<text:p text:style-name="P2">Ice<text:span text:style-name="Up">{note}</text:span></text:p><text:p>Text.</text:p>'
    read = article(READER, odt(text))
    assert (read.title, read.body) == ("Ice", "# Ice[^1]\n\nText.\n\n[^1]: Told.")
