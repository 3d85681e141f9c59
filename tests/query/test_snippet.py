import html
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.analysis import Analyzer, QueryAnalyzer
from docarchive.article import Article, clean, derive_title
from docarchive.query import AnalyzedArticle, Context, Like, Phrase, Snippet, Word, parse, walk
from docarchive.query.matching import Match
from docarchive.query.snippet import LENGTH, _passage_end, _sentence_start, _window, snippet

ANALYZER = Analyzer("en")
WORDS = ["pier", "Piers", "ship", "trade", "free", "économie", "harbour", "x" * 90, "it", "<b>", "&amp;", "…", "a.b"]
TEXTS = st.one_of(
    st.text(),
    st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=120).map(" ".join),
    st.lists(
        st.sampled_from([*WORDS, "\n\n", ". ", "\u2028", "\x85", "\t", "  ", "\0", "\n## ", "\n> ", "\n- "]),
        max_size=120,
    ).map("".join),
)
QUERIES = [
    *("pier", "ship OR trade", '"free trade"', "har*", "pier -ship", "NOT trade", "title:pier", "tag:pier", ""),
    *("body:it", "pear~ OR shi?", '"free harbour"~5', "économ* OR x*"),
]


def cut(query: str, text: str) -> Snippet:
    return snippet(parse(query), text, ANALYZER)


def marked_words(found: Snippet) -> list[str]:
    return [found.text[start:end] for start, end in found.marks]


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("pier", "The **pier** and the **Piers** of free trade. Trade is free at the harbour."),
        ("trades", "The pier and the Piers of free **trade**. **Trade** is free at the harbour."),
        ('"free trade"', "The pier and the Piers of **free** **trade**. Trade is free at the harbour."),
        ('"pier trade"~1', "The pier and the Piers of free trade. Trade is free at the harbour."),
        ('"piers trade"~2', "The pier and the **Piers** of free **trade**. Trade is free at the harbour."),
        ("h?rb*r", "The pier and the Piers of free trade. Trade is free at the **harbour**."),
        ("harbor~1", "The pier and the Piers of free trade. Trade is free at the **harbour**."),
        ("pier^3 OR is", "The **pier** and the **Piers** of free trade. Trade **is** free at the harbour."),
        ("har* OR pie*", "The **pier** and the **Piers** of free trade. Trade is free at the **harbour**."),
        ("pier -trade", "The **pier** and the **Piers** of free trade. Trade is free at the harbour."),
        ("pier NOT (trade OR harbour)", "The **pier** and the **Piers** of free trade. Trade is free at the harbour."),
        ("NOT (NOT harbour)", "The pier and the Piers of free trade. Trade is free at the **harbour**."),
        ("body:of", "The pier and the Piers **of** free trade. Trade is free at the harbour."),
        ("title:pier tag:trade date:2024", "The pier and the Piers of free trade. Trade is free at the harbour."),
        ("ier OR arbour*", "The pier and the Piers of free trade. Trade is free at the harbour."),
        ("", "The pier and the Piers of free trade. Trade is free at the harbour."),
    ],
)
def test_marks_stand_on_the_words_that_are_asked_for(query: str, marked: str) -> None:
    text = "The pier and the\nPiers  of free trade.\n\n\tTrade is free at the harbour.\n"
    assert cut(query, text).marked() == marked


def test_marks_stand_on_words_as_they_are_written() -> None:
    assert (
        cut("erdogan economie", "Erdoğan’s «Économie»: ERDOGAN").marked("[", "]")
        == "[Erdoğan’s] «[Économie]»: [ERDOGAN]"
    )


def test_other_fields_may_be_asked_for() -> None:
    found = snippet(parse("title:pier body:ship"), "Pier and ship", ANALYZER, fields=("title",))
    assert marked_words(found) == ["Pier"]


def test_a_long_text_is_cut_round_the_best_passage() -> None:
    filler = "Nothing is said here at all. " * 20
    text = f"{filler}A pier alone. {filler}Here free trade meets the pier. {filler}"
    found = cut("pier free trade", text)
    assert found.text.startswith("…Here free trade meets the pier. Nothing is")
    assert found.text.endswith(" at all. …") or found.text.endswith(" at all.…")
    assert marked_words(found) == ["free", "trade", "pier"]


def test_two_passages_show_what_one_cannot() -> None:
    filler = "Nothing is said here at all. " * 20
    found = cut("pier wheat", f"{filler}A pier stands here. {filler}And wheat grows there. {filler}")
    assert marked_words(found) == ["pier", "wheat"]
    first, second = found.text.split(" … ")
    assert first.startswith("…A pier stands here.")
    assert second.startswith("And wheat grows there.")


@pytest.mark.parametrize(
    ("language", "query", "text", "marked"),
    [
        ("en", "cooperation", "Our co-operation is old.", "Our [co-operation] is old."),
        ("en", "operation", "Our co-operation is old.", "Our co-[operation] is old."),
        ("en", '"our co-operation"', "Our co-operation is old.", "[Our] [co-operation] is old."),
        ("en", "U.S.", "The US and the U.S. told us.", "The [US] and the [U.S]. told us."),
        ("en", "obrien", "Mr. O'Brien's pier", "Mr. [O'Brien's] pier"),
        ("en", "O'Brien", "Mr. O'Brien spoke", "Mr. [O'Brien] spoke"),
        ("fr", "économie", "L'économie va.", "L'[économie] va."),
        ("zh", "大学", "北京大学的学生", "北京[大学]的学生"),
        ("zh", "京", "北京大学", "北[京]大学"),
        ("ja", "東京都", "東京都は大きい", "[東京都]は大きい"),
        ("th", "นายก", "พบนายกวันนี้", "พบ[นายก]วันนี้"),
        ("de", "haus", "Die Häuser.", "Die [Häuser]."),
    ],
)
def test_marks_in_many_languages(language: str, query: str, text: str, marked: str) -> None:
    context = Context(QueryAnalyzer((language,)))
    assert snippet(parse(query, context), text, Analyzer(language)).marked("[", "]") == marked


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("pier -(free OR trade)", "A [pier] for free trade."),
        ("pier -(a -trade)", "A [pier] for free [trade]."),
        ("NOT pier", "A pier for free trade."),
        ("-(pier trade) free", "A pier for [free] trade."),
        ('-"free trade" free', "A pier for [free] trade."),
        ("-(-pi*)", "A [pier] for free trade."),
        ("-pear~ NOT tr*", "A pier for free trade."),
    ],
)
def test_what_is_excluded_is_not_marked(query: str, marked: str) -> None:
    assert cut(query, "A pier for free trade.").marked("[", "]") == marked


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ('"free trade"', "Free sea. Trade. Free trade", "Free sea. Trade. [Free] [trade]"),
        ('"free trade"~1', "free of trade, free or fair trade", "[free] of [trade], free or fair trade"),
        ('"a b a"', "a b a b a", "[a] [b] [a] [b] [a]"),
        ('"free trade" OR sea', "trade sea free trade", "trade [sea] [free] [trade]"),
        ("free-trade", "Free trade or free-trade", "[Free] [trade] or [free-trade]"),
        ("free trade", "free-trade", "[free-trade]"),
        ("co-op*", "co-operation, cooperative; co op", "[co-operation], [cooperative]; co op"),
        ("covid19", "COVID-19 and covid", "[COVID-19] and covid"),
        ("$1.5bn", "It cost $1.5bn, not 1.5 or 15bn.", "It cost $[1.5bn], not 1.5 or 15bn."),
        ("1000", "1,000 or 1000.5", "[1,000] or 1000.5"),
        ("erdgoan~1", "Erdoğan, Erdogan's", "[Erdoğan], [Erdogan's]"),
        ("日本*", "日本語と日本", "[日本]語と[日本]"),
        ("2024年", "日本2024年に", "日本2024年に"),
        ("本2024", "日本2024年に", "日[本2024]年に"),
    ],
)
def test_marks_of_phrases_compounds_and_numbers(query: str, text: str, marked: str) -> None:
    assert cut(query, text).marked("[", "]") == marked


def test_a_stem_of_another_language_is_not_marked() -> None:
    note = parse("note", Context(QueryAnalyzer(("de", "en"))))
    assert snippet(note, "It was not good.", Analyzer("en")).marks == ()
    assert snippet(note, "Die Note war gut.", Analyzer("de")).marked() == "Die **Note** war gut."


def test_without_a_match_the_text_begins_at_its_beginning() -> None:
    text = "Nothing is said here at all. " * 20
    found = cut("pier", text)
    assert found.marks == ()
    assert text.startswith(found.text.removesuffix("…"))


def test_html_is_escaped() -> None:
    assert cut("pier", r"\<b>pier\</b> & 'co'").html() == "&lt;b&gt;<mark>pier</mark>&lt;/b&gt; &amp; &#x27;co&#x27;"


@given(st.sampled_from(QUERIES), TEXTS)
def test_marks_are_in_bounds_in_order_and_apart(query: str, text: str) -> None:
    found = cut(query, text)
    assert all(0 <= start < end <= len(found.text) for start, end in found.marks)
    assert all(one[1] <= other[0] for one, other in pairwise(found.marks))


@given(st.sampled_from(QUERIES), TEXTS)
def test_the_text_is_one_short_line_of_the_text(query: str, text: str) -> None:
    found = cut(query, text)
    assert len(found.text) <= LENGTH * 6 // 5 + 100 + 5, "two passages, each with a whole word at its end"
    assert found.text.splitlines() in ([], [found.text])
    assert "  " not in found.text


def bare(text: str) -> str:
    """The text without white space and without what Markdown puts before headings, quotes and items."""
    return re.sub(r"[\s#>*-]", "", text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("## Heading\n\nText", "Heading Text"),
        ("a\n\n### Heading\n> quoted\n>\n> more\n- item\n* item", "a Heading quoted more item item"),
        ("a\r\n \u2028 b\x85\n\n\nc", "a b c"),
        ("a - b > c # d", "a - b > c # d"),
        ("#tag -5", "#tag -5"),
        ("x\n" + " " * 100 + "\n" * 50, "x"),
    ],
)
def test_marks_of_markdown_and_line_ends_are_left_out(text: str, line: str) -> None:
    assert cut("heading", text).text == line


@given(st.sampled_from(["pier", "ship OR pier", "pier -trade", "har*", '"free trade"']), TEXTS)
def test_only_matched_words_are_marked(query: str, text: str) -> None:
    wanted = {
        "pier": {"pier"},
        "ship OR pier": {"ship", "pier"},
        "pier -trade": {"pier"},
        '"free trade"': {"free", "trade"},
    }
    for word in marked_words(cut(query, text)):
        terms = {term for slot in ANALYZER.slots(word) for term in slot}
        assert terms & wanted[query] if query in wanted else word.lower().startswith("har")


@given(
    st.sampled_from(["pier", "trade", "it"]),
    st.lists(st.sampled_from(["pier", "trade", "it", "sea", "sail", "rocks"]), max_size=30),
)
def test_in_a_short_text_all_matches_are_marked(query: str, words: list[str]) -> None:
    found = cut(query, " ".join(words))
    assert found.text == " ".join(words)
    assert marked_words(found) == [word for word in words if word == query]


@given(st.sampled_from(QUERIES), TEXTS)
def test_html_is_safe_and_says_the_text(query: str, text: str) -> None:
    found = cut(query, text)
    parts = re.split("</?mark>", found.html())
    assert not re.search("[<>\"']", "".join(parts))
    assert html.unescape("".join(parts)) == html.unescape(html.escape(found.text))
    assert len(parts) == 2 * len(found.marks) + 1
    assert found.marked("", "") == found.text


SENTENCES = [
    *("A pier stands here.", "Nothing is said, at all!", "Is there trade?", "«The ship sailed.» ", "They waited…"),
    *("Long " + "words and " * 12 + "so on.", "日本の橋。", "Dr. Who said it."),
]


@given(st.lists(st.sampled_from(SENTENCES), min_size=10, max_size=60))
def test_passages_begin_where_a_sentence_or_a_word_begins(sentences: list[str]) -> None:
    text = " ".join(" ".join(sentences).split())
    for passage in re.split(r" … |^…|…$", cut("pier OR trade OR 橋", text).text):
        assert f" {passage.strip(' …')}" in f" {text}"
        assert re.search(rf"(?:^|[\s。]){re.escape(passage[:20])}", text)


def test_passages_are_cut_at_sentences() -> None:
    text = "One sentence is here. " * 30 + "Now the pier is built! " + "Another one is there. " * 30
    found = cut("pier", text).text
    assert found.startswith("…Now the pier is built! Another one")
    assert found.rstrip("… ").endswith(".")


def test_a_long_sentence_is_cut_at_words() -> None:
    found = cut("pier", "many words " * 50 + "a pier " + "and more words " * 50)
    assert re.fullmatch(
        r"…(many |words |a )+\w* ?a pier (and |more |words )+…", found.text.replace("words…", "words …")
    )
    assert marked_words(found) == ["pier"]


def test_a_word_that_is_too_long_to_be_shown_is_cut() -> None:
    for text in ("x" * 5_000, "y " * 200 + "x" * 5_000 + " y" * 200, "y" * 5_000 + " xx"):
        found = cut("x* OR y*", text)
        assert len(found.text) <= 2 * LENGTH
        assert found.marked("", "") == found.text


ANY_QUERY = [
    *QUERIES,
    *(
        *("co-operation", "日", "日本", "日本語 OR 本*", '"日 本"~3', "U.S. OR US", "o'brien", "1,000", "*", "?ier"),
        *("*er", "e~2"),
    ),
    *('"it pier"~1000', "-(-pier)", "NOT (a OR NOT it)", "title:(pier) OR body:(ship -trade)", "économ*^2"),
    *("a.b", "x* y*"),
]
ANY_TEXT = st.one_of(
    TEXTS,
    st.lists(
        st.sampled_from(
            [*WORDS, *"日本語。、", "co-operation", "U.S.", "O’Brien's", "1,000", "e\u0301", "\u0301", "-", "'"]
        )
        | st.sampled_from([" ", "\n", ". ", "\n\n", "\ud800", "\u200f", "\0", "กำ"]),
        max_size=150,
    ).map("".join),
)


@given(st.sampled_from(ANY_QUERY), ANY_TEXT, st.sampled_from(["en", "fr", "zh", "tr", "zz"]))
def test_every_mark_holds_what_the_query_asks_for(query: str, text: str, language: str) -> None:
    analyzer = Analyzer(language)
    tree = parse(query, Context(QueryAnalyzer((language, "en"))))
    found = snippet(tree, text, analyzer)
    terms: set[str] = set()
    tests = []
    for node in walk(tree, positive=True):
        if isinstance(node, Word):
            terms.update(node.terms)
        elif isinstance(node, Phrase):
            terms.update(term for _, slot in node.slots for term in slot)
        elif isinstance(node, Like):
            tests.append(node.pattern.test())
    for mark in marked_words(found):
        slots, words = analyzer.slots(f"{mark}"), analyzer.words(mark)
        assert terms.intersection(*[set().union(*slots)]) or any(test(word) for test in tests for word in words), mark
        assert mark.split() == [mark]
    assert len(found.text) <= 2 * LENGTH
    assert found.marked("", "") == found.text


@given(st.sampled_from(["pier", '"free trade"', "har*", "pier -trade", '"pier trade"~4']), TEXTS)
def test_what_matches_is_marked(query: str, text: str) -> None:
    tree = parse(query)
    document = AnalyzedArticle(Article(title="x", body=clean(text)))
    wanted = [node for node in walk(tree, positive=True) if isinstance(node, Word | Phrase | Like)]
    marks = snippet(tree, document.text("body"), ANALYZER).marks
    assert bool(marks) is any(type(node)(**{**vars(node), "field": "body"}).matches(document) for node in wanted)


@pytest.mark.parametrize(
    "piece", ["pier ", "pier.\n", "\n", "# ", "- pier\n", ". ", "pier-", "\n> ", "日", "a.", " \t"]
)
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    for query in ('pier OR 日 OR "pier pier"~1000', "p*"):
        found = cut(query, text)
        assert len(found.text) <= 2 * LENGTH


def test_what_only_escapes_is_not_shown_and_words_are_found() -> None:
    body = "1986\\. A List\\<String> of H<sub>2</sub>O, 10<sup>6</sup> l in\\\nC:\\Users\\\\\\*. \\# no heading"
    found = snippet(parse("string h2o"), body, ANALYZER)
    assert found.marked("[", "]") == "1986. A List<[String]> of [H₂O], 10⁶ l in C:\\Users\\*. # no heading"
    document = AnalyzedArticle(Article(title="t", body=body))
    for query in ("string", "h2o", "H₂O", '"list string of h2o"', "10⁶", "1986", '"l in c users"'):
        assert parse(query).matches(document), query
    for query in ("sub", "sup"):
        assert not parse(query).matches(document), query
    assert derive_title(body.split(" A ")[1]) == "List<String> of H₂O, 10⁶ l in"


@given(
    st.lists(st.sampled_from(["pier", "ship", "trade", "so", "x" * 60, ". ", "\n\n", "zz" * 150]), max_size=150),
    st.integers(1, LENGTH),
)
def test_no_passage_has_more_of_a_query_than_the_one_that_is_shown(words: list[str], limit: int) -> None:
    text = " ".join(words)
    kinds = {word: kind for kind, word in enumerate(["pier", "ship", "trade", "zz" * 150])}
    spots = (match for match in re.finditer(r"\w+", text) if match[0] in kinds)
    matches = [Match(match.start(), match.end(), kinds[match[0]]) for match in spots]

    def contents(passage: tuple[int, int], first: int) -> tuple[int, int]:
        inside = [match.kind for match in matches[first : first + limit] if match.end <= passage[1]]
        return len(set(inside)), len(inside)

    best = last = (0, 0)
    for index, match in enumerate(matches):
        if index and match.start < last[1]:
            continue
        start = _sentence_start(text, match.start, limit)
        passage = start, _passage_end(text, start, match.end, limit)
        if not index or contents(passage, index) > best:
            last, best = passage, contents(passage, index)
    if matches:
        assert _window(text, matches, limit) == last
