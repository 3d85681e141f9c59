"""Files whose lines end in CR alone, as on old Macs, and CRLF: what is read is as with LF, in every format of lines."""

from pathlib import Path

import pytest

from docarchive import Archive

NOTE = "a" * 32
TEXTS = {
    "a.md": "---\ntitle: Pier\ndate: 2024-03-16\ntags:\n  - a\n  - b\n---\n\n# Head\n\nOne.\nTwo.\n\n```\ncode\n```\n",
    "toml.md": '+++\ntitle = "Pier"\ndate = 2024-03-16\n+++\nText.\n',
    "json.md": '{\n"title": "Pier"\n}\n\nText.\n',
    "block.md": "% Pier\n% Mara Quill\n% 2024-03-16\n\nText.\n",
    "hexo.md": "title: Pier\ndate: 2024-03-16\n---\nText.\n",
    "joplin.md": f"Pier\n\nText.\n\nid: {NOTE}\ncreated_time: 2019-01-24T10:00:00.000Z\ntype_: 1",
    "a.txt": "Title: Pier\nAuthor: Mara Quill\nDate: 2024-03-16\n\nText.\n\nMore.\n",
    "a.rst": "Pier\n====\n\n:date: 2024-05-06\n\nText.\n",
    "a.adoc": "= Pier\nMara Quill\n2024-05-06\n\nText.\n\n== Next\n\nMore.\n",
    "a.org": "#+TITLE: Pier\n#+DATE: <2024-03-16 Sat>\n\n* Head\nText.\n",
    "a.jsonl": '{"title": "A", "body": "one one"}\n\n{"title": "B", "body": "two two"}\n',
    "a.json": '[\n{"title": "A", "body": "one one"},\n{"title": "B", "body": "two two"}\n]\n',
    "a.csv": 'title,body,date\nA,"one one",2024-01-02\nB,two two,2024-01-03\n',
    "a.tsv": "title\tbody\tdate\nA\tone one\t2024-01-02\nB\ttwo two\t2024-01-03\n",
    "pocket.csv": "title,url,time_added,tags,status\nA,https://example.org/1,1710579600,a|b,unread\n",
    "a.bib": "@article{a,\n title={Rope},\n author={Quill, Mara},\n year=2021}\n@book{b,\n title={Kelp}}\n",
    "a.ris": "TY  - JOUR\nTI  - Rope\nAU  - Quill, Mara\nPY  - 2021\nER  - \nTY  - JOUR\nTI  - Kelp\nER  - \n",
    "a.nbib": "PMID- 1\nTI  - Rope of\n      the sea\nAU  - Quill M\nDP  - 2021 May\n\nPMID- 2\nTI  - Kelp\n",
    "a.enw": "%0 Journal Article\n%T Rope\n%A Quill, Mara\n%D 2021\n\n%0 Book\n%T Kelp\n",
    "a.ciw": "FN Clarivate\nVR 1.0\nPT J\nTI Rope\nAU Quill, M\nPY 2021\nER\n\nEF\n",
    "a.eml": "From: Ana <a@example.org>\nSubject: One\nDate: Tue, 5 Mar 2024 10:00:00 +0000\n\nText one.\nText two.\n",
    "a.mbox": (
        "From ana@example.org Tue Mar  5 10:00:00 2024\nFrom: Ana <a@example.org>\nSubject: One\n\nText one.\n\n"
        "From bob@example.org Wed Mar  6 10:00:00 2024\nFrom: Bob <b@example.org>\nSubject: Two\n\nText two.\n"
    ),
    "a.html": (
        "<html>\n<head><title>Pier</title></head>\n<body><article><h1>Pier</h1>\n<p>The council voted\nfor the pier on "
        "Saturday, and all of the town was there.</p>\n<pre>a\nb</pre></article></body></html>\n"
    ),
    "a.opml": '<?xml version="1.0"?>\n<opml version="2.0">\n<head><title>T</title></head>\n<body>\n<outline text="a"/>\n</body></opml>',
    "a.ipynb": '{\n"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# Head"]}],\n"metadata": {}, "nbformat": 4}',
    "a.rtf": "{\\rtf1\\ansi\n\\pard Text one.\\par\nText two.\\par\n}",
}


def imported(folder: Path, name: str, data: bytes) -> list[dict[str, object]]:
    folder.mkdir()
    (folder / name).write_bytes(data)
    with Archive.create(folder / "archive") as archive:
        report = archive.import_(folder / name)
        assert report.refused == []
        articles = sorted((archive.get(row.id) for row in archive.list()), key=lambda article: article.title)
    described = [article.to_dict() for article in articles]
    for record in described:
        for key in ("id", "archived", "original", "fingerprint", "imported_from"):
            record.pop(key, None)
        record["body"] = str(record["body"]).replace("\r\n", "\n")
    return described


@pytest.mark.parametrize("end", ["\r", "\r\n"], ids=ascii)
@pytest.mark.parametrize("name", TEXTS)
def test_other_line_ends_are_read_alike(tmp_path: Path, name: str, end: str) -> None:
    expected = imported(tmp_path / "lf", name, TEXTS[name].encode())
    assert expected
    assert imported(tmp_path / "other", name, TEXTS[name].replace("\n", end).encode()) == expected
