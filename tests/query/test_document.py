from __future__ import annotations

from docarchive.analysis import Analyzer
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.query import AnalyzedArticle
from docarchive.query.document import DATE_FIELDS, TEXT_FIELDS, label_fields

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
DOCUMENT = AnalyzedArticle(ARTICLE, Analyzer("en"))


def test_text_fields_are_stemmed_and_words_are_not() -> None:
    assert TEXT_FIELDS == ("title", "summary", "body")
    assert DOCUMENT.terms == {"title": ["pier", "and", "ship"], "summary": [], "body": ["ship", "sail"]}
    assert DOCUMENT.words == {"title": {"piers", "and", "ships"}, "summary": set(), "body": {"ships", "sailed"}}


def test_labels_are_folded_and_kept_apart() -> None:
    assert DOCUMENT.labels("tags") == [["free", "trade"], ["nat-gas"]]
    assert DOCUMENT.labels("count") == [["0"]]
    assert DOCUMENT.labels("geo.at.x") == [["1.5"]]
    assert DOCUMENT.labels("none") == DOCUMENT.labels("missing") == DOCUMENT.labels("source") == []


def test_dates() -> None:
    assert DATE_FIELDS == ("date", "updated", "archived")
    assert DOCUMENT.date("date") == PartialDate("2024-03")
    assert DOCUMENT.date("updated") is None


def test_label_fields_are_dotted_where_nested() -> None:
    assert label_fields(ARTICLE) == ["tags", "count", "geo", "geo.city", "geo.at", "geo.at.x", "none"]
