"""Encodings: declared ones, whose labels every reader reads as browsers do, and those that nothing declares."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from functools import partial
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import found

from docarchive.article import Article
from docarchive.readers import ReadOptions, Record, Source, readers
from docarchive.readers.encoding.declared import codec, decode_declared
from docarchive.readers.encoding.detect import decode
from docarchive.readers.mail.message import read_message
from docarchive.readers.web.decoding import decode_page

#: What is declared, the bytes, and the text that a browser shows.
LABELS: Final = [
    ("Shift_JIS", "新しい橋①髙".encode("cp932"), "新しい橋①髙"),
    ("x-sjis", "新しい橋①".encode("cp932"), "新しい橋①"),
    ("windows-31j", "新しい橋①".encode("cp932"), "新しい橋①"),
    ("EUC-JP", b"\xbf\xb7\xb6\xb6\xad\xa1", "新橋①"),
    ("ISO-2022-JP", b"\x1b$B?766-!\x1b(B", "新橋①"),
    ("EUC-KR", "똠방각하".encode("cp949"), "똠방각하"),
    ("ks_c_5601-1987", "똠방각하".encode("cp949"), "똠방각하"),
    ("windows-949", "똠방각하".encode("cp949"), "똠방각하"),
    ("gb2312", "朱镕基".encode("gbk"), "朱镕基"),
    ("x-gbk", "朱镕基".encode("gbk"), "朱镕基"),
    ("Big5", "香港嘅".encode("big5hkscs"), "香港嘅"),
    ("ISO-8859-1", b"\x93quay\x94 \x80 5", "“quay” € 5"),
    (
        "us-ascii",
        b"The harbour\x92s \x93quay\x94 is open again, says the mayor.",
        "The harbour’s “quay” is open again, says the mayor.",
    ),
    ("iso-8859-9", b"\x93\xfd\x94 r\xfdht\xfdm", "“ı” rıhtım"),
    ("TIS-620", b"\x93\xbd\xb9\x94", "“ฝน”"),
    ("dos-874", b"\xbd\xb9", "ฝน"),
    ("x-cp1251", "пристань".encode("cp1251"), "пристань"),
    ("iso-8859-8-i", "שלום".encode("iso8859-8"), "שלום"),
    ("x-mac-cyrillic", "пристань".encode("mac-cyrillic"), "пристань"),
]


def _xml(template: str) -> Callable[[str, bytes], bytes]:
    return lambda label, text: template.replace("LABEL", label).encode().replace(b"TEXT", text)


def _mail(label: str, text: bytes) -> bytes:
    head = f"From: a <a@example.org>\nSubject: T\nMIME-Version: 1.0\nContent-Type: text/plain; charset={label}\n"
    return head.encode() + b"Content-Transfer-Encoding: 8bit\n\n" + text + b"\n"


FORMS: Final[dict[str, Callable[[str, bytes], bytes]]] = {
    "feed": _xml(
        '<?xml version="1.0" encoding="LABEL"?><rss version="2.0"><channel><title>A</title><item><title>T</title>'
        "<description>TEXT</description></item></channel></rss>"
    ),
    "html": _xml(
        '<html><head><meta charset="LABEL"><title>T</title></head><body><article><h1>T</h1><p>TEXT</p></article></body></html>'
    ),
    "nitf": _xml(
        '<?xml version="1.0" encoding="LABEL"?><nitf><body><body.head><hedline><hl1>T</hl1></hedline></body.head>'
        "<body.content><p>TEXT</p></body.content></body></nitf>"
    ),
    "mail": _mail,
}


def read(reader: str, data: bytes, media_type: str = "") -> Article:
    for module in readers()[reader].requires:
        pytest.importorskip(module)
    source = Source("a", len(data), partial(io.BytesIO, data), media_type=media_type, options=ReadOptions())
    (record,) = (each for each in readers()[reader].records(source) if isinstance(each, Record))
    return record.load()


@pytest.mark.parametrize(("label", "data", "text"), LABELS)
@pytest.mark.parametrize("reader", FORMS)
def test_a_label_means_what_it_means_to_browsers(reader: str, label: str, data: bytes, text: str) -> None:
    if reader == "nitf" and b"\x1b" in data:
        pytest.skip("XML forbids the escapes of ISO-2022-JP before it is decoded")
    assert read(reader, FORMS[reader](label, data)).body == text


@pytest.mark.parametrize(("label", "data", "text"), LABELS)
def test_a_label_that_a_server_sends_takes_precedence(label: str, data: bytes, text: str) -> None:
    feed = FORMS["feed"]("utf-8", data)
    assert read("feed", feed, f'application/rss+xml; charset="{label}"').body == text


def test_utf_8_under_another_name_is_utf_8() -> None:
    for reader in ("feed", "nitf"):
        assert read(reader, FORMS[reader]("iso-8859-1", "café – quay".encode())).body == "café – quay"
    assert read("feed", FORMS["feed"]("utf-16", "café".encode())).body == "café"


def test_what_windows_1252_does_not_assign_is_a_control() -> None:
    assert decode_declared(b"caf\xe9 \x93quay\x94 \x9d", "iso-8859-1") == "café “quay” \x9d"


@given(st.binary(max_size=60), st.sampled_from([label for label, _, _ in LABELS]) | st.text(max_size=12))
def test_any_bytes_are_a_text(data: bytes, label: str) -> None:
    assert isinstance(decode_declared(data, label), str)
    assert codec(label) is None or isinstance(codec(label), str)


JAPANESE: Final = "市の新しい橋が完成し、市民と多くの観光客が見守る中で開通した。"
CROATIAN: Final = "Šibenska luka bit će zatvorena još tri dana zbog oluje, a brodovi će čekati pred otokom Žirje."
TURKISH: Final = "Dün akşam limanda bir toplantı yapıldı, başkanı yeni tekneler ve balığın fiyatları hakkında konuştu."
SLOVENE: Final = "Pristanišče bo še tri dni zaprto zaradi nevihte, ladje pa bodo čakale pred otokom, že pišejo časniki."
CZECH: Final = (
    "Přístav bude ještě tři dny uzavřen kvůli bouři a lodě budou čekat před ostrovem, říká šéf přístavu, že prší."
)
POLISH: Final = (
    "Port będzie zamknięty jeszcze przez trzy dni z powodu burzy, a statki będą czekać przed wyspą, mówi żeglarz."
)
SLOVAK: Final = "Prístav bude ešte tri dni zatvorený pre búrku a lode budú čakať pred ostrovom, ľudia vraví, že prší."
HUNGARIAN: Final = (
    "A kikötőt még három napig zárva tartják a vihar miatt, és a hajók a sziget előtt várnak, mondta az őrség."
)


@pytest.mark.parametrize("text", [CROATIAN, SLOVENE, CZECH, POLISH, SLOVAK, HUNGARIAN])
@pytest.mark.parametrize("encoding", ["cp1250", "iso8859_2"])
def test_texts_of_central_europe_are_told_apart_by_their_letters(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text
    assert decode_declared(text.encode(encoding), None) == text


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
@pytest.mark.parametrize("text", [JAPANESE, JAPANESE[:12], f"Title: x\n\n{JAPANESE}"])
def test_japanese_is_detected(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


def test_cp932_is_detected_by_its_own_letters_too() -> None:
    text = f"①{JAPANESE}㈱髙"
    assert decode(text.encode("cp932")).text == text


@pytest.mark.parametrize(
    ("raw", "charset", "subject"),
    [
        (b"Only \xa35 left", "", "Only £5 left"),
        (b"Only \xa35 left", "iso-8859-1", "Only £5 left"),
        (b"Caf\xe9 na\xefve", "us-ascii", "Café naïve"),
        ("Цена £5".encode(), "iso-8859-1", "Цена £5"),
        ("Цена пристани".encode("koi8-r"), "koi8-r", "Цена пристани"),
        ("新しい橋①".encode("cp932"), "Shift_JIS", "新しい橋①"),
    ],
)
def test_raw_bytes_in_a_header_of_mail(raw: bytes, charset: str, subject: str) -> None:
    kind = f"Content-Type: text/plain; charset={charset}\n".encode() if charset else b""
    data = b"From: a <a@example.org>\nSubject: " + raw + b"\nMIME-Version: 1.0\n" + kind + b"\nText.\n"
    assert read("mail", data).title == subject


@pytest.mark.parametrize("form", ["b", "q"])
@pytest.mark.parametrize(("label", "data", "text"), LABELS)
def test_a_label_in_a_header_of_mail_means_the_same(label: str, data: bytes, text: str, form: str) -> None:
    word = f"=?{label}?{form}?{_encoded(data, form)}?="
    message = f'From: {word} <a@example.org>\nSubject: Re: {word}\nTo: "{word}" <b@example.org>\n\nText.\n'
    article = read("mail", message.encode())
    assert article.title == f"Re: {text}"
    assert article.authors == [text]
    assert article.extra["to"] == [f"{text} <b@example.org>"]


@given(st.text(st.sampled_from("新しい橋①髙ab"), min_size=1, max_size=12), st.data(), st.sampled_from(["b", "q"]))
def test_letters_that_are_cut_between_encoded_words_are_put_together(text: str, draw: st.DataObject, form: str) -> None:
    label = draw.draw(st.sampled_from(["utf-8", "windows-31j", "UTF-8*ja"]))
    data = text.encode(codec(label.partition("*")[0]) or "")
    cut = draw.draw(st.integers(0, len(data)))
    words = " ".join(f"=?{label}?{form}?{_encoded(part, form)}?=" for part in (data[:cut], data[cut:]) if part)
    assert read("mail", f"From: a <a@example.org>\nSubject: {words}\n\nText.\n".encode()).title == text


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("=?x-unknown?q?=C3=A9?= a", "é a"),
        ("=?utf-8?q?a_b?= =?iso-8859-1?q?=93c=94?= d", "a b“c” d"),
        ("=?utf-8?q?two words?=", "two words"),
        ("=?utf-8?b?YQ?= b", "a b"),
        ("1 =? 2 ?= 3", "1 =? 2 ?= 3"),
    ],
)
def test_encoded_words_that_are_none(written: str, title: str) -> None:
    assert read("mail", f"From: a <a@example.org>\nSubject: {written}\n\nText.\n".encode()).title == title


def _encoded(data: bytes, form: str) -> str:
    if form == "b":
        return base64.b64encode(data).decode("ascii")
    return "".join(f"={byte:02X}" for byte in data)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CROATIAN, "cp1250"),
        ("Přístav zavřen", "cp1250"),
        (JAPANESE, "cp932"),
        ("Dün akşam limanda bir toplantı yapıldı.", "cp1254"),
    ],
)
def test_a_raw_header_is_in_the_encoding_of_the_text(text: str, encoding: str) -> None:
    body = {"cp1250": CZECH if text.startswith("P") else CROATIAN, "cp932": JAPANESE, "cp1254": TURKISH}[encoding]
    head = "From: a <a@example.org>\nSubject: "
    data = f"{head}{text[:16]}\n\n{body}\n".encode(encoding)
    assert (read("mail", data).title, read("mail", data).body) == (text[:16].strip(), body)


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        ("markdown", "---\ntitle: Pier\ndate: 2024-03-16\n---\nText.\n\nMore.\n"),
        ("text", "Title: Pier\nDate: 2024-03-16\n\nText.\n\nMore.\n"),
        ("rst", "Pier\n====\n\n:date: 2024-03-16\n\nText.\n\nMore.\n"),
        ("asciidoc", "= Pier\n:date: 2024-03-16\n\nText.\n\nMore.\n"),
    ],
)
def test_lines_of_old_macs_are_lines(reader: str, text: str) -> None:
    article, plain = (read(reader, each.encode()) for each in (text.replace("\n", "\r"), text))
    assert (article.title, str(article.date), article.body) == ("Pier", "2024-03-16", plain.body)


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("iso-8859-2", "cp1250", "što žive – „navodnici“"),
        ("iso-8859-7", "cp1253", "“Λιμάνι” – Ά"),
        ("iso-8859-8", "cp1255", "“נמל” – שלום"),
        ("iso-8859-13", "cp1257", "„žodžiai“ – ū"),
        ("iso-8859-15", "cp1252", "“Hafen” – ä"),
        ("iso-8859-2", "iso8859-2", "što žive"),
        ("iso-8859-15", "iso8859-15", "10 € für Öl"),
    ],
)
@pytest.mark.parametrize("form", ["eml", "html", "rss"])
def test_text_of_windows_that_is_said_to_be_iso(form: str, label: str, encoding: str, text: str) -> None:
    data = text.encode(encoding)
    if form == "eml":
        body = b"Content-Type: text/plain; charset=" + label.encode() + b"\nSubject: T\n\n" + data
        assert read_message(body).body == text
    elif form == "html":
        page = b"<html><head><meta charset=" + label.encode() + b"></head><body><p>" + data + b"</p></body></html>"
        decoded, said = decode_page(page)
        assert (text in decoded, said.replace("-", "")) == (True, encoding.replace("-", ""))
    else:
        feed = b"<?xml version='1.0' encoding='" + label.encode() + b"'?><rss version='2.0'><channel><title>F</title>"
        feed += b"<item><title>T</title><description>" + data + b"</description></item></channel></rss>"
        (article,) = found(feed, "a.rss")
        assert isinstance(article, Article)
        assert article.body == text
