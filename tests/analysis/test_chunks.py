from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docarchive.analysis.chunks import chunk_pattern, pieces, wordlike

LANGUAGES = ["en", "fr", "it", "ca", "tr", "zz"]
PARTS = [
    *("a", "B", "US", "é", "ß", "1", "22", "000", "000bn", "_", "日", "本", "ก", "กำ", "한", "か\u3099"),
    *("\u0301", "\u200d"),
    *("-", "'", "’", ".", ",", "&", "‐", "s", "t", "l", "qu", "dell", "ın"),
]
TEXTS = st.text() | st.lists(st.sampled_from([*PARTS, " "]), max_size=12).map("".join)


def chunks(text: str) -> list[str]:
    return chunk_pattern(text).findall(text)


def texts(text: str, language: str = "en") -> list[str]:
    return [piece.text for chunk in chunks(text) for piece in pieces(chunk, language)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Free trade, at last.", ["Free", "trade", "at", "last"]),
        ("co-operation U.S. 1.5bn Stoltenberg's", ["co-operation", "U.S", "1.5bn", "Stoltenberg's"]),
        ("'quoted' -minus- a--b a.-b", ["quoted", "minus", "a", "b", "a", "b"]),
        ("AT&T and R & D", ["AT&T", "and", "R", "D"]),
        ("a\nb\tc\u2028d", ["a", "b", "c", "d"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("שָׁלוֹם־עולם", ["שָׁלוֹם", "עולם"]),
        ("東京都、日本。", ["東京都", "日本"]),
        ("… — ! \0 \ud800", []),
        ("", []),
    ],
)
def test_chunks(text: str, found: list[str]) -> None:
    assert chunks(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("co-operation", ["co", "operation"]),
        ("mother-in-law", ["mother", "in", "law"]),
        ("Stoltenberg's they’re I'm O'Brien", ["Stoltenberg's", "they're", "I'm", "O", "Brien"]),
        ("O'Brien's rock'n'roll", ["O", "Brien's", "rock", "n", "roll"]),
        ("U.S. U.S.A. e.g. a.b.c", ["U.S", "U.S.A", "e.g", "a.b.c"]),
        ("J.Smith a.bc", ["J", "Smith", "a", "bc"]),
        ("1,000 1,000,000 12,345.67", ["1000", "1000000", "12345.67"]),
        ("1.5 1.5bn 1,000bn 25,000km 3.5%", ["1.5", "1.5bn", "1000bn", "25000km", "3.5"]),
        ("1,5 12,34bn", ["1.5", "12.34bn"]),
        ("1.2.3 16.03.2024 1.000,50", ["1", "2", "3", "16", "03", "2024", "1", "000", "50"]),
        ("1,23,456", ["1", "23", "456"]),
        ("F-16 COVID-19 1-2", ["F", "16", "COVID", "19", "1", "2"]),
        ("snake_case __init__ _", ["snake", "case", "init"]),
        ("१,२३४", ["१२३४"]),
    ],
)
def test_pieces(text: str, found: list[str]) -> None:
    assert texts(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("日", ["日"]),
        ("日本", ["日本", "本"]),
        ("日本語", ["日本", "本語", "語"]),
        ("日本2024年", ["日本", "本", "2024", "年"]),
        ("iPhone用のF-16戦闘機", ["iPhone", "用の", "の", "F", "16", "戦闘", "闘機", "機"]),
        ("1,234.5亿元", ["1234.5", "亿元", "元"]),
        ("1,234,567年", ["1234567", "年"]),
        ("東京・大阪", ["東京", "京", "大阪", "阪"]),
        ("か\u3099き", ["か\u3099き", "き"]),
        ("ｶﾞｷ", ["ｶﾞｷ", "ｷ"]),
        ("한국어", ["한국", "국어", "어"]),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", ["\u1112\u1161\u11ab\u1100\u116e\u11a8", "\u1100\u116e\u11a8"]),
        ("น้ำใจ", ["น้ำ", "ำใ", "ใจ", "จ"]),
        ("พ.ศ.", ["พ", "ศ"]),
        ("๑,๐๐๐", ["๑", "๐๐", "๐๐", "๐"]),
        ("မြန်မာ", ["မြန်", "န်မာ", "မာ"]),
    ],
)
def test_scripts_without_spaces_are_split_into_pairs(text: str, found: list[str]) -> None:
    assert texts(text) == found


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("fr", "l'économie L’École qu'il s'est", ["économie", "École", "il", "est"]),
        ("fr", "aujourd'hui O'Brien presqu'île", ["aujourd", "hui", "O", "Brien", "presqu", "île"]),
        ("fr", "l'arc-en-ciel", ["arc", "en", "ciel"]),
        ("it", "dell'arte un'altra", ["arte", "altra"]),
        ("ca", "l'aigua", ["aigua"]),
        ("en", "l'économie", ["l", "économie"]),
        ("tr", "Erdoğan'ın ANKARA’DA 2024'te", ["Erdoğan", "ANKARA", "2024"]),
        ("tr", "O'Brien'ın", ["O", "Brien"]),
        ("en", "Erdoğan'ın", ["Erdoğan", "ın"]),
    ],
)
def test_what_an_apostrophe_sets_off_depends_on_the_language(language: str, text: str, found: list[str]) -> None:
    assert texts(text, language) == found


@pytest.mark.parametrize(
    ("chunk", "language", "joined"),
    [
        ("co-operation", "en", {"cooperation"}),
        ("COVID-19", "en", {"COVID19"}),
        ("O'Brien's", "en", {"OBrien's"}),
        ("AT&T", "en", {"ATT"}),
        ("a-b-c", "en", {"abc"}),
        ("a-b-c-d", "en", {""}),
        ("1-2", "en", {""}),
        ("a" * 30 + "-" + "b" * 30, "en", {""}),
        ("l'arc-en-ciel", "fr", {"arcenciel"}),
        ("日-本", "ja", {""}),
        ("COVID-19疫苗", "zh", {"COVID19", ""}),
    ],
)
def test_parts_of_a_word_know_the_whole_word(chunk: str, language: str, joined: set[str]) -> None:
    assert {piece.joined for piece in pieces(chunk, language)} == joined


@example("㐀’S", "en")
@given(TEXTS, st.sampled_from(LANGUAGES))
def test_pieces_stand_where_they_say(text: str, language: str) -> None:
    for chunk in chunks(text):
        found = pieces(chunk, language)
        assert all(a.start < b.start for a, b in pairwise(found))
        for piece in found:
            assert 0 <= piece.start < piece.end <= len(chunk)
            assert 0 <= piece.unit <= piece.end - piece.start
            assert piece.text[0] == chunk[piece.start]
            assert piece.text.replace("'", "’").replace(",", "")[-1] == chunk[piece.end - 1].replace("'", "’")
            assert piece.text.split() == [piece.text]


@given(st.text())
def test_no_letter_and_no_digit_is_lost(text: str) -> None:
    covered = {
        match.start() + place
        for match in chunk_pattern(text).finditer(text)
        for piece in pieces(match[0], "en")
        for place in range(piece.start, piece.end)
    }
    assert {place for place, character in enumerate(text) if character.isalnum()} <= covered


@given(st.text(alphabet=[chr(code) for code in range(128)]))
def test_plain_text_is_split_alike_beside_other_text(text: str) -> None:
    assert chunk_pattern(text + " é").findall(text) == chunks(text)


@pytest.mark.parametrize("text", ["econom*", "colo?r", "हिन्*", "e\u0301*", "o’brien", "co‐op", "U.S.", "東京*", "1.5*"])
def test_what_could_be_one_word(text: str) -> None:
    assert wordlike(text)


@pytest.mark.parametrize("text", ["", "a b", "a/b", "snake_case", "a\0", "(a", "a\ud800", "$5"])
def test_what_could_not(text: str) -> None:
    assert not wordlike(text)
