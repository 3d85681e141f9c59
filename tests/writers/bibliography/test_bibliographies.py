"""BibTeX, BibLaTeX, RIS and CSL-JSON: read by the programs of others, and by our own readers."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import read_again, written

from docarchive.article import Article, clean
from docarchive.dates import PartialDate
from docarchive.writers.bibliography.reference import References, one_line

FORMATS = {"bibtex": "bibtex", "biblatex": "bibtex", "ris": "ris", "csl-json": "csl-json"}
NEWS: dict[str, Any] = {
    "title": "Pier reopens: 100% of {NATO} & _the_ $5 #1 ~ ^ \\input{x}",
    "date": "2024-03-16T10:00:00+01:00",
    "authors": ["Ana Ruiz", "Vincent van Gogh", "Martin Luther King Jr.", "Ministry of Works"],
    "source": "The Harbour Times",
    "section": "Town",
    "url": "https://example.org/pier?a=1&b=50%25#x_y",
    "language": "en",
    "summary": "It opened again -- at last.",
    "tags": ["harbour", "free trade"],
    "archived": "2024-05-01T08:00:00Z",
}
PAPER: dict[str, Any] = {
    "title": "On piers",
    "date": "1963-11",
    "authors": ["Bo Larsen"],
    "editors": ["Ada Meyer"],
    "source": "Journal of Piers",
    "doi": "10.1000/xyz_1",
    "volume": "3",
    "number": 4,
    "pages": "1–10",
    "issn": "1234-5678",
    "entry_type": "article",
    "citation_key": "larsen63",
}
PAGE: dict[str, Any] = {"title": "A page", "url": "https://example.org/page"}
NOTE: dict[str, Any] = {"title": "A note", "date": "2024"}
TEXT = st.text(st.one_of(st.characters(), st.sampled_from("\\{}$&#%_^~\"'`-@,=<>| \n\x1b\u2028שלום😀")), max_size=20)
NAMES = st.lists(st.sampled_from(NEWS["authors"]) | TEXT, max_size=3)


def articles() -> list[Article]:
    return [Article.from_metadata(each, "The text.") for each in (NEWS, PAPER, PAGE, NOTE)]


def test_bibtex_is_read_by_pybtex() -> None:
    database = pytest.importorskip("pybtex.database")
    found = database.parse_bytes(written("bibtex", *articles()), "bibtex").entries
    news, paper, page, note = found.values()
    assert [*found] == ["ruiz2024-0000000000a0", "larsen63", "anon-0000000002a2", "anon2024-0000000003a3"]
    assert [each.type for each in (news, paper, page, note)] == ["article", "article", "misc", "misc"]
    assert [str(person) for person in news.persons["author"]] == [
        "Ruiz, Ana",
        "van Gogh, Vincent",
        "King, Jr., Martin Luther",
        "{Ministry of Works}",
    ]
    assert (news.fields["year"], news.fields["month"], news.fields["day"]) == ("2024", "March", "16")
    assert (news.fields["journal"], news.fields["url"]) == ("The Harbour Times", NEWS["url"])
    assert (news.fields["urldate"], news.fields["keywords"]) == ("2024-05-01", "harbour, free trade")
    assert (paper.fields["pages"], paper.fields["doi"], paper.fields["month"]) == ("1--10", "10.1000/xyz_1", "November")
    assert str(paper.persons["editor"][0]) == "Meyer, Ada"
    assert "month" not in note.fields
    assert "{{A page}}" in written("bibtex", *articles()).decode()


@pytest.mark.parametrize("name", FORMATS)
def test_a_doi_is_written_without_its_resolver(name: str) -> None:
    short, long = (
        written(name, Article.from_metadata({"title": "Piers", "doi": start + "10.5555/ABC"}, "Text."))
        for start in ("", "https://doi.org/")
    )
    assert short == long
    assert b"10.5555/ABC" in short


def test_biblatex_says_what_kind_of_article_it_is_and_when() -> None:
    database = pytest.importorskip("pybtex.database")
    found = database.parse_bytes(written("biblatex", *articles()), "bibtex").entries
    news, paper, page, note = found.values()
    assert [each.type for each in (news, paper, page, note)] == ["article", "article", "online", "misc"]
    assert (news.fields["entrysubtype"], news.fields["langid"]) == ("newspaper", "english")
    assert [each.fields.get("date") for each in (news, paper, page, note)] == ["2024-03-16", "1963-11", None, "2024"]
    assert "entrysubtype" not in paper.fields


def test_ris_is_read_by_rispy() -> None:
    rispy = pytest.importorskip("rispy")
    news, paper, page, note = rispy.loads(written("ris", *articles()).decode())
    assert [each["type_of_reference"] for each in (news, paper, page, note)] == ["NEWS", "JOUR", "ELEC", "GEN"]
    assert news["authors"] == ["Ruiz, Ana", "van Gogh, Vincent", "King, Martin Luther, Jr.", "Ministry of Works"]
    assert (news["title"], news["year"], news["date"]) == (NEWS["title"], "2024", "2024/03/16/")
    assert (news["secondary_title"], news["urls"], news["keywords"]) == (
        "The Harbour Times",
        [NEWS["url"]],
        ["harbour", "free trade"],
    )
    assert (paper["start_page"], paper["end_page"], paper["volume"], paper["number"]) == ("1", "10", "3", "4")
    assert (paper["date"], note["date"], "date" in page) == ("1963/11//", "2024///", False)


#: What CSL 1.0.2 says of items (https://github.com/citation-style-language/schema), as far as it is used.
NAME = {
    "type": "object",
    "properties": {
        key: {"type": "string"} for key in ("family", "given", "non-dropping-particle", "suffix", "literal")
    },
    "anyOf": [{"required": ["family", "given"]}, {"required": ["literal"]}],
    "additionalProperties": False,
}
DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "items": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3},
            "minItems": 1,
            "maxItems": 2,
        }
    },
    "additionalProperties": False,
}
TYPES = """article-journal article-magazine article-newspaper book chapter dataset document entry-encyclopedia
manuscript paper-conference patent personal_communication post-weblog report thesis webpage"""
TEXTS = """title publisher publisher-place section volume issue page ISBN ISSN DOI URL language abstract keyword
container-title"""
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "type": {"enum": TYPES.split()},
            **{key: {"type": "string", "minLength": 1} for key in TEXTS.split()},
            **{key: {"type": "array", "items": NAME} for key in ("author", "editor")},
            **dict.fromkeys(("issued", "accessed"), DATE),
        },
        "required": ["type", "id"],
        "additionalProperties": False,
    },
}


def test_csl_json_follows_its_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    news, paper, page, note = items = json.loads(written("csl-json", *articles()))
    jsonschema.validate(items, SCHEMA)
    assert [each["type"] for each in items] == ["article-newspaper", "article-journal", "webpage", "document"]
    assert news["author"] == [
        {"family": "Ruiz", "given": "Ana"},
        {"family": "Gogh", "given": "Vincent", "non-dropping-particle": "van"},
        {"family": "King", "given": "Martin Luther", "suffix": "Jr."},
        {"literal": "Ministry of Works"},
    ]
    assert (news["issued"], news["accessed"]) == ({"date-parts": [[2024, 3, 16]]}, {"date-parts": [[2024, 5, 1]]})
    assert (paper["issued"], note["issued"], "issued" in page) == (
        {"date-parts": [[1963, 11]]},
        {"date-parts": [[2024]]},
        False,
    )


@pytest.mark.parametrize("name", FORMATS)
def test_our_own_readers_find_what_was_written(name: str) -> None:
    news, paper, page, note = read_again(FORMATS[name], written(name, *articles()))
    assert (news.title, news.authors, news.source) == (NEWS["title"], NEWS["authors"], NEWS["source"])
    assert (news.url, news.tags, str(news.date)) == (NEWS["url"], NEWS["tags"], "2024-03-16")
    assert news.body == NEWS["summary"]
    assert (str(paper.date), paper.extra["doi"], paper.extra["editors"]) == ("1963-11", PAPER["doi"], ["Ada Meyer"])
    assert (paper.extra["citation_key"], page.url, str(note.date)) == ("larsen63", PAGE["url"], "2024")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("type_", ["book", "dataset", "chapter", "thesis", "report"])
def test_the_publisher_of_an_article_that_is_in_nothing_is_written(type_: str, name: str) -> None:
    whole = {"title": "On kilns", "entry_type": type_, "publisher": "Kiln & Sons"}
    again, *_ = read_again(FORMATS[name], written(name, Article.from_metadata(whole, "Text.")))
    assert again.extra.get("publisher", again.source) == "Kiln & Sons"


@pytest.mark.parametrize("name", FORMATS)
@given(
    found=st.lists(
        st.fixed_dictionaries(
            {"title": TEXT.filter(lambda text: one_line(clean(text)) != ""), "authors": NAMES},
            optional={
                "source": TEXT,
                "summary": TEXT,
                "tags": st.lists(TEXT, max_size=2),
                "url": st.just("https://example.org/") | TEXT.map(lambda text: f"http://example.org/{text}"),
                "date": st.sampled_from(["2024", "2024-03", "0963-01-02", "2024-03-16T10:00:00Z"]),
                "doi": TEXT,
                "pages": TEXT,
                "citation_key": TEXT,
                "entry_type": st.sampled_from(["book", "thesis", "inproceedings", "chap", "patent"]) | TEXT,
            },
        ),
        max_size=3,
    )
)
def test_whatever_articles_say_each_is_an_entry(name: str, found: list[dict[str, Any]]) -> None:
    given_ = [Article.from_metadata(each, "The text.") for each in found]
    data = written(name, *given_)
    if name.startswith("bib"):
        database = pytest.importorskip("pybtex.database")
        assert len(database.parse_bytes(data, "bibtex").entries) == len(given_)
        assert data.count(b"{") == data.count(b"}")
    elif name == "ris":
        assert len(pytest.importorskip("rispy").loads(data.decode())) == len(given_)
    else:
        pytest.importorskip("jsonschema").validate(json.loads(data), SCHEMA)
    if given_:
        again = read_again(FORMATS[name], data)
        assert [one_line(each.title) for each in again] == [
            one_line(each.title) for each in given_
        ] or name == "csl-json"
        assert len({each.extra["citation_key"].casefold() for each in again}) == len(given_)


def test_keys_never_collide_and_are_the_same_in_every_export() -> None:
    twins = [Article.from_metadata({"title": "T", "authors": ["Ana Ruiz"], "date": "2024"}) for _ in range(3)]
    for number, each in enumerate(twins):
        each.id = f"{number:012}"
    assert [References().of(each).key for each in twins] == [f"ruiz2024-{each.id}" for each in twins]
    kept = [Article.from_metadata({"title": "T", "citation_key": key}) for key in ("Ruiz {24},", "ruiz24", "RUIZ24")]
    references = References()
    for number, each in enumerate(kept):
        each.id = f"{number:012}"
    assert [references.of(each).key for each in kept] == ["Ruiz24", "ruiz24-000000000001", "RUIZ24-000000000002"]
    assert re.fullmatch("anon-0+", References().of(Article(id="0" * 12, authors=["王小明"])).key)


def test_a_date_is_never_more_precise_than_it_was() -> None:
    for text in ("1963", "1963-11"):
        article = Article(id="0" * 12, title="T", date=PartialDate(text), url="https://example.org/")
        assert f"date = {{{text}}}" in written("biblatex", article).decode()
        (again,) = read_again("ris", written("ris", article))
        assert str(again.date) == text
