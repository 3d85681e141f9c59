import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers.documents.making import article, docx, para, records, refused, source, zipped

from docarchive.readers import readers
from docarchive.readers.choosing import choose

READER = readers()["docx"]
CORE = (
    "<dc:title>Ice in the Harbour</dc:title><dc:creator>Ann Lee; Bo Ek</dc:creator><cp:keywords>ice, ports</cp:keywords>"
    "<dc:subject>winter</dc:subject><cp:category>history</cp:category><dc:description>A winter.</dc:description>"
    "<dc:language>en-GB</dc:language><dcterms:created>2024-03-16T10:15:00Z</dcterms:created>"
    "<dcterms:modified>2024-03-17T10:15:00Z</dcterms:modified>"
)
LINK = '<w:hyperlink r:id="rId4"><w:r><w:t>a page</w:t></w:r></w:hyperlink>'
NOTE = '<w:r><w:t>It froze.</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r>'
BOMB = '<!DOCTYPE a [<!ENTITY b "ice">]><a>&b;</a>'


def cell(text: str) -> str:
    return f"<w:tc>{para(text)}</w:tc>"


def test_what_the_document_says_of_itself_is_read() -> None:
    found = article(READER, docx(para("Text."), CORE))
    assert {key: str(value) for key, value in found.metadata().items()} == {
        "title": "Ice in the Harbour",
        "date": "2024-03-16T10:15:00Z",
        "updated": "2024-03-17T10:15:00Z",
        "authors": "['Ann Lee', 'Bo Ek']",
        "language": "en-GB",
        "summary": "A winter.",
        "tags": "['ice', 'ports', 'winter', 'history']",
    }


def test_the_text_becomes_markdown() -> None:
    bold = "<w:r><w:rPr><w:b/></w:rPr><w:t>bold</w:t></w:r>"
    table = f"<w:tbl><w:tr>{cell('Year')}{cell('Ships')}</w:tr><w:tr>{cell('1871')}{cell('3')}</w:tr></w:tbl>"
    body = (
        para("Ice", "heading1")
        + para(f"<w:r><w:t>See </w:t></w:r>{LINK}")
        + para(bold)
        + para("one", number=1)
        + para("two", number=1)
        + para("first", number=2)
        + para("It was told.", "Quote")
        + table
        + para(NOTE)
    )
    assert article(READER, docx(body)).body.split("\n\n") == [
        "# Ice",
        "See [a page](https://example.org/ice)",
        "**bold**",
        "- one\n- two",
        "1. first",
        "> It was told.",
        "| Year | Ships |\n| --- | --- |\n| 1871 | 3 |",
        "It froze.[^1]",
        "[^1]: As told in 1871.",
    ]


def test_the_text_in_the_style_of_titles_is_the_title_where_no_one_wrote_another() -> None:
    body = para("Ice &amp; Ships", "Title") + para("Text.")
    assert article(READER, docx(body, "<dc:title>Document1</dc:title>")).title == "Ice & Ships"
    assert article(READER, docx(body, CORE)).title == "Ice in the Harbour"


def test_formulas_become_text() -> None:
    formula = (
        "<m:oMath><m:r><m:t>x=</m:t></m:r><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num>"
        "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"
    )
    body = para(f"<w:r><w:t>Let </w:t></w:r>{formula}") + para(f"<m:oMathPara>{formula}</m:oMathPara>")
    assert article(READER, docx(body)).body == "Let x=(a+b)/2\n\nx=(a+b)/2"


def test_what_was_deleted_and_comments_are_left_out() -> None:
    body = para(
        "<w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t> new</w:t></w:r></w:ins>"
    )
    assert article(READER, docx(body)).body == "kept new"


def test_it_is_known_by_its_content_whatever_its_name() -> None:
    for data in (docx(para("Text.")), zipped({"_rels/.rels": "", "word/document.xml": "", "[Content_Types].xml": ""})):
        for name in ("a.docx", "a.zip", "a", "a.txt"):
            assert choose(source(data, name)).name == ("zip" if name == "a.zip" else "docx")
    assert not READER.recognizes(zipped({"word/document.xml": "a"}))
    sheet = '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    assert not READER.recognizes(zipped({"[Content_Types].xml": sheet, "word/document.xml": ""}))


@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml", "[Content_Types].xml"])
def test_entities_are_refused(name: str) -> None:
    assert "declares entities" in refused(READER, docx(para("Text."), more={name: BOMB}))


def test_without_text_it_is_refused() -> None:
    assert refused(READER, docx(para(""))) == "there is no text in the document"


def test_what_inflates_to_too_much_is_refused() -> None:
    bombs = {f"word/bomb{number}.xml": "<a>" + " " * 45_000_000 + "</a>" for number in range(3)}
    assert refused(READER, docx(para("Text."), more=bombs)) == "there is more than 30 MB of XML in the document"
    assert "larger than 50 MB" in refused(READER, docx(para("Text."), more={"word/bomb.xml": " " * 50_000_001}))


def test_deep_nesting_is_refused() -> None:
    assert "deep" in refused(READER, docx("<w:sdt><w:sdtContent>" * 5_000 + "</w:sdtContent></w:sdt>" * 5_000))


def test_names_that_lead_out_of_it_are_skipped() -> None:
    assert article(READER, docx(para("Text."), more={"../../word/evil.xml": BOMB})).body == "Text."


def test_a_record_can_go_to_another_process() -> None:
    (record,) = records(READER, docx(para("Text.")))
    assert READER.isolated
    assert pickle.loads(pickle.dumps(record)).load().body == "Text."


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damage_is_refused_or_read(data: st.DataObject) -> None:
    whole = bytearray(docx(para("Ice", "heading1") + para(NOTE), CORE))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    refused(READER, bytes(whole[: data.draw(st.integers(len(whole) // 2, len(whole)))]))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *("<w:p>", "</w:p>", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>", "<w:r>"),
                *("</w:r>", '<w:footnoteReference w:id="9"/>', '<w:hyperlink r:id="no"/>', "<w:drawing/>"),
                *("<m:oMath/>", "<w:fldChar/>", "<w:t>x</w:t>"),
            ]
        ),
        max_size=12,
    )
)
def test_odd_documents_are_refused_or_read(parts: list[str]) -> None:
    refused(READER, docx("".join(parts)))


BOX = "<w:txbxContent>" + para("<w:r><w:t>In the box</w:t></w:r>") + "</w:txbxContent>"
DRAWN = f"<w:drawing><wps:wsp><wps:txbx>{BOX}</wps:txbx></wps:wsp></w:drawing>"
DRAWN_IN_BOX = DRAWN.replace("<w:r><w:t>", f"<w:r>{DRAWN}</w:r><w:r><w:t>")
OLD = f"<w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict>"


@pytest.mark.parametrize(
    ("run", "count"),
    [
        (DRAWN, 1),
        (OLD, 1),
        (DRAWN.replace(BOX, BOX + BOX), 2),
        (DRAWN_IN_BOX, 2),
        (f"<mc:AlternateContent><mc:Choice>{DRAWN}</mc:Choice></mc:AlternateContent>", 1),
        (
            f"<mc:AlternateContent><mc:Choice>{DRAWN}</mc:Choice><mc:Fallback>{OLD}</mc:Fallback></mc:AlternateContent>",
            1,
        ),
        (f"<mc:AlternateContent><mc:Choice>{DRAWN}</mc:Choice><mc:Fallback/></mc:AlternateContent>", 1),
        ("<w:drawing/>", 0),
    ],
)
def test_text_boxes_are_read_once(run: str, count: int) -> None:
    names = (
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    body = f"<w:sdt {names}><w:sdtContent>{para(f'<w:r><w:t>Before</w:t>{run}</w:r>')}</w:sdtContent></w:sdt>"
    text = article(READER, docx(body + para("<w:r><w:t>After</w:t></w:r>"))).body
    assert text.count("In the box") == count
    assert text.startswith("Before")
    assert text.endswith("After")


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ('<w:fldSimple w:instr=" REF a ">{}</w:fldSimple>', True),
        ('<w:bdo w:val="rtl">{}</w:bdo>', True),
        ('<w:dir w:val="rtl">{}</w:dir>', True),
        ('<w:bdo w:val="rtl"><w:fldSimple w:instr="x">{}</w:fldSimple></w:bdo>', True),
        ('<w:smartTag w:element="x">{}</w:smartTag>', True),
        ('<w:customXml w:element="x">{}</w:customXml>', True),
        ("<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", True),
        ("<w:hyperlink>{}</w:hyperlink>", True),
        ("<w:ins>{}</w:ins>", True),
        ("<w:moveTo>{}</w:moveTo>", True),
        ("<w:moveFrom>{}</w:moveFrom>", False),
        ("<w:del>{}</w:del>", False),
        (
            "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>reading</w:t></w:r></w:rt><w:rubyBase>{}</w:rubyBase></w:ruby></w:r>",
            True,
        ),
    ],
)
def test_the_runs_in_all_elements_of_a_paragraph_are_read(form: str, shown: bool) -> None:
    line = f'<w:r><w:t xml:space="preserve">See </w:t></w:r>{form.format("<w:r><w:t>Ann Bee</w:t></w:r>")}<w:r><w:t>.</w:t></w:r>'
    assert article(READER, docx(para(line))).body == ("See Ann Bee." if shown else "See .")


HIDDEN_STYLES = (
    '<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Inner"><w:name w:val="Inner"/><w:basedOn w:val="Secret"/></w:style>'
    '<w:style w:type="character" w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Draft"><w:name w:val="Draft"/><w:rPr><w:vanish/></w:rPr></w:style>'
)


@pytest.mark.parametrize(
    ("properties", "paragraph", "shown"),
    [
        ("<w:vanish/>", "", False),
        ('<w:vanish w:val="true"/>', "", False),
        ('<w:vanish w:val="0"/>', "", True),
        ("<w:webHidden/>", "", True),
        ('<w:rStyle w:val="Secret"/>', "", False),
        ('<w:rStyle w:val="Inner"/>', "", False),
        ('<w:rStyle w:val="Loop"/>', "", True),
        ('<w:rStyle w:val="Secret"/><w:vanish w:val="false"/>', "", True),
        ("", "Draft", False),
        ('<w:vanish w:val="0"/>', "Draft", True),
    ],
)
def test_hidden_text_is_left_out(properties: str, paragraph: str, shown: bool) -> None:
    style = f'<w:pPr><w:pStyle w:val="{paragraph}"/></w:pPr>' if paragraph else ""
    field = '<w:fldChar w:fldCharType="begin"/><w:instrText>XE "ice"</w:instrText><w:fldChar w:fldCharType="end"/>'
    run = f"<w:r><w:rPr>{properties}</w:rPr>{field}<w:t>secret</w:t><w:tab/></w:r>"
    styles = (
        f'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{HIDDEN_STYLES}</w:styles>'
    )
    data = docx(f"{para('It froze.')}<w:p>{style}{run}</w:p>", more={"word/styles.xml": styles})
    assert article(READER, data).body.split() == ["It", "froze.", *(["secret"] if shown else [])]


def test_a_heading_at_the_beginning_is_the_title_where_no_one_wrote_another() -> None:
    read = article(READER, docx(para("Ice &amp; Ships", "heading1") + para("Text.")))
    assert (read.title, read.title_derived, read.body) == ("Ice & Ships", False, "# Ice & Ships\n\nText.")
