"""Articles and queries for comparing engines: random, the same every time, and in many languages."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import languages
from hypothesis import strategies as st

from docarchive.analysis import QueryAnalyzer, label_terms
from docarchive.article import Article, Highlight, Note
from docarchive.dates import PartialDate
from docarchive.engines import Change
from docarchive.query import (
    AnalyzedArticle,
    And,
    Boost,
    Context,
    DateRange,
    Every,
    Has,
    Label,
    Like,
    Node,
    Not,
    NumberRange,
    Or,
    Pattern,
    Regex,
    parse,
)
from docarchive.query.patterns import BELOW, EXACT, FUZZY, GLOB

_ENGLISH = "pier piers harbour trade traded trading free wheat oil café cafe Zoë economy economic company 12 1,000"
_COMPOUND = "1.5bn U.S. US U.K. co-operation cooperation COVID-19 F-16 O'Brien harbour's Erdoğan Straße naïve-art"
WORDS = [*_ENGLISH.split(), *_COMPOUND.split(), "日本", "日本語", "本"]
TAGS = [
    "gas",
    "nat-gas",
    "free trade",
    "Oil",
    "oil price",
    "wheat",
    "U.S.",
    "Ärzte",
    "gas/lng",
    "free trade/asia",
    "gas-x",
]
URLS = ["http://www.a.example/b/?utm_source=x#top", "https://a.example/B?id=5", "a.example", None, None]
PLACES = ["usa", "N’Djamena", "N'Djamena", "e‑mail – x", "el-salvador", "El Salvador", "north bay", "São Tomé"]
LANGUAGES = ("en", "de", "fr")
FIRST = date(2023, 12, 28)
COUNT = 60


def article(number: int, body: str = "pier") -> Article:
    """A short article, for tests that need any."""
    return Article(id=f"a{number}", title=f"Number {number}", body=body)


def _random_articles() -> list[Article]:
    pick = random.Random(7)
    found = []
    for number in range(COUNT):
        day = FIRST + timedelta(days=pick.randrange(80))
        dates = [
            None,
            f"{day:%Y}",
            f"{day:%Y-%m}",
            f"{day}",
            f"{day}T{pick.randrange(24):02d}:30",
            f"{day}T08:00:05.25Z",
        ]
        text = pick.choice(dates)
        sentences = [" ".join(pick.choices(WORDS, k=4)) for _ in range(pick.randrange(5))]
        heading = "\n\n## " + " ".join(pick.choices(WORDS, k=2)) + "\n\n" if pick.random() < 0.3 else " "
        extra = {
            "rating": pick.choice([-3, 0, 0.5, 2, 7, "12", 1e9, "n/a"]),
            "venue": {"city": pick.choice(PLACES), "opened": f"{day - timedelta(days=pick.randrange(900))}"},
        }
        found.append(
            Article(
                id=f"a{number:02d}",
                title=" ".join(pick.choices(WORDS, k=3)),
                title_derived=pick.random() < 0.2,
                summary=" ".join(pick.choices(WORDS, k=2)) if pick.random() < 0.3 else None,
                body=heading.join([". ".join(sentences[:2]), ". ".join(sentences[2:])]).strip(),
                date=PartialDate(text) if text else None,
                updated=PartialDate(f"{day}") if pick.random() < 0.2 else None,
                tags=pick.sample(TAGS, pick.randrange(3)),
                url=pick.choice(URLS),
                places=pick.sample(PLACES, pick.randrange(3)),
                language=pick.choice([None, *LANGUAGES, "de-AT"]),
                extra=extra if pick.random() < 0.6 else {},
            )
        )
    return found


#: Notes and marked passages, with words that are values of other keys too.
_ANNOTATED = [
    Article(
        id=f"n{number:02d}",
        title="Annotated",
        body="The pier.",
        highlights=[Highlight(TAGS[number], PLACES[number], extra={"page": number})] if number % 3 else [],
        notes=[Note(f"{TAGS[number]}, {PLACES[-number]}!"), Note("12", extra={"by": "usa"})] if number % 2 else [],
        extra={"note": TAGS[number]} if number % 4 == 0 else {},
    )
    for number in range(8)
]
ARTICLES = [*_random_articles(), *_ANNOTATED] + [
    Article(id=f"l{each['language']}", title=each["title"], body=each["body"], language=each["language"])
    for each in languages.ARTICLES
]
CHANGES = [
    Change(article.id, article, row, (article.language or "en").partition("-")[0])
    for row, article in enumerate(ARTICLES, start=1)
]
CONTEXT = Context(QueryAnalyzer((*LANGUAGES, *sorted({each["language"] for each in languages.ARTICLES}))))


def read(ids: Iterable[str]) -> Iterator[AnalyzedArticle]:
    """Reads articles by their ids, as engines ask an archive to."""
    wanted = set(ids)
    return (AnalyzedArticle(each.article, each.language) for each in CHANGES if each.article and each.id in wanted)


def _instants() -> st.SearchStrategy[str | None]:
    days = st.dates(date(2023, 12, 1), date(2024, 4, 1))
    moments = st.one_of(
        days.map(lambda d: f"{d}T00:00:00.000000"),
        days.map(lambda d: f"{d}T23:59:59.999999"),
        st.tuples(days, st.times()).map(lambda pair: f"{pair[0]}T{pair[1].strftime('%H:%M:%S.%f')}"),
        st.sampled_from(["0000", "0001-01-01T00:00:00.000000", "9999-12-31T23:59:59.999999"]),
        days.map(lambda d: f"{d}T23:59:59.999999+"),
    )
    return st.none() | moments


def _globs(texts: list[str]) -> st.SearchStrategy[str]:
    """Texts with wildcards put in."""

    def wild(text: str, at: int, sign: str, cut: bool) -> str:
        at %= len(text)
        return text[:at] + sign + ("" if cut else text[at + (sign == "?") :])

    return st.builds(wild, st.sampled_from(texts), st.integers(0, 12), st.sampled_from("*?"), st.booleans()).filter(
        lambda text: text.strip("*?") != ""
    )


_FOLDED = [word.lower().replace("'", "").replace("é", "e") for word in WORDS]
_LABELS = [
    term
    for value in [*TAGS, *PLACES, "a12", "12", "n/a", "de", "fr", *filter(None, URLS)]
    for term in label_terms(value)
]
_numbers = st.none() | st.sampled_from([-3.0, -1.0, 0.0, 0.25, 0.5, 1.0, 2.0, 7.0, 12.0, 1e9, 1e12])
_fields = st.sampled_from([None, None, "title", "summary", "body"])
_keys = st.sampled_from(
    ["tags", "url", "places", "rating", "venue.city", "venue", "id", "language", "nowhere", "notes", "highlights"]
)
_text = st.sampled_from([*WORDS, "nothing", *(query for each in languages.ARTICLES for query, _ in each["queries"])])
_pattern = st.one_of(
    st.builds(lambda text: Pattern(EXACT, text), st.sampled_from(_LABELS)),
    st.builds(lambda text: Pattern(BELOW, text), st.sampled_from(_LABELS)),
    st.builds(lambda text: Pattern(GLOB, text), _globs(_LABELS)),
    st.builds(lambda text, n: Pattern(FUZZY, text, n), st.sampled_from(_LABELS), st.integers(1, 2)),
)


def _words(text: str, field: str | None, slop: int) -> Node:
    quoted = text.replace('"', "")
    return parse(f'{field + ":" if field else ""}"{quoted}"' + (f"~{slop}" if slop else ""), CONTEXT)


def metadata_leaves() -> st.SearchStrategy[Node]:
    """Leaves that a catalog answers too."""
    return st.one_of(
        st.builds(Label, _keys, st.lists(_pattern, min_size=1, max_size=2).map(tuple)),
        st.builds(DateRange, st.sampled_from(["date", "date", "updated", "venue.opened"]), _instants(), _instants()),
        st.builds(NumberRange, st.sampled_from(["rating", "rating", "tags", "notes"]), _numbers, _numbers),
        st.builds(
            Has,
            st.sampled_from(
                ["tags", "date", "title", "summary", "rating", "venue.city", "language", "x", "notes", "highlights"]
            ),
        ),
        st.builds(
            Regex,
            st.sampled_from(["tags", "places", "title", "date", "id", "venue.city", "rating", "notes", "highlights"]),
            st.sampled_from(["^o", "a.*e$", "Oil", "[0-9]{2}", "^$", "(a|b)+c?", "ä", "^l..$"]),
        ),
        st.just(Every()),
    )


def _near(left: str, right: str, field: str | None, operator: str) -> Node:
    return parse(f"{field + ':' if field else ''}({left} {operator} {right})", CONTEXT)


_NEARBY = [*(word for word in WORDS if word != "本"), '"free trade"', "(pier OR wheat)"]


def _text_leaves() -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(_words, _text, _fields, st.just(0)),
        st.builds(
            _near,
            st.sampled_from(_NEARBY),
            st.sampled_from(_NEARBY),
            _fields,
            st.sampled_from(["NEAR/0", "NEAR/2", "NEAR/5", "BEFORE/0", "BEFORE/3"]),
        ),
        st.builds(
            lambda parts, field, slop: _words(" ".join(parts), field, slop),
            st.lists(st.sampled_from(WORDS), min_size=2, max_size=3),
            _fields,
            st.integers(0, 4),
        ),
        st.builds(lambda text, field: Like(Pattern(GLOB, text), field), _globs(_FOLDED), _fields),
        st.builds(
            lambda text, n, field: Like(Pattern(FUZZY, text, n), field),
            st.sampled_from(_FOLDED),
            st.integers(1, 2),
            _fields,
        ),
    )


def _nodes(leaves: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map(Not),
            st.builds(Boost, inner, st.sampled_from([0.0, 0.5, 3.0])),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: And(tuple(parts))),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: Or(tuple(parts))),
        ),
        max_leaves=6,
    )


#: Any query.
queries = _nodes(st.one_of(_text_leaves(), _text_leaves(), metadata_leaves()))
#: Queries on metadata alone.
metadata_queries = _nodes(metadata_leaves())
