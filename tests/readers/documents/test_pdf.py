import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers.documents.making import Run, article, paragraph, pdf, records, refused

from docarchive.identity import strong_identity
from docarchive.readers import readers
from docarchive.readers.documents.pdf import date

READER = readers()["pdf"]
PROSE = [
    "The harbour was closed for three days in the spring of that year, since",
    "no ship could pass the ice that had come down from the north; on the",
    "fourth day it was open again, and the town came to see the first sail.",
]
MORE = [
    "What was found on board has been told in many ways, and no two of them",
    "agree on more than the name of the captain and the colour of the flag.",
]
XMP = """<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"
 pdf:Producer="P" xmp:CreateDate="2024-03-16T10:00:00+01:00" prism:doi="10.5555/ice.7">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Ice in the Harbour</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>Ann Lee</rdf:li><rdf:li>Bo Ek</rdf:li></rdf:Seq></dc:creator>
<dc:subject><rdf:Bag><rdf:li>ice</rdf:li><rdf:li>ports</rdf:li></rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_what_the_file_says_of_itself_is_read() -> None:
    info = (
        "/Title(Ice in the Harbour)/Author(Ann Lee; Bo Ek)/Subject(A winter)/Keywords(ice, ports)"
        "/CreationDate(D:20240316101500+02'00')/ModDate(D:20240317)"
    )
    found = article(READER, pdf([paragraph(PROSE)], info))
    metadata = {key: str(value) for key, value in found.metadata().items()}
    assert metadata == {
        "title": "Ice in the Harbour",
        "date": "2024-03-16T10:15:00+02:00",
        "updated": "2024-03-17",
        "authors": "['Ann Lee', 'Bo Ek']",
        "language": "en-GB",
        "summary": "A winter",
        "tags": "['ice', 'ports']",
        "pages": "1",
    }


def test_controls_in_what_it_says_of_itself_are_left_out() -> None:
    found = article(READER, pdf([paragraph(PROSE)], "/Title<FEFF00490063006500200069006E0000>"))
    assert found.title == "Ice in"


def test_what_it_says_in_xml_is_read_where_it_says_it_nowhere_else() -> None:
    found = article(READER, pdf([paragraph(PROSE)], "/Title(untitled)/Author(Cy Do)", xmp=XMP))
    assert (found.title, found.authors, found.tags) == ("Ice in the Harbour", ["Cy Do"], ["ice", "ports"])
    assert str(found.date) == "2024-03-16T10:00:00+01:00"
    assert strong_identity(found) == "doi:10.5555/ice.7"


def test_xml_that_declares_entities_is_skipped() -> None:
    bomb = XMP.replace("<x:xmpmeta ", '<x:xmpmeta a="&b;" ').replace("Ice in", "&b;")
    assert article(READER, pdf([paragraph(PROSE)], xmp=bomb)).title_derived


@pytest.mark.parametrize(
    "title", ["", "untitled", "Microsoft Word - ice.doc", "ice_final_v2.indd", "Document1", "scan_01"]
)
def test_a_title_that_no_one_wrote_gives_way_to_the_largest_text_of_the_first_page(title: str) -> None:
    page = [
        Run("Northern Papers", y=745, size=12),
        *paragraph(["Ice in the", "Harbour of 1871"], 700, size=20),
        *paragraph(PROSE, 600),
    ]
    found = article(READER, pdf([page], f"/Title({title})"), "scan_01.pdf")
    assert (found.title, found.title_derived) == ("Ice in the Harbour of 1871", False)
    assert "# Ice in the Harbour of 1871" in found.body


def test_lines_become_paragraphs_and_parted_words_whole() -> None:
    lines = [
        "Of the captain it is known that he kept a journal, which was lost in a win-",
        "ter storm together with his charts, his letters and the log of his well-",
        "known ship, the Anna.",
    ]
    body = article(READER, pdf([[*paragraph(PROSE), *paragraph(MORE, 650), *paragraph(lines, 610)]])).body
    assert body.split("\n\n") == [
        " ".join(PROSE),
        " ".join(MORE),
        "Of the captain it is known that he kept a journal, which was lost in a winter storm together with his charts, his letters and the log of his wellknown ship, the Anna.",
    ]


def test_an_indented_line_begins_a_paragraph() -> None:
    indented = [
        run._replace(x=run.x + (12 if number in (0, 3) else 0)) for number, run in enumerate(paragraph(PROSE + MORE))
    ]
    assert article(READER, pdf([indented])).body.split("\n\n") == [" ".join(PROSE), " ".join(MORE)]


def test_lists_and_what_would_be_markup() -> None:
    page = [*paragraph(["• one thing", "• another thing"]), Run("> 5 ships came", y=600), Run("# 7 sank", y=560)]
    assert article(READER, pdf([page])).body == "- one thing\n- another thing\n\n\\> 5 ships came\n\n\\# 7 sank"


@pytest.mark.parametrize("by_row", [False, True])
def test_columns_are_read_one_after_the_other(by_row: bool) -> None:
    left = [f"left {number} of the ice in the harbour there" for number in range(6)]
    right = [f"right {number} of the ships in the sea outside" for number in range(6)]
    columns = [paragraph(left, x=60), paragraph(right, x=330)]
    runs = [run for pair in zip(*columns, strict=True) for run in pair] if by_row else columns[0] + columns[1]
    assert article(READER, pdf([runs])).body.replace("\n\n", " ") == " ".join(left + right)


def test_rows_of_a_table_stay_apart() -> None:
    table = [
        Run(text, x, 700 - 12 * row)
        for row, pair in enumerate((("Ships", "3"), ("Sails", "40")))
        for x, text in zip((72, 200), pair, strict=True)
    ]
    assert article(READER, pdf([[*table, *paragraph(PROSE, 676)]])).body.split("\n\n") == [
        "Ships 3",
        "Sails 40",
        " ".join(PROSE),
    ]


def test_a_number_set_higher_stays_with_its_word_and_other_type_beside_it_does_not() -> None:
    page = [
        Run("Three ships came", y=600),
        Run("2", 151, 604, 6),
        Run("and stayed.", 160, 600),
        Run("Head", 72, 700, 14),
        Run("Page", 300, 700, 10),
    ]
    assert article(READER, pdf([page])).body == "Three ships came2 and stayed.\n\n# Head\n\nPage"


def test_running_heads_and_page_numbers_are_left_out_but_only_there() -> None:
    pages = [
        [
            Run("The Journal of Ice 4", y=760),
            *paragraph([f"{word}: {PROSE[0]}", *PROSE[1:]]),
            Run(f"{number} of 4", 300, 30),
        ]
        for number, word in enumerate(("First", "Then", "Now", "Last"), 1)
    ]
    body = article(READER, pdf(pages)).body
    assert "Journal" not in body
    assert "of 4" not in body
    assert [part.split(":")[0] for part in body.split("\n\n")] == ["First", "Then", "Now", "Last"]
    two = article(READER, pdf(pages[:2])).body
    assert two.count("The Journal of Ice 4") == 2
    assert "2 of 4" in two


def test_pages_that_all_say_the_same_are_kept() -> None:
    assert article(READER, pdf([[Run("Form A", y=760)]] * 4)).body == "\n\n".join(["Form A"] * 4)


@pytest.mark.parametrize(
    ("text", "y", "doi"),
    [
        ("https://doi.org/10.5555/ice.7.", 750, "10.5555/ice.7"),
        ("DOI: 10.5555/ice(7)a", 40, "10.5555/ice(7)a"),
        ("as doi:10.5555/other shows", 400, None),
        ("doi:10.5555/ice-", 750, None),
        ("doi:10.5555/a and doi:10.5555/b", 750, None),
        ("10.5555/ice.7", 750, None),
    ],
)
def test_the_doi_of_the_article_is_read_and_not_that_of_another(text: str, y: float, doi: str | None) -> None:
    assert article(READER, pdf([[Run(text, y=y), *paragraph(PROSE, 600)]])).extra.get("doi") == doi


def test_encrypted_files_open_without_a_password_or_not_at_all() -> None:
    pages = [paragraph(PROSE)]
    assert article(READER, pdf(pages, password="")).body == " ".join(PROSE)
    assert refused(READER, pdf(pages, password="secret")).startswith("it is encrypted with a password")


def test_files_without_text_say_why() -> None:
    assert "only images" in refused(READER, pdf([[]], picture=True))
    assert refused(READER, pdf([[]])) == "there is no text in it"
    assert article(READER, pdf([[Run("Seven")]], picture=True)).body == "Seven"


def test_a_language_that_the_text_is_not_in_is_left_out() -> None:
    german = [
        "Der Hafen war im Frühling drei Tage lang geschlossen, weil kein Schiff",
        "durch das Eis kam, das von Norden her gekommen war. Am vierten Tag war er",
        "wieder offen, und die ganze Stadt kam, um das erste Segel zu sehen, das",
        "seit dem Herbst des vergangenen Jahres in die Bucht einlief.",
    ]
    assert article(READER, pdf([paragraph(german)])).language is None


def test_dates_that_are_none_are_kept_as_written() -> None:
    found = article(READER, pdf([paragraph(PROSE)], "/CreationDate(D:20241399)/ModDate(soon)"))
    assert (found.date, found.extra["date_as_written"], found.extra["updated_as_written"]) == (
        None,
        "2024-13-99",
        "soon",
    )


def test_dates() -> None:
    for written, expected in (
        ("D:2024", "2024"),
        ("20240316", "2024-03-16"),
        ("D:20240316101500Z00'00'", "2024-03-16T10:15:00Z"),
        ("D:202403161015-08", "2024-03-16T10:15-08:00"),
        ("D:20240316101500", "2024-03-16T10:15:00"),
    ):
        assert date(written) == expected


def test_a_record_can_go_to_another_process() -> None:
    (record,) = records(READER, pdf([paragraph(PROSE)]))
    assert READER.isolated
    assert pickle.loads(pickle.dumps(record)).load().body == " ".join(PROSE)


def test_files_are_recognized_by_their_beginning() -> None:
    assert READER.recognizes(b"\xef\xbb\xbf\n%PDF-1.7")
    assert not READER.recognizes(b"About %PDF-1.7")


def test_a_damaged_file_is_refused() -> None:
    assert refused(READER, b"%PDF-1.4\nnothing").startswith("the PDF file is damaged")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_is_refused_or_read(data: st.DataObject) -> None:
    whole = bytearray(pdf([paragraph(PROSE)] * 2, "/Title(Ice)/CreationDate(D:2024)", xmp=XMP, picture=True))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(5, len(whole) - 1))] = data.draw(st.integers(0, 255))
    refused(READER, bytes(whole[: data.draw(st.integers(1, len(whole)))]))
