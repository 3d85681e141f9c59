"""What mail programs and servers add: labels, the day of arrival, lines broken for sending, notes of their own."""

from __future__ import annotations

import io
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import found

from docarchive.article import Article
from docarchive.readers import Record, Skip, Source, readers
from docarchive.readers.mail.flowed import unfolded
from docarchive.readers.mail.message import read_message

RECEIVED = (
    "Received: from c by d; Wed, 6 Mar 2024 09:00:00 +0100\nReceived: from a by b; Tue, 5 Mar 2024 10:00:00 +0100\n"
)


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        (
            "X-Gmail-Labels: =?UTF-8?Q?Archiv=C3=A9s,Opened,=22Caf=C3=A9=22?=,Inbox",
            ["Archivés", "Opened", "Café", "Inbox"],
        ),
        ('X-Gmail-Labels: Inbox,"a, b"', ["Inbox", "a, b"]),
        ("Keywords: rope, harbour", ["rope", "harbour"]),
        ("X-Keywords: rope\nX-Gmail-Labels: rope", ["rope"]),
        ("X-Keywords:", []),
    ],
)
def test_labels_are_tags(header: str, tags: list[str]) -> None:
    (article,) = found(f"{header}\nFrom: a@x.example\nSubject: A\nMIME-Version: 1.0\n\nText\n", "a.eml")
    assert isinstance(article, Article)
    assert article.tags == tags


@pytest.mark.parametrize(
    ("header", "separator", "date"),
    [
        (RECEIVED, "", "2024-03-05T10:00:00+01:00"),
        (f"{RECEIVED}Date: Mon, 4 Mar 2024 10:00:00 +0100\n", "", "2024-03-04T10:00:00+01:00"),
        ("Delivery-Date: Tue, 5 Mar 2024 10:00:00 +0100\n", "", "2024-03-05T10:00:00+01:00"),
        ("", "From a@x.example Tue Mar  5 10:00:00 2002\n", "2002-03-05T10:00:00"),
        ("", "From 1234@xxx Thu Jan 04 11:11:11 +0000 2024\n", "2024-01-04T11:11:11+00:00"),
        (RECEIVED, "From a@x.example Tue Mar  5 10:00:00 2002\n", "2024-03-05T10:00:00+01:00"),
        ("", "From a@x.example\n", "None"),
        ("Received: from a by b; soon\n", "", "None"),
    ],
)
def test_a_message_without_a_date_has_that_of_its_arrival(header: str, separator: str, date: str) -> None:
    mail = f"{separator}{header}From: a@x.example\nSubject: A\nMessage-ID: <a@x>\n\nText\n"
    (article,) = found(mail, "a.mbox" if separator else "a.eml")
    assert isinstance(article, Article)
    assert str(article.date) == date


def test_what_a_program_noted_in_a_file_is_no_message() -> None:
    data = (
        b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011\nSubject: DON'T DELETE THIS MESSAGE\nX-IMAP: 1310126914 0000000000\n"
        b"\nThis text is part of the internal format of your mail folder.\n\n"
        b"From a@x.example Tue Mar  5 10:00:00 2002\nX-IMAP: seen\nSubject: A\n\nText\n"
    )
    note, message = readers()["mbox"].records(Source("a", len(data), lambda: io.BytesIO(data)))
    assert isinstance(note, Skip)
    assert isinstance(message, Record)


def test_blank_lines_may_precede_a_message() -> None:
    text = (
        "   \n\nFrom: ann@x.example\nSubject: Hi\nDate: Wed, 18 Feb 2015 22:18:43 -0800\nMIME-Version: 1.0\n\nHello\n"
    )
    (article,) = found(text, "a.txt")
    assert isinstance(article, Article)
    assert (article.title, article.body) == ("Hi", "Hello")


FLOWED = [
    ("One \ntwo.\nThree.", "One two.\nThree.", "Onetwo.\nThree."),
    ("> One \n> two.\n>> Other \nText", "> One two.\n>> Other \nText", "> Onetwo.\n>> Other\nText"),
    ("Text\n-- \nAnn", "Text\n-- \nAnn", "Text\n-- \nAnn"),
    ("  stuffed \n From here", " stuffed From here", " stuffedFrom here"),
]


@pytest.mark.parametrize(("sent", "meant", "without_space"), FLOWED)
def test_broken_lines_are_put_together(sent: str, meant: str, without_space: str) -> None:
    assert (unfolded(sent, delete_space=False), unfolded(sent, delete_space=True)) == (meant, without_space)


def test_lines_are_put_together_only_where_the_message_says_so() -> None:
    mail = (
        "From: a@x.example\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8{}\n\n東京の港は \n再開した。\n"
    )
    texts = [found(mail.format(more), "a.eml") for more in ("", "; format=flowed", "; Format=Flowed; DelSp=Yes")]
    bodies = [article.body for (article,) in texts if isinstance(article, Article)]
    assert bodies == ["東京の港は \n再開した。", "東京の港は 再開した。", "東京の港は再開した。"]


@given(st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)), st.booleans())
def test_putting_lines_together_loses_no_letters(lines: list[str], delete_space: bool) -> None:
    made = unfolded("\n".join(lines), delete_space=delete_space)
    assert [c for c in made if c.isalnum()] == [c for c in "".join(lines) if c.isalnum()]


@pytest.mark.parametrize(
    ("plain", "html", "is_html"),
    [
        (
            "View this message online: https://n.example/1",
            "<p>The harbour opened today with a ceremony.</p>" * 20,
            True,
        ),
        ("", "<p>Only here.</p>", True),
        ("See you at ten.", "<p>See you at ten.</p><p>Ada Meyer, Harbour Council, Quay 1, Northbay</p>", False),
        ("See you at ten.", "<style>p { color: red; margin: 0 }</style>" * 40 + "<p>See you at ten.</p>", False),
        ("The harbour opened today. " * 20, "<p>The harbour opened today with a ceremony.</p>" * 100, False),
    ],
)
def test_a_text_that_only_refers_to_the_html_is_not_all_that_is_read(plain: str, html: str, is_html: bool) -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "News", "ada@harbour.example"
    message.set_content(plain)
    message.add_alternative(html, subtype="html")
    body = read_message(message.as_bytes()).body
    assert (body.strip() == plain.strip()) is not is_html
