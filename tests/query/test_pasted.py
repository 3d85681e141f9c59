"""Text that is pasted as it is: signs between words, quotes of all kinds, headlines, and ``quote``."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from docarchive import Article, QueryError, quote
from docarchive.analysis import searchable
from docarchive.query import AnalyzedArticle, And, Context, Label, Like, Not, Or, Pattern, Word, parse, read, walk
from docarchive.query.lexer import QUOTED, tokens
from docarchive.query.patterns import EXACT

SIGNS = [*"-|–—&/…+·•:»«=~^!?',#@_\\", "::", "--", "->", "...", "<>"]
WORDS = ["gas", "prices", "H52.1", "2024", "bridge"]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), st.data())
def test_a_sign_between_spaces_changes_nothing(words: list[str], data: st.DataObject) -> None:
    pasted = list(words)
    for sign in data.draw(st.lists(st.sampled_from(SIGNS), min_size=1, max_size=3, unique=True)):
        pasted.insert(data.draw(st.integers(0, len(pasted))), sign)
    assume(not {"«", "»"} <= set(pasted))  # these are quotes
    assert parse(" ".join(pasted)) == parse(" ".join(words))


@pytest.mark.parametrize("word", ["Review", "Update", "tag", "title", "Größe", "date"])
def test_a_word_with_a_colon_before_a_space_is_a_word(word: str) -> None:
    assert parse(f"{word}: gas") == parse(f"{word} gas")
    assert parse(f"gas ({word}:)") == parse(f"gas ({word})")
    assert parse(f"gas {word}:") == parse(f"gas {word}")


@pytest.mark.parametrize(("name", "key"), [("title", "title"), ("tag", "tags"), ("Date", "date")])
def test_a_field_alone_needs_a_value(name: str, key: str) -> None:
    with pytest.raises(QueryError, match=f"{key}: needs a value") as raised:
        parse(f" {name}: ")
    assert raised.value.position == len(name) + 2
    fields = Context(fields=lambda: {"mood"})
    assert parse("Gale:", fields) == parse("Gale", fields)


@pytest.mark.parametrize("sign", SIGNS)
def test_only_signs_are_an_error(sign: str) -> None:
    with pytest.raises(QueryError, match="there is no word to search for in"):
        parse(f" {sign} ")


def test_signs_before_what_they_apply_to_are_operators() -> None:
    assert parse("a -(b) -“c d” -tag:x") == parse('a NOT b NOT "c d" NOT tag:x')
    assert parse("- -a") == Not(Word(("a",)))
    assert parse("(a)-(b) -c") == parse("a NOT b NOT c")
    assert parse("a - -b") == And((Word(("a",)), Not(Word(("b",)))))


@pytest.mark.parametrize("before", ["(a)", '"a"', "“a”", "«a»"])
def test_a_minus_that_joins_words_excludes_nothing(before: str) -> None:
    assert parse(f"{before}-bc d") == parse(f"{before} bc d")
    assert parse(f"{before} -bc d") == parse(f"{before} NOT bc d")


@pytest.mark.parametrize("quoted", ["“a b”", "„a b“", "„a b”", "”a b”", "«a b»", "« a b »", "»a b«", "＂a b＂"])
def test_quotes_of_all_kinds_are_quotes(quoted: str) -> None:
    for before, after in [("", ""), ("title:", ""), ("-", ""), ("(", ")"), ("c ", " d"), ("", "~3"), ("", "^2")]:
        assert parse(before + quoted + after) == parse(f'{before}"a b"{after}')


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("it’s", "it's"),
        ("5” pipe", "5 pipe"),
        ("“a b", "a b"),
        ("a b”", "a b"),
        ("News « a b", "News a b"),
        ("Home » News", "Home News"),
        ("‘a b’", "a b"),
    ],
)
def test_quotes_that_are_no_pair_are_signs(query: str, same: str) -> None:
    assert parse(query) == parse(same)


@pytest.mark.parametrize(
    ("headline", "is_headline"),
    [
        ("DOLLAR NOT EXPECTED TO FALL", True),
        ("U.S. AND JAPAN OR EC SIGN PACT", True),
        ("NOT A WORD SAID TODAY", True),
        ("FORBES AND SMITH BID FOR REVLON | The Harbour Post", True),
        ("The Harbour Post – DOLLAR NOT EXPECTED TO FALL - Markets", True),
        ("OIL | GAS AND COAL FALL", True),
        ("DOLLAR EXPECTED TO FALL -DEALERS", True),
        ("DOLLAR EXPECTED TO FALL -DEALERS | PRICES OF OIL AND GAS", True),
        ("NATO EU -UN", False),
        ("DOLLAR EXPECTED TO FALL -dealers", False),
        ("DOLLAR EXPECTED TO FALL -tag:X", False),
        ("NATO AND EU | The Harbour Post", False),
        ("NATO OR EU OR UN OR AU - DOLLAR NOT expected", False),
        ("NATO AND EU", False),
        ("NATO OR EU NOT UN", False),
        ("NATO OR EU OR UN OR AU", False),
        ("DOLLAR NOT expected TO FALL", False),
        ("(US OR EU) TRADE DEAL", False),
        ("tag:X OR GAS OIL PRICES RISE", False),
        ("東京 大阪 NOT 京都 橋", False),
        ("A* B OR C D E", False),
    ],
)
def test_operators_in_a_line_of_capitals_are_words(headline: str, is_headline: bool) -> None:
    kinds = {token.kind for token in tokens(headline)}
    assert (kinds == {"term", "end"}) is is_headline
    if is_headline:
        for title in (headline, headline.lower()):
            assert parse(headline).matches(AnalyzedArticle(Article(id="a", title=title)))


@given(st.text(max_size=30) | st.text('\\"a “', max_size=12))
def test_a_quoted_text_is_one_phrase_of_exactly_that_text(text: str) -> None:
    token, end = tokens(quote(text))
    assert (token.kind, token.form, token.value, end.kind) == ("term", QUOTED, text, "end")


@given(st.text('ab "\\-:()*?~^’', min_size=1, max_size=20))
def test_a_quoted_text_finds_that_text(text: str) -> None:
    assume(searchable(text))
    article = AnalyzedArticle(Article(id="a", title=text, tags=[text], body="other words"))
    assert parse(quote(text)).matches(article)
    assert parse(f"title:{quote(text)}").matches(article)
    assert parse(f"tag:{quote(text)}").matches(article)


@pytest.mark.parametrize("words", [101, 130, 1_000, 1_001, 3_000])
@pytest.mark.parametrize("form", ["{}", "({})", "title:{}", "gas oil coal rain {}"])
def test_a_long_phrase_never_loses_its_quotes(words: int, form: str) -> None:
    text = " ".join(["b a"] * (words // 2) + ["c"] * (words % 2))
    article = AnalyzedArticle(Article(id="a", title=f"gas oil coal rain {text[::-1]}"))
    query = form.format(quote(text[:9_900]))
    if words <= 1_000:
        assert not parse(query).matches(article)
    else:
        with pytest.raises(QueryError, match="a phrase holds at most 1000 words"):
            parse(query)


@pytest.mark.parametrize("address", ["https://ex.org/a?id=5", "ex.org/a?id=5", "www.ex.org?tab", "ex.org/?q", "a/b?c"])
def test_a_bare_address_has_no_wildcards(address: str) -> None:
    tree = parse(address)
    assert not any(isinstance(node, Like) for node in walk(tree))
    words = parse(f'"{address}"')
    assert tree == words or (isinstance(tree, Or) and tree.parts[0] == words)
    assert tree.matches(AnalyzedArticle(Article(id="a", title="t", body=f"See {address}, today.")))


@pytest.mark.parametrize(
    "spelling", ["https://ex.org/a?id=5", "HTTP://EX.org:80/a/?id=5&utm_source=x#top", "https://ex.org/a?id=5."]
)
def test_a_pasted_address_finds_its_article(spelling: str) -> None:
    article = AnalyzedArticle(Article(id="a", title="t", url="https://ex.org/a?id=5", body="words"))
    assert parse(spelling).matches(article)
    assert not parse(f"-{spelling}").matches(article)
    assert not parse(spelling.replace("id=5", "id=56")).matches(article)


NAMES = [
    "https://en.wikipedia.org/wiki/Mercury_(planet)",
    "https://ex.org/a_(b)_c?x=(1)",
    "https://ex.org/((a)b)",
    "https://web.archive.org/web/*/https://ex.org",
    "https://ex.org/a~",
    "https://ex.org/~a/",
    "https://ex.org/a^b",
    "https://ex.org/a*",
    "https://ex.org/a[1]",
    "https://ex.org/#!/route",
    "10.1016/S0140-6736(98)07118-0",
    "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O",
]


@pytest.mark.parametrize("name", NAMES)
def test_brackets_and_signs_are_part_of_an_address(name: str) -> None:
    key = "url" if "://" in name else "doi"
    article = AnalyzedArticle(Article.from_metadata({"id": "a", "title": "t", key: name}, "words"))
    forms = ["{}", "(nothing OR {})", "-(-{})", "{}^2", "+{}"]
    if "*" not in name:
        forms += [f"{key}:{{}}", f"{key}:({{}} OR nothing)"]
    for form in forms:
        for spelling in (name, name.removeprefix("https://")):
            assert parse(form.format(spelling)).matches(article), form
            other = spelling.replace("org", "net").replace("98", "97")
            assert not parse(form.format(other)).matches(article), form


@pytest.mark.parametrize("query", ["url:https://ex.org*", "url:ex.org*", "url:*ex.org*", "url:ex.org/b*"])
def test_a_star_after_url_is_a_wildcard(query: str) -> None:
    assert parse(query).matches(AnalyzedArticle(Article(id="a", title="t", url="https://ex.org/b(1)", body="words")))


def test_a_bracket_without_a_partner_ends_an_address() -> None:
    assert parse("(https://ex.org/a)") == parse("https://ex.org/a")
    assert parse("(gas OR https://ex.org/a_(b))") == parse("gas OR https://ex.org/a_(b)")
    with pytest.raises(QueryError, match="never closed"):
        parse("-https://ex.org/(a")


DOIS = ["10.1000/Boats.5", "https://doi.org/10.1000/boats.5", "http://dx.doi.org/10.1000/boats.5"]


@pytest.mark.parametrize("spelling", [*DOIS, "10.1000/boats.5."])
def test_a_pasted_doi_finds_its_article(spelling: str) -> None:
    articles = [Article(id="a", title="t", body="words", extra={"doi": doi}) for doi in [*DOIS, f"doi:{DOIS[0]}"]]
    articles.append(Article(id="a", title="t", body="words", url="https://doi.org/10.1000/boats.5"))
    for article in map(AnalyzedArticle, articles):
        assert parse(spelling).matches(article)
        assert not parse(f"-{spelling}").matches(article)
        if article.has("doi"):
            field = spelling.rstrip(".")
            assert parse(f"doi:{field}").matches(article)
            assert parse(f'doi:"{field}"').matches(article)
            assert not parse(f"doi:{field}6").matches(article)
        assert not parse(spelling.replace("5", "56")).matches(article)


def test_a_backslash_in_a_phrase_stays() -> None:
    assert parse(r'tag:"\\server\share"') == Label("tags", (Pattern(EXACT, r"\\server\share"),))
    article = AnalyzedArticle(Article(id="a", title="t", body=r"Open C:\Users\me\file.doc now."))
    assert parse(r'"C:\Users\me\file.doc"').matches(article)
    assert parse(r'"open C:\Users"').matches(article)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1) bile duct and 2) giant cells", "1 bile duct and 2 giant cells"),
        ("List of EL1 and ECL (EL1 may be", "List of EL1 and ECL EL1 may be"),
        ('He said: "The rotation of a', "He said The rotation of a"),
        ("Using open() in Python programs", "Using open in Python programs"),
        ("papers on /slip flow/ heat transfer", "papers on slip flow heat transfer"),
        ("alpha (+)- thalassemia and severe anemia", "alpha thalassemia and severe anemia"),
        ("a 5\" pipe, a 6' pipe", "a 5 pipe a 6 pipe"),
        ("all went well :) as it should", "all went well as it should"),
        ('she said "gas oil" (and left', 'she said "gas oil" and left'),
        ("the subject: a permutation:, SIAM", "the subject a permutation SIAM"),
        ("about ~100 people and ~$5m lost", "about 100 people and $5m lost"),
        ("the ~approximate ^caret of it", "the approximate caret of it"),
        ("(unclosed", "unclosed"),
        ("unclosed)", "unclosed"),
        ("1) gas", "1 gas"),
        ("gas :-) pier", "gas pier"),
        (";) gas", "gas"),
        ("thanks:-) gas", "thanks gas"),
        ("gas thanks:-(", "gas thanks"),
        ("gas :-( pier", "gas pier"),
        ("thanks:)", "thanks"),
        ("gas ((pier)", "gas pier"),
        ("f(x", "f x"),
        ("a ()", "a"),
        ('"gas oil" (and', '"gas oil" and'),
        ("~100 people", "100 people"),
        ("~5 ferries", "5 ferries"),
        ("~word", "word"),
        ("n^k time", "n k time"),
        ('a 24" pipe', "a 24 pipe"),
        ('a pipe of 24"', "a pipe of 24"),
        ('gas " pier', "gas pier"),
    ],
)
def test_in_a_line_of_words_signs_without_partners_mean_nothing(text: str, same: str) -> None:
    parsed = read(text)
    assert parsed.tree == parse(same)
    assert parsed.text == text
    assert all(text[mention.start : mention.end] == mention.text for mention in parsed.mentions)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (r"C:\Users\me", r'"C:\Users\me"'),
        (r"open c:\temp\x.doc now", r'open "c:\temp\x.doc" now'),
        ("print()", "print"),
        ("foo.bar() and print()", "foo.bar and print"),
        ("arXiv:2101.00001", "2101.00001"),
        ("ISBN:978-3-16-148410-0", "978-3-16-148410-0"),
        ("doi:10.1000/Boats(5)1", "10.1000/Boats(5)1"),
        ("mailto:ana@ex.org", "ana@ex.org"),
        ("urn:isbn:0306406157", '"isbn:0306406157"'),
    ],
)
def test_paths_calls_and_identifiers_are_text(text: str, same: str) -> None:
    context = Context(fields=lambda: ["rating"])
    assert read(text, context).tree == read(same, context).tree
    assert read(f"-{text}" if " " not in text else f"-({text})", context).tree == Not(read(same, context).tree)


def test_an_identifier_is_a_field_if_articles_have_it() -> None:
    context = Context(fields=lambda: ["isbn", "DOI"])
    assert read("isbn:978", context).tree == Label("isbn", (Pattern(EXACT, "978"),))
    assert Label("DOI", (Pattern(EXACT, "10.1000/x"),)) in [*walk(read("doi:10.1000/x", context).tree)]


MALFORMED = """"gas
()
:-)
"gas oil rain
-gas)
tag:gas)
gas -(oil rain pier
gas oil rain tag:(pier
gas~ (oil
x^
gas AND (oil
gas ~2
(gas oil rain pier AND
a b c d tag:x)
a b c d^ (
gas oil rain pier ^2
"gas oil" ~3 rain pier
gas oil rain pier author:/[/
/smi(th|dt)/
(a b c OR d"""


@pytest.mark.parametrize("query", MALFORMED.splitlines())
def test_other_queries_with_signs_without_partners_are_errors(query: str) -> None:
    with pytest.raises(QueryError):
        parse(query)
