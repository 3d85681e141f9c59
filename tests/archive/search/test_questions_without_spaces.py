"""Questions in scripts without spaces, in an archive whose language is English, with each engine."""

import io
import json
from collections.abc import Iterator

import pytest

from docarchive import ENGINES, Archive
from docarchive.records import NamedTuple


class Case(NamedTuple):
    """Two articles in one script, as title and text, a question whose answer is the first, and a word of it alone."""

    answer: tuple[str, str]
    other: tuple[str, str]
    question: str
    word: str
    #: Characters of the answer that do not follow one another there.
    apart: str


CASES = {
    "ja": Case(
        (
            "川内港で大型クレーンが稼働",
            "新しいコンテナ用クレーンが五月から使われている。港湾局は取扱量が増えると見込む。",
        ),
        ("市立図書館、夜間開館を延長", "図書館は来月から平日の開館時間を午後九時までとする。職員は二名増やす。"),
        "港の新しいクレーンはいつから使われていますか？",
        "港湾局",
        "湾局港",
    ),
    "zh": Case(
        ("茶农改用机器采茶", "由于年轻人外出打工，山村里采茶的工人越来越少。今年春天，合作社买了三台采茶机。"),
        ("博物馆展出古代青铜器", "省博物馆从六月起展出一百二十件青铜器。参观免费，但需要提前预约。"),
        "为什么村里采茶的人手不够？",
        "合作社",
        "作社合",
    ),
    "ko": Case(
        (
            "섬마을에 드론으로 약 배달",
            "남해의 작은 섬에서 드론으로 약을 배달하는 사업이 시작됐다. 강한 바람에는 쉰다.",
        ),
        ("김치 수출 사상 최대", "지난해 김치 수출액이 처음으로 이억 달러를 넘었다. 일본과 미국이 가장 큰 시장이다."),
        "드론은어떤날에배달하지않나요?",
        "드론으로",
        "론으로드",
    ),
    "th": Case(
        ("พบวาฬนอกชายฝั่ง", "นักวิจัยพบฝูงวาฬบรูด้าสิบสองตัวในอ่าวไทย เรือท่องเที่ยวต้องอยู่ห่างอย่างน้อยสามร้อยเมตร"),
        ("ตลาดน้ำกลับมาคึกคัก", "ตลาดน้ำอัมพวากลับมามีนักท่องเที่ยวหนาแน่น ร้านค้าห้ามใช้ถุงพลาสติก"),
        "วาฬบรูด้าที่พบมีจำนวนกี่ตัว",
        "นักวิจัย",
        "วิจัยนัก",
    ),
    "lo": Case(
        ("ຂົວໃໝ່ຂ້າມແມ່ນ້ຳ", "ຂົວໃໝ່ຂ້າມແມ່ນ້ຳຂອງເປີດໃຊ້ແລ້ວ ຊາວບ້ານບໍ່ຕ້ອງຂີ່ເຮືອອີກ"),
        ("ໂຮງຮຽນໄດ້ປຶ້ມ", "ໂຮງຮຽນໃນໝູ່ບ້ານໄດ້ຮັບປຶ້ມສອງພັນຫົວ"),
        "ຊາວບ້ານຂ້າມແມ່ນ້ຳແນວໃດ",
        "ຊາວບ້ານ",
        "ບ້ານຊາວ",
    ),
    "km": Case(
        ("ស្ពានថ្មីបើកហើយ", "ស្ពានថ្មីឆ្លងទន្លេបានបើកឱ្យប្រើប្រាស់ អ្នកភូមិមិនចាំបាច់ជិះទូកទៀតទេ"),
        ("សាលារៀនទទួលសៀវភៅ", "សាលារៀនក្នុងភូមិទទួលបានសៀវភៅពីរពាន់ក្បាល"),
        "តើអ្នកភូមិឆ្លងទន្លេដោយរបៀបណា",
        "អ្នកភូមិ",
        "ភូមិអ្នក",
    ),
    "my": Case(
        ("တံတားသစ်ဖွင့်လှစ်", "မြစ်ကူးတံတားသစ်ကို ဖွင့်လှစ်လိုက်ပြီ ရွာသားများသည် လှေစီးရန်မလိုတော့ပါ"),
        ("ကျောင်းစာကြည့်တိုက်", "ကျောင်းသည် စာအုပ်နှစ်ထောင်ရရှိခဲ့သည်"),
        "ရွာသားများမြစ်ကိုဘယ်လိုကူးသလဲ",
        "ရွာသားများ",
        "သားများရွာ",
    ),
}
scripts = pytest.mark.parametrize("script", CASES)


@pytest.fixture(scope="module", params=ENGINES)
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    lines = [
        {"id": f"{script}-{name}", "title": title, "body": f"{body} (report {script})", "tags": [name, "日本"]}
        for script, case in CASES.items()
        for name, (title, body) in (("answer", case.answer), ("other", case.other))
    ]
    with Archive.create(tmp_path_factory.mktemp("scripts") / "a", engine=request.param) as archive:
        archive.import_(io.StringIO("\n".join(map(json.dumps, lines))), format="jsonl")
        yield archive


def ids(archive: Archive, query: str, **options: object) -> list[str]:
    return [str(hit.metadata["source_id"]) for hit in archive.search(query, **options)]  # type: ignore[arg-type]


@scripts
def test_a_question_has_its_answer_first(asked: Archive, script: str) -> None:
    question = CASES[script].question
    results = asked.search(question)
    assert (results.answered, results.total_all_words) == ("any words", 0)
    assert results[0].metadata["source_id"] == f"{script}-answer"
    assert results[0].snippet.marks
    assert not ids(asked, question, all_words=True)
    assert asked.count(question) == 0


@scripts
def test_a_question_may_have_other_words_and_fields(asked: Archive, script: str) -> None:
    question = CASES[script].question
    assert ids(asked, f"report {question}")[0] == ids(asked, f"{question} purple")[0] == f"{script}-answer"
    assert ids(asked, f"purple{question}")[0] == f"{script}-answer"
    assert ids(asked, f"{question} tag:answer")[0] == f"{script}-answer"
    assert f"{script}-answer" not in ids(asked, f"{question} -tag:answer")
    assert f"{script}-answer" not in ids(asked, f"{question} tag:other")


@scripts
def test_two_texts_are_two_words(asked: Archive, script: str) -> None:
    word, other = CASES[script].word, CASES["zh" if script == "ja" else "ja"].word
    results = asked.search(f"{word} {other}")
    assert (results.answered, results.total_all_words) == ("any words", 0)
    assert {f"{script}-answer", f"{'zh' if script == 'ja' else 'ja'}-answer"} <= {*ids(asked, f"{word} {other}")}
    assert asked.search(f"{word} report").answered == "all words"


@scripts
def test_a_word_is_a_phrase_where_an_article_has_it(asked: Archive, script: str) -> None:
    case = CASES[script]
    results = asked.search(case.word)
    assert (results.answered, ids(asked, case.word)) == ("all words", [f"{script}-answer"])
    assert asked.count(case.apart) == len(ids(asked, f'"{case.apart}"')) == 0
    assert asked.search(case.apart).answered == "any words"


@scripts
def test_a_pasted_title_finds_its_article_alone(asked: Archive, script: str) -> None:
    results = asked.search(CASES[script].answer[0])
    assert (results.answered, ids(asked, CASES[script].answer[0])) == ("all words", [f"{script}-answer"])


def test_no_other_pair_is_suggested_for_a_word(asked: Archive) -> None:
    for word in ("大阪", "港湾庁", "드론길", "作業員", "ตลาดวาฬ"):
        assert asked.search(word).suggestion is None
    assert asked.search("reprot 港湾局").suggestion == "report 港湾局"


def test_a_field_in_such_a_script_makes_no_text_of_a_word(asked: Archive) -> None:
    results = asked.search("pre-report tag:日本")
    assert (results.answered, results.total) == ("all words", 0)
