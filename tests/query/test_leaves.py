"""What one term of a query means: words, patterns, labels, ranges, dates, and what is said where it means nothing."""

from datetime import datetime

import pytest

from docarchive.analysis import QueryAnalyzer
from docarchive.dates.words import EXAMPLES
from docarchive.errors import QueryError
from docarchive.query import (
    Context,
    Every,
    Has,
    Label,
    Like,
    Mention,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Regex,
    Word,
    parse,
    read,
)
from docarchive.query.context import AS_TEXT
from docarchive.query.leaves import MAX_PATTERN, MAX_REGEX, MAX_SLOP
from docarchive.query.patterns import BELOW, EXACT, FUZZY, GLOB

CONTEXT = Context(QueryAnalyzer(("en",)), now=datetime(2024, 3, 16, 10, 30))


def word(text: str, field: str | None = None) -> Word:
    return Word((text,), field)


def phrase(text: str, field: str | None = None, slop: int = 0) -> Phrase:
    return Phrase(tuple((offset, (term,)) for offset, term in enumerate(text.split())), field, slop)


def glob(text: str, field: str | None = None) -> Like:
    return Like(Pattern(GLOB, text), field)


def fuzzy(text: str, distance: int, field: str | None = None) -> Or:
    return Or((Like(Pattern(FUZZY, text, distance), field), Like(Pattern(EXACT, text), field)))


def label(key: str, *terms: str) -> Label:
    plain = BELOW if key == "tags" and len(terms) == 1 else EXACT
    return Label(key, tuple(Pattern(GLOB if "*" in term or "?" in term else plain, term) for term in terms))


def wrong(query: str, context: Context = CONTEXT) -> tuple[str, int]:
    with pytest.raises(QueryError) as caught:
        parse(query, context)
    return caught.value.message, caught.value.position


# Words of the text


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("NATO's", word("nato")),
        ("visiting", word("visit")),
        ('"free trade"', phrase("free trade")),
        ('"free"', word("free")),
        ("nat-gas", Or((phrase("nat gas"), word("natga")))),
        ("co-operation", Or((phrase("co oper"), word("cooper")))),
        ('"our co-operation"', Or((phrase("our co oper"), phrase("our cooper")))),
        ("U.S.", word("u.s")),
        ("US", Word(("us", "u.s"))),
        ("us", word("us")),
        (r'"say \"yes\" twice"', phrase("say yes twice")),
        ('"free trade"~3', phrase("free trade", slop=3)),
        ('"free trade"~0', phrase("free trade")),
        ('"free"~3', word("free")),
        (f'"a b"~{MAX_SLOP}', phrase("a b", slop=MAX_SLOP)),
        ("!stop!", word("stop")),
        ("rain?", word("rain")),
        ("Ереван", word("ереван")),
        ('"http://example.org"', Phrase(((0, ("http",)), (1, ("exampl",)), (2, ("org",))))),
        ("12:30", phrase("12 30")),
        ("$1.5bn", word("1.5bn")),
        ("1,000", word("1000")),
        ("日", glob("日*")),
        ("日本", word("日本")),
        ("日本語", phrase("日本 本語")),
        ("日本2024年", Phrase(((0, ("日本",)), (2, ("2024",)), (3, ("年",))))),
        ("हिन्दी", word("हिन्दी")),
        ("title:pier", word("pier", "title")),
        ("headline:pier", word("pier", "title")),
        ('Description:"new pier"', phrase("new pier", "summary")),
        ("text:pier", word("pier", "body")),
        ("title:>5", word("5", "title")),
    ],
)
def test_words_and_phrases(query: str, node: Node) -> None:
    assert parse(query, CONTEXT) == node


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("econom*", glob("econom*")),
        ("*nomy", glob("*nomy")),
        ("colo?r", glob("colo?r")),
        ("a**b***", glob("a*b*")),
        ("ÉCON*", glob("econ*")),
        ("e\u0301*", glob("e*")),
        ("co-op*", glob("coop*")),
        ("o’br*", glob("obr*")),
        ("U.K*", glob("uk*")),
        ("1.5*", glob("1.5*")),
        ("econom*.", glob("econom*")),
        ("हिन्*", glob("हिन्*")),
        ("日*", glob("日*")),
        ("日本語*", phrase("日本 本語")),
        ("日*語", glob("日*語")),
        ("body:pi*", glob("pi*", "body")),
        ("a" * (MAX_PATTERN - 1) + "*", glob("a" * (MAX_PATTERN - 1) + "*")),
        ("*", Every()),
        ("**", Every()),
        ("title:*", Has("title")),
        ("stoltenburg~", fuzzy("stoltenburg", 2)),
        ("pears~", fuzzy("pears", 1)),
        ("pear~2", fuzzy("pear", 2)),
        ("stoltenburg~1", fuzzy("stoltenburg", 1)),
        ("Erdoğann~1", fuzzy("erdogann", 1)),
        ("co-operatoin~1", fuzzy("cooperatoin", 1)),
        ("title:pear~", fuzzy("pear", 1, "title")),
    ],
)
def test_wildcards_and_fuzzy_words(query: str, node: Node) -> None:
    assert parse(query, CONTEXT) == node


# Labels


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("tag:Sea", label("tags", "sea")),
        ("keywords:nat-gas", label("tags", "nat-gas")),
        ("place:armenia", label("places", "armenia")),
        ('place:"El  Salvador"', label("places", "el", "salvador")),
        ("author:mey*", label("authors", "mey*")),
        ('author:"ada mey"*', label("authors", "ada", "mey*")),
        ("author:m?y**r", label("authors", "m?y*r")),
        ('tag:"a*b"', Label("tags", (Pattern(EXACT, "a*b"),))),
        ("author:smiht~", Label("authors", (Pattern(FUZZY, "smiht", 1),))),
        ("author:larssson~1", Label("authors", (Pattern(FUZZY, "larssson", 1),))),
        ("org:*", Has("organizations")),
        ("org:**", Has("organizations")),
        ("date:*", Has("date")),
        ("tag:?", label("tags", "?")),
        ("shoe_size:42", label("shoe_size", "42")),
        ("rating:-3", label("rating", "-3")),
        ("geo.city:Oslo", label("geo.city", "oslo")),
        ("url:https://a.org/x", label("url", "https://a.org/x")),
        ("url:https://a.org/../x", label("url", "https://a.org/../x")),
        ("person:o'brien,", label("people", "o'brien")),
        ("id:0123", Or((label("id", "0123*"), label("merged_ids", "0123*")))),
        ("id:01*", Or((label("id", "01*"), label("merged_ids", "01*")))),
        ("original:3f1c", label("original", "sha256:3f1c*")),
        ("original:3F1C", label("original", "sha256:3f1c*")),
        ('original:"3f1c"', label("original", "sha256:3f1c*")),
        ("original:3f*", label("original", "sha256:3f*")),
        ("original:sha256:3f*", label("original", "sha256:3f*")),
        ("original:" + "0a" * 32, label("original", "sha256:" + "0a" * 32)),
        ("original:nothing", label("original", "nothing")),
        ("language:en", Or(tuple(label("language", name) for name in ("en", "en-*", "english", "eng")))),
        ("lang:DE", Or(tuple(label("language", name) for name in ("de", "de-*", "german", "deutsch", "deu", "ger")))),
        ("language:tlh", Or((label("language", "tlh"), label("language", "tlh-*")))),
        ("language:pt-BR", label("language", "pt-br")),
        ("has:url", Has("url")),
        ("has:Headline", Has("title")),
        ('has:"geo.city"', Has("geo.city")),
        ("no:date", Not(Has("date"))),
        ("is:dated", Has("date")),
        ("is:UNDATED", Not(Has("date"))),
        ("is:tagged", Has("tags")),
        ("is:untagged", Not(Has("tags"))),
        ("is:titled", Not(Has("title_derived"))),
        ("is:untitled", Has("title_derived")),
        ("author:/smi(th|dt)/", Regex("authors", "smi(th|dt)")),
        (r"url:/a\/b [)]/", Regex("url", "a/b [)]")),
        ("headline:/^a/", Regex("title", "^a")),
        ("date:/^2024/", Regex("date", "^2024")),
        ("tag:/half", label("tags", "/half")),
    ],
)
def test_labels_states_and_regular_expressions(query: str, node: Node) -> None:
    assert parse(query, CONTEXT) == node


# What cannot be read

LABEL_ONLY = "a {} goes with a word or a label, not with this"
NO_RANGE = "a range needs a number or a date at its ends: {0}:10..20, {0}:>=2024-03"
NO_SLOP = f'"a phrase"~3 allows 3 other words between; a number up to {MAX_SLOP:,} is needed'
NOT_BOTH = "a word takes a star or a tilde, not both"


@pytest.mark.parametrize(
    ("query", "message", "position"),
    [
        ('a ""', "there is no word to search for in these quotes", 2),
        ("title:!", "there is no word to search for in !", 6),
        ('"free trade"*', "a star goes with one word, not with a phrase", 12),
        ('"free trade"~', NO_SLOP, 0),
        (f'a "b c"~{MAX_SLOP + 1}', NO_SLOP, 2),
        ("a*~", NOT_BOTH, 0),
        ("*~2", NOT_BOTH, 0),
        ("a b/*", "a star stands for letters of one word: econom*", 2),
        ("snake_c*", "a star stands for letters of one word: econom*", 0),
        ("-*?*", "a wildcard needs a letter or a digit next to it: econom*, colo?r", 1),
        ("title:'*", "a wildcard needs a letter or a digit next to it: econom*, colo?r", 6),
        ("a" * MAX_PATTERN + "*", f"a wildcard holds at most {MAX_PATTERN} characters", 0),
        ("gas~3", "a word takes ~, ~1 or ~2: how many of its letters may differ", 0),
        ("gas~0", "a word takes ~, ~1 or ~2: how many of its letters may differ", 0),
        ("tag:gas~3", "a word takes ~, ~1 or ~2: how many of its letters may differ", 4),
        ("a/b~", "a tilde goes with one word: stoltenburg~", 0),
        ("a!b~", "a tilde goes with one word: stoltenburg~", 0),
        ('tag:"free trade"~', "a tilde goes with one word: author:smiht~", 4),
        ("tag:nat*~", "a label takes wildcards or a tilde, not both", 4),
        ('tag:"."', "tags: needs a value", 4),
        ("tag:...", "tags: needs a value", 4),
        ("is:old", "is: takes one of dated, undated, tagged, untagged, titled, untitled", 3),
        ("is:dated~", LABEL_ONLY.format("tilde"), 3),
        ("has:url~2", LABEL_ONLY.format("tilde"), 4),
        ('no:"url"*', LABEL_ONLY.format("star"), 3),
        ("tag:*~", LABEL_ONLY.format("tilde"), 4),
        ("date:2024~", LABEL_ONLY.format("tilde"), 5),
        ('date:"2024"*', LABEL_ONLY.format("star"), 5),
        ("rating:4..5~1", LABEL_ONLY.format("tilde"), 7),
        ("/smith/", "a regular expression needs a metadata field before it: author:/smi(th|dt)/", 0),
        ("body:/gas/", "a regular expression looks at metadata, and body is text; use words", 0),
        ("a summary:/gas/", "a regular expression looks at metadata, and summary is text; use words", 2),
        ("title:/[/", "this regular expression cannot be read: missing ]: [", 6),
        ("title:/[\n\n/", "this regular expression cannot be read: missing ]: [", 6),
        (f"tag:/{'a' * (MAX_REGEX + 1)}/", f"a regular expression holds at most {MAX_REGEX} characters", 4),
        ("a [1 TO 2]", "a range in [brackets] needs a field before it: date:[2024-01 TO 2024-06]", 2),
        ("title:[a TO b]", "a range in [brackets] needs a field before it: date:[2024-01 TO 2024-06]", 6),
        ("rating:[2 4]", "a range in brackets reads [a TO b], as [2024-01 TO 2024-06]", 7),
        ("date:[2024]", "a range in brackets reads [a TO b], as [2024-01 TO 2024-06]", 5),
        ("rating:[a TO b]", NO_RANGE.format("rating"), 8),
        ("rating:[1 TO b]", NO_RANGE.format("rating"), 13),
        ("rating:>high", NO_RANGE.format("rating"), 8),
        ("rating:10..high", NO_RANGE.format("rating"), 11),
        ("rating:5..2024-03", NO_RANGE.format("rating"), 10),
        ("rating:5..2", "this range ends before it begins", 10),
        ("rating:[5 TO 2]", "this range ends before it begins", 13),
        ("rating:>", "a number or a date must follow >", 7),
        ("date:>=", "a number or a date must follow >=", 5),
        ("a date:soon", f"'soon' is not a date; {EXAMPLES}", 7),
        ("date:2024-02-30", f"'2024-02-30' is not a date; {EXAMPLES}", 5),
        ("date:>=x", f"'x' is not a date; {EXAMPLES}", 7),
        ("date:..", "a range needs a date at one end: 2024-01..2024-06", 5),
        ("date:2024..x", f"'x' is not a date; {EXAMPLES}", 11),
        ("date:x..2024", f"'x' is not a date; {EXAMPLES}", 5),
        ("date:[x TO 2024]", f"'x' is not a date; {EXAMPLES}", 6),
        ("date:2024..2023", "this range ends before it begins", 11),
        ("date:[2024 TO 2023]", "this range ends before it begins", 14),
        ("date:today..yesterday", "this range ends before it begins", 12),
    ],
)  # fmt: skip
def test_what_cannot_be_read(query: str, message: str, position: int) -> None:
    assert wrong(query) == (message, position)


ARCHIVE = Context(fields=lambda: ["weather", "Shoe_Size"])


@pytest.mark.parametrize(
    ("query", "message", "position"),
    [
        ("wether:wet", "there is no field 'wether'; did you mean: weather", 0),
        ("a -autor:x", "there is no field 'autor'; did you mean: authors", 3),
        ("wether:(wet dry)", "there is no field 'wether'; did you mean: weather", 0),
        ("has:wether", "there is no field 'wether'; did you mean: weather", 4),
        (
            "zzzz:1",
            "there is no field 'zzzz'; 'docarchive stats' lists all fields; to search for it as text, use quotes",
            0,
        ),
        (
            "z" * 60 + ":1",
            f"there is no field '{'z' * 39}…'; 'docarchive stats' lists all fields{AS_TEXT}",
            0,
        ),
    ],
)
def test_an_unknown_field_names_those_near_it(query: str, message: str, position: int) -> None:
    assert wrong(query, ARCHIVE) == (message, position)


def test_a_field_of_the_archive_is_known_in_any_case() -> None:
    assert parse("shoe_size:42 WEATHER:wet", ARCHIVE) == parse("Shoe_Size:42 weather:wet", ARCHIVE)


# Mentions


def test_mentions_are_the_words_and_values_in_order() -> None:
    query = 'Free "co-op trade" tag:nat-gas title:(pier -"old ship") place:"El Salvador" date:2024 econ* rain~ has:x @s'
    found = read(query, Context(searches={"s": "inner"})).mentions
    assert [(mention.text, mention.key) for mention in found] == [
        *(("Free", None), ("co-op", None), ("trade", None), ("nat-gas", "tags")),
        *(("pier", "title"), ("old", "title"), ("ship", "title"), ("El Salvador", "places")),
    ]
    assert all(query[mention.start : mention.end] == mention.text for mention in found)
    assert found[0] == Mention("Free", 0, 4, None)


def test_no_more_words_are_mentioned_than_one_would_read() -> None:
    assert len(read("a " * 1_000).mentions) == 200


def test_words_behind_an_escaped_quote_have_no_place() -> None:
    assert [each.text for each in read(r'a "b \"c\"" tag:"d \"" e').mentions] == ["a", "b", "e"]
