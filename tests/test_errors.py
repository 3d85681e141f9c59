import pytest

from docarchive import errors
from docarchive.errors import ArticleError, DocarchiveError, QueryError


def all_errors() -> list[type[DocarchiveError]]:
    found = [DocarchiveError]
    for each in found:
        found.extend(each.__subclasses__())
    return found


def test_each_error_has_the_exit_code_that_the_tree_says() -> None:
    drawn = [line.strip("│├└─ ").split() for line in (errors.__doc__ or "").splitlines() if "──" in line]
    codes: dict[str, int] = {}
    code = 0
    for name, *rest in drawn:
        code = int(rest[0]) if rest[0].isdigit() else code
        codes[name] = code
    own = {each.__name__: each.exit_code for each in all_errors() if each is not DocarchiveError}
    assert own == codes


def test_an_article_error_names_its_key() -> None:
    error = ArticleError("date", "is not a date")
    assert str(error) == "date: is not a date"
    assert error.key == "date"


@pytest.mark.parametrize(
    ("query", "position", "lines"),
    [
        ("a AND", 2, "  a AND\n    ^"),
        ("", 0, "  \n  ^"),
        ("one\ttwo\nthree", 8, "  one two three\n          ^"),
    ],
)
def test_the_caret_stands_under_the_spot(query: str, position: int, lines: str) -> None:
    assert QueryError("wrong", query, position).caret() == lines


def test_the_caret_stands_under_the_spot_of_a_long_query() -> None:
    query = "x" * 5_000 + "!" + "y" * 5_000
    line, caret = QueryError("wrong", query, 5_000).caret().split("\n")
    assert len(line) == 80
    assert line[caret.index("^")] == "!"
