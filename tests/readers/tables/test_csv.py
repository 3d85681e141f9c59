import csv as csv_files
import io
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docarchive import frontmatter, keys
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.errors import InputError, ReaderError
from docarchive.formats.tables import COLUMNS
from docarchive.readers import ReadOptions, Record, Refusal, Skip, Source, choose, readers
from docarchive.readers.tables import csv, rows
from docarchive.writers import WriteOptions
from docarchive.writers.protocol import Document
from docarchive.writers.tables.csv import CsvWriter

READER = readers()["csv"]


def source(data: bytes, name: str = "a.csv", **mapping: str) -> Source:
    return Source(name, len(data), lambda: io.BytesIO(data), options=ReadOptions(mapping=mapping))


def records(data: bytes, name: str = "a.csv", **mapping: str) -> list[Record | Refusal]:
    return [item for item in csv.records(source(data, name, **mapping)) if not isinstance(item, Skip)]


def articles(data: bytes, name: str = "a.csv", **mapping: str) -> list[Article]:
    found = records(data, name, **mapping)
    assert all(isinstance(each, Record) for each in found), found
    return [each.load() for each in found if isinstance(each, Record)]


def one(data: bytes, **mapping: str) -> Article:
    (article,) = articles(data, **mapping)
    return article


TABLE = "Title,Published,Text\nThe pier,2024-03-16,Ärger at the pier\nWheat,2024-03,Wheat climbs\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_encodings_and_line_ends_are_told(delimiter: str, encoding: str, end: str) -> None:
    first, second = articles(TABLE.replace(",", delimiter).replace("\n", end).encode(encoding))
    assert (first.title, first.date, first.body) == ("The pier", PartialDate("2024-03-16"), "Ärger at the pier")
    assert (second.title, second.date, second.body) == ("Wheat", PartialDate("2024-03"), "Wheat climbs")


def test_a_row_may_run_over_lines_and_its_raw_bytes_are_those_of_the_file() -> None:
    data = b'\xef\xbb\xbftitle;body\r\n"A ""quoted"" title";"One,\r\ntwo;\n\nthree"\r\n\r\nNext;Text'
    first, second = records(data)
    assert isinstance(first, Record)
    assert (first.location, first.raw) == ("2", b'"A ""quoted"" title";"One,\r\ntwo;\n\nthree"\r\n')
    assert (first.load().title, first.load().body) == ('A "quoted" title', "One,\r\ntwo;\n\nthree")
    assert (second.location, second.raw) == ("7", b"Next;Text")


def test_the_line_of_excel_before_the_header_is_heeded() -> None:
    assert one(b"sep=;\r\ntitle;body\r\nT;a,b\r\n").body == "a,b"


def test_columns_are_known_by_their_names() -> None:
    article = one(
        b"ID,Headline,Article URL,publishedAt,By-line,Keywords,topics,Publication,HTML,shoe size,,Lang\n"
        b'7,T,https://example.org/a,1710583200,Ada; Bo,"a, b",a|c,The News,<p>One <b>two</b></p>,42,0,en\n'
    )
    assert article.metadata() == {
        "id": "7",
        "title": "T",
        "date": PartialDate("2024-03-16T10:00:00Z"),
        "authors": ["Ada", "Bo"],
        "source": "The News",
        "url": "https://example.org/a",
        "language": "en",
        "tags": ["a", "b", "c"],
        "shoe size": "42",
    }
    assert article.body == "One **two**"


def test_of_several_columns_for_one_key_the_plainer_name_is_taken() -> None:
    article = one(b"created,published,subject,title,content\n2020,2021,s,t,c\n")
    assert (article.date, article.title, article.tags, article.extra) == (
        PartialDate("2021"),
        "t",
        ["s"],
        {"created": 2020},
    )


def test_a_column_that_means_something_else_here_is_kept_under_another_name() -> None:
    assert one(b"title,format,original,archived\nT,pdf,yes,no\n").extra == {
        "format_as_written": "pdf",
        "original_as_written": "yes",
        "archived_as_written": "no",
    }


def test_the_user_says_what_the_columns_hold() -> None:
    data = b"title,H,T,When,keywords\nold,new,text,2024,k\n"
    article = one(data, headline="H", content="T", date="When", mood="title")
    assert (article.title, article.body, article.date, article.tags, article.extra) == (
        "new",
        "text",
        PartialDate("2024"),
        ["k"],
        {"mood": "old"},
    )
    assert one(data, title="H", tags="T").extra == {
        "title_as_written": "old",
        "keywords_as_written": "k",
        "When": "2024",
    }


def test_a_mapping_to_a_column_that_is_not_there_is_one_error() -> None:
    with pytest.raises(
        ReaderError, match=r"^--map title=Headline: there is no such column; the columns are title, body$"
    ):
        records(b"title,body\na,b\nc,d\n", title="Headline", body="body")


def test_a_table_that_is_not_of_articles_is_refused() -> None:
    with pytest.raises(ReaderError, match=r"^no column looks like a title or a text; .* the columns are age, city$"):
        records(b"age,city\n1,Rome\n")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_table_is_refused(data: bytes) -> None:
    with pytest.raises(ReaderError, match=r"^the file is empty$"):
        records(data)


def test_bad_rows_are_refused_with_their_bytes_and_the_others_are_read() -> None:
    data = (
        "title,body\nÄ,öäüßéèñø\n".encode() + b"bad,\xff\xfe\na,b,c\nd,e,,\nf\nz,\0\n,\n"
        b'g,"quote that is not closed\nh,after it\n'
    )
    found = [
        (each.location, each.reason, each.raw) if isinstance(each, Refusal) else (each.location, each.load().title)
        for each in records(data)
    ]
    assert found == [
        ("2", "Ä"),
        ("3", "the text is not UTF-8 (byte 0xff)", b"bad,\xff\xfe\n"),
        ("4", "the row has 3 cells, and the header 2", b"a,b,c\n"),
        ("5", "d"),
        ("6", "f"),
        ("7", "it has zero bytes", b"z,\0\n"),
        ("9", "a quote in it is not closed", b'g,"quote that is not closed\n'),
        ("10", "h"),
    ]


def test_a_row_without_text_and_title_is_no_article() -> None:
    (record,) = records(b"title,body,date\n,nan,2024\n")
    assert isinstance(record, Record)
    with pytest.raises(InputError, match="there is no text and no title"):
        record.load()


def test_rows_and_lines_that_are_too_long_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_SIZE", 100)
    data = b"title,body\na,b\nlong," + b"x" * 200 + b'\nc,d\ne,"' + b"words\n" * 30 + b"\nf,g\n"
    found = [(each.location, isinstance(each, Refusal) and each.reason) for each in records(data)]
    assert found[:4] == [
        ("2", False),
        ("3", "the line is longer than 0 MB"),
        ("4", False),
        ("5", "a quote in it is not closed"),
    ]
    assert found[-1] == ("36", False)


def test_dates_that_could_be_two_are_kept_as_they_are_written() -> None:
    assert [(a.date, a.extra) for a in articles(b"title,date\na,03/16/2024\nb,03/04/2024\nc,soon\n")] == [
        (PartialDate("2024-03-16"), {}),
        (None, {"date_as_written": "03/04/2024"}),
        (None, {"date_as_written": "soon"}),
    ]


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (b"title,date,body\na,2024,text\n", True),
        (b"Title\tURL\tTags\na\tb\tc\n", True),
        (b"title,date,body\n", False),
        (b"title,text\na,b\n", False),
        (b"Title, date and text of an article.\nThe second line, says more, of it, and more.\n", False),
        (b"age,city,url\n1,2,3\n", False),
        (b'{"title": 1, "date": 2, "text": 3}\n{}\n', False),
        (b"", False),
        (b"\0\1\2,,,\n\0", False),
    ],
)
def test_tables_are_recognized(head: bytes, known: bool) -> None:
    assert READER.recognizes(head) is known


def test_the_name_decides_too() -> None:
    assert choose(source(b"x,y\n1,2\n", "a.tsv")).name == "csv"
    assert choose(source(b"title,date,body\na,2024,text\n", "a.txt")).name == "csv"


VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
METADATA = st.fixed_dictionaries(
    {"title": VALUES},
    optional={
        **{
            key: VALUES
            for key, kind in keys.KNOWN.items()
            if kind == keys.TEXT and key not in ("title", "title_derived")
        },
        **{key: st.lists(VALUES, max_size=3) for key, kind in keys.KNOWN.items() if kind == keys.LIST},
        **{key: st.sampled_from(["1963", "2024-03-16T10:00:05+02:00"]) for key in ("date", "updated", "archived")},
        "mood": st.none() | st.booleans() | st.integers() | VALUES | st.lists(VALUES),
        "a;b": VALUES,
    },
)


@given(st.lists(st.tuples(METADATA, VALUES), min_size=1, max_size=3))
@example([({"title": "t", "tags": ["a; b", "c, d"], "authors": ["[x]", "e"]}, 'One\r\n"two"\r\nthree\rfour\n')])
def test_what_docarchive_wrote_is_read_back_equal(given_: list[tuple[dict[str, object], str]]) -> None:
    written = [Article.from_metadata(metadata, body) for metadata, body in given_]
    documents = [Document(article.id, "", frontmatter.render(article)) for article in written]
    out = io.BytesIO()
    CsvWriter().write(documents, out, WriteOptions())
    assert articles(out.getvalue()) == [document.article for document in documents]


def test_a_table_of_before_there_were_notes_is_docarchives_own() -> None:
    cells = {"id": "0123456789ab", "title": "Pier", "tags": "a, b; c", "extra": '{"mood": "good"}', "body": "The pier."}
    before = [name for name in COLUMNS if name not in keys.ANNOTATIONS]
    out = io.StringIO(newline="")
    csv_files.writer(out).writerows([before, [cells.get(name, "") for name in before]])
    (article,) = articles(out.getvalue().encode())
    assert (article.tags, article.extra, article.body) == (["a, b", "c"], {"mood": "good"}, "The pier.")


@given(
    st.binary(max_size=60)
    | st.text("title,;\t|\"'\r\nä\0", max_size=40).map(lambda text: ("title,body\n" + text).encode())
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert READER.recognizes(data) in (True, False)
    with suppress(InputError):
        for each in records(data):
            if isinstance(each, Record):
                with suppress(InputError):
                    each.load()


@pytest.mark.parametrize(
    ("header", "date"),
    [
        ("Titel;Datum;Autorin;Text", "2024-03-16"),
        ("TITRE;Date de publication;Auteur;Contenu", "2024-03-16"),
        ("Título;Fecha de publicación;Autor;Texto", "2024-03-16"),
        ("Titolo;Data;Autore;Testo", "2024-03-16"),
        ("Заголовок;Дата;Автор;Текст", "2024-03-16"),
        ("タイトル;日付;著者;本文", "2024-03-16"),
        ("العنوان;التاريخ;الكاتب;النص", "2024-03-16"),
        ("title;data;author;text", None),
    ],
)
def test_columns_have_names_in_many_languages(header: str, date: str | None) -> None:
    [article] = articles(f"{header}\nThe pier;2024-03-16;Ada Meyer;It is gone.\n".encode())
    assert (article.title, article.authors, article.body) == ("The pier", ["Ada Meyer"], "It is gone.")
    assert (str(article.date) if article.date else None, "data" in article.extra) == (date, date is None)


def test_of_two_columns_the_one_with_a_name_in_english_counts() -> None:
    [article] = articles(b"Titel,title,text\nDie Mole,The pier,It is gone.\n")
    assert (article.title, article.extra["Titel"]) == ("The pier", "Die Mole")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("昨夜、港湾評議会が開かれ、市長は新しい船①と鰻の値段について話した。髙橋さんは㈱港湾の社員である。", "cp932"),
        ("어젯밤 항구에서 회의가 열려 시장은 새 배와 장어 가격에 대해 이야기했다. 똠방각하 펲시.", "cp949"),
    ],
)
def test_letters_that_windows_adds_to_an_encoding_are_read(text: str, encoding: str) -> None:
    article = one(f"title,body\r\nA,{text}\r\n".encode(encoding))
    assert article.body == text
