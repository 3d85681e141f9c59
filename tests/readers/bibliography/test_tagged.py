"""References of PubMed, EndNote and Web of Science: each tag that has a meaning, and what is broken."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from samples import damaged, found, read_or_refused
from support import affordable

from docarchive.article import Article

NBIB = """PMID- 12345
IS  - 1234-567X (Electronic)
VI  - 7
DP  - 2024 Mar 16
TI  - On piers of wood, and what
      becomes of them.
PG  - 1-9
LID - 10.1234/piers [doi]
AB  - They stand,
      and they fall.
FAU - Meyer, Ada
AU  - Meyer A
FAU - Larsen, Bo
MH  - *Wood/chemistry
OT  - harbour
JT  - Journal of Harbours
PT  - Journal Article

PMID- 12346
TI  - Tides
DP  - 2023
"""
ENW = """%0 Journal Article
%A Meyer, Ada
%A Larsen, Bo
%T On piers of wood, and what becomes of them
%J Journal of Harbours
%D 2024
%8 March 16
%K Wood
harbour
%X They stand, and they fall.
%R 10.1234/piers
%@ 1234-567X
%V 7
%P 1-9

%0 Book
%T Tides
%D 2023
"""
ISI = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Meyer, A
   Larsen, B
AF Meyer, Ada
   Larsen, Bo
TI On piers of wood, and what
   becomes of them
SO Journal of Harbours
DE Wood; harbour
AB They stand, and they fall.
SN 1234-567X
PD MAR 16
PY 2024
VL 7
BP 1
EP 9
DI 10.1234/piers
ER

PT B
TI Tides
PY 2023
ER

EF
"""
FORMS = {"nbib": NBIB, "enw": ENW, "isi": ISI}


@pytest.mark.parametrize("name", FORMS)
def test_all_say_the_same(name: str) -> None:
    for file in (f"a.{name}", "a.txt"):
        first, second = found(FORMS[name], file)
        assert isinstance(first, Article)
        metadata: dict[str, Any] = {key: str(value) for key, value in first.metadata().items()}
        assert metadata.pop("tags") in ("['harbour', 'Wood']", "['Wood', 'harbour']")
        for key in ("entry_type", "pmid"):
            metadata.pop(key, None)
        assert metadata == {
            "title": "On piers of wood, and what becomes of them",
            "date": "2024-03-16",
            "authors": "['Ada Meyer', 'Bo Larsen']",
            "source": "Journal of Harbours",
            "doi": "10.1234/piers",
            "issn": "1234-567X",
            "volume": "7",
            "pages": "1-9",
        }
        assert first.body == "They stand, and they fall."
        assert isinstance(second, Article)
        assert (second.title, str(second.date)) == ("Tides", "2023")


@given(damaged([text.encode() for text in FORMS.values()]))
def test_damage_is_refused_or_read(data: bytes) -> None:
    read_or_refused(data, *FORMS)


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("nbib", "PMID- 1\nTI  - T\nAB  - a\n", ""),
        ("isi", "PT J\nTI T\nAB a\n", ""),
        ("ris", "TY  - JOUR\nTI  - T\nAB  - a\n", "ER  - \n"),
    ],
)
def test_long_values_are_read_in_the_time_of_their_size(name: str, start: str, end: str) -> None:
    with affordable():  # added to the value one by one, the lines took minutes
        (article,) = found(start + "      b\n" * 1_500_000 + end, f"a.{name}")
    assert isinstance(article, Article)
    assert article.body.endswith("b b")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("TY  - BOOK\nTI  - A\nAU  - 山田, 太郎\nAU  - Meyer, Ada, Jr.\nER  - \n", "a.ris"),
        ("%0 Book\n%T A\n%A 山田, 太郎\n%A Meyer, Ada, Jr.\n", "a.enw"),
        ("@book{a, title={A}, author={山田, 太郎 and Meyer, Jr., Ada}}", "a.bib"),
        (
            '[{"id": "a", "type": "book", "title": "A", "issued": {"date-parts": [[2020]]}, "author": [{"family": "山田", "given": "太郎"},'
            '{"family": "Meyer", "given": "Ada", "suffix": "Jr."}]}]',
            "a.json",
        ),
    ],
)
def test_names_have_the_order_of_their_languages(data: str, name: str) -> None:
    [article] = found(data, name)
    assert isinstance(article, Article)
    assert article.authors == ["山田太郎", "Ada Meyer Jr."]
