"""Fifty texts, each of a form of its own near the seed's: date, title and headings are found, and nothing is lost.

They are written to a folder, in many encodings, imported as a user would, and read back from the archive's files.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from docarchive import Archive
from docarchive.article import Article

LEAD = "The harbour council met on Saturday evening and voted for a new pier, after a storm had taken the old one."
PARTS = """

What the Council Decided

Work begins before the summer. It will cost two million, the mayor said, half of which the state pays.

Voices from the Quay

Fishermen had asked for a wall of stone. “Wood burns,” said one of them; nobody laughed.
"""
HEADINGS = ("What the Council Decided", "Voices from the Quay")
GERMAN = """Der Rat beschloss am Samstag den Bau eines Stegs für die Fähren, nachdem der Sturm den alten zerstört hatte.

Was nun geschieht

Die Arbeiten beginnen vor dem Sommer. Sie kosten zwei Millionen, sagte die Bürgermeisterin über das Vorhaben.
"""
FRENCH = """Le conseil du port s’est réuni samedi soir et a voté la construction d’une nouvelle jetée après la tempête.

Ce que le conseil a décidé

Les travaux débuteront avant l’été. Ils coûteront deux millions, a déclaré la maire, dont la moitié à l’État.
"""
RUSSIAN = """Совет порта собрался в субботу вечером и проголосовал за новый причал после того, как шторм разрушил старый.

Что решил совет

Работы начнутся до лета. Они обойдутся в два миллиона, сказал мэр, половину из которых оплатит государство.
"""
JAPANESE = """港湾評議会は土曜日の夜に会合を開き、嵐で古い桟橋が失われたため、新しい桟橋の建設を可決した。

評議会の決定

工事は夏までに始まる。費用は二百万で、その半分を国が負担すると市長は述べた。
"""
CHINESE = """港务委员会周六晚上开会，在风暴摧毁旧码头之后，投票决定修建一座新的码头，渔民们对此表示欢迎。

委员会的决定

工程将在夏天之前开始。市长说，费用为两百万，其中一半由国家承担，其余由本市支付。
"""
POLISH = """Rada portu zebrała się w sobotę wieczorem i przegłosowała budowę nowego pomostu, gdyż burza zniszczyła stary.

Co postanowiła rada

Prace zaczną się przed latem. Będą kosztować dwa miliony, powiedział burmistrz, z czego połowę zapłaci państwo.
"""
TURKISH = """Liman meclisi cumartesi akşamı toplandı ve fırtına eskisini yıktıktan sonra yeni bir iskele için oy kullandı.

Meclisin kararı

Çalışmalar yazdan önce başlayacak. Belediye başkanı, iki milyona mal olacağını ve yarısını devletin ödeyeceğini söyledi.
"""
GREEK = """Το συμβούλιο του λιμανιού συνήλθε το Σάββατο και ψήφισε για μια νέα προβλήτα μετά την καταστροφή της παλιάς.

Τι αποφάσισε το συμβούλιο

Οι εργασίες αρχίζουν πριν από το καλοκαίρι. Θα κοστίσουν δύο εκατομμύρια, είπε ο δήμαρχος.
"""
ARABIC = """اجتمع مجلس الميناء مساء السبت وصوت على بناء رصيف جديد بعد أن دمرت العاصفة الرصيف القديم في المدينة.

ما قرره المجلس

تبدأ الأعمال قبل الصيف. وستكلف مليونين كما قال رئيس البلدية ونصفها تدفعه الدولة.
"""


class Form(NamedTuple):
    """A file: how its head is written, what stands below, and what an article of it says."""

    head: str
    date: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    body: str = LEAD + PARTS
    headings: tuple[str, ...] = HEADINGS
    encoding: str = "utf-8"
    line_end: str = "\n"
    name: str = ""
    keys: tuple[tuple[str, object], ...] = ()


PIER = "A Pier of Wood"
ADA = ("Ada Meyer",)
FORMS = {
    # ``date …`` as the seed has it, and near it
    "seed": Form(" date 2024-03-16 ", "2024-03-16"),
    "seed-flush": Form("date 2024-03-16 ", "2024-03-16"),
    "month": Form("date 2024-03 ", "2024-03"),
    "capitals": Form("DATE 2024-03-16 ", "2024-03-16"),
    "colon": Form("Date: 2024-03-16 ", "2024-03-16"),
    "equals": Form("date=2024-03-16 ", "2024-03-16"),
    "slashes": Form("date 2024/03/16 ", "2024-03-16"),
    "dots": Form("date 16.03.2024 ", "2024-03-16"),
    "words": Form("date 16 March 2024 ", "2024-03-16"),
    "american": Form("date March 16, 2024 ", "2024-03-16"),
    "moment": Form("date 2024-03-16T10:15:00Z ", "2024-03-16T10:15:00Z"),
    "tab": Form("date\t2024-03-16\t", "2024-03-16"),
    "line": Form("date 2024-03-16\n", "2024-03-16"),
    "blank-line": Form("date 2024-03-16\n\n", "2024-03-16"),
    "year-line": Form("date 1963\n\n", "1963"),
    "blank-lines-before": Form("\n\n date 2024-03-16 ", "2024-03-16"),
    "carriage-returns": Form(" date 2024-03-16 ", "2024-03-16", line_end="\r\n"),
    "then-title": Form(f"date 2024-03-16\n\n{PIER}\n\n", "2024-03-16", PIER),
    "german": Form("Datum: 16. März 2024\n\n", "2024-03-16", body=GERMAN, headings=("Was nun geschieht",)),
    # ``Title: …``
    "title": Form(f"Title: {PIER}\n\n", None, PIER),
    "title-date": Form(f"Title: {PIER}\nDate: 2024-03-16\n\n", "2024-03-16", PIER),
    "date-title": Form(f"date: 2024-03-16\ntitle: {PIER}\n\n", "2024-03-16", PIER),
    "title-author": Form(f"TITLE: {PIER}\nAUTHOR: Ada Meyer\nDATE: March 16, 2024\n\n", "2024-03-16", PIER, ADA),
    "headline": Form(f"Headline: {PIER}\nByline: Ada Meyer\n\n", None, PIER, ADA),
    "title-colon": Form("Title: A Pier: of Wood\nDate: 2024-03-16\n\n", "2024-03-16", "A Pier: of Wood"),
    "no-blank-line": Form(f"Title: {PIER}\nDate: 2024-03-16\n", "2024-03-16", PIER),
    "tags": Form(f"Title: {PIER}\nTags: wood, sea\n\n", None, PIER, keys=(("tags", ["wood", "sea"]),)),
    "unknown-key": Form(f"Title: {PIER}\nDesk: Coast\n\n", None, PIER, keys=(("desk", "Coast"),)),
    # blocks as of RFC 822
    "mail": Form(
        f"From: Ada Meyer\nSubject: {PIER}\nDate: Sat, 16 Mar 2024 10:15:00 +0100\n\n",
        *("2024-03-16T10:15:00+0100", PIER, ADA),
    ),
    "folded": Form("Title: A Pier\n of Wood\nDate: 2024-03-16\n\n", "2024-03-16", PIER),
    "source": Form(
        f"Title: {PIER}\nSource: Harbour Post\nURL: https://post.example/pier\n\n",
        *(None, PIER),
        keys=(("source", "Harbour Post"), ("url", "https://post.example/pier")),
    ),
    "summary": Form(f"Title: {PIER}\nSummary: Two piers, one storm.\n\n", None, PIER, keys=(("summary", "Two piers, one storm."),)),
    # a title that stands alone
    "bare-title": Form(f"{PIER}\n\n", None, PIER),
    "underlined": Form(f"{PIER}\n==============\n\n", None, PIER),
    "byline": Form(f"{PIER}\nBy Ada Meyer\nMarch 16, 2024\n\n", "2024-03-16", PIER, ADA),
    "byline-below": Form(f"{PIER}\n\nBy Ada Meyer and Bo Larsen\n\n", None, PIER, ("Ada Meyer", "Bo Larsen")),
    "title-day": Form(f"{PIER}\n\n16 March 2024\n\n", "2024-03-16", PIER),
    "bare-lead": Form(""),
    "day-in-name": Form("", "2024-03-16", name="2024-03-16-pier.txt"),
    "day-above": Form("March 16, 2024\n\n", "2024-03-16"),
    # encodings
    "bom": Form(" date 2024-03-16 ", "2024-03-16", encoding="utf-8-sig"),
    "utf-16": Form(" date 2024-03-16 ", "2024-03-16", encoding="utf-16"),
    "utf-16-le": Form(f"Title: {PIER}\n\n", None, PIER, encoding="utf-16-le", line_end="\r\n"),
    "utf-16-be": Form(f"{PIER}\n\n", None, PIER, encoding="utf-16-be"),
    "utf-32": Form("date 2024-03 ", "2024-03", encoding="utf-32"),
    "windows-1252": Form(" date 2024-03-16 ", "2024-03-16", body=FRENCH, headings=("Ce que le conseil a décidé",), encoding="cp1252"),
    "windows-1250": Form("date 2024-03-16 ", "2024-03-16", body=POLISH, headings=("Co postanowiła rada",), encoding="cp1250"),
    "windows-1251": Form("Дата: 16 марта 2024\n\n", "2024-03-16", body=RUSSIAN, headings=("Что решил совет",), encoding="cp1251"),
    "koi8-r": Form(" date 2024-03-16 ", "2024-03-16", body=RUSSIAN, headings=("Что решил совет",), encoding="koi8-r"),
    "windows-1254": Form(" date 2024-03-16 ", "2024-03-16", body=TURKISH, headings=("Meclisin kararı",), encoding="cp1254"),
    "windows-1253": Form(" date 2024-03-16 ", "2024-03-16", body=GREEK, headings=("Τι αποφάσισε το συμβούλιο",), encoding="cp1253"),
    "windows-1256": Form(" date 2024-03-16 ", "2024-03-16", body=ARABIC, headings=("ما قرره المجلس",), encoding="cp1256"),
    "shift-jis": Form("日付：2024年3月16日\n\n", "2024-03-16", body=JAPANESE, headings=("評議会の決定",), encoding="shift_jis"),
    "gb18030": Form(" date 2024-03-16 ", "2024-03-16", body=CHINESE, headings=("委员会的决定",), encoding="gb18030"),
}  # fmt: skip


def written(key: str) -> str:
    """The text below the head; a number at its end tells it from the other texts."""
    return f"{FORMS[key].body.rstrip()} ({[*FORMS].index(key)}).\n"


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Article]]:
    """The articles that an archive holds after the import of a folder with all the files, by the name of the form."""
    folder = tmp_path_factory.mktemp("texts")
    names = {}
    for key, form in FORMS.items():
        path = folder / key / (form.name or f"{key}.txt")
        path.parent.mkdir()
        path.write_bytes((form.head + written(key)).replace("\n", form.line_end).encode(form.encoding))
        names[str(path)] = key
    with Archive.create(tmp_path_factory.mktemp("made") / "archive") as archive:
        report = archive.import_(folder, on_duplicate="keep")
        assert (report.new, report.refused) == (len(FORMS), [])
        found = [archive.get(row.id) for row in archive.list(limit=len(FORMS) + 1)]
        yield {names[str(article.imported_from)]: article for article in found}


def test_there_are_fifty_and_no_two_are_alike() -> None:
    assert len(FORMS) >= 50
    assert len({(form.head, form.body, form.encoding, form.line_end, form.name) for form in FORMS.values()}) == len(
        FORMS
    )


@pytest.mark.parametrize("key", FORMS)
def test_what_a_text_says(articles: dict[str, Article], key: str) -> None:
    form, article = FORMS[key], articles[key]
    assert (str(article.date) if article.date else None) == form.date
    assert article.authors == list(form.authors)
    metadata = article.metadata()
    assert {name: metadata.get(name) for name, _ in form.keys} == dict(form.keys)
    if form.title:
        assert (article.title, article.title_derived) == (form.title, False)
    else:
        assert article.title_derived
        assert form.body.startswith(article.title.rstrip("…"))
        assert len(article.title) > 10
    headings = [line.removeprefix("## ") for line in article.body.splitlines() if line.startswith("#")]
    assert headings == list(form.headings)


@pytest.mark.parametrize("key", FORMS)
def test_every_line_and_word_of_the_text_is_in_the_article(articles: dict[str, Article], key: str) -> None:
    form, article = FORMS[key], articles[key]
    lines = [line.removeprefix("## ") for line in article.body.splitlines()]
    assert lines == written(key).rstrip().splitlines()
    data = written(key).encode(form.encoding)
    assert data.decode(str(article.metadata().get("encoding", "utf-8-sig"))) == written(key)
