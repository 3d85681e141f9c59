"""Notes that are clips of web pages: the day on which one was made is that of saving, not of the page (decision 0023)."""

from pathlib import Path

import pytest

from docarchive import Archive

_ENEX = (
    "<en-export><note><title>T</title><created>20240316T101500Z</created><updated>20240317T101500Z</updated><content>"
    "<![CDATA[<en-note>Words.</en-note>]]></content><note-attributes>{}</note-attributes></note>"
    "</en-export>"
)
_JOPLIN = (
    "T\n\nWords.\n\nid: 0123456789abcdef0123456789abcdef\ncreated_time: 2024-03-16T10:15:00.000Z\n"
    "updated_time: 2024-03-17T10:15:00.000Z\nsource_url: {}\ntype_: 1"
)
_OBSIDIAN = "---\ntitle: T\nsource: {}\nauthor:\npublished: {}\ncreated: 2024-03-16T10:15:00Z\n---\nWords.\n"
PAGE = "https://quay.example/a"
CLIPS = {
    "Evernote": ("a.enex", _ENEX.format(f"<source>web.clip7</source><source-url>{PAGE}</source-url>"), None),
    "Evernote, by its program": (
        "a.enex",
        _ENEX.format(f"<source-url>{PAGE}</source-url><source-application>webclipper.evernote</source-application>"),
        None,
    ),
    "Evernote, by its text": (
        "a.enex",
        _ENEX.format(f"<source-url>{PAGE}</source-url>").replace(
            "Words.", '<div style="--en-clipped-content:article;">Words.</div>'
        ),
        None,
    ),
    "Joplin": ("0123456789abcdef0123456789abcdef.md", _JOPLIN.format(PAGE), None),
    "Obsidian": ("a.md", _OBSIDIAN.format(PAGE, ""), None),
    "Obsidian, with a date": ("a.md", _OBSIDIAN.format(PAGE, "2019-05-06"), "2019-05-06"),
    "MarkDownload": (
        "a.md",
        f"---\ncreated: 2024-03-16T11:15:00 (UTC +01:00)\nsource: {PAGE}\n---\n# T\n",
        None,
    ),
}
WRITTEN = {
    "Evernote": ("a.enex", _ENEX.format("")),
    "Evernote, from mail": (
        "a.enex",
        _ENEX.format("<source>mail.clip</source><source-url>mailto:ada@quay.example</source-url>"),
    ),
    "Evernote, with an address": ("a.enex", _ENEX.format(f"<source-url>{PAGE}</source-url>")),
    "Joplin": ("0123456789abcdef0123456789abcdef.md", _JOPLIN.format("")),
    "Obsidian": ("a.md", _OBSIDIAN.format("a book", "")),
}


@pytest.mark.parametrize("name", CLIPS)
def test_a_clip_was_saved_then(tmp_path: Path, name: str) -> None:
    file, text, date = CLIPS[name]
    (tmp_path / file).write_text(text, encoding="utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        article = archive.get(archive.import_(tmp_path / file).ids[0])
    assert (article.url, article.date and str(article.date), article.updated) == (PAGE, date, None)
    assert str(article.extra["saved"]) in ("2024-03-16T10:15:00Z", "2024-03-16T11:15:00+01:00")


@pytest.mark.parametrize("name", WRITTEN)
def test_another_note_was_written_then(tmp_path: Path, name: str) -> None:
    file, text = WRITTEN[name]
    (tmp_path / file).write_text(text, encoding="utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        article = archive.get(archive.import_(tmp_path / file).ids[0])
    assert (str(article.date), article.extra.get("saved")) == ("2024-03-16T10:15:00Z", None)
