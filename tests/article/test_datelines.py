"""Datelines are no titles, and no words of them are lost."""

import pytest

from docarchive.article.datelines import dateline
from docarchive.article.titles import derive_title
from docarchive.readers.text.text import read_plain_text

LEAD = "The harbour opened on Monday."
#: Datelines before a text in the same line.
BEFORE_TEXT = (
    "PARIS, March 3 (Reuters) - ",
    "LONDON — ",
    "LONDON—",
    "NEW YORK (AP) -- ",
    "KYIV, Ukraine (AP) — ",
    "ST. PETERSBURG, Fla. — ",
    "WASHINGTON, Jan. 5 – ",
    "RIO DE JANEIRO, 3 março (EFE) - ",
    "ISLAMABAD/KABUL, March 3 (Reuters) - ",
    "WASHINGTON, Mar 3, 2024 /PRNewswire/ -- ",
    "March 3 (Reuters) - ",
    "March 3, 2024 (Reuters) - ",
    "(Reuters) - ",
    "Berlin (dpa) - ",
    "Zürich, 3. März (SDA) - ",
)
#: Datelines that are a line, and their dates.
LINES = (
    ("PARIS, March 3 (Reuters)", None),
    ("PARIS, 3 March 2024 (AFP) -", "2024-03-03"),
    ("PARIS, March 3, 2024", "2024-03-03"),
    ("Paris, 3 March 2024", "2024-03-03"),
)
NO_DATELINES = (
    "OIL - The prices fell on Monday.",
    "BREXIT: The prices fell on Monday.",
    "UPDATE 1-Oil falls on weak demand in Asia",
    "Python (programming) - A guide to the language",
    "Alice — The story of her life",
    "CHAPTER 3 (Draft) - The harbour opened on Monday.",
    "A-Z — The whole list of names",
    "PARIS — and other towns on rivers",
    "LONDON",
    "Monday, March 3, 2024",
    "March 3, 2024",
    "Harbour opens",
    "",
)


@pytest.mark.parametrize("before", BEFORE_TEXT)
def test_a_title_is_made_of_the_text_after_a_dateline(before: str) -> None:
    article = read_plain_text(f"{before}{LEAD}\n\nShips came in.\n")
    assert (article.title, article.title_derived, article.date) == (LEAD[:-1], True, None)
    assert article.body == f"{before}{LEAD}\n\nShips came in."


@pytest.mark.parametrize("before", BEFORE_TEXT)
def test_a_lead_without_a_full_stop_is_no_title_either(before: str) -> None:
    article = read_plain_text(f"{before}{LEAD[:-1]}\n\nShips came in.\n")
    assert (article.title, article.title_derived) == (LEAD[:-1], True)
    assert article.body.startswith(before)


@pytest.mark.parametrize(("line", "date"), LINES)
@pytest.mark.parametrize("title", ["", "Harbour opens"])
def test_a_line_that_is_a_dateline_is_kept_as_one(line: str, date: str | None, title: str) -> None:
    article = read_plain_text(f"{title}\n{line}\n\n{LEAD}\n\nShips came in.\n".lstrip())
    assert article.title == (title or LEAD[:-1])
    assert (str(article.date or "") or None) == date
    assert article.extra == {"dateline": line.removesuffix(" -")}
    assert article.body == f"{LEAD}\n\nShips came in."


@pytest.mark.parametrize("line", NO_DATELINES)
def test_other_lines_are_none(line: str) -> None:
    assert dateline(line) is None


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (f"PARIS, March 3 (Reuters)\n\n{LEAD}", LEAD[:-1]),
        (f"**LONDON** — {LEAD}", LEAD[:-1]),
        ("PARIS, March 3 (Reuters)", "PARIS, March 3 (Reuters)"),
        ("LONDON — J. Smith won.", "J. Smith won"),
    ],
)
def test_titles_of_markdown(body: str, title: str) -> None:
    assert derive_title(body) == title
