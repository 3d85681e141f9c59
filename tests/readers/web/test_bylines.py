"""Authors and dates in the lines round a title."""

import pytest
from lxml import html

from docarchive.readers.web.bylines import signature

TEXT = "<p>" + "The council voted for a pier of wood on Friday. " * 6 + "</p>"


def read(head: str, foot: str = "") -> tuple[list[str], str]:
    page = f"<html><body><nav>By Nav Bar</nav><h1>The <a href='#'>pier</a></h1>{head}{TEXT}{foot}</body></html>"
    found = signature(html.document_fromstring(page), "The pier")
    return found.authors, str(found.date or "")


@pytest.mark.parametrize(
    ("head", "authors", "date"),
    [
        ("<p>By Ada Meyer</p>", ["Ada Meyer"], ""),
        ("<p>by <a>Ada Meyer</a> and <a>Bo Larsen</a> on October 12th, 2011</p>", ["Ada Meyer", "Bo Larsen"], "2011-10-12"),
        ("<font>By Ada Meyer<br>March 3, 1999</font>", ["Ada Meyer"], "1999-03-03"),
        ("<div>Von Heike Sommer</div><time>Stand: 16.03.2024, 18:30 Uhr</time>", ["Heike Sommer"], "2024-03-16T18:30"),
        ("<p>Par Claire Dubois</p><p>Publié le 16 mars 2024 à 18h30</p>", ["Claire Dubois"], "2024-03-16T18:30"),
        ("<div><span>Opinion</span><span>By Ada Meyer</span><span>Feb. 20, 2020</span></div>", ["Ada Meyer"], "2020-02-20"),
        ("<p>Interview: Petra Holm</p>", ["Petra Holm"], ""),
        ("<div>2024年03月16日 来源：港口日报 记者 李明</div>", ["李明"], "2024-03-16"),
        ("<p>Von Ada Meyer und Bo Larsen | Stand: 16.03.2024, 18:30 Uhr</p>", ["Ada Meyer", "Bo Larsen"], "2024-03-16T18:30"),
        ("<p>Interview with a very long role at a company · 16 March 2024 · 5 min</p>", [], "2024-03-16"),
        ("<p>Por María Núñez, desde Santa Fe</p>", ["María Núñez"], ""),
        ("<p>Автор: Иван Петров</p>", ["Иван Петров"], ""),
        ("<p>كتبت: ليلى حداد</p>", ["ليلى حداد"], ""),
        ("<p>記者・山田太郎</p>", ["山田太郎"], ""),
        ("<p>By the sea</p>", [], ""),
        ("<p>By Tuesday all was over.</p>", [], ""),
        ("<p>Read 12 comments</p>", [], ""),
        ("", [], ""),
    ],
)  # fmt: skip
def test_lines_below_the_title(head: str, authors: list[str], date: str) -> None:
    assert read(head) == (authors, date)


def test_lines_below_the_text_count_only_where_they_say_posted_by() -> None:
    assert read("", "<p>By Bo Larsen</p><p>March 3, 1999</p>") == ([], "")
    assert read("", "<p>Posted by Bo Larsen at 9:12 AM</p>") == (["Bo Larsen"], "")
    assert read("", "<p>Posted by Bo Larsen</p><p>Posted by Cy Doe</p>") == ([], "")


def test_without_its_title_a_page_has_no_lines() -> None:
    assert signature(html.document_fromstring(f"<html><p>By Ada Meyer</p>{TEXT}</html>"), "The pier").authors == []
