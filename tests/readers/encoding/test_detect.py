import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.errors import ReaderError
from docarchive.readers import Source
from docarchive.readers.encoding import detect
from docarchive.readers.encoding.detect import decode, read_text


def source(data: bytes, name: str = "a.txt") -> Source:
    return Source(name, len(data), lambda: io.BytesIO(data))


@given(st.text().filter(lambda text: not text.startswith("\ufeff") and text.isprintable()))
def test_text_in_utf_8_is_read(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8")
    assert decode(text.encode("utf-8-sig")) == (text, "utf-8")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str) -> None:
    assert decode("Zoë\r\n😀".encode(encoding)) == ("Zoë\r\n😀", encoding)


RUSSIAN = "Старый пирс закрыли на ремонт до осени. Мэр сказал, что паромы пойдут в мае, а билеты будут дешевле."

POLISH = (
    "Stary most został w sobotę znów otwarty. Burmistrz powiedział, że statki będą pływać aż do jesieni; łódź już jest."
)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-1252", "Le café de l’été était fermé – “déjà vu”, disait-il. Le prix du billet était de 100 €."),
        ("windows-1252", "Die Brücke über den Fluß ist wieder geöffnet; viele Bürger kamen am Samstag zu Fuß herüber."),
        ("windows-1252", "El señor alcalde dijo que el próximo año habrá más barcos y que el muelle será más grande."),
        ("windows-1251", RUSSIAN),
        ("koi8-r", RUSSIAN),
        ("shift_jis", "霧ヶ丘市で四十年前に廃止された路面電車が、日曜日の朝に再び走り始めた。沿線に人々が集まった。"),
        ("gb18030", "老城区的石桥在星期六重新开放。市长说，渡轮将继续运行到年底，游客可以免费参观。"),
        ("big5", "老城區的石橋在星期六重新開放。市長說，渡輪將繼續運行到年底，遊客可以免費參觀。"),
        ("euc-kr", "오래된 다리가 토요일에 다시 열렸다. 시장은 연말까지 배가 다닌다고 말했다."),
        (
            "windows-1250",
            "Starý most byl v sobotu znovu otevřen. Starosta řekl, že lodě budou jezdit až do konce roku.",
        ),
        ("windows-1253", "Η παλιά γέφυρα άνοιξε ξανά το Σάββατο. Ο δήμαρχος είπε ότι τα πλοία θα συνεχίσουν."),
        ("windows-1250", POLISH),
        ("iso-8859-2", POLISH),
        (
            "windows-1254",
            "Eski köprü cumartesi günü yeniden açıldı. Başkan, gemilerin yıl sonuna kadar çalışacağını söyledi.",
        ),
        ("euc-jp", "古い橋は土曜日の朝に再び開かれました。市長は、船は年末まで運航すると述べました。"),
        ("iso-2022-jp", "古い橋は土曜日の朝に再び開かれました。"),
        ("utf-16-le", RUSSIAN),
        ("utf-16-be", RUSSIAN),
        ("utf-16-le", "老城区的石桥在星期六重新开放。"),
        ("utf-16-be", "古い橋は土曜日の朝に再び開かれました。"),
        ("utf-32-le", RUSSIAN),
        ("utf-32-be", "The old bridge."),
        ("utf-16-le", "The old bridge was opened again on Saturday."),
        ("utf-16-be", "Die Brücke ist wieder offen."),
    ],
)
def test_other_encodings_are_told_by_their_look(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            "Zoë, naïve, café, déjà vu".encode() + b"\xff",
            "the text is not UTF-8 (byte 0xff at offset 30); fix or convert it first",
        ),
        (b"a\0b", "the file is not text"),
        (b"\xff\xfeabc", "the text is not UTF-16 (byte 0x63 at offset 4); fix or convert it first"),
        (bytes(range(1, 9)) * 2, "the file is not text"),
        ("Ab яж 中文 한글 กข".encode("utf-16-le"), "the file is not text"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ReaderError) as caught:
        decode(data)
    assert str(caught.value) == message


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    with suppress(ReaderError):
        assert "\0" not in decode(data).text


def test_a_few_control_characters_do_no_harm() -> None:
    assert decode(b"a\x1b[1mb\x0c\x07").text == "a\x1b[1mb\x0c\x07"


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf"])
def test_nothing_is_refused(data: bytes) -> None:
    with pytest.raises(ReaderError, match="the file is empty"):
        read_text(source(data))


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "MAX_SIZE", 1_000_000)
    assert read_text(source(b"x" * 1_000_000))
    with pytest.raises(ReaderError, match="larger than 1 MB, too large for one article"):
        read_text(source(b"x" * 1_000_001))
