"""Mail: headers, texts and attachments of messages, and messages one after the other in an mbox."""

import base64
import io
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import affordable

from docarchive import Archive
from docarchive.article import Article
from docarchive.errors import ArticleError, ReaderError
from docarchive.readers import Record, Source, choose, readers
from docarchive.readers.mail import mbox
from docarchive.readers.mail.message import read_message


def message(**headers: str) -> EmailMessage:
    found = EmailMessage()
    given = {
        "From": "Ada Meyer <ada@harbour.example>",
        "To": "Bo Larsen <bo@harbour.example>, crew@harbour.example",
        "Subject": "The pier",
        "Date": "Sat, 16 Mar 2024 10:15:00 +0100",
        "Message-ID": "<pier-1@harbour.example>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in given.items():
        found[name] = value
    return found


def test_headers() -> None:
    mail = message(In_Reply_To="<pier-0@harbour.example>", List_Id="Crew <crew.harbour.example>")
    mail.set_content("It stands again.\n")
    article = read_message(mail.as_bytes())
    assert (article.title, article.authors, article.body) == ("The pier", ["Ada Meyer"], "It stands again.")
    assert str(article.date) == "2024-03-16T10:15:00+01:00"
    assert article.source_id == article.extra["message_id"] == "pier-1@harbour.example"
    assert article.extra["to"] == ["Bo Larsen <bo@harbour.example>", "crew@harbour.example"]
    assert article.extra["in_reply_to"] == "<pier-0@harbour.example>"
    assert article.extra["list_id"] == "Crew <crew.harbour.example>"


def test_encoded_words_and_charsets() -> None:
    data = (
        b"From: =?iso-8859-1?Q?K=E4the_Gr=FCn?= <k@x.example>\r\nSubject: =?utf-8?B?U2Now7ZuZSBHcsO8w59l?=\r\n"
        b"Date: Sat, 16 Mar 2024 10:15:00 +0100\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\n"
        + "Причал снова стоит.".encode("cp1251")
    )
    article = read_message(data)
    assert (article.title, article.authors, article.body) == ("Schöne Grüße", ["Käthe Grün"], "Причал снова стоит.")


def test_plain_text_is_taken_before_html() -> None:
    mail = message()
    mail.set_content("Plain words.")
    mail.add_alternative("<p>Rich <b>words</b>.</p>", subtype="html")
    assert read_message(mail.as_bytes()).body == "Plain words."


def test_of_a_newsletter_html_is_the_article() -> None:
    mail = message(List_Unsubscribe="<https://x.example/u>")
    mail.set_content("View in browser.")
    mail.add_alternative("<h2>News</h2><p>Rich <b>words</b>.</p>", subtype="html")
    assert read_message(mail.as_bytes()).body == "## News\n\nRich **words**."


@pytest.mark.parametrize("part", [b"--b\nContent-Type: multipart/mixed; boundary=b\n\n", b"--b\n\nx\n"])
def test_a_message_of_very_many_parts_is_refused_before_it_is_parsed(part: bytes) -> None:
    head = b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    with affordable(), pytest.raises(ReaderError, match="too many parts"):
        read_message(head + part * 300_000)


def test_html_alone() -> None:
    mail = message()
    mail.set_content("<p>One.</p><script>alert(1)</script><p>Two.</p>", subtype="html")
    assert read_message(mail.as_bytes()).body == "One.\n\nTwo."


def test_attachments_are_named_and_stay_in_the_original() -> None:
    mail = message()
    mail.set_content("See the plan.")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="../plan.pdf")
    article = read_message(mail.as_bytes())
    assert article.body == "See the plan."
    assert article.extra["attachments"] == [{"name": "plan.pdf", "type": "application/pdf"}]
    assert "attachments" not in read_message(message().as_bytes() + b"Text.").extra


def test_a_message_inside_of_a_message_is_under_its_subject() -> None:
    inner = message(Subject="Inner", Message_ID="<2@x.example>")
    inner.set_content("Inside.")
    mail = message()
    mail.set_content("Forwarded:")
    mail.add_attachment(inner)
    head = "From: Ada Meyer \\<ada@harbour.example>\\\nDate: Sat, 16 Mar 2024 10:15:00 +0100"
    assert read_message(mail.as_bytes()).body == f"Forwarded:\n\n## Inner\n\n{head}\n\nInside."


def test_a_date_that_cannot_be_read_is_kept_as_it_stands() -> None:
    article = read_message(b"From: a@x.example\nSubject: s\nDate: last tuesday\n\nText.\n")
    assert article.date is None
    assert article.extra["date_as_written"] == "last tuesday"


def test_empty_and_deep_messages_are_refused() -> None:
    with pytest.raises(ReaderError, match="neither subject nor text"):
        read_message(b"From: a@x.example\nDate: Sat, 16 Mar 2024 10:15:00 +0100\n\n")
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(200))
    with pytest.raises(ReaderError, match="nested too deeply"):
        read_message(b"Subject: s\n" + deep + b"Content-Type: text/plain\n\nx\n")


@pytest.mark.parametrize(
    ("data", "name", "reader"),
    [
        (b"From: a@x\nTo: b@x\nSubject: s\n\nText.", "", "mail"),
        (b"Received: x\nSubject: s\n\nText.", "1700000000.M1P2.host:2,S", "mail"),
        (b"From a@x Sat Mar 16 10:15:00 2024\nSubject: s\n\nText.", "", "mbox"),
        (b"From my window I see the pier.\n\nIt is gone.", "a.txt", "text"),
        (b"Subject: Notes\n\nText.", "a.txt", "text"),
    ],
)
def test_what_is_mail(data: bytes, name: str, reader: str) -> None:
    assert choose(Source(name, len(data), lambda: io.BytesIO(data))).name == reader


def read_mbox(data: bytes) -> list[Article]:
    source = Source("a.mbox", len(data), lambda: io.BytesIO(data))
    records = [*readers()["mbox"].records(source)]
    return [record.load() for record in records if isinstance(record, Record)]


def mailbox(*bodies: str) -> bytes:
    parts = []
    for number, body in enumerate(bodies):
        mail = message(Subject=f"Number {number}", Message_ID=f"<{number}@x.example>")
        mail.set_content(body)
        escaped = "\n".join(
            f">{line}" if line.lstrip(">").startswith("From ") else line for line in mail.as_string().split("\n")
        )
        parts.append(f"From ada@harbour.example Sat Mar 16 10:15:00 2024\n{escaped}\n")
    return "".join(parts).encode()


LINES = st.lists(st.sampled_from(["One.", "From here it is far.", ">From there.", "", "a: b", "--"]), max_size=5)


@settings(deadline=None)
@given(st.lists(LINES.map("\n".join), min_size=1, max_size=4))
def test_an_mbox_gives_back_the_messages_that_were_put_in(bodies: list[str]) -> None:
    articles = read_mbox(mailbox(*bodies))
    assert [article.title for article in articles] == [f"Number {n}" for n in range(len(bodies))]
    assert [article.body.strip() for article in articles] == [body.strip() for body in bodies]


def test_a_from_in_a_text_that_no_header_follows_begins_no_message() -> None:
    text = "Hello.\n\nFrom ada@harbour.example Sat Mar 16 10:15:00 2024\nthe wind came from the west.\n"
    (article,) = read_mbox(b"From a@x Sat Mar 16 10:15:00 2024\nSubject: s\nFrom: a@x.example\n\n" + text.encode())
    assert "the wind came" in article.body


def test_a_message_that_is_too_large_is_refused_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "MAX_SIZE", 2_000)
    data = mailbox("First.", "x\n" * 4_000, "Last.")
    source = Source("a.mbox", len(data), lambda: io.BytesIO(data))
    first, second, third = readers()["mbox"].records(source)
    assert isinstance(first, Record)
    assert isinstance(third, Record)
    assert "larger than" in second.reason  # type: ignore[union-attr]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_nothing_else_than_a_refusal_comes_of_damage(drawn: st.DataObject) -> None:
    mail = message()
    mail.set_content("Plain wörds.")
    mail.add_alternative("<p>Rich <b>words</b>.</p>", subtype="html")
    mail.add_attachment(b"abc", maintype="application", subtype="pdf", filename="a.pdf")
    data = bytearray(mail.as_bytes())
    for _ in range(drawn.draw(st.integers(1, 5))):
        start = drawn.draw(st.integers(0, len(data)))
        data[start : start + drawn.draw(st.integers(0, 30))] = drawn.draw(st.binary(max_size=10))
    try:
        read_message(bytes(data))
    except (ReaderError, ArticleError):
        return


def test_a_maildir_goes_in_once_and_unfinished_mail_stays_out(tmp_path: Path, root: Path) -> None:
    for folder in ("cur", "new", "tmp"):
        (tmp_path / "Mail" / folder).mkdir(parents=True)
        mail = message(Subject=folder, Message_ID=f"<{folder}@x.example>")
        mail.set_content(f"Text in {folder}.")
        (tmp_path / "Mail" / folder / "1700000000.M1P2.host:2,S").write_bytes(mail.as_bytes())
    with Archive.create(root) as archive:
        assert archive.import_(tmp_path / "Mail").new == 2
        assert {row.metadata["title"] for row in archive.list()} == {"cur", "new"}
        assert archive.import_(tmp_path / "Mail").unchanged == 2


PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 20
_PLAIN = b"Content-Type: text/plain\n\nPlain [cid:c1].\n"
_SHOWING = b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n%s\n" % base64.b64encode(
    b'<p>Rich <img src="cid:c1">.</p>'
)
_IMAGE = b"Content-Type: image/png\nContent-ID: <c1>\nContent-Transfer-Encoding: base64\n\n%s\n" % base64.b64encode(
    PICTURE
)


def _multipart(kind: bytes, *parts: bytes) -> bytes:
    line = b"--b-" + kind
    return b"Content-Type: multipart/%s; boundary=b-%s\n\n%s\n%s--\n" % (
        kind,
        kind,
        b"".join(line + b"\n" + part for part in parts),
        line,
    )


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (_multipart(b"alternative", _PLAIN, _multipart(b"related", _SHOWING, _IMAGE)), "Rich ![](cid:c1)."),
        (_multipart(b"related", _multipart(b"alternative", _PLAIN, _SHOWING), _IMAGE), "Rich ![](cid:c1)."),
        (_multipart(b"alternative", _PLAIN, _SHOWING), "Plain [cid:c1]."),
        (
            _multipart(
                b"mixed", _multipart(b"alternative", _PLAIN, b"Content-Type: text/html\n\n<p>Rich</p>\n"), _IMAGE
            ),
            "Plain [cid:c1].",
        ),
    ],
)
def test_a_text_that_shows_a_picture_of_the_message_is_preferred(content: bytes, body: str) -> None:
    assert read_message(b"From: a <a@example.org>\nSubject: Pier\nMIME-Version: 1.0\n" + content).body == body


def test_keywords_of_programs_are_parted_by_spaces() -> None:
    head = b"From: a <a@example.org>\nSubject: Pier\n"
    assert read_message(head + b"X-Keywords: NonJunk $label1\n\nText.\n").tags == ["NonJunk", "$label1"]
    assert read_message(head + b"Keywords: harbour walls, piers\n\nText.\n").tags == ["harbour walls", "piers"]
