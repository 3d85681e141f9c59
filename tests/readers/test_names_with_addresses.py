"""Authors who are written with their address of mail: the name is the author, in every format."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from docarchive import Archive

NAMES = {
    "angle brackets": ("Ada Meyer <ada@harbour.online>", ["Ada Meyer"]),
    "brackets": ("ada@harbour.online (Ada Meyer)", ["Ada Meyer"]),
    "quotes": ('"Ada Meyer" <ada@harbour.online>', ["Ada Meyer"]),
    "two": ("Ada Meyer <ada@harbour.online>, bo@harbour.online (Bo Larsen)", ["Ada Meyer", "Bo Larsen"]),
    "an address alone": ("ada@harbour.online", ["ada@harbour.online"]),
    "no address": ("Ada Meyer (harbour)", ["Ada Meyer (harbour)"]),
}
_MESSAGE = "From: {}\nSubject: T\nDate: Sat, 16 Mar 2024 10:15:00 +0100\nMessage-ID: <1@x>\n\nWords.\n"
FORMS: dict[str, Callable[[str], str]] = {
    "a.csv": lambda name: f'title,body,author\nT,Words.,"{name.replace(chr(34), chr(34) * 2)}"\n',
    "a.json": lambda name: json.dumps({"title": "T", "body": "Words.", "author": name}),
    "a.jsonl": lambda name: json.dumps({"title": "T", "body": "Words.", "authors": [name]}),
    "a.md": lambda name: f"---\ntitle: T\nauthor: {json.dumps(name)}\n---\nWords.\n",
    "a.org": lambda name: f"#+TITLE: T\n#+AUTHOR: {name}\n\nWords.\n",
    "a.txt": lambda name: f"Title: T\nAuthor: {name}\nDate: 2024-03-16\n\nWords.\n",
    "a.rst": lambda name: f"T\n=\n\n:Author: {name}\n:Date: 2024-03-16\n\nWords.\n",
    "a.rss": lambda name: (
        "<rss version='2.0'><channel><title>F</title><item><title>T</title><description>Words."
        f"</description><author>{_xml(name)}</author></item></channel></rss>"
    ),
    "b.rss": lambda name: (
        f"<rss version='2.0'><channel><title>F</title><managingEditor>{_xml(name)}</managingEditor>"
        "<item><title>T</title><description>Words.</description></item></channel></rss>"
    ),
    "a.enex": lambda name: (
        "<en-export><note><title>T</title><content><![CDATA[<en-note>Words.</en-note>]]></content>"
        f"<note-attributes><author>{_xml(name)}</author></note-attributes></note></en-export>"
    ),
    "a.eml": _MESSAGE.format,
}


def _xml(text: str) -> str:
    return text.replace("<", "&lt;")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("file", FORMS)
def test_the_name_is_the_author(tmp_path: Path, file: str, name: str) -> None:
    written, authors = NAMES[name]
    if file == "a.eml" and name == "no address":
        pytest.skip("a comment of RFC 822")
    (tmp_path / file).write_text(FORMS[file](written), encoding="utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        report = archive.import_(tmp_path / file)
        assert (report.new, report.refused) == (1, [])
        article = archive.get(report.ids[0])
    assert article.authors == authors
    if authors != [written] and file not in ("a.rss", "b.rss", "a.eml"):
        kept = "".join(map("".join, article.extra.values()))
        assert written.replace(", ", "") in kept.replace(", ", "")  # nothing is lost


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("ada at harbour.example (Ada Meyer)", "Ada Meyer", "ada at harbour.example"),  # Mailman
        ("ada@harbour.example (Ada (A.) Meyer)", "Ada (A.) Meyer", "ada@harbour.example"),  # Usenet
    ],
)
def test_senders_of_old_programs(tmp_path: Path, written: str, name: str, address: str) -> None:
    (tmp_path / "a.eml").write_text(_MESSAGE.format(written), encoding="utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        article = archive.get(archive.import_(tmp_path / "a.eml").ids[0])
    assert (article.authors, article.extra["from"]) == ([name], [f"{name} <{address}>"])
