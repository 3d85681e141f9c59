"""Words of Chinese and Japanese that go over the end of a line are found, in every format that keeps lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from docarchive import Archive

SENTENCE = "土曜日の夜に港湾\n評議会は会合を開き、嵐で古い桟橋が失われた。"
FORMS = {
    "a.txt": f"港の話一\n\n{SENTENCE}\n",
    "b.md": f"# 港の話二\n\n- {SENTENCE.replace(chr(10), chr(10) + '  ')}\n",
    "c.html": f"<html><head><title>港の話三</title></head><body><article><p>{SENTENCE}</p></article></body></html>",
    "d.eml": "From: a <a@example.org>\nSubject: Pier\nMIME-Version: 1.0\nDate: Sat, 16 Mar 2024 10:00:00 +0000\n"
    f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{SENTENCE}\n",
    "e.rst": f"港の話五\n========\n\n{SENTENCE}\n",
    "f.rss": '<rss version="2.0"><channel><title>A</title><item><title>B</title>'
    f"<description>&lt;p&gt;{SENTENCE}&lt;/p&gt;</description></item></channel></rss>",
}


@pytest.mark.parametrize("engine", ["tantivy", "whoosh"])
def test_a_word_over_the_end_of_a_line_is_found(tmp_path: Path, engine: str) -> None:
    pytest.importorskip(engine)
    (tmp_path / "in").mkdir()
    for name, text in FORMS.items():
        (tmp_path / "in" / name).write_text(text, "utf-8")
    with Archive.create(tmp_path / "archive", engine=engine) as archive:
        report = archive.import_(tmp_path / "in", on_duplicate="keep")
        assert (report.new, report.refused) == (len(FORMS), [])
        for query in ("港湾評議会", '"夜に港湾評議会は"', "湾評"):
            results = archive.search(query)
            assert results.total == len(FORMS), query
            assert all("評" in hit.snippet.text for hit in results.hits)
