import json
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive import keys
from docarchive.article import (
    MAX_DEPTH,
    MAX_VALUES,
    TITLE_LENGTH,
    Article,
    Literal,
    clean,
    derive_title,
    plain_mapping,
)
from docarchive.article.titles import plain_line
from docarchive.dates import PartialDate
from docarchive.errors import ArticleError
from docarchive.markdown import without_markup

# Surrogates too: a reader of JSON gets them from "\ud800".
CHARACTERS = st.one_of(
    st.characters(),
    st.characters(categories=["Cs"]),
    st.sampled_from("\0\x07\x1b\t\n\r\x85\u2028\ufeff\u202e\u200f😀👩‍🚀שלוםمرحباéß:#-'\"{}[]&*!|>%@`,.; "),
)
TEXT = st.text(CHARACTERS, max_size=20)
SCALARS = st.one_of(
    TEXT,
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**19, -(10**20), 10**3998, 1e22, 1e-7, -0.0, 5e-324]),
    st.floats(),
    st.sampled_from(["1.10", "no", "12:30", "007", "2024-03-16", "2024-03-16 10:00:00", "null", "~", "0x1f", "<<"]),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8
)
RESERVED = ["schema", "extra", "Body", "Schema", *keys.BODY_KEYS]
SPELLINGS = ["headline", "Title", "publisher", "link", "lang", "abstract"]
DATES = st.sampled_from(["1963", "1963-04", "2024-03-16", "2024-03-16T10:00", "2024-03-16T10:00:05+02:00"])
LISTS = st.lists(TEXT, max_size=3)


def fields(kind: str) -> list[str]:
    return [key for key, each in keys.KNOWN.items() if each == kind and key != "title_derived"]


METADATA = st.builds(
    lambda *parts: {key: value for part in parts for key, value in part.items()},
    st.dictionaries(st.sampled_from([*fields(keys.TEXT), *SPELLINGS]), TEXT, max_size=4),
    st.dictionaries(st.sampled_from([*fields(keys.DATE), "created", "lastmod"]), DATES, max_size=3),
    st.dictionaries(
        st.sampled_from([*fields(keys.LIST), "keywords", "author"]), st.lists(TEXT, max_size=3), max_size=3
    ),
    st.dictionaries(TEXT.filter(lambda key: not keys.canonical(clean(key))), VALUES, max_size=4),
    st.dictionaries(st.sampled_from(RESERVED), VALUES, max_size=3),
)


def as_json(article: Article) -> str:
    """All of an article as text; unlike ``==`` this tells 1, 1.0 and True apart, and sees order."""
    return json.dumps(article.to_dict())


# Laws


@given(METADATA, TEXT)
def test_from_dict_is_the_inverse_of_to_dict(metadata: dict[str, Any], body: str) -> None:
    article = Article.from_metadata(metadata, body)
    again = Article.from_dict(article.to_dict())
    assert again == article
    assert as_json(again) == as_json(article)


@given(METADATA, TEXT)
def test_the_json_form_survives_json(metadata: dict[str, Any], body: str) -> None:
    article = Article.from_metadata(metadata, body)
    text = json.dumps(article.to_dict(), ensure_ascii=False, allow_nan=False)
    assert text.encode()
    assert Article.from_dict(json.loads(text)) == article


@given(METADATA, TEXT)
def test_metadata_gives_the_article_again(metadata: dict[str, Any], body: str) -> None:
    article = Article.from_metadata(metadata, body)
    assert Article.from_metadata(article.metadata(), article.body) == article


@given(METADATA, TEXT)
def test_an_article_always_has_a_title_on_one_line(metadata: dict[str, Any], body: str) -> None:
    title = Article.from_metadata(metadata, body).title
    assert title
    assert title == " ".join(title.split())


@given(st.text())
def test_a_derived_title_is_short(body: str) -> None:
    assert 0 < len(derive_title(body)) <= TITLE_LENGTH


# Conventions


def test_a_hugo_front_matter() -> None:
    article = Article.from_metadata(
        {
            "title": "Harbour reopens",
            "date": "2024-03-16T10:00:00+01:00",
            "lastmod": date(2024, 3, 18),
            "categories": ["Shipping"],
            "tags": ["harbour", "Shipping"],
            "description": "Ships are back.",
            "draft": False,
        }
    )
    assert (str(article.date), str(article.updated)) == ("2024-03-16T10:00:00+01:00", "2024-03-18")
    assert article.tags == ["harbour", "Shipping"]
    assert article.summary == "Ships are back."
    assert article.extra == {"draft": False}


def test_a_schema_org_record() -> None:
    article = Article.from_dict(
        {
            "@type": "NewsArticle",
            "headline": "Harbour reopens",
            "datePublished": "2024-03-16",
            "author": [{"@type": "Person", "name": "Ana Ruiz"}, {"name": "Bo Lind"}],
            "publisher": {"@type": "Organization", "name": "The Pier"},
            "inLanguage": "en",
            "articleBody": "Ships are back.",
            "keywords": "harbour, ships; trade",
        }
    )
    assert article.title == "Harbour reopens"
    assert article.authors == ["Ana Ruiz", "Bo Lind"]
    assert (article.source, article.language, article.body) == ("The Pier", "en", "Ships are back.")
    assert article.tags == ["harbour", "ships", "trade"]
    assert article.extra == {"@type": "NewsArticle"}


def test_dublin_core_and_pandoc_names() -> None:
    article = Article.from_metadata(
        {
            "DC.Title": "On tides",
            "dc:creator": "A. Ruiz; B. Lind",
            "abstract": "Tides.",
            "lang": "en-GB",
            "subject": "sea",
        }
    )
    assert (article.title, article.authors) == ("On tides", ["A. Ruiz", "B. Lind"])
    assert (article.summary, article.language, article.tags) == ("Tides.", "en-GB", ["sea"])


def test_of_two_spellings_the_known_one_wins_and_the_other_is_kept() -> None:
    article = Article.from_metadata({"headline": "B", "title": "A", "created": "2020", "date": "2021"})
    assert (article.title, str(article.date)) == ("A", "2021")
    assert article.extra == {"headline": "B", "created": "2020"}


def test_unknown_keys_keep_their_order_between_known_ones() -> None:
    article = Article.from_metadata({"zebra": 1, "title": "T", "apple": 2, "format": "text", "Mango": {"b": 1, "a": 2}})
    assert list(article.extra) == ["zebra", "apple", "Mango"]
    assert list(article.extra["Mango"]) == ["b", "a"]
    assert list(article.metadata()) == ["title", "zebra", "apple", "Mango", "format"]


def test_keys_with_the_names_of_the_json_form_are_kept_inside_extra() -> None:
    extra = {"schema": "v2", "extra": {"title": "inner"}, "body": "not the text", "Text": None}
    article = Article.from_metadata({"title": "T", **extra}, "the text")
    record = article.to_dict()
    assert record == {"schema": 1, "title": "T", "extra": extra, "body": "the text"}
    assert Article.from_dict(record).extra == extra


def test_an_object_called_extra_replaces_no_known_key() -> None:
    article = Article.from_dict({"schema": 1, "title": "A", "extra": {"title": "B"}, "body": "text"})
    assert article.metadata() == {"title": "A", "extra": {"title": "B"}}


# Values


def test_values_become_plain() -> None:
    values = {
        "when": datetime(2024, 3, 16, 10, tzinfo=UTC),
        "day": date(2024, 3, 16),
        "hour": time(10, 30),
        "partial": PartialDate("2024-03"),
        "nan": float("nan"),
        "inf": float("inf"),
        "raw": b"ab",
        "pair": (1, 2),
        "set": {"b", "c", "a"},
        7: "seven",
    }
    assert plain_mapping(values) == {
        "when": "2024-03-16T10:00:00+00:00",
        "day": "2024-03-16",
        "hour": "10:30:00",
        "partial": "2024-03",
        "nan": "nan",
        "inf": "inf",
        "raw": "b'ab'",
        "pair": [1, 2],
        "set": ["a", "b", "c"],
        "7": "seven",
    }


def test_what_no_file_can_hold_becomes_a_replacement_character() -> None:
    article = Article.from_metadata({"k\ud800": ["a\0b", {"\udfff": "\ud83d"}], "title": "T\0"}, "x\ud800y")
    assert article.extra == {"k\ufffd": ["a\ufffdb", {"\ufffd": "\ufffd"}]}
    assert (article.title, article.body) == ("T\ufffd", "x\ufffdy")
    assert clean("😀 \u202e") == "😀 \u202e"


def test_a_literal_stays_one() -> None:
    assert isinstance(Article.from_metadata({"version": Literal("1.10")}).extra["version"], Literal)


@pytest.mark.parametrize(
    "metadata",
    [
        *({"title": empty, "date": None, "source": empty, "tags": empty} for empty in (None, "", [], [""])),
        {"title": " ", "source": {"name": ""}, "tags": [None, " "], "authors": ";"},
    ],
)
def test_a_known_key_without_a_value_is_as_if_it_were_not_there(metadata: dict[str, Any]) -> None:
    article = Article.from_metadata(metadata, "One sentence.")
    assert article == Article(title="One sentence", title_derived=True, body="One sentence.")


@pytest.mark.parametrize(
    ("metadata", "key", "message"),
    [
        ({"date": "soon"}, "date", "date: 'soon' is not a date; write it as 2024,"),
        ({"pubDate": "2024-02-30"}, "pubDate", "pubDate: '2024-02-30' is not a date that exists; write"),
        ({"title": {"a": 1}}, "title", "title: this key takes one text, not an object"),
        ({"url": ["a", "b"]}, "url", "url: this key takes one text, not a list"),
        ({"author": {"email": "a@b.c"}}, "author", "author: an object needs a name here"),
        ({"tags": ["a", ["b", "c"]]}, "tags", "tags: this key takes one text, not a list"),
        ({"n": 1 << 20_000}, "n", "n: the number has more digits than can be kept"),
    ],
)
def test_a_bad_value_is_refused_with_its_key(metadata: dict[str, Any], key: str, message: str) -> None:
    with pytest.raises(ArticleError) as caught:
        Article.from_metadata(metadata)
    assert caught.value.key == key
    assert str(caught.value).startswith(message)


def test_too_many_values_are_refused() -> None:
    assert len(Article.from_metadata({"k": [0] * (MAX_VALUES - 1)}).extra["k"]) == MAX_VALUES - 1
    with pytest.raises(ArticleError, match="k: the metadata holds more than 20,000 values"):
        Article.from_metadata({"k": [0] * MAX_VALUES})


def test_references_count_as_what_they_expand_to() -> None:
    bomb: list[Any] = ["ha"] * 10
    for _ in range(20):
        bomb = [bomb] * 10
    with pytest.raises(ArticleError, match="more than 20,000 values"):
        Article.from_metadata({"k": bomb})


def test_deep_nesting_is_refused() -> None:
    def nested(depth: int) -> Any:
        return [nested(depth - 1)] if depth else 1

    assert Article.from_metadata({"k": nested(MAX_DEPTH)}).extra["k"]
    with pytest.raises(ArticleError, match="k: the metadata is nested more than 32 deep"):
        Article.from_metadata({"k": nested(MAX_DEPTH + 1)})
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ArticleError, match="nested"):
        Article.from_metadata({"k": endless})


# The JSON form


@pytest.mark.parametrize("key", keys.BODY_KEYS)
def test_the_text_of_a_record_may_have_several_names(key: str) -> None:
    assert Article.from_dict({"title": "T", key: "The text."}).body == "The text."


def test_of_two_texts_the_first_is_the_body_and_the_other_is_kept() -> None:
    article = Article.from_dict({"text": "", "content": "A", "markdown": "B"})
    assert (article.body, article.extra) == ("A", {"markdown": "B"})


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({}, "body: there is no text and no title; the key of a text is body, content, text"),
        ({"tags": ["a"], "body": None}, "body: there is no text and no title"),
        ({"title": "T", "body": 5}, "body: the text of an article is a string, not a number"),
        ({"title": "T", "content": [1]}, "content: the text of an article is a string, not a list"),
    ],
)
def test_a_record_without_text_is_refused(record: dict[str, Any], message: str) -> None:
    with pytest.raises(ArticleError) as caught:
        Article.from_dict(record)
    assert str(caught.value).startswith(message)


def test_to_dict_may_leave_the_body_out() -> None:
    assert Article.from_metadata({"title": "T"}, "text").to_dict(body=False) == {"schema": 1, "title": "T"}


# Items


def test_items_of_known_and_other_keys() -> None:
    article = Article.from_metadata(
        {
            "title": "T",
            "author": ["Ana", "Bo"],
            "date": "2024-03",
            "count": 0,
            "draft": False,
            "live": True,
            "none": None,
            "geo": {"city": "Oslo", "points": [1, [2.5, ""]], "a.b": "dotted"},
            "a.b": "flat",
        }
    )
    assert article.values("authors") == article.values("Byline") == ["Ana", "Bo"]
    assert article.values("pubdate") == ["2024-03"]
    assert article.values("source") == article.values("title_derived") == article.values("missing") == []
    assert article.values("count") == ["0"]
    assert (article.values("draft"), article.values("live"), article.values("none")) == (["false"], ["true"], [])
    assert article.values("geo.city") == ["Oslo"]
    assert article.values("geo.points") == ["1", "2.5"]
    assert article.values("geo") == ["Oslo", "1", "2.5", "dotted"]
    assert article.values("a.b") == ["flat"]
    assert article.values("geo.city.street") == article.values("geo.none") == []


# Titles


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("", "Untitled"),
        ("\n \n***\n", "Untitled"),
        ("\u00a0\nReal text.", "Real text"),
        ("# A heading\n\nText.", "A heading"),
        ("One sentence. Another one.", "One sentence"),
        ("Is it so? It is.", "Is it so?"),
        ("- a\n- b", "a"),
        ("Well .", "Well"),
        ("...", "..."),
        ("word " * 40, "word " * 16 + "word word…"),
        ("x" * 200, "x" * 89 + "…"),
    ],
)
def test_derived_titles(body: str, title: str) -> None:
    article = Article.from_metadata({}, body)
    assert (article.title, article.title_derived) == (title, True)


def test_a_given_title_is_not_marked() -> None:
    article = Article.from_metadata({"title": " A\n title "}, "Body.")
    assert (article.title, article.title_derived) == ("A title", False)


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("| | |\n|---|---|\n| Pier | Wall |\n", "Pier Wall"),
        ("**See** [the pier](https://x.example/a_b) now. More.", "See the pier now"),
        ("![](a.png)\n\nThe pier stands.", "The pier stands"),
        ("***\n", "Untitled"),
        ("— — —", "— — —"),
        ("2 ** 3 is eight. Yes.", "2 ** 3 is eight"),
        (
            "This is a *fine* text[^1] with a [link](http://x.example).\n\n[^1]: A note.",
            "This is a fine text with a link",
        ),
        ("1. one\n2. two\n", "one"),
        ("1) one\n\n2) two\n", "one"),
        ("1. one\n", "1. one"),
        ("1. März 2024 war kalt. Und nass.", "1. März 2024 war kalt"),
        ("1986. A great year. Yes.", "1986. A great year"),
        ("Dr. Meyer came. He left.", "Dr. Meyer came"),
        ("U.S. ships came. They left.", "U.S. ships came"),
        ("Dr. Quill met Mr. J. Nett. They spoke.", "Dr. Quill met Mr. J. Nett"),
        ("1\n\nChapter one begins.", "Chapter one begins"),
        ("1.\n\nThe first part.", "The first part"),
        ("1986", "1986"),
        ("The govern-\nment met on Monday.", "The government met on Monday"),
        ("Pre-\nAnd post", "Pre"),
        ("![A plan](a.png)\n\nThe text.", "The text"),
        ("![A plan](a.png)", "A plan"),
        ("Use the `<b>` tag", "Use the <b> tag"),
        ("- [x] buy *rope*\n- [ ] sell", "buy rope"),
        ("```python\nprint(1)\n```", "print(1)"),
        ("[ref]: https://x.example\n\nThe [pier][ref] and [[Ulm|port]].", "The pier and port"),
        (
            "_Late_ `code` ~~gone~~ ***both*** <b>bold</b> <https://x.example/a>",
            "Late code gone both bold https://x.example/a",
        ),
        ("snake_case_name f(*args, **kw) and a_b", "snake_case_name f(*args, **kw) and a_b"),
        ("\\# 1 \\*not\\* bold", "# 1 *not* bold"),
        ('[See](https://x.example/a_(b) "The title") it', "See it"),
        ("1", "1"),
    ],
)
def test_a_derived_title_has_no_marks(body: str, title: str) -> None:
    assert derive_title(body) == title


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ('A claim[^1] of [the pier](a_(b).html "T").', "A claim of the pier."),
        ("[[Notes/Pier|the pier]] and [[Quay]]", "the pier and Quay"),
        ("![A plan](<c d.png>) of [pier][ref] and x[i][j]", "A plan of pier and x[i][j]"),
        ("See <https://example.org/a>.", "See https://example.org/a."),
        ("Keep [x] and [ ] and \\[a](b)", "Keep [x] and [ ] and \\[a](b)"),
    ],
)
def test_titles_and_snippets_show_the_same_text_of_links_and_notes(markdown: str, text: str) -> None:
    assert without_markup(markdown) == text
    assert plain_line(markdown) == text.replace("\\", "")


@pytest.mark.parametrize(
    "author",
    [
        {"given": "Ada", "family": "Meyer"},
        {"first_name": "Ada", "last_name": "Meyer"},
        {"firstName": "Ada", "lastName": "Meyer", "email": "ada@example.org"},
        {"givenName": "Ada", "familyName": "Meyer", "@type": "Person"},
        {"forename": "Ada", "surname": "Meyer"},
        {"first": "Ada", "middle": None, "last": "Meyer"},
    ],
)
def test_names_of_people_may_be_in_parts(author: dict[str, Any]) -> None:
    assert Article.from_dict({"author": author, "body": "x"}).authors == ["Ada Meyer"]
    assert Article.from_dict({"author": [author, "Bo"], "body": "x"}).authors == ["Ada Meyer", "Bo"]
