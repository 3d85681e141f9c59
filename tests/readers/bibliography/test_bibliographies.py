"""Bibliographies: BibTeX, RIS and CSL-JSON, what becomes of each key, attached files, and broken entries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from samples import damaged, found, read_or_refused

from docarchive import Archive
from docarchive.article import Article
from docarchive.errors import ReaderError

BIB = r"""
% made by hand
@string{jh = "Journal of Harbours"}
@article{meyer24,
  author = {Meyer, Ada and Larsen, Bo Jr. and {The Harbour Council}},
  title = {On {P}iers of {\"O}resund -- a \textbf{study}},
  journal = jh # { and Quays},
  year = 2024, month = mar, pages = {1--9},
  keywords = {wood, sea},
  abstract = {They stand.},
  doi = {10.1234/piers_1},
  file = {Full text:files/piers.pdf:application/pdf}
}
@comment{not this}
@book(larsen,
  author = "Larsen, Bo", title = "Tides {and} \'{e}bb", publisher = "Harbour Press", date = {2023-11-05})
@misc{broken, title = {Never ends
@misc{empty, year = 1999}
"""

RIS = """TY  - JOUR
TI  - On piers
AU  - Meyer, Ada
AU  - Larsen, Bo
T2  - Journal of Harbours
DA  - 2024/03/16/
DO  - 10.1234/piers
KW  - wood
KW  - sea
AB  - They stand,
and they fall.
VL  - 7
ER  -

TY  - BOOK
TI  - Cut off
"""

CSL: list[dict[str, Any]] = [
    {
        "id": "meyer24",
        "type": "article-journal",
        "title": "On <i>piers</i>",
        "author": [{"family": "Meyer", "given": "Ada"}, {"literal": "The Harbour Council"}],
        "issued": {"date-parts": [[2024, 3, 16]]},
        "container-title": "Journal of Harbours",
        "DOI": "10.1234/piers",
        "abstract": "<p>They stand.</p>",
        "volume": "7",
    },
    {"type": "book", "title": "Tides", "issued": {"date-parts": [["2023"]]}},
]


def test_bibtex() -> None:
    first, second, third, fourth = found(BIB)
    assert isinstance(first, Article)
    assert first.title == "On Piers of Öresund – a study"
    assert first.authors == ["Ada Meyer", "Bo Jr. Larsen", "The Harbour Council"]
    assert (first.source, str(first.date), first.tags) == ("Journal of Harbours and Quays", "2024-03", ["wood", "sea"])
    assert (first.body, first.extra["doi"], first.extra["pages"]) == ("They stand.", "10.1234/piers_1", "1–9")
    assert (first.extra["citation_key"], first.extra["entry_type"]) == ("meyer24", "article")
    assert first.extra["files"] == ["files/piers.pdf"]
    assert isinstance(second, Article)
    assert (second.title, second.authors, str(second.date)) == ("Tides and ébb", ["Bo Larsen"], "2023-11-05")
    assert second.body == "Bo Larsen. Tides and ébb. Harbour Press. 2023-11-05."
    assert third == "the entry does not end, or has no key"
    assert fourth == "the entry has neither title nor abstract"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (r"Labels by \BibTeX\ and \TeX{}, in {\LaTeX}s", "Labels by BibTeX and TeX, in LaTeXs"),
        (r"\ConTeXt, \LaTeXe{} and \METAFONT", "ConTeXt, LaTeX2e and METAFONT"),
        (r"\noopsort{a}Ships \Huge sail, \MakeUppercase{far} \relax away", "aShips sail, far away"),
        (r"\'Elan, \copyright{} \href{https://x.example}{the \mbox{page}}", "Élan, © the page (https://x.example)"),
        (r"All 5% of it, \url{https://x.example/~a_b%20c#d}", "All 5% of it, https://x.example/~a_b%20c#d"),
        (r"Quay\slash Pier, re\-paired \today", "Quay/Pier, repaired today"),
    ],
)
def test_macros_of_tex(written: str, title: str) -> None:
    [article] = found(f"@misc{{a, title = {{{written}}}}}")
    assert isinstance(article, Article)
    assert article.title == title


@pytest.mark.parametrize(
    ("written", "language"),
    [("en", "en"), ("ngerman", "de"), ("English", "en"), ("pt_BR", "pt-BR"), ("Klingon of old", None)],
)
def test_languages_are_tags_or_names(written: str, language: str | None) -> None:
    bib, ris = f"@misc{{a, title = {{A}}, language = {{{written}}}}}", f"TY  - JOUR\nTI  - A\nLA  - {written}\nER  - \n"
    for article in (*found(bib), *found(ris), *found(json.dumps([{**CSL[0], "language": written}]), "a.json")):
        assert isinstance(article, Article)
        assert (article.language, "language_as_written" in article.extra) == (language, language is None)


def test_paragraphs_of_an_abstract_stay() -> None:
    [article] = found("@misc{a, title = {A}, abstract = {One\n line.\n\nTwo.\\par Three.}}")
    assert isinstance(article, Article)
    assert article.body == "One line.\n\nTwo.\n\nThree."


def test_ris() -> None:
    first, second = found(RIS)
    assert isinstance(first, Article)
    assert (first.title, first.authors, str(first.date)) == ("On piers", ["Ada Meyer", "Bo Larsen"], "2024-03-16")
    assert (first.source, first.tags, first.body) == (
        "Journal of Harbours",
        ["wood", "sea"],
        "They stand, and they fall.",
    )
    assert (first.extra["doi"], first.extra["volume"]) == ("10.1234/piers", "7")
    assert second == "the reference does not end with ER"


def test_csl_json() -> None:
    first, second = found(json.dumps(CSL), "a.json")
    assert isinstance(first, Article)
    assert (first.title, first.authors) == ("On piers", ["Ada Meyer", "The Harbour Council"])
    assert (str(first.date), first.source, first.body) == ("2024-03-16", "Journal of Harbours", "They stand.")
    assert (first.extra["doi"], first.extra["volume"]) == ("10.1234/piers", "7")
    assert isinstance(second, Article)
    assert (str(second.date), second.body) == ("2023", "Tides. 2023.")


def test_files_that_lie_beside_a_bibliography_come_in_with_it(tmp_path: Path, root: Path) -> None:
    (tmp_path / "refs/files").mkdir(parents=True)
    (tmp_path / "refs/files/piers.pdf").write_text("They stand, it says here at length.\n", "utf-8")
    (tmp_path / "secret.txt").write_text("Nobody may read this.\n", "utf-8")
    entry = BIB.replace("@misc{broken, title = {Never ends", "").replace("Harbour Press", "X").replace(
        'date = {2023-11-05})', "file = {:../secret.txt:TXT}, date = {2023-11-05})"
    )  # fmt: skip
    (tmp_path / "refs/library.bib").write_text(entry, "utf-8")
    with Archive.create(root) as archive:
        report = archive.import_(tmp_path / "refs/library.bib")
        places = {archive.get(row.id).imported_from for row in archive.list()}
        base = f"{tmp_path}/refs/library.bib"
        assert f"{base}:meyer24" in places
        assert any("files/piers.pdf" in refused.where for refused in report.refused)  # named .pdf, and is none
        assert not any("secret" in (place or "") for place in places)


@pytest.mark.parametrize(("data", "name"), [("no entries", "a.bib"), ("TX  - x", "a.ris")])
def test_a_file_without_entries_is_refused(data: str, name: str) -> None:
    with pytest.raises(ReaderError, match="there is no"):
        found(data, name)


@given(damaged([BIB.encode(), RIS.encode(), json.dumps(CSL).encode()]))
def test_nothing_else_than_a_refusal_comes_of_damage(data: bytes) -> None:
    read_or_refused(data, "bibtex", "ris", "csl-json")


@pytest.mark.parametrize(
    ("data", "title", "source"),
    [
        ("@proceedings{a, booktitle={Piers 2024}, publisher={Post}, year=2024}", "Piers 2024", "Post"),
        ("@inproceedings{a, booktitle={Piers 2024}, author={Meyer, Ada}}", "Piers 2024", None),
        ("@inproceedings{a, title={Wood}, booktitle={Piers 2024}}", "Wood", "Piers 2024"),
        ("TY  - CONF\nT2  - Piers 2024\nER  - \n", "Piers 2024", "Piers 2024"),
        ('[{"type": "book", "container-title": "Piers 2024", "issued": {"raw": "2024"}}]', "Piers 2024", "Piers 2024"),
    ],
)
def test_a_work_with_the_title_of_its_book_alone(data: str, title: str, source: str | None) -> None:
    (article,) = found(data)
    assert isinstance(article, Article), article
    assert (article.title, article.source) == (title, source)
