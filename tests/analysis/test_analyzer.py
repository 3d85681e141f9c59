import unicodedata
from importlib import import_module
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docarchive.analysis import MAX_WORD, Analyzer, QueryAnalyzer, Run, Slot, Term, analyzer, fold
from docarchive.analysis.chunks import chunk_pattern, without_line_ends
from docarchive.analysis.scanning import chunks_with

LANGUAGES = ["en", "de", "fr", "tr", "ru", "el", "ar", "hi", "sr", "zz"]
PARTS = [
    *("pier", "Piers", "US", "Café", "Straße", "Erdoğan", "1", "000", "000bn", "日", "本", "กำ", "한", "か\u3099"),
    *("ﷺ", "½", "İ", "ı", "ж", "²", "3.10", "👩", "💻", "👍🏽", "🄀", "©", "“", "—", "\u200c", "\ufe0f", "\u3000"),
    *("-", "'", "’", ".", ",", "&", "‐", "s", "t", "l", "\u0301", "\u200d", "ـ", "_", " ", "\n", "\0", "\ud800"),
]
TEXTS = st.text() | st.lists(st.sampled_from(PARTS), max_size=15).map("".join)


def stands(run: Run, slots: list[Slot]) -> bool:
    """Tells whether a run stands anywhere in a text: the plain meaning of runs and slots."""
    return any(
        all(start + offset < len(slots) and set(terms) & set(slots[start + offset]) for offset, terms in run)
        for start in range(len(slots))
    )


def finds(query: str, text: str, language: str = "en") -> bool:
    """Tells whether a phrase is found in a text of a language."""
    slots = Analyzer(language).slots(text)
    return any(stands(run, slots) for run in Analyzer(language).runs(query))


def table(text: str) -> list[tuple[str, str, str]]:
    """Returns the rows of a table of languages and, behind each, pairs of texts."""
    return [
        (language, one.strip(), other.strip())
        for language, _, pairs in (line.partition(":") for line in text.strip().splitlines())
        for one, _, other in (pair.partition("=") for pair in pairs.split(" | "))
    ]


#: Two spellings that find each other.
SAME = table("""
en: visits = Visiting | Erdogan = Erdoğan | naive cafe = naïve Café | Zoë’s = zoe
en: Stoltenberg = Stoltenberg's | Stoltenberg's = Stoltenberg’s | don't = don’t | don't = DONT
en: co-operation = cooperation | co operation = co-operation | co\u2011operation = co\u2010op\u00aderation
en: mother-in-law = mother in law | AT&T = att | obrien = O'Brien | o brien = O'Brien | O'Brien = o’brien
en: U.S. = U.S | U.S. = US | U.K. = UK | U.S.A. = usa | e.g. = eg
en: COVID-19 = covid19 | covid 19 = COVID-19 | F-16 = F16 | f 16 = F-16 | v1.2.3 = V1.2.3
en: dlr = dlrs | dlrs = dlr | MP = MPs | mps = MP | 80s = 80's | 80's = 80s | 1970's = 1970s
en: CPU = CPUs | cpus = CPUs | gpu = GPUS | NGO = NGOs | eu = EUs | BBO = BBOs | OPEC = OPECs | CPU's = CPUs
en: multi-CPU = multi-CPUs | ÖPNV = ÖPNVs | plateau = plateaus | bureaus = bureau | Hindu = Hindus | two = twos
en: TV = TVs | gps = GPS | ❤ = ❤️ | 🎉 = 🎉 | 👍 = 👍🏽 | 👍🏿 = 👍🏽 | 👩🏽‍🚀 = 👩‍🚀
en: $1.5bn = 1.5bn | 1,000 = 1000 | $1,000bn = 1000bn | 1,234,567.8 = 1234567.8
fr: économie = l'économie | economie = L’ÉCONOMIE | il = qu'il | O'Brien = obrien | aujourd’hui = aujourd'hui
fr: école primaire = l'école primaire | ONG = ONGs
it: arte = dell’arte
tr: Erdoğan'ın = Erdoğan | Erdogan = Erdoğan’a | istanbul = İSTANBUL | ısı = ISI | obrien = O'Brien
de: LKW = LKWs | LKWs = lkws | Straße = STRASSE | Haus = Häuser | Grünwald = Gruenwald | Grunwald = Grünwald
ru: ёлка = елка | Ёлки = елку | Новый = НОВЫЙ | йод = иод
el: ΟΔΟΣ = οδός | ὁδός = οδός | Αθήνα = ΑΘΗΝΑ
ar: مدرسة = مَدْرَسَةٌ | كتاب = كـتـاب | أحمد = احمد
he: שלום = שָׁלוֹם
hi: ज़रा = ज\u093cरा
sr: читалачки = čitalački
vi: Hà Nội = Ha Noi
pl: Łódź = Lodz
ko: 한국 = \u1112\u1161\u11ab\u1100\u116e\u11a8
ja: ガキ = ｶﾞｷ
""")

#: A query, and a text that it is found in, but not the other way round.
WITHIN = table("""
en: 3.10 = 3.10.2 | 10.2 = 3.10.2 | 192.168 = 192.168.0.1 | 192.168.0 = 192.168.0.1 | 4.2 = 4.2.1.3
en: 03.2024 = 16.03.2024 | 16.03 = 16.03.2024 | 3.10.2 = v 3.10.2rc1, 3.10.2
en: 🎉 = a🎉b | b = a🎉b | § = §5 | 5 = §5 | → = a → b | © = © 2024 | a 🎉 b = a🎉b
""")

#: A query, and a text that it is not found in.
APART = table("""
en: us = The U.S. did. | U.S. = They told us. | U.S. = Us | am = at 5 a.m.
en: 3.1 = 3.10.2 | 12.5 = 12 5 | 0.2 = 3.10.2 | gp = GPS | cs = CSS
en: a = As | gas = GA | i = Is | CPU = CPUx | 🏽 = 👍🏽 | 👍 = 👎🏽
en: 1000 = 1.000 | 15bn = 1.5bn | cooperation = co and operation
en: co-operation = operation co | économie = l'economist | econ = economy
en: co-operation anti-war = co antiwar | co-operation anti-war = cooperation war
fr: l = l'économie
tr: ın = Erdoğan'ın | o = Ankara'o
zh: 京都 = 东京的首都 | 学大 = 大学
ja: 本日 = 日本
hi: न = हिन्दी
""")


@pytest.mark.parametrize(("language", "one", "other"), SAME)
def test_two_spellings_find_each_other(language: str, one: str, other: str) -> None:
    assert finds(one, f"({other}) etc.", language)
    assert finds(other, f"So: {one}!", language)


@given(st.text("ABCDEGILMNOPSTUÄÖ", min_size=2, max_size=6), st.sampled_from(LANGUAGES))
def test_an_acronym_finds_its_plural(acronym: str, language: str) -> None:
    plural = f"{acronym}s"
    assert finds(acronym, f"the {plural} here", language)
    assert finds(plural, f"the {acronym} here", language)
    assert finds(plural, f"the {plural.lower()} here", language) or language == "tr"  # whose small I is another letter


@pytest.mark.parametrize(("language", "query", "text"), WITHIN)
def test_a_part_of_a_number_and_a_sign_are_found(language: str, query: str, text: str) -> None:
    assert finds(query, text, language)


@pytest.mark.parametrize(("language", "query", "text"), APART)
def test_what_is_not_found(language: str, query: str, text: str) -> None:
    assert not finds(query, text, language)


@pytest.mark.parametrize(
    ("language", "text", "slots"),
    [
        ("en", "Visits visiting visited", [("visit",)] * 3),
        ("german", "Häuser Haus", [("haus",), ("haus",)]),
        ("tlh", "Visits visiting", [("visits",), ("visiting",)]),
        ("", "Visits", [("visits",)]),
        ("en", "co-operation", [("co", "cooper"), ("oper", "cooper")]),
        ("en", "US us U.S.", [("us", "u.s"), ("us",), ("u.s",)]),
        ("en", "IT it NATO", [("it", "i.t"), ("it",), ("nato",)]),
        ("en", "CPUs NGOs BBOs MPs", [("cpu",), ("ngo",), ("bbos", "bbo"), ("mp",)]),
        ("en", "don't they're Stoltenberg's", [("dont",), ("theyr",), ("stoltenberg",)]),
        ("fr", "l'économies", [("econom",)]),
        ("zh", "北京大学", [("北京",), ("京大",), ("大学",), ("学",)]),
        ("ja", "日本2024年", [("日本",), ("本",), ("2024",), ("年",)]),
        ("mr", "हिन्दी में", [("हिन्दी",), ("में",)]),
        ("en", "… — ! 'quoted' \ud800", [("quot",)]),
        ("en", "", []),
    ],
)
def test_slots(language: str, text: str, slots: list[Slot]) -> None:
    assert Analyzer(language).slots(text) == slots


def test_words_are_folded_and_not_stemmed() -> None:
    words = Analyzer("en").words("The Zoë's co-operation, U.S. and US: 1,000 ships; 日本")
    assert words == {
        *("the", "zoe", "co", "operation", "cooperation", "u.s", "and", "us", "1000", "ships", "日本", "本")
    }


def test_a_long_word_is_cut() -> None:
    for word in ("x" * 500, "é" * 500, "1" * 500):
        assert Analyzer("en").slots(word) == [(fold(word)[:MAX_WORD],)]
        assert Analyzer("en").words(word) == {fold(word)[:MAX_WORD]}


@given(TEXTS, st.sampled_from(LANGUAGES))
@example("กกs", "en")
@example("\ufe70 ـ ﷺ", "en")
def test_tokens_slots_and_words_agree(text: str, language: str) -> None:
    made = Analyzer(language)
    tokens = list(made.tokens(text))
    assert [token.terms for token in tokens] == made.slots(text)
    assert {word for token in tokens for word in token.words} == made.words(text)
    assert all(one.start < other.start for one, other in pairwise(tokens))
    for token in tokens:
        span = without_line_ends(text[token.start : token.end])
        assert span.split() == [span]
        assert 0 <= token.unit <= len(span)
        for term in (*token.terms, *token.words):
            assert term.split() == [term]
            assert len(term) <= MAX_WORD


@given(st.lists(TEXTS), st.sampled_from(LANGUAGES))
def test_no_word_goes_over_a_blank_line(texts: list[str], language: str) -> None:
    made = Analyzer(language)
    assert made.slots("\n\n".join(texts)) == [slot for text in texts for slot in made.slots(text)]


@given(st.text("aé1 .,한국", max_size=8), st.text("aé1港湾のฝน한국", max_size=8), st.sampled_from(LANGUAGES))
def test_no_word_of_a_script_with_spaces_goes_over_the_end_of_a_line(one: str, other: str, language: str) -> None:
    made = Analyzer(language)
    assert made.slots(f"{one}\n{other}") == made.slots(one) + made.slots(other)


#: Characters of scripts in which a line may end within a word.
WRAPPED = st.text("港湾評議会の夜にカﾊーฝนตករຄວม", min_size=1, max_size=12)


@given(WRAPPED, WRAPPED, st.sampled_from(["\n", "\r\n", "\r", " \n  ", "\n\u3000"]), st.sampled_from(LANGUAGES))
def test_the_end_of_a_line_is_no_end_of_a_word_in_a_script_without_spaces(
    one: str, other: str, line_end: str, language: str
) -> None:
    made = Analyzer(language)
    assert made.slots(f"{one}{line_end}{other}") == made.slots(one + other)
    assert [token.terms for token in made.tokens(f"{one}{line_end}{other}")] == made.slots(one + other)
    assert stands(made.runs(one + other)[0], made.slots(f"{one}{line_end}{other}"))


@given(TEXTS, st.sampled_from(LANGUAGES))
def test_a_text_is_found_by_its_own_words(text: str, language: str) -> None:
    slots = Analyzer(language).slots(text)
    runs = Analyzer(language).runs(text)
    assert all(stands(run, slots) for run in runs[:1]), "as it is written"
    assert bool(runs) == bool(slots)


ACCENTED = st.text(
    st.characters(min_codepoint=0xC0, max_codepoint=0x6D3, categories=["Lu", "Ll", "Lo"], exclude_characters="Ŀŀ")
    | st.sampled_from("abceginostuyzIİıßğş"),
    min_size=1,
    max_size=12,
)


@given(ACCENTED, st.sampled_from(LANGUAGES))
@example("Erdoğan", "tr")
@example("ЧИТАЛЬНЫЙ", "sr")
def test_a_word_is_found_without_its_accents(word: str, language: str) -> None:
    made = Analyzer(language)
    terms = {term for slot in made.slots(word) for term in slot}
    assert {term for slot in made.slots(fold(word)) for term in slot} <= terms


@given(ACCENTED, st.sampled_from(LANGUAGES))
@example("İstanbul", "tr")
@example("IĨb", "tr")
def test_an_accent_may_be_a_character_of_its_own(word: str, language: str) -> None:
    made = Analyzer(language)
    assert made.slots(unicodedata.normalize("NFD", word)) == made.slots(unicodedata.normalize("NFC", word))


@given(st.text(alphabet=[chr(code) for code in range(32, 127)]))
def test_small_letters_have_no_term_that_capitals_lack(text: str) -> None:
    upper, lower = Analyzer("en").slots(text.upper()), Analyzer("en").slots(text.lower())
    assert len(upper) == len(lower)
    assert all(set(small) <= set(large) for small, large in zip(lower, upper, strict=True))


@pytest.mark.parametrize(
    "alphabet",
    ["北京大学的学生在图书馆看书", "東京がっこうカタカナヴァ々", "한국어도서관", ["ก", "ข", "กำ", "น้ำ", "ที่", "ไ", "ะ"]],
    ids=["zh", "ja", "ko", "th"],
)
@given(data=st.data())
def test_any_part_of_a_text_without_spaces_is_found_in_it(alphabet: str, data: st.DataObject) -> None:
    characters = data.draw(st.lists(st.sampled_from(alphabet), min_size=2, max_size=20))
    start = data.draw(st.integers(0, len(characters) - 2))
    end = data.draw(st.integers(start + 2, len(characters)))
    text, part = "".join(characters), "".join(characters[start:end])
    assert finds(part, text, "zh")
    assert finds(part, f"Über {text}, 2024", "en")
    other = data.draw(st.lists(st.sampled_from(alphabet), min_size=2, max_size=4).map("".join))
    assert finds(other, text, "zh") == any(
        "".join(characters[place:]).startswith(other) and "".join(characters[place:])[len(other) :][:1] not in MARKS
        for place in range(len(characters))
    )


MARKS = ["\u0e49", "\u0e48", "\u0e35"]


@pytest.mark.parametrize("piece", ["a-", "1.", "a'", "\u0301", "é", "日", "_", "a\u0301"])
def test_hostile_text_is_analysed_in_linear_time(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    made = Analyzer("en")
    assert len(made.slots(text)) <= len(text)
    assert len(made.runs(text[:10_000])) <= 1


def test_hostile_words_are_not_stemmed() -> None:
    assert Analyzer("ca").slots("é" * 1_000_000) == [("e" * MAX_WORD,)]  # would take minutes


def test_analyzers_are_made_once() -> None:
    assert analyzer("de") is analyzer("de")
    assert analyzer("de").language == "de"


# Queries, in several languages at once


def with_languages(run: Run) -> list[tuple[int, dict[str, set[str]]]]:
    """Returns a run of a query with the languages that each of its terms counts in; none means any."""
    return [(offset, {str(term): set(getattr(term, "languages", ())) for term in slot}) for offset, slot in run]


def test_a_query_has_the_terms_of_each_language() -> None:
    [run] = QueryAnalyzer(("en", "de", "fr")).runs("Häuser")
    assert with_languages(run) == [(0, {"hauser": {"en"}, "haus": {"de", "fr"}})]
    [run] = QueryAnalyzer(("en", "de")).runs("free note")
    assert with_languages(run) == [(0, {"free": set()}), (1, {"note": {"en"}, "not": {"de"}})]


def test_terms_that_all_languages_share_count_in_any() -> None:
    assert [with_languages(run) for run in QueryAnalyzer(("en", "de")).runs("NATO")] == [[(0, {"nato": set()})]]
    assert [with_languages(run) for run in QueryAnalyzer(("en",)).runs("visits")] == [[(0, {"visit": set()})]]


def test_each_way_of_writing_a_word_is_a_run_of_its_own() -> None:
    assert QueryAnalyzer(("en",)).runs("co-operation") == [((0, ("co",)), (1, ("oper",))), ((0, ("cooper",)),)]
    apart, together = QueryAnalyzer(("en", "fr")).runs("l'économie")
    assert with_languages(apart) == [(0, {"l": {"en"}}), (1, {"economi": {"en"}})]
    assert with_languages(together) == [(0, {"leconomi": {"en"}, "econom": {"fr"}})]


def test_two_ways_are_not_mixed_with_each_other() -> None:
    runs = QueryAnalyzer(("en", "de")).runs("a-b c-d")
    assert [[slot for _, slot in run] for run in runs] == [
        [("a",), ("b",), ("c",), ("d",)],
        [("a",), ("b",), ("cd",)],
        [("ab",), ("c",), ("d",)],
        [("ab",), ("cd",)],
    ]


def test_many_compounds_are_taken_as_they_are_written() -> None:
    [run] = QueryAnalyzer(("en",)).runs("a-b c-d e-f g-h i-j")
    assert [offset for offset, _ in run] == list(range(10))


@given(st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=3), TEXTS, TEXTS)
def test_a_query_in_many_languages_finds_what_each_of_them_finds(languages: list[str], query: str, text: str) -> None:
    runs = QueryAnalyzer(languages).runs(query)
    for language in languages:
        slots = Analyzer(language).slots(text)
        own = [
            tuple(
                (offset, tuple(term for term in slot if not (known := term_languages(term)) or language in known))
                for offset, slot in run
            )
            for run in runs
        ]
        assert any(stands(run, slots) for run in own if all(slot for _, slot in run)) == finds(query, text, language)


def term_languages(term: str) -> frozenset[str]:
    return term.languages if isinstance(term, Term) else frozenset()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Co-operation", "cooperation"),
        ("Erdoğan’s", "erdogan"),
        ("O'Brien", "obrien"),
        ("U.K.", "uk"),
        ("U.S.", "u.s"),
        ("u.s*", "u.s*"),
        ("U.K*", "uk*"),
        ("nato.", "nato"),
        ("1.5bn", "1.5bn"),
        ("1.*", "1.*"),
        ("e.*", "e.*"),
        ("ÉCON*m?", "econ*m?"),
        ("e\u0301*", "e*"),
        ("हिन्*", "हिन्*"),
        ("two words", ""),
        ("a/b", ""),
        ("", ""),
    ],
)
def test_wildcards_and_fuzzy_words_are_folded_like_the_words_of_articles(text: str, word: str) -> None:
    assert QueryAnalyzer().word(text) == word


@given(st.text(st.characters(categories=["Lu", "Ll"]), min_size=1))
def test_a_word_of_a_query_is_a_word_of_its_text(text: str) -> None:
    assert Analyzer("en").words(text) == {QueryAnalyzer().word(text)}


@pytest.mark.parametrize(
    ("text", "single", "without_spaces"),
    [
        ("日", "日", True),
        ("か\u3099", "が", True),
        ("กำ", "", True),
        ("\u1100\u116e\u11a8", "국", True),
        ("日本", "", True),
        ("2024年", "", True),
        ("日本2024", "", False),
        ("a", "", False),
        ("", "", False),
    ],
)
def test_scripts_without_spaces(text: str, single: str, without_spaces: bool) -> None:
    assert QueryAnalyzer().single_character(text) == single
    assert QueryAnalyzer().without_spaces(text) is without_spaces


def test_word_spans() -> None:
    assert QueryAnalyzer().word_spans("free co-op, now") == [(0, 4), (5, 10), (12, 15)]


def test_languages_of_a_query() -> None:
    assert QueryAnalyzer(("en", "pt-BR", "EN", "pt")).languages == ("en", "pt")
    assert QueryAnalyzer(()).languages == ("en",)


def test_a_long_text_is_split_as_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Ships of the Öresund \n\n\u3000co-operate,  港口 at 5 U.S. quays.\t" * 50
    whole = analyzer("en").pretokens(text)
    monkeypatch.setattr(import_module("docarchive.analysis.analyzer"), "_LONG", 7)
    assert analyzer("en").pretokens(text) == whole


@given(st.text(alphabet="aBé-.'&1, US港\u0301\u2019#", max_size=30), st.sampled_from(["en", "fr", "tr", "zh"]))
def test_pretokens_say_what_is_joined_in_them(text: str, language: str) -> None:
    for each in Analyzer(language).pretokens(text):
        terms = [term for slot in each.slots for term in slot]
        assert (each.terms, each.length, each.spelled) == (" ".join(terms), len(terms), " ".join(each.words))
        if each.plain:
            assert [(term,) for term in each.terms.split()] == [*each.slots]
        else:
            assert any(len(slot) != 1 for slot in each.slots) or each.terms.split() != terms


@given(
    st.sampled_from(["en", "de", "fr", "nl", "tr", "id", "ja", "xx"]),
    st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(["US", "MPs", "co-op", "U.S.", "Ünder", "3.10.2", "港湾"]),
            st.lists(st.sampled_from(PARTS), max_size=12).map("".join),
        )
    ),
    st.sampled_from(["us", "mp", "coop", "under", "3.10", "港", "maakt", "gemaakt", "a"]),
)
def test_tokens_with_some_terms_are_all_that_have_one(language: str, words: list[str], word: str) -> None:
    made, text = Analyzer(language), " ".join(words)
    terms = {word, *(term for slot in made.slots(" ".join(words[:2])) for term in slot)}
    expected = [(index, token) for index, token in enumerate(made.tokens(text)) if terms.intersection(token.terms)]
    chosen = [token for token in made.tokens_with(text, terms) if terms.intersection(token.terms)]
    assert chosen == [token for _, token in expected]
    numbered = made.numbered_tokens(text, lambda chunk: not chunk.is_without(frozenset(terms)))
    assert [(index, token) for index, token in numbered if terms.intersection(token.terms)] == expected


@given(
    st.lists(st.sampled_from(PARTS), max_size=30).map("".join), st.frozensets(st.sampled_from("abus3é港"), max_size=3)
)
def test_chunks_that_may_have_a_term_are_whole(text: str, initials: frozenset[str]) -> None:
    whole = [match.span() for match in chunk_pattern(text).finditer(text)]
    assert {match.span() for match in chunks_with(text, initials)} <= set(whole)


def test_only_words_that_begin_as_a_term_does_are_looked_at() -> None:
    text = "The harbour's co-op met the U.S. envoy “at home”; Öland's ferry left."
    assert [match[0] for match in chunks_with(text, frozenset("o"))] == ["co-op", "Öland's"]
