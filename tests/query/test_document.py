import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.analysis import slots_of
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.query import AnalyzedArticle
from docarchive.query.document import DATE_FIELDS, TEXT_FIELDS, date_in, label_values, number_in

ARTICLE = Article.from_metadata(
    {
        "title": "Piers and ships",
        "date": "2024-03",
        "tags": ["Free Trade", "nat-gas"],
        "count": 0,
        "geo": {"city": "Oslo", "at": {"x": 1.5}},
        "none": None,
    },
    "Ships sailed.",
)
DOCUMENT = AnalyzedArticle(ARTICLE, "en")


def test_text_fields_are_stemmed_and_words_are_not() -> None:
    assert TEXT_FIELDS == ("title", "summary", "body")
    assert DOCUMENT.positions("title") == {"pier": [0], "and": [1], "ship": [2]}
    assert DOCUMENT.positions("summary") == {}
    assert DOCUMENT.slots("body") == [("ship",), ("sail",)]
    assert {name: DOCUMENT.words(name) for name in TEXT_FIELDS} == {
        "title": {"piers", "and", "ships"},
        "summary": set(),
        "body": {"ships", "sailed"},
    }


def test_the_language_is_the_articles_own_if_it_says_one() -> None:
    said = Article(title="Häuser", language="de-AT")
    assert AnalyzedArticle(said, "en").values("language") == ["de-AT"]
    assert AnalyzedArticle(said, "en").positions("title") == {"haus": [0]}
    assert AnalyzedArticle(Article(title="x"), "fr").values("language") == ["fr"]


def test_headings_are_where_they_stand() -> None:
    body = "One two.\n\n# Three four\n\nFive\n\nSix seven\n=========\n\neight #nine\n\n####### ten\n"
    found = AnalyzedArticle(Article(title="x", body=body))
    assert slots_of(found.headings()) == [("three",), ("four",), ("six",), ("seven",)]
    assert [slot[0] for slot in found.slots("body")] == [
        *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    ]


@given(st.text(alphabet="ab# =\n-", max_size=80))
def test_headings_change_no_position(body: str) -> None:
    found = AnalyzedArticle(Article(title="x", body=body))
    assert found.slots("body") == found.analyzer.slots(body)
    rest = iter(found.pretokens("body"))
    assert all(heading in rest for heading in found.headings())  # in their order


@given(st.text(alphabet="abé -\n日本", max_size=40), st.sampled_from(["en", "fr", "zh"]))
def test_positions_and_words_are_those_of_the_text(text: str, language: str) -> None:
    found = AnalyzedArticle(Article(title=text, summary=text, body=text), language)
    for field in TEXT_FIELDS:
        slots = found.analyzer.slots(text)
        assert found.positions(field) == {
            term: [place for place, slot in enumerate(slots) if term in slot] for slot in slots for term in slot
        }
        assert found.words(field) == found.analyzer.words(text)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("42", 42.0),
        ("-1.5", -1.5),
        ("+2e3", 2000.0),
        ("1e999", float("inf")),
        ("1,000", None),
        ("x1", None),
        ("", None),
    ],
)
def test_numbers(value: str, number: float | None) -> None:
    assert number_in(value) == number


@pytest.mark.parametrize(
    ("value", "date"),
    [("2024-03", "2024-03"), ("2024-03-16T10:00", "2024-03-16T10:00"), ("2024", None), ("2024-13", None), ("x", None)],
)
def test_dates_in_any_key(value: str, date: str | None) -> None:
    assert date_in(value) == (PartialDate(date) if date else None)


def test_labels_are_folded_and_kept_apart() -> None:
    assert DOCUMENT.labels("tags") == [["free", "trade"], ["nat-gas"]]
    assert DOCUMENT.labels("count") == [["0"]]
    assert DOCUMENT.labels("geo.at.x") == [["1.5"]]
    assert DOCUMENT.labels("none") == DOCUMENT.labels("missing") == DOCUMENT.labels("source") == []


def test_dates() -> None:
    assert DATE_FIELDS == ("date", "updated", "archived")
    assert DOCUMENT.dates("date") == [PartialDate("2024-03")]
    assert DOCUMENT.dates("updated") == DOCUMENT.dates("tags") == []
    assert DOCUMENT.numbers("geo.at.x") == [1.5]
    assert DOCUMENT.has("date")
    assert DOCUMENT.has("body")
    assert not DOCUMENT.has("summary")


def test_the_keys_of_labels_are_dotted_where_nested() -> None:
    keys = [key for key, _ in label_values(ARTICLE, "en")]
    assert keys == ["language", "tags", "count", "geo", "geo.city", "geo.at", "geo.at.x", "none"]


def test_the_values_of_labels_are_those_that_a_query_sees() -> None:
    analyzed = AnalyzedArticle(ARTICLE, "de")
    assert analyzed.label_values == [(key, analyzed.values(key)) for key, _ in analyzed.label_values]
    without = label_values(ARTICLE, "de", without=("tags", "geo"))
    assert without == [row for row in analyzed.label_values if row[0] not in ("tags", "geo")]
