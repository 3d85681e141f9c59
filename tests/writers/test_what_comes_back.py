"""What formats that hold no whole articles give back: each article, and of it what docs/export.md says."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import read_again, written

from docarchive.article import Article
from docarchive.writers import writers

WORD = st.text("abcxyzABCéñß漢字שלום0123456789", min_size=1, max_size=8)
SIGNS = ["<SRD>", "&", "50%", "{x}", "$5", "#1", "a_b", "~", "^", "\\", '"so"', "it's", "–", "=1+1", "@home", "😀"]
LINE = st.lists(st.one_of(WORD, WORD, st.sampled_from(SIGNS)), min_size=1, max_size=6).map(" ".join)
LABELS = st.lists(st.lists(WORD, min_size=1, max_size=2).map(" ".join), max_size=3, unique_by=str.casefold)
TEXT = st.lists(st.lists(WORD, min_size=3, max_size=9).map(" ".join), min_size=1, max_size=3).map("\n\n".join)
ARTICLES = st.fixed_dictionaries(
    {"title": st.tuples(WORD, LINE).map(" ".join), "body": TEXT},
    optional={
        "date": st.sampled_from(["1963", "2024-03", "2024-03-16", "2024-03-16T10:00:00+01:00", "2024-03-16T23:30:00Z"]),
        "updated": st.sampled_from(["2024-03-17", "2024-04-01T08:00:00Z"]),
        "authors": st.lists(
            st.sampled_from(["Ana Ruiz", "Ludwig van Beethoven", "Bo Larsen"]), max_size=3, unique=True
        ),
        "source": st.sampled_from(["The Post", "Le Monde", "Süddeutsche Zeitung"]),
        "section": st.tuples(WORD, LINE).map(" ".join),
        "url": st.just("https://example.org/a?b=1&c=%20d#e"),
        "language": st.sampled_from(["en", "de", "pt-BR"]),
        "summary": st.tuples(WORD, WORD, WORD).map(" ".join),
        "tags": LABELS,
        "people": LABELS,
        "organizations": LABELS,
        "places": LABELS,
        "rating": st.integers(),
    },
)
CITED = {"title", "authors", "source", "url", "language", "tags", "day"}
FED = {"title", "url", "summary", "tags", "body", "moment"}
PAGED = {"title", "dates", "authors", "source", "section", "url", "language", "summary", "tags", "body"}
#: The reader of each format, and what comes back.
KEPT: dict[str, tuple[str, set[str]]] = {
    "atom": ("feed", FED),
    "biblatex": ("bibtex", CITED - {"language"} | {"main language"}),
    "bibtex": ("bibtex", CITED),
    "csl-json": ("csl-json", CITED | {"section"}),
    "html": ("html", PAGED | {"people", "organizations", "places"}),
    "json-feed": ("jsonfeed", FED | {"authors", "language"}),
    "ninjs": (
        "ninjs",
        FED - {"moment"} | {"authors", "source", "language", "people", "organizations", "places", "moment"},
    ),
    "ris": ("ris", CITED | {"section"}),
    "rss": ("feed", FED | {"authors"}),
    "txt": ("text", PAGED - {"summary"}),
}


def shown(article: Article, kept: set[str]) -> dict[str, Any]:
    """Returns what is to come back of an article; formats that want a date or a language find one themselves."""
    date = article.date
    values: dict[str, Any] = {
        "day": date.text[:10] if date else None,
        "moment": date.start[:19] if date else None,
        "dates": (str(date or ""), str(article.updated or "")),
        "main language": (article.language or "").partition("-")[0],
        "body": article.body.strip(),
    }
    return {key: values[key] if key in values else getattr(article, key) for key in kept}


@pytest.mark.parametrize("name", sorted(KEPT))
@settings(max_examples=25, deadline=None)
@given(found=st.lists(ARTICLES, min_size=1, max_size=4))
def test_it_is_what_the_documentation_says(name: str, found: list[dict[str, Any]]) -> None:
    for module in writers()[name].requires:
        pytest.importorskip(module)
    reader, kept = KEPT[name]
    articles = [Article.from_metadata(each, each["body"]) for each in found]
    for each in articles:
        each.extra = {key: value for key, value in each.extra.items() if key == "rating"}
    parts = [[each] for each in articles] if name in ("html", "txt", "ninjs") else [articles]
    again = [each for part in parts for each in read_again(reader, written(name, *part))]
    assert len(again) == len(articles)
    for one, other in zip(articles, again, strict=True):
        free = {"moment"} if one.date is None else set()
        free |= {"language"} if one.language is None else set()
        free |= {"authors"} if not one.authors and name == "ninjs" else set()
        assert shown(other, kept - free) == shown(one, kept - free)
