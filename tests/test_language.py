import subprocess
import sys
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st
from languages import ARTICLES, LanguageArticle

from docarchive.language import SAMPLE, detect

by_cld2 = pytest.mark.skipif(find_spec("pycld2") is None, reason="there is no build of pycld2 for this Python")

ENGLISH = ARTICLES[0]["body"]
GERMAN = ARTICLES[1]["body"]

# Tables, lists of companies and headlines, as news agencies write them.
TELEGRAPHIC = [
    "Shr 31 cts vs 24 cts\n    Net 2,114,000 vs 1,630,000\n    Revs 19.8 mln vs 17.1 mln\n    Nine mths\n    Shr 88c",
    "Qtly div 11 cts vs 11 cts prior\n    Pay May 4\n    Record April 20",
    "Oper shr loss six cts vs profit nil\n    Oper net loss 214,000 vs profit 3,000\n    Avg shrs 3.6 mln vs 3.5 mln"
    "\n    NOTE: Excludes tax credits of 51,000 dlrs vs 12,000 dlrs",
    "WEXMOUTH MARINE PLC <WXM.L> HALF YEAR TO JUNE 30\nPretax profit 4.2 mln stg vs 3.9 mln\nDiv 1.1p vs 1.0p\nTurnover"
    " 61 mln stg vs 58 mln\nTax 1.3 mln vs 1.2 mln\nMinorities nil vs 20,000",
    "Soc Vauclerac de Bois <VBOI.PA> et Cie SA 1ST QTR\nShr 12 francs vs 11\nNet 31 mln francs vs 29 mln",
    "<Gruenwald Maschinenfabrik AG> to raise div\nTo pay 9 marks vs 8 on results for year",
    "Wheat 1,204 1,198 unch Maize 903 911 up 2 Barley 655 650 off 1 Oats 412 410 unch Rye 377 380 up 1 Soybeans 1,511",
    "FERRY RETURNS",
    "Bundesbank",
    "12,114 12,080 11,997 (11,950) 3.4 pct -- 0.02",
]

# Two or three sentences each in more languages, one a line.
MORE = {
    "bg": (
        "Общината откри в неделя нов мост над реката край селото. Кметът каза, че жителите са чакали ремонта повече "
        "от десет години и че движението на автобусите ще започне още тази седмица."
    ),
    "ca": (
        "L'ajuntament ha obert aquest dissabte una biblioteca nova a la plaça del poble. Els veïns esperaven les "
        "obres des de fa anys, i l'alcaldessa diu que els nens hi podran llegir cada tarda."
    ),
    "cs": (
        "Obec v sobotu otevřela novou knihovnu na náměstí. Starostka řekla, že obyvatelé na opravu čekali déle než "
        "deset let a že děti si tam budou moci půjčovat knihy každé odpoledne."
    ),
    "da": (
        "Kommunen åbnede lørdag et nyt bibliotek ved torvet. Borgmesteren sagde, at beboerne har ventet på bygningen "
        "i mere end ti år, og at børnene kan låne bøger hver eftermiddag efter skole."
    ),
    "fa": (
        "شهرداری روز شنبه کتابخانهٔ تازه‌ای در میدان شهر گشود. شهردار گفت که مردم بیش از ده سال چشم به راه این "
        "ساختمان بودند و بچه‌ها می‌توانند هر روز بعدازظهر در آن کتاب بخوانند."
    ),
    "hu": (
        "A község szombaton új könyvtárat nyitott a főtéren. A polgármester azt mondta, hogy a lakók több mint tíz "
        "éve várták az épületet, és a gyerekek minden délután kölcsönözhetnek könyveket."
    ),
    "id": (
        "Pemerintah kota membuka perpustakaan baru di alun-alun pada hari Sabtu. Wali kota mengatakan bahwa warga "
        "telah menunggu gedung itu selama lebih dari sepuluh tahun dan anak-anak dapat membaca di sana setiap sore."
    ),
    "no": (
        "Kommunen åpnet lørdag et nytt bibliotek ved torget. Ordføreren sa at innbyggerne har ventet på bygget i mer "
        "enn ti år, og at barna nå kan låne bøker hver ettermiddag etter skolen."
    ),
    "pl": (
        "Gmina otworzyła w sobotę nową bibliotekę przy rynku. Wójt powiedział, że mieszkańcy czekali na ten budynek "
        "ponad dziesięć lat i że dzieci będą mogły wypożyczać książki każdego popołudnia."
    ),
    "ro": (
        "Primăria a deschis sâmbătă o bibliotecă nouă în piața orașului. Primarul a spus că locuitorii așteptau "
        "această clădire de peste zece ani și că elevii vor putea împrumuta cărți în fiecare după-amiază."
    ),
    "uk": (
        "Громада відкрила в суботу нову бібліотеку на площі. Міський голова сказав, що мешканці чекали на цю будівлю "
        "понад десять років і що діти зможуть позичати книжки щодня після школи."
    ),
    "vi": (
        "Thành phố đã khánh thành một thư viện mới ở quảng trường vào thứ bảy. Thị trưởng nói rằng người dân đã chờ "
        "đợi tòa nhà này hơn mười năm và trẻ em có thể đến đọc sách mỗi buổi chiều."
    ),
}


@by_cld2
@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article["language"])
@pytest.mark.parametrize("default", ["en", "de", "xx"])
def test_the_language_of_an_article_is_told_whatever_the_default(article: LanguageArticle, default: str) -> None:
    assert detect(f"{article['title']}\n{article['body']}", default) == article["language"]


@by_cld2
@pytest.mark.parametrize("language", MORE)
def test_more_languages(language: str) -> None:
    assert detect(MORE[language], "en") == language


@pytest.mark.parametrize("text", TELEGRAPHIC)
@pytest.mark.parametrize("repeated", [1, 5])
def test_tables_and_headlines_are_in_no_other_language(text: str, repeated: int) -> None:
    assert detect("\n".join([text] * repeated), "en") == "en"


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article["language"])
def test_a_title_is_in_its_language_or_the_default(article: LanguageArticle) -> None:
    assert detect(article["title"], "xx") in {article["language"], "xx"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Λευκόπετρα", "el"),
        ("נווה תמרים", "he"),
        ("บ้านสวนแก้ว", "th"),
        ("달빛마을", "ko"),
        ("みのり", "ja"),
        ("霧ヶ丘の電車", "ja"),
        ("青石镇", "zh"),
        ("Գարուն", "hy"),
        ("გაზაფხული", "ka"),
        ("வசந்தம்", "ta"),
        ("বসন্ত", "bn"),
        ("青石镇 (Qingshi)", "xx"),
        ("Wexmouth, Λευκόπετρα", "el"),
        ("The Wexmouth Herald, Λευκόπετρα", "xx"),
        ("ω", "xx"),
        ("", "xx"),
    ],
)
def test_a_script_of_one_language_decides_in_a_short_text(text: str, language: str) -> None:
    assert detect(text, "xx") == language


def test_a_headline_in_kanji_alone_may_be_japanese() -> None:
    assert detect("路面電車復活", "ja") == "ja"
    assert detect("路面電車復活", "en") == "zh"
    assert detect(ARTICLES[15]["body"], "ja") == "zh"


@by_cld2
def test_languages_of_one_script_are_told_apart() -> None:
    yiddish = (
        "דער ראָש פֿון שטעטל האָט געזאָגט אַז די נײַע ביבליאָטעק וועט זײַן אָפֿן יעדן טאָג, און אַז די קינדער קענען דאָרט "
        "לייענען ביכער אויף ייִדיש און העברעיִש."
    )
    assert detect(yiddish, "en") == "yi"


@by_cld2
def test_a_mixed_text_keeps_the_default() -> None:
    assert detect(f"{ENGLISH}\n{GERMAN}", "xx") == "xx"


#: Texts about companies and places whose names are in another language, some of them in brackets.
NAMED = {
    "it": (
        "La Wexmouth Broadcasting Company (WBC, fino al 1998 North Harbour Television) fu fondata dalla "
        "Harbour Trust e dalla First Bank of Wexmouth. Secondo il Wexmouth Herald, la serie Night at the "
        "Lighthouse fu venduta nel 2004 alla Coastal Media Group (New Haven). Negli anni successivi la rete "
        "ha perso gran parte del pubblico, che preferiva i canali della Harbour Trust, e ha chiuso due delle "
        "sue tre sedi."
    ),
    "ru": (
        "Компания Wexmouth Ferry Company перевезла в прошлом году больше пассажиров, чем ожидалось; новый "
        "паром Marigold of Wexmouth заменил судно North Harbour Star, сообщает газета The Wexmouth Herald and "
        "Harbour News."
    ),
    "de": (
        "Die Wexmouth Broadcasting Company (bis 1998 North Harbour Television) wurde vom Harbour Trust und "
        "der First Bank of Wexmouth gegründet. Laut The Wexmouth Herald and Harbour News wurde Night at the "
        "Lighthouse an die Coastal Media Group of New Haven verkauft, die auch The Sea and the City zeigt. In "
        "den folgenden Jahren verlor der Sender viele Zuschauer, die lieber die Programme des Harbour Trust "
        "sahen, und musste zwei seiner drei Studios schließen."
    ),
}


@by_cld2
@pytest.mark.parametrize("language", NAMED)
def test_names_in_another_language_do_not_decide(language: str) -> None:
    assert detect(NAMED[language], "en") == language


@by_cld2
def test_addresses_are_no_words() -> None:
    addresses = " https://news.example/the-passenger-ferry-returned-to-the-harbour-and-the-island" * 20
    assert detect(GERMAN + addresses, "en") == "de"
    assert detect(ARTICLES[15]["body"] + addresses, "en") == "zh"


@by_cld2
def test_the_beginning_of_a_long_text_is_enough() -> None:
    english = ENGLISH * 20
    assert len(english) > SAMPLE
    assert detect(english + GERMAN * 30_000, "xx") == "en"


@by_cld2
@pytest.mark.parametrize(
    "junk",
    [
        *("\x00", "\x1b[31m", "\x7f\x85", "\ud800", "\udc80\udcff", "\ufdd0\ufffe\uffff", "\U0010ffff"),
        *("\u202e\u2066", "\x0c"),
    ],
    ids=ascii,
)
def test_unreadable_characters_are_skipped(junk: str) -> None:
    assert detect(f"{junk} " * 50 + junk.join(GERMAN.split(" ")[:3]) + GERMAN + junk, "en") == "de"


@by_cld2
def test_no_character_is_refused() -> None:
    characters = [char for char in map(chr, range(sys.maxunicode + 1)) if not char.isalpha()]
    for start in range(0, len(characters), 3_000):
        assert detect(ENGLISH + "".join(characters[start : start + 3_000]), "xx") in {"en", "xx"}


@pytest.mark.parametrize("text", ["\x00" * 10_000_000, "\ud800" * 1_000_000, "a" * 10_000_000, "\u0301" * 1_000_000])
def test_a_long_text_without_words_keeps_the_default(text: str) -> None:
    assert detect(text, "en") == "en"


@given(st.text(st.characters(exclude_categories=())), st.sampled_from(["en", "de", "xx"]))
def test_the_answer_is_the_default_or_a_code(text: str, default: str) -> None:
    found = detect(text, default)
    assert found == default or (len(found) == 2 and found.isascii() and found.islower())


@given(st.text(st.characters(codec="ascii"), max_size=90))
def test_a_little_ascii_keeps_the_default(text: str) -> None:
    assert detect(text, "xx") == "xx"


@by_cld2
def test_the_detector_is_imported_at_the_first_text_that_needs_it() -> None:
    script = (
        "import sys; from docarchive.language import detect\n"
        "assert detect('Λευκόπετρα', 'en') == 'el' and 'pycld2' not in sys.modules\n"
        f"assert detect({GERMAN!r}, 'en') == 'de' and 'pycld2' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_without_the_detector_the_script_decides_or_the_default_stands() -> None:
    script = (
        "import sys; sys.modules['pycld2'] = None; from docarchive.language import detect\n"
        f"assert detect({GERMAN!r}, 'en') == 'en'\n"
        f"assert detect({ARTICLES[13]['body']!r}, 'en') == 'he'\n"
        f"assert detect({ARTICLES[16]['body']!r}, 'en') == 'ja'\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
