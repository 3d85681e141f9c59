import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import SEEDS, affordable

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers import Record, Source, readers
from docarchive.readers.text.text import read_plain_text

SEED = next(SEEDS.glob("*.txt"))


def read(text: str, name: str = "") -> Article:
    return read_plain_text(text, name)


def test_the_seed() -> None:
    text = SEED.read_text(encoding="utf-8")
    article = read(text, SEED.name)
    assert str(article.date) == "2024-03-16"
    assert article.title_derived
    assert article.body.startswith(article.title.removesuffix("…"))
    assert re.findall(r"^## .*$", article.body, re.MULTILINE) == [
        "## Building Bridges in the South Caucasus",
        "## Individually Tailored Partnership Programmes",
        "## Implications and Outcomes",
    ]
    assert article.body.replace("## ", "") == text.replace(" date 2024-03-16 ", "", 1).rstrip()


def test_a_source_is_one_record() -> None:
    data = SEED.read_bytes()
    [record] = readers()["text"].records(Source(SEED.name, len(data), lambda: io.BytesIO(data)))
    assert isinstance(record, Record)
    assert (record.location, record.raw) == ("", None)
    assert record.load() == read(data.decode(), SEED.name)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_title_and_headings(end: str) -> None:
    text = end.join(
        [
            "",
            "The Harbour Reopens",
            "",
            "Ships are back.",
            "",
            "",
            "What comes next",
            " ",
            "More ships.",
            "",
            "The last line",
            "",
        ]
    )
    article = read(text)
    assert (article.title, article.title_derived) == ("The Harbour Reopens", False)
    assert article.body == end.join(
        ["Ships are back.", "", "", "## What comes next", " ", "More ships.", "", "The last line"]
    )


@pytest.mark.parametrize(
    "text",
    [
        "Ships are back. And more of them.\n\nThe port said so.",
        "The minister said on\nTuesday that ships are\nback in the port.\n\nIt rained.",
        "One line alone",
        "- a list\n\n- goes on\n\nand ends.",
        "1. First\n\nText.",
        "* * *\n\nText.",
        "He said:\n\nText.",
        "“Quoted”\n\nText.",
        "    indented code\n\nText.",
        "x" * 81 + "\n\nText.",
        "one two three four five six seven eight nine ten eleven twelve thirteen\n\nText.",
        "1984\n\nText.",
    ],
)
def test_what_is_no_title_stays_in_the_text(text: str) -> None:
    article = read(text)
    assert article.title_derived
    assert article.body == text


@pytest.mark.parametrize(
    "text",
    [
        "Some text.\n\nA verse without an end\n\nand another one,\n\nand on",
        "Some text.\n\nMilk\n\nBread\n\nEggs",
        "Some text.\n\n- Milk\n\nGood.",
        "Some text.\n\n> Quoted\n\nGood.",
        "Some text.\nA line of it\nthat is wrapped.",
    ],
)
def test_what_is_no_heading_stays_as_it_is(text: str) -> None:
    assert read(text).body == text


@pytest.mark.parametrize(
    ("text", "date", "body"),
    [
        (" date 2024-03-16 Ships are back.", "2024-03-16", "Ships are back."),
        ("date: 2024-03 Ships are back.", "2024-03", "Ships are back."),
        ("date 2024-03-16: Ships are back.", "2024-03-16", "Ships are back."),
        ("date 2024-03-16 – Ships are back.", "2024-03-16", "Ships are back."),
        ("date 2024-03-16 10:15 Ships are back.", "2024-03-16T10:15", "Ships are back."),
        ("DATE:2024-03-16\nShips are back.", "2024-03-16", "Ships are back."),
        ("Date = 2024-03-16T10:00Z\r\n\r\nShips are back.", "2024-03-16T10:00Z", "Ships are back."),
        ("\ufeff\n date 1963\n\nShips are back.\n", "1963", "Ships are back."),
    ],
)
def test_a_date_header(text: str, date: str, body: str) -> None:
    article = read(text)
    assert (str(article.date), article.body) == (date, body)


@pytest.mark.parametrize(
    "text",
    [
        *("Date palms grow here.", "date 2024 in red on the wall.", "Dated 2024-03-16.", "update 2024-03-16 is out."),
        *("Date 2024-03-16, when ships came back, was a Saturday.", "date 2024-03-16-17 Ships."),
        *("date 2024-02-30 does not exist.", "date", "date:", "The date 2024-03-16 is later."),
    ],
)
def test_what_is_no_date_header_stays_in_the_text(text: str) -> None:
    article = read(text)
    assert article.date is None
    assert article.body == text


def test_a_title_may_follow_a_date_on_its_own_line() -> None:
    article = read("date 2024-03-16\n\nThe Harbour Reopens\n\nShips are back.\n")
    assert (article.title, article.title_derived, article.body) == ("The Harbour Reopens", False, "Ships are back.")


def test_a_line_behind_a_date_is_the_lead() -> None:
    article = read("date 2024-03-16 Ships are back\n\nThe port said so.\n")
    assert article.title_derived
    assert article.body == "Ships are back\n\nThe port said so."


def test_a_date_in_the_name_serves_where_the_text_has_none() -> None:
    assert str(read("Ships.", "2024-03-16-ships.txt").date) == "2024-03-16"
    assert str(read("date 2020\nShips.", "2024-03-16-ships.txt").date) == "2020"
    assert read("Ships.", "ships-2024-03-16.txt").date is None


@pytest.mark.parametrize("text", ["date 2024-03-16", "date 2024-03-16\n\n", "\ufeff"])
def test_a_text_without_text_is_refused(text: str) -> None:
    with pytest.raises(ReaderError, match="there is no text in it"):
        read(text)


LINES = ["", " ", "Ships", "A title line", "Ships are back.", "- item", "## marked", "\tcode", "date palms", "1."]


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=8)), st.sampled_from(["\n", "\r\n"]))
def test_no_word_of_a_text_is_lost(lines: list[str], end: str) -> None:
    text = end.join(["Begin.", *lines, "End."]).replace("\0", "")
    body = read(text).body
    assert [word for word in body.split() if word != "##"] == [word for word in text.split() if word != "##"]


@pytest.mark.parametrize(
    "text",
    [
        "date" + " " * 200_000,
        " " * 200_000 + "x",
        "a" + " " * 200_000 + "b",
        "\n " * 100_000 + "x",
        "a\n" + " \n" * 100_000,
    ],
    ids=range(5),
)
def test_much_white_space_takes_no_time(text: str) -> None:
    with affordable():
        assert read(text).body


@pytest.mark.parametrize(
    "head",
    [
        "By Ada Meyer\n\nPORTO, March 3 (Reuters)",
        "PORTO, March 3 (Reuters)\n\nBy Ada Meyer",
        "By Ada Meyer\nPORTO, March 3 (Reuters)",
        "By Ada Meyer\n\n\n12 March 2024\n\nPORTO (Reuters)",
    ],
)
def test_blank_lines_may_part_what_is_below_a_title(head: str) -> None:
    article = read_plain_text(f"The pier is open\n\n{head}\n\nThe pier reopened on Monday.\n")
    assert (article.title, article.authors) == ("The pier is open", ["Ada Meyer"])
    assert str(article.date) == ("2024-03-12" if "2024" in head else "None")
    assert article.extra == ({} if "2024" in head else {"dateline": "PORTO, March 3 (Reuters)"})
    assert article.body.removeprefix("PORTO (Reuters)\n\n") == "The pier reopened on Monday."


def test_a_second_byline_or_date_is_kept() -> None:
    text = (
        "Title: The Pier\nAuthor: Ada Meyer\nDate: 2024-03-16\n\n17 March 2024\nAuthor: Bo Larsen\n\nIt stands again.\n"
    )
    article = read_plain_text(text)
    assert (article.authors, str(article.date), article.body) == (["Ada Meyer"], "2024-03-16", "It stands again.")
    assert article.extra == {"date_as_written": "2024-03-17", "authors_as_written": ["Bo Larsen"]}
    article = read_plain_text("The Pier\nBy Ada Meyer\n\nBy Bo Larsen\n\nIt stands again.\n")
    assert (article.authors, article.body) == (["Ada Meyer"], "## By Bo Larsen\n\nIt stands again.")
    article = read_plain_text("Title: The Pier\nDate: soon\nDate: later\ndate 2024-03-16 It stands again.\n")
    assert (str(article.date), article.extra) == ("2024-03-16", {"date_as_written": ["later", "soon"]})
