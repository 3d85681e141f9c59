import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers.documents.making import article, epub, records, refused, source, zipped

from docarchive.errors import ReaderError
from docarchive.identity import identity, strong_identity
from docarchive.readers import readers
from docarchive.readers.choosing import choose
from docarchive.readers.protocol import Refusal

READER = readers()["epub"]
META = (
    '<dc:title id="t">Ice</dc:title><dc:title id="s">A Winter</dc:title><meta refines="#s" property="title-type">subtitle</meta>'
    '<dc:creator id="a">Ann Lee</dc:creator><dc:creator opf:role="trl">Cy Do</dc:creator><dc:contributor>Di Po</dc:contributor>'
    '<dc:identifier id="uid">urn:uuid:12345678-1234-1234-1234-123456789abc</dc:identifier>'
    "<dc:identifier>urn:isbn:978-0-00-000000-2</dc:identifier><dc:publisher>Harbour Press</dc:publisher><dc:date>2024-03</dc:date>"
    '<meta property="dcterms:modified">2024-03-17T10:00:00Z</meta><dc:language>en-GB</dc:language><dc:subject>ice</dc:subject>'
    "<dc:subject>ports</dc:subject><dc:description>&lt;p&gt;A &lt;b&gt;cold&lt;/b&gt; book.&lt;/p&gt;</dc:description>"
)
CHAPTERS = {
    "one": '<h1>The Sea</h1><p>It froze<script>x()</script>, as <a href="two.xhtml#a">told</a> <a href="https://example.org/">here</a>.</p>',
    "two": '<p>It <em>thawed</em>.</p><p><img src="ship.png" alt="A ship"/></p>',
}
DRM = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData><EncryptionMethod Algorithm="{}"/>'
    '<CipherData><CipherReference URI="book/text/one.xhtml"/></CipherData></EncryptedData></encryption>'
)


def test_a_book_is_one_article() -> None:
    found = article(READER, epub(CHAPTERS, META))
    assert {key: str(value) for key, value in found.metadata().items()} == {
        "title": "Ice: A Winter",
        "date": "2024-03",
        "updated": "2024-03-17T10:00:00Z",
        "authors": "['Ann Lee']",
        "source": "Harbour Press",
        "language": "en-GB",
        "summary": "A cold book.",
        "tags": "['ice', 'ports']",
        "contributors": "['Cy Do', 'Di Po']",
        "guid": "urn:uuid:12345678-1234-1234-1234-123456789abc",
        "isbn": "9780000000002",
    }
    assert (
        found.body
        == "# The Sea\n\nIt froze, as told [here](https://example.org/).\n\nIt *thawed*.\n\n![A ship](cid:book/text/ship.png)"
    )


def test_each_chapter_is_one_if_that_is_wanted() -> None:
    found = list(records(READER, epub(CHAPTERS, META), split=True))
    assert [record.location for record in found] == ["book/text/one.xhtml", "book/text/two.xhtml"]
    assert all(record.raw and b"<html" in record.raw for record in found)
    one, two = (pickle.loads(pickle.dumps(record)).load() for record in found)
    assert (one.title, one.source, one.authors, str(one.date), one.extra["order"]) == (
        "Of one",
        "Ice: A Winter",
        ["Ann Lee"],
        "2024-03",
        1,
    )
    assert (two.title, two.extra["order"], two.extra["publisher"]) == ("Of two", 2, "Harbour Press")
    assert two.body == "It *thawed*.\n\n![A ship](cid:book/text/ship.png)"
    assert (
        strong_identity(one) == "source:Ice: A Winter/urn:uuid:12345678-1234-1234-1234-123456789abc#book/text/one.xhtml"
    )
    assert identity(one) != identity(two)


def test_a_chapter_that_is_not_in_the_contents_has_the_title_that_it_begins_with() -> None:
    one, two = (
        record.load() for record in records(READER, epub(CHAPTERS, META, {"book/nav.xhtml": "<html/>"}), split=True)
    )
    assert (one.title, two.title, two.title_derived) == ("The Sea", "It thawed", True)


def test_chapters_without_text_are_skipped_and_notes_come_last() -> None:
    chapters = {"notes": "<p>Notes.</p>", "cover": '<img src="a.png"/>', **CHAPTERS}
    spine = '<itemref idref="notes" linear="no"/><itemref idref="cover"/><itemref idref="one"/><itemref idref="gone"/>'
    found = list(records(READER, epub(chapters, META, spine=spine), split=True))
    assert [record.load().body[:8] for record in found] == ["# The Se", "Notes."]
    assert article(READER, epub(chapters, META, spine=spine)).body.endswith("\n\nNotes.")


def test_an_identifier_that_other_books_may_have_too_is_no_identity() -> None:
    found = article(READER, epub(CHAPTERS, '<dc:identifier id="uid">bookid</dc:identifier>'))
    assert (found.source_id, strong_identity(found)) == ("bookid", None)


@pytest.mark.parametrize(
    ("dates", "date", "updated"),
    [
        (
            '<dc:date opf:event="modification">2024</dc:date><dc:date opf:event="publication">1871</dc:date>',
            "1871",
            "2024",
        ),
        ("<dc:date>0101-01-01T00:00:00+00:00</dc:date>", "None", "None"),
        ("<dc:date>1871-02-03T00:00:00+00:00</dc:date>", "1871-02-03T00:00:00+00:00", "None"),
    ],
)
def test_dates(dates: str, date: str, updated: str) -> None:
    found = article(READER, epub(CHAPTERS, dates))
    assert (str(found.date), str(found.updated)) == (date, updated)


def test_encrypted_texts_are_refused_and_encrypted_fonts_are_not() -> None:
    aes = {"META-INF/encryption.xml": DRM.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc")}
    assert "(DRM)" in refused(READER, epub(CHAPTERS, META, aes))
    assert "(DRM)" in refused(READER, epub(CHAPTERS, META, aes), split=True)
    font = {"META-INF/encryption.xml": DRM.format("http://www.idpf.org/2008/embedding")}
    assert article(READER, epub(CHAPTERS, META, font)).title == "Ice: A Winter"


def test_it_is_known_by_its_content() -> None:
    for name in ("a.epub", "a", "a.txt"):
        assert choose(source(epub(CHAPTERS), name)).name == "epub"
    assert READER.recognizes(zipped({"a.txt": "a", "META-INF/container.xml": ""}))
    assert not READER.recognizes(zipped({"a.txt": "a"}))


def test_what_is_no_book_is_refused() -> None:
    assert "its package document is missing" in refused(READER, zipped({"mimetype": "application/epub+zip"}))
    assert "its texts have no order" in refused(
        READER, epub({}, spine='<itemref idref="gone"/>', more={"book/a.opf": "<package/>"})
    )
    assert refused(READER, epub({"one": "<p/>"})) == "there is no text in the book"
    assert refused(READER, epub({"one": "<p/>"}), split=True) == "there is no text in the book"
    assert "declares entities" in refused(
        READER, epub(CHAPTERS, more={"book/a.opf": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})
    )
    lost = {
        "book/a.opf": '<package><manifest><item id="a" href="../../../etc/passwd"/></manifest><spine><itemref idref="a"/></spine></package>'
    }
    assert "etc/passwd is missing" in refused(READER, epub(CHAPTERS, more=lost))


def test_a_damaged_chapter_costs_itself_alone_where_each_is_an_article() -> None:
    data = epub(CHAPTERS, META, {"book/text/one.xhtml": b"\x00\x01\x02 no text \x00"})
    first, second = READER.records(source(data, split=True))
    assert isinstance(first, Refusal)
    assert (first.location, first.reason) == (
        "book/text/one.xhtml",
        "book/text/one.xhtml in the book: the file is not text",
    )
    assert first.raw == b"\x00\x01\x02 no text \x00"
    assert second.location == "book/text/two.xhtml"


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damage_is_refused_or_read(data: st.DataObject) -> None:
    whole = bytearray(epub(CHAPTERS, META))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(len(whole) // 2, len(whole)))])
    refused(READER, cut)
    try:
        for record in READER.records(source(cut, split=True)):
            assert record.location
    except ReaderError:
        pass


def test_the_older_table_of_contents_and_older_texts_are_read() -> None:
    older: dict[str, str | bytes] = {
        "book/a.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Ice</dc:title>'
        '</metadata><manifest><item id="one" href="text/one.html" media-type="text/html"/><item id="ncx" href="toc.ncx" '
        'media-type="application/x-dtbncx+xml"/></manifest><spine toc="ncx"><itemref idref="one"/><itemref idref="one"/></spine></package>',
        "book/toc.ncx": '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>The Sea</text></navLabel>'
        '<content src="text/one.html#a"/></navPoint></navMap></ncx>',
        "book/text/one.html": "<html><meta charset='windows-1252'><BODY class='a'><p>Fr\u00fchling &amp; Eis</p></BODY></html>".encode(
            "cp1252"
        ),
    }
    (record,) = records(READER, epub({}, more=older), split=True)
    found = record.load()
    assert (found.title, found.source, found.body) == ("The Sea", "Ice", "Frühling & Eis")


@pytest.mark.parametrize("part", ["<", "<h1 ", "<body ", "<p", "&lt;"])
def test_harmful_texts_take_no_time(part: str) -> None:
    data = epub({"one": part * (400_000 // len(part)) + "Ice"})
    assert refused(READER, data, split=True) == ""
