"""Fifty texts of the seed's form and of forms near it: date, title and headings are found, and no word is lost."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from docarchive.readers.text import TextReader

LEADS = [
    "The harbour council met on Saturday evening and voted for a new pier, after a storm had taken the old one.",
    "Grain prices fell for the third day in a row, and traders expect no change before the end of the month.",
    "A museum of tides opened in the old lighthouse. Its founder spent forty years at sea before she built it.",
    "Ferries to the islands will run every hour from May on, the company said; fares stay as they are.",
    "Nobody has seen the comet from here yet, though the night was clear and the whole town was on the beach.",
]
PARTS = [
    ("What the Council Decided", "Work begins before the summer. It will cost two million, the mayor said."),
    ("Voices from the Quay", "Fishermen had asked for a wall of stone. “Wood burns,” said one of them."),
    ("Looking Ahead", "The next meeting is in June; until then, engineers will look at the sea bed."),
]


class Form(NamedTuple):
    """How the head of a text is written, and what it says."""

    head: str
    date: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()


FORMS = [
    Form(" date 2024-03-16 ", "2024-03-16"),
    Form("date 2024-03 ", "2024-03"),
    Form("Date: 2024-03-16\n\n", "2024-03-16"),
    Form("date 2024-03-16\n\nA Pier of Wood\n\n", "2024-03-16", "A Pier of Wood"),
    Form("Title: A Pier of Wood\nDate: 16 March 2024\nAuthor: Ada Meyer\n\n", "2024-03-16", "A Pier of Wood", ("Ada Meyer",)),
    Form("A Pier of Wood\n\n", None, "A Pier of Wood"),
    Form("A Pier of Wood\n==============\n\n", None, "A Pier of Wood"),
    Form("A Pier of Wood\nBy Ada Meyer\nMarch 16, 2024\n\n", "2024-03-16", "A Pier of Wood", ("Ada Meyer",)),
    Form("Titel: Ein Steg aus Holz\nDatum: 16. März 2024\n\n", "2024-03-16", "Ein Steg aus Holz"),
    Form("", None),
]  # fmt: skip


def texts() -> list[tuple[Form, str, list[tuple[str, str]]]]:
    found = []
    for number, lead in enumerate(LEADS):
        for place, form in enumerate(FORMS):
            parts = PARTS[: (number + place) % 3 + 1]
            below = "".join(f"\n\n{heading}\n\n{text}" for heading, text in parts)
            found.append((form, f"{form.head}{lead}{below}\n", parts))
    return found


FIFTY = texts()


def test_there_are_fifty() -> None:
    assert len(FIFTY) == 50
    assert len({text for _, text, _ in FIFTY}) == 50


@pytest.mark.parametrize(("form", "text", "parts"), FIFTY)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_date_title_headings_and_every_word(form: Form, text: str, parts: list[tuple[str, str]], line_end: str) -> None:
    article = TextReader().read(text.replace("\n", line_end))
    assert (str(article.date) if article.date else None) == form.date
    assert article.authors == list(form.authors)
    if form.title:
        assert (article.title, article.title_derived) == (form.title, False)
    else:
        assert article.title_derived
        lead = article.body.partition("\n")[0].strip()
        assert lead.startswith(article.title.rstrip("…").strip())
    headings = [line.strip() for line in article.body.splitlines() if line.startswith("#")]
    assert headings == [f"## {heading}" for heading, _ in parts]
    body = text[len(form.head) :]
    assert re.findall(r"\w+", article.body) == re.findall(r"\w+", body)
    assert article.body.replace("## ", "").split() == body.split()
