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


RIS_DATES: list[tuple[list[str], str | None, list[str]]] = [
    (["PY  - May 2021"], "2021-05", []),
    (["PY  - 2021/05/03/"], "2021-05-03", []),
    (["PY  - 2021///Spring"], "2021", ["2021///Spring"]),
    (["PY  - 2021///"], "2021", []),
    (["DA  - 05-12", "PY  - 2021"], "2021", ["05-12"]),
    (["DA  - 2021/Mar/12", "PY  - 2021"], "2021-03-12", []),
    (["DA  - in spring", "PY  - soon"], None, ["in spring", "soon"]),
    (["PY  - 800"], None, ["800"]),
    (["PY  - 2024/02/30"], "2024-02", ["2024/02/30"]),
]


@pytest.mark.parametrize(("lines", "date", "kept"), RIS_DATES)
def test_dates_of_ris(lines: list[str], date: str | None, kept: list[str]) -> None:
    [article] = found("\n".join(["TY  - JOUR", "TI  - A", *lines, "ER  - ", ""]))
    assert isinstance(article, Article)
    assert (str(article.date) if article.date else None, article.values("date_as_written")) == (date, kept)


@pytest.mark.parametrize(
    ("fields", "date", "kept"),
    [
        ("year = 2019, month = 5", "2019-05", {}),
        ('year = 2019, month = mar # "~16"', "2019-03-16", {}),
        ('year = 2019, month = "23--27~" # may', "2019-05", {"month": "23–27 may"}),
        ("year = 2019, month = Summer", "2019", {"month": "Summer"}),
        ("year = 2019, month = feb, day = 30", "2019-02", {"day": "30"}),
        ("year = {n.d.}", None, {"date_as_written": "n.d."}),
        ("year = 800", None, {"date_as_written": "800"}),
        ("year = {March 2020}", "2020-03", {}),
        ("year = 2019, date = {soon}", "2019", {"date_as_written": "soon"}),
        ("date = {2019-03-01/2019-04-02}", "2019-03-01", {"date_as_written": "2019-03-01/2019-04-02"}),
    ],
)
def test_dates_of_bibtex(fields: str, date: str | None, kept: dict[str, str]) -> None:
    [article] = found(f"@misc{{a, title = {{A}}, {fields}}}")
    assert isinstance(article, Article)
    del article.extra["citation_key"], article.extra["entry_type"]
    assert (str(article.date) if article.date else None, article.extra) == (date, kept)


@pytest.mark.parametrize(
    ("issued", "date", "kept"),
    [
        ({"date-parts": [[2020, "3", 5]]}, "2020-03-05", None),
        ({"date-parts": [[-350]]}, None, "-350"),
        ({"date-parts": [[800]]}, None, "800"),
        ({"date-parts": [2020]}, "2020", None),
        ({"date-parts": [[2020, 13]]}, "2020", None),
        ({"date-parts": [[2020, 1], [2020, 2]]}, "2020-01", "2020-01/2020-02"),
        ("soon", None, "soon"),
        (2020, "2020", None),
    ],
)
def test_dates_of_csl_json(issued: object, date: str | None, kept: str | None) -> None:
    [article] = found(json.dumps([{"type": "book", "title": "A", "issued": issued}]), "a.json")
    assert isinstance(article, Article)
    assert (str(article.date) if article.date else None, article.extra.get("date_as_written")) == (date, kept)


def test_other_authors_are_no_author() -> None:
    bib = "@misc{a, title = {A}, author = {Quill, Mara and others}, editor = {others}}"
    ris = "TY  - JOUR\nTI  - A\nAU  - Quill, Mara\nAU  - et al.\nED  - others\nER  - \n"
    csl = [{**CSL[1], "author": [{"literal": "Mara Quill"}, {"literal": "et al"}], "editor": [{"literal": "others"}]}]  # fmt: skip
    for article in (*found(bib), *found(ris), *found(json.dumps(csl), "a.json")):
        assert isinstance(article, Article)
        assert (article.authors, article.extra.get("editors")) == (["Mara Quill"], None)
        assert (article.extra["authors_as_written"], article.extra["editors_as_written"]) == (
            "and others",
            "and others",
        )


@pytest.mark.parametrize(
    ("written", "url"),
    [
        (r"https://x.example/a\_b?c=1\&d=2\%20\#e\$", "https://x.example/a_b?c=1&d=2%20#e$"),
        (r"https://x.example/{\_}a/{\textasciitilde}b/\~{}c/\textasciitilde{}d", "https://x.example/_a/~b/~c/~d"),
        (r"\url{https://x.example/a_b}", "https://x.example/a_b"),
    ],
)
def test_an_address_in_tex_loses_its_escapes(written: str, url: str) -> None:
    [article] = found(f"@misc{{a, title = {{A}}, url = {{{written}}}, doi = {{10.1000/a\\_b}}}}")
    assert isinstance(article, Article)
    assert (article.url, article.extra["doi"]) == (url, "10.1000/a_b")


def test_nothing_of_a_reference_is_lost_to_what_takes_precedence() -> None:
    ris = (
        "TY  - CHAP\nTI  - A\nBT  - Kelp\nT2  - The Book\nJO  - Kelp J\nPB  - Pier Press\nUR  - https://x.example/1\n"
        "UR  - https://x.example/2;https://x.example/3\nC1  - one\nC1  - two\nER  - \n"
    )
    [article] = found(ris)
    assert isinstance(article, Article)
    assert (article.title, article.source, article.url) == ("A", "The Book", "https://x.example/1")
    assert article.extra["other_urls"] == ["https://x.example/2", "https://x.example/3"]
    kept = {key: article.extra[key] for key in ("book_title", "journal", "publisher", "c1")}
    assert kept == {"book_title": "Kelp", "journal": "Kelp J", "publisher": "Pier Press", "c1": ["one", "two"]}
    item = {**CSL[1], "container-title": "J", "publisher": "Pier Press"}
    for each in (
        *found(json.dumps([item]), "a.json"),
        *found("@book{a, title={A}, journal={J}, publisher={Pier Press}}"),
    ):
        assert isinstance(each, Article)
        assert (each.source, each.extra["publisher"]) == ("J", "Pier Press")


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


@pytest.mark.parametrize(
    ("form", "text", "key", "value"),
    [
        (
            "a.bib",
            "@misc{a, title={T}, author={given=Ada, prefix=van, family=Meyer and Bo Ek}}",
            "authors",
            ["Ada van Meyer", "Bo Ek"],
        ),
        ("a.bib", r"@misc{a, title={T}, abstract={As said \cite{b}, it held.}}", "body", "As said , it held."),
        ("a.bib", "@misc{a, title={What held?}, year={n.d.}}", "body", "What held? n.d."),
        (
            "a.json",
            '[{"id":"a","type":"book","author":[{"family":"Meyer"}],"issued":{"date-parts":[[2020]]},"title":"T","accessed":{"date-parts":[["2022",1,2]]}}]',
            "accessed",
            "2022-01-02",
        ),
        (
            "a.json",
            '[{"id":"a","type":"book","author":[{"family":"Meyer"}],"issued":{"date-parts":[[2020]]},"title":"T","translator":[{"family":"Ek","given":"Bo"}]}]',
            "translator",
            ["Bo Ek"],
        ),
        (
            "a.json",
            '[{"id":"a","type":"book","author":[{"family":"Meyer"}],"issued":{"date-parts":[[2020]]},"title":"T","original-date":{"literal":"about 1850"}}]',
            "original_date",
            "about 1850",
        ),
        ("a.nbib", "PMID- 1\nTI  - It held.\nTT  - Es hielt.\nAU  - Meyer AB\n", "title", "It held"),
        ("a.nbib", "PMID- 1\nTI  - It held.\nTT  - Es hielt.\nAU  - Meyer AB\n", "original_title", "Es hielt."),
        ("a.nbib", "PMID- 1\nTI  - It held.\nTT  - Es hielt.\nAU  - Meyer AB\n", "authors", ["AB Meyer"]),
        ("a.nbib", "PMID- 1\nTI  - It held.\nDP  - 2021 May-Jun\n", "date_as_written", "2021 May-Jun"),
        ("a.nbib", "PMID- 1\nTI  - It held.\nDP  - 2020 Winter\n", "date_as_written", "2020 Winter"),
        ("a.isi", "FN x\nVR 1.0\nPT J\nTI It held\nPD MAY-JUN\nPY 2021\nER\nEF\n", "date_as_written", "MAY-JUN"),
        ("a.enw", "%0 Journal Article\n%T It held\n%D 2021\n%8 May 3\n", "date_as_written", None),
    ],
)
def test_what_a_reference_says_is_kept(form: str, text: str, key: str, value: Any) -> None:
    (article,) = found(text, form)
    assert isinstance(article, Article)
    assert {**article.metadata(), "body": article.body}.get(key) == value
