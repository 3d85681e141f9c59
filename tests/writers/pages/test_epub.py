import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docarchive import frontmatter
from docarchive.article import Article
from docarchive.readers import Record, Source, readers
from docarchive.readers.protocol import ReadOptions
from docarchive.writers import Document, WriteOptions, writer

DC = "{http://purl.org/dc/elements/1.1/}"
OPF = "{http://www.idpf.org/2007/opf}"
XHTML = "{http://www.w3.org/1999/xhtml}"
NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
EPUB = "{http://www.idpf.org/2007/ops}"
BODY = "The council voted **nine to four**.\n\n## What it costs\n\n1. First `piles`,\n2. then decks."
TITLES = ["A & <b>", "a\x00b\x1b[31m", "]]>", "../../x", "שלום \u202eabc", "\ufffe", "x" * 300, "{{ title }}"]
TAGS = (
    "a b blockquote br caption dd details div dl dt em figcaption figure h1 hr i li mark ol p pre q rt ruby small"
    " summary table tbody td th thead time tr ul script svg math"
)
PIECES = st.sampled_from(
    [
        *(f"<{tag}>" for tag in TAGS.split()),
        *(f"</{tag}>" for tag in TAGS.split()),
        *('<a href="http://a b/">', '<a href="#x">', '<td colspan="x" align=right>', '<p lang="x y" dir=up>'),
        *("text", "&nbsp;", "\x0b", "\n\n", "# h\n", "- x\n", "![a](b.png)", "]]>"),
    ]
)
#: What may stand where words alone may.
PHRASING = set(
    "a abbr b br cite code del dfn em i ins kbd mark q s samp small span strong sub sup time u var wbr".split()  # noqa: SIM905
)
BLOCKS = set("blockquote details div dl figure h1 h2 h3 h4 h5 h6 hr ol p pre table ul".split())  # noqa: SIM905
PARTS = {"ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd"}, "tr": {"th", "td"}, "tbody": {"tr"}, "thead": {"tr"}}
ATTRIBUTES = set("href title lang dir class start colspan rowspan datetime style rel".split())  # noqa: SIM905


def document(number: int, body: str = BODY, **metadata: Any) -> Document:
    article = Article.from_metadata({"title": f"Title {number}", **metadata}, body)
    article.id = f"{number:012}"
    return Document(article.id, "articles/a.md", frontmatter.render(article))


def written(documents: Iterable[Document], **options: Any) -> bytes:
    out = io.BytesIO()
    writer("epub").write(documents, out, WriteOptions(**options))
    return out.getvalue()


class Pipe(io.RawIOBase):
    """Takes bytes as a pipe does."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += bytes(data)
        return len(data)


class Book:
    """A book, checked as the standard says: its files, and that they fit together."""

    def __init__(self, data: bytes) -> None:
        # The media type stands where programs look for it without unpacking (OCF 4.3).
        assert data[30:58] == b"mimetypeapplication/epub+zip"
        assert struct.unpack("<HH", data[26:30]) == (8, 0)
        assert struct.unpack("<H", data[8:10]) == (zipfile.ZIP_STORED,)
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        assert self.zip.testzip() is None
        names = self.zip.namelist()
        assert len({name.casefold() for name in names}) == len(names)
        root = self.xml("META-INF/container.xml").find(".//{*}rootfile")
        assert root is not None
        self.path = root.attrib["full-path"]
        self.package = self.xml(self.path)
        self.items = {each.attrib["id"]: each.attrib for each in self.package.iter(f"{OPF}item")}
        listed = {self.near(self.path, item["href"]) for item in self.items.values()}
        assert listed | {"mimetype", "META-INF/container.xml", self.path} == set(names)
        assert len(listed) == len(self.items)
        self.spine = [each.attrib["idref"] for each in self.package.iter(f"{OPF}itemref")]
        assert len(set(self.spine)) == len(self.spine) > 0
        (self.nav,) = [item["href"] for item in self.items.values() if item.get("properties") == "nav"]
        for idref in self.spine:
            assert self.items[idref]["media-type"] == "application/xhtml+xml"

    def xml(self, name: str) -> ET.Element:
        return ET.fromstring(self.zip.read(name))

    @staticmethod
    def near(base: str, href: str) -> str:
        return posixpath.normpath(str(PurePosixPath(base).parent / href.partition("#")[0]))

    def said(self, name: str) -> list[str]:
        return [each.text or "" for each in self.package.iter(f"{DC}{name}")]

    def modified(self) -> str:
        (found,) = [e.text for e in self.package.iter(f"{OPF}meta") if e.get("property") == "dcterms:modified"]
        return found or ""

    def chapters(self) -> list[ET.Element]:
        return [self.xml(self.near(self.path, self.items[idref]["href"])) for idref in self.spine[1:]]

    def contents(self) -> list[tuple[str, str]]:
        (nav,) = self.xml(self.near(self.path, self.nav)).iter(f"{XHTML}nav")
        assert nav.get(f"{EPUB}type") == "toc"
        for each in nav.iter(f"{XHTML}li"):
            assert each[0].tag in (f"{XHTML}a", f"{XHTML}span")
            assert (each[0].tag == f"{XHTML}span") == (len(each) == 2)
        for each in nav.iter(f"{XHTML}ol"):
            assert len(each)
        return [(each.text or "", each.attrib["href"]) for each in nav.iter(f"{XHTML}a")]

    def points(self) -> list[tuple[str, str]]:
        ncx = self.items[self.package.find(f"{OPF}spine").attrib["toc"]]["href"]  # type: ignore[union-attr]
        root = self.xml(self.near(self.path, ncx))
        assert [e.get("content") for e in root.iter(f"{NCX}meta") if e.get("name") == "dtb:uid"] == self.said(
            "identifier"
        )
        found = [each for each in root.iter(f"{NCX}navPoint") if each.find(f"{NCX}navPoint") is None]
        return [
            (each.findtext(f"{NCX}navLabel/{NCX}text") or "", each.find(f"{NCX}content").attrib["src"])  # type: ignore[union-attr]
            for each in found
        ]


def check_chapter(root: ET.Element) -> None:
    """Asserts that elements stand where XHTML lets them."""
    for parent in root.find(f"{XHTML}body").iter():  # type: ignore[union-attr]
        tag = parent.tag.removeprefix(XHTML)
        for name, value in parent.attrib.items():
            assert name.rpartition("}")[2] in ATTRIBUTES | {"type"}
            if name == "href":
                assert re.fullmatch(r"(https?://[\w.:-]+|mailto:)[\w%/:?@!$&'()*+,;=~.#-]*", value, re.ASCII)
        inside = {each.tag.removeprefix(XHTML) for each in parent}
        if tag in PHRASING | {"p", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "caption", "th"}:
            assert inside <= PHRASING | {"ruby"}
        if tag in PARTS:
            assert inside <= PARTS[tag]
            assert not (parent.text or "").strip()
        if tag == "ruby":
            assert "rt" in inside
        if tag in ("div", "li", "dd", "td", "blockquote"):
            assert inside <= PHRASING | BLOCKS | {"ruby"}


def test_a_book_is_what_the_standard_says() -> None:
    documents = [
        document(
            1, date="2024-03-16", authors=["Ada Meyer"], tags=["pier"], language="en", url="https://example.org/1"
        ),
        document(2, title=TITLES[0], date="2024-03-18T10:00:00Z", authors=["Bo Larsen"], language="en"),
        document(3, updated="2024-04", authors=["Bo Larsen"], language="de"),
    ]
    book = Book(written(documents, title="The <pier> & all", url="https://example.org/"))
    assert book.package.attrib["version"] == "3.0"
    assert book.package.attrib["unique-identifier"] == book.package.find(f".//{DC}identifier").attrib["id"]  # type: ignore[union-attr]
    assert book.said("title") == ["The <pier> & all"]
    assert book.said("language") == ["en"]
    assert book.said("creator") == []
    assert book.said("source") == ["https://example.org/"]
    assert re.fullmatch(
        r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", book.said("identifier")[0]
    )
    assert book.modified() == "2024-04-01T00:00:00Z"
    assert book.contents() == book.points()
    assert book.contents() == [
        ("Title 1", "articles/000001.xhtml"),
        (TITLES[0], "articles/000002.xhtml"),
        ("Title 3", "articles/000003.xhtml"),
    ]
    first = book.chapters()[0]
    assert [each.text for each in first.iter(f"{XHTML}h1")] == ["Title 1"]
    assert first.find(f".//{XHTML}time").attrib["datetime"] == "2024-03-16"  # type: ignore[union-attr]
    for chapter in book.chapters():
        check_chapter(chapter)


def test_the_same_articles_make_the_same_book_even_to_a_pipe() -> None:
    documents = [document(number, date=f"2024-03-{number:02}") for number in range(1, 4)]
    pipe = Pipe()
    writer("epub").write(documents, pipe, WriteOptions())  # type: ignore[arg-type]
    assert written(documents) == written(documents) == pipe.data
    other = Book(written(documents[:2]))
    assert other.said("identifier") != Book(pipe.data).said("identifier")
    assert other.modified() == "2024-03-02T00:00:00Z"


def test_a_book_of_one_author_names_them() -> None:
    assert Book(written([document(1, authors=["Ada", "Bo"]), document(2, authors=["Ada", "Bo"])])).said("creator") == [
        "Ada",
        "Bo",
    ]


def test_a_book_without_articles_is_a_book() -> None:
    book = Book(written([], title="Nothing"))
    assert book.contents() == [("Nothing", "contents.xhtml")] == book.points()
    assert book.chapters() == []
    assert book.modified() == "1980-01-01T00:00:00Z"


def test_many_articles_stand_in_groups_of_years_and_months() -> None:
    dates = [f"{year}-{month:02}" for year in (2022, 2023) for month in (3, 4, 5) for _ in range(6)]
    documents = [document(number, date=date) for number, date in enumerate([*dates, *[None] * 6], 1)]
    book = Book(written(documents))
    (nav,) = book.xml("EPUB/contents.xhtml").iter(f"{XHTML}nav")
    years = [each.text for each in nav.findall(f"./{XHTML}ol/{XHTML}li/{XHTML}span")]
    months = [each.text for each in nav.findall(f"./{XHTML}ol/{XHTML}li/{XHTML}ol/{XHTML}li/{XHTML}span")]
    assert years == ["2022", "2023", "Undated"]
    assert months[:3] == ["March 2022", "April 2022", "May 2022"]
    assert [href for _, href in book.contents()] == [f"articles/{n:06}.xhtml" for n in range(1, len(documents) + 1)]
    assert book.points() == book.contents()


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from(TITLES))
def test_whatever_a_text_holds_its_chapter_is_xhtml(body: str, title: str) -> None:
    book = Book(written([document(1, body, title=title, tags=[title], url="http://a b/")], title=title))
    for chapter in book.chapters():
        check_chapter(chapter)


def test_a_book_is_read_again_article_by_article() -> None:
    metadata: dict[str, Any] = {
        "title": 'The "new" pier & <what> it costs',
        "date": "2024-03-16T10:30:00+01:00",
        "authors": ["Ada Meyer", "Bo Larsen"],
        "source": "The Courier",
        "summary": "After six years, a pier.",
        "url": "https://courier.example.org/pier?a=1&b=2",
        "tags": ["harbour", "free trade"],
        "places": ["North Bay"],
    }
    data = written([document(1, **metadata), document(2, date="1963")], title="A book")
    options = ReadOptions(split=True)
    records = list(readers()["epub"].records(Source("a.epub", len(data), lambda: io.BytesIO(data), options=options)))
    first, second = (record.load() for record in records if isinstance(record, Record))
    for key in ("title", "authors", "source", "summary", "url", "tags", "places"):
        assert getattr(first, key) == metadata[key]
    assert (str(first.date), str(second.date)) == (metadata["date"], "1963")
    assert (second.title, second.authors, second.source) == ("Title 2", [], None)
    assert first.body == second.body == BODY


def test_a_book_is_read_again_as_one_article() -> None:
    data = written([document(1), document(2)], title="A book")
    (record,) = readers()["epub"].records(Source("a.epub", len(data), lambda: io.BytesIO(data)))
    assert isinstance(record, Record)
    article = record.load()
    assert article.title == "A book"
    assert article.body.count("nine to four") == 2


@pytest.mark.parametrize("body", ["", "   \n", "<!-- -->"])
def test_articles_without_text_are_chapters(body: str) -> None:
    check_chapter(Book(written([document(1, body)])).chapters()[0])
